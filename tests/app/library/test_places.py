"""Places: nothing is asked or kept without a yes, little of it is kept, and a no erases all."""

from __future__ import annotations

from pathlib import Path

import pytest

from companion_app.gallery import Gallery, Picture
from companion_app.gallery.places import Places
from companion_app.gallery.places.distance import metres
from companion_app.ports.position import Fix
from tests.app.libraries import database_in, gallery_in, opened_in
from tests.app.opened import GLASSES, seal_hash, unsealed

HERE = (52.516_275, 13.377_704)
NEXT_DOOR = (52.517_3, 13.378_9)
FAR = (48.858_4, 2.294_5)


class Around:
    """The owner's answer, the system's position, and the clock."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.allowed = True
        self.now_s = 1_800_000_100.0
        self.fix: Fix | None = None
        self.asked = 0
        self.gallery = gallery_in(folder)
        self.be_at(HERE)

    def be_at(self, at: tuple[float, float], accuracy_m: float = 20.0) -> None:
        self.fix = Fix(*at, accuracy_m, self.now_s)

    async def where(self) -> Fix | None:
        self.asked += 1
        return self.fix

    def open(self) -> Places:
        return Places(database_in(self.folder), self, lambda: self.allowed, self.gallery.has, clock=lambda: self.now_s)


@pytest.fixture
def around(tmp_path: Path) -> Around:
    return Around(tmp_path / "app")


def add(gallery: Gallery, number: int = 1) -> Picture:
    return gallery.add(unsealed(number), glasses=GLASSES, sealed_sha256=seal_hash(number))


async def test_without_a_yes_the_system_is_not_even_asked(around: Around) -> None:
    around.allowed = False
    places, picture = around.open(), add(around.gallery)
    assert await places.note(picture) is None
    assert (around.asked, places.of(picture.id)) == (0, None)


async def test_a_place_is_kept_roughly_and_survives_a_restart(around: Around) -> None:
    picture = add(around.gallery)
    await around.open().note(picture)
    place = around.open().of(picture.id)
    assert place is not None
    assert place.at == (52.516, 13.378)
    assert b"52.51627" not in opened_in(around.folder)


async def test_a_picture_taken_long_before_it_came_has_no_place(around: Around) -> None:
    places, picture = around.open(), add(around.gallery)
    around.now_s = picture.time_s + 3600
    assert await places.note(picture) is None
    around.now_s = picture.time_s - 60.0  # the glasses' clock goes before ours
    assert await places.note(picture) is None
    assert around.asked == 0


@pytest.mark.parametrize("fix", [None, Fix(*HERE, 5000.0, 1_800_000_100.0), Fix(*HERE, 20.0, 1_799_990_000.0)])
async def test_what_the_system_does_not_know_well_is_not_kept(around: Around, fix: Fix | None) -> None:
    around.fix = fix
    places, picture = around.open(), add(around.gallery)
    assert await places.note(picture) is None
    assert places.of(picture.id) is None


@pytest.mark.parametrize("what", ["withdrawn", "deleted"])
async def test_an_answer_that_comes_too_late_is_not_kept(around: Around, what: str) -> None:
    places, picture = around.open(), add(around.gallery)

    async def where() -> Fix | None:
        if what == "withdrawn":
            around.allowed = False
        else:
            around.gallery.delete(picture)
        return around.fix

    around.where = where  # pyright: ignore[reportAttributeAccessIssue]
    assert await places.note(picture) is None
    assert places.of(picture.id) is None


async def test_a_no_erases_every_place_and_every_name(around: Around) -> None:
    places, picture = around.open(), add(around.gallery)
    await places.note(picture)
    places.call("Home", picture.id)
    assert b"Home" in opened_in(around.folder)
    places.forget_all()
    assert (places.of(picture.id), places.names(), places.find("Home")) == (None, [], set())
    rest = opened_in(around.folder)
    assert b"Home" not in rest
    assert b"52.5" not in rest


async def test_a_no_that_a_crash_kept_from_being_obeyed_is_obeyed_at_the_next_start(around: Around) -> None:
    picture = add(around.gallery)
    await around.open().note(picture)
    around.allowed = False
    around.open()
    around.allowed = True
    assert around.open().of(picture.id) is None


async def test_pictures_are_found_by_a_name_and_its_surroundings(around: Around) -> None:
    places = around.open()
    pictures = [add(around.gallery, number) for number in (1, 2, 3)]
    for picture, at in zip(pictures, (HERE, NEXT_DOOR, FAR), strict=True):
        around.be_at(at)
        await places.note(picture)
    places.call("  Gate  ", pictures[0].id)
    places.call("", pictures[2].id)
    places.call("Nowhere", "ab" * 8)
    again = around.open()
    assert again.names() == ["Gate"]
    assert again.find("Gate") == {pictures[0].id, pictures[1].id}
    assert again.find("gate") == set()
    found = [again.of(picture.id) for picture in pictures]
    assert [place.name for place in found if place is not None] == ["Gate", "Gate", ""]
    again.forget_name("Gate")
    assert around.open().names() == []


async def test_deleting_a_picture_drops_its_place(around: Around) -> None:
    places, picture = around.open(), add(around.gallery)
    await places.note(picture)
    around.gallery.delete(picture)
    places.drop(picture.id)
    assert b"52.5" not in opened_in(around.folder)
    assert around.open().of(picture.id) is None


def test_distances() -> None:
    assert metres(HERE, HERE) == 0
    assert 130 < metres(HERE, NEXT_DOOR) < 150
    assert 870_000 < metres(HERE, FAR) < 885_000
    assert metres((0, 179.999), (0, -179.999)) < 300
