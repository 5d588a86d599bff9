"""Where pictures lie: a full flash, a write that is cut, a card. Refused or lost is never more than what was new."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable

import pytest

from companion_app.gallery import Picture
from companion_app.link.errors import LinkError
from host_tools.harness.faults import Faults
from tests.hardware.worn import Worn

pytestmark = pytest.mark.needs("application", "development", "camera", "radio", "button")

_NOT_THE_OWNERS = ("/slots/", "/loader/", "/sd/")
_REFUSED = {"absent": "card_absent", "foreign": "card_foreign", "failed": "card_failed", "protected": "card_protected"}


def test_a_full_flash_refuses_loses_nothing_and_recovers(worn: Worn, faults: Faults) -> None:
    held = worn.take()
    records = len(worn.records("exposure"))
    with faults.disk_full():
        worn.restarted()
        with pytest.raises(LinkError) as refused:
            worn.phone.call(lambda app: app.capture())
        assert getattr(refused.value, "code", "") in ("storage_full", "journal_failed")
        assert worn.status().recording == "nothing"
        worn.still_holds(held)
    worn.restarted()
    worn.still_holds(held)
    assert len(worn.records("exposure")) == records
    assert worn.take().whole


def cut_clip(worn: Worn, cut: Callable[[], None]) -> Picture:
    """A clip that ended by `cut` while it was written: what the phone got of it afterwards."""
    with worn.arriving() as arrived, worn.recording(20) as clip:
        cut()
        worn.restarted()
        found = arrived()
        clip.cancel()
        worn.phone.drop()
    worn.meet()
    return found


def check_cut(worn: Worn, clip: Picture) -> None:
    """Some of it is there, it is said to be cut, and the glasses go on."""
    assert (clip.kind, clip.whole) == ("clip", False)
    assert clip.frames > 0
    assert clip.read()
    ended = worn.records("exposure")[-1]
    assert (ended["item"], ended["state"], ended["kept"]) == (clip.item, "cut", True)
    assert worn.take().item == clip.item + 1


@pytest.mark.needs("power_cycle")
@pytest.mark.status("littlefs under power cuts")
def test_a_power_cut_while_a_clip_is_written_costs_its_last_chunk_at_most(worn: Worn) -> None:
    held = worn.take()
    check_cut(worn, cut_clip(worn, worn.board.power_cycle))
    worn.still_holds(held)


def test_a_reset_while_a_clip_is_written_costs_its_last_chunk_at_most(worn: Worn) -> None:
    check_cut(worn, cut_clip(worn, worn.board.hard_reset))


@pytest.mark.needs("power_cycle")
@pytest.mark.status("littlefs under power cuts")
def test_power_cuts_in_a_row_leave_a_sound_record(worn: Worn) -> None:
    held, boots = worn.take(), len(worn.records("boot"))
    for _ in range(3):
        worn.board.power_cycle()
        worn.restarted()
    assert len(worn.records("boot")) == boots + 3
    worn.still_holds(held)


def test_a_picture_lies_sealed_on_the_flash_and_leaves_nothing_there_when_it_is_deleted(worn: Worn) -> None:
    picture = worn.take()
    plain = picture.read()
    somewhere = plain[len(plain) // 2 :][:32]  # in the midst of the compressed scene: no two are alike
    with worn.board.repl() as cable:
        lying = {path: cable.get(path) for path in cable.files() if not path.startswith(_NOT_THE_OWNERS)}
    assert named(picture, lying)
    assert not [path for path, content in lying.items() if somewhere in content]
    worn.start()
    worn.phone.call(lambda app: app.delete(picture))
    with worn.board.repl() as cable:
        assert not named(picture, cable.files())


def named(picture: Picture, paths: Iterable[str]) -> list[str]:
    """The files of a picture, by its number on the glasses."""
    return [path for path in paths if path.startswith(f"/media/{picture.item:08d}.")]


@pytest.fixture
def wanted(worn: Worn) -> Generator[Worn]:
    """The owner wants pictures on the card."""
    worn.phone.call(lambda app: app.change_settings(storage="card"))
    worn.start()
    yield worn
    worn.phone.call(lambda app: app.change_settings(storage="flash"))


@pytest.fixture
def card(worn: Worn) -> Generator[None]:
    """A card is in: the world's, or the one that the owner has put there."""
    control = worn.board.target.control
    if control is not None:
        control.ask("card", what="insert")
    yield
    if control is not None:
        control.ask("card", what="pull")


def test_a_slot_that_cannot_be_used_says_why_and_nothing_is_put_elsewhere(wanted: Worn) -> None:
    word = wanted.status().card
    assert word in _REFUSED, "a card of these glasses is in: take it out"
    assert wanted.refusal().code == _REFUSED[word]


@pytest.mark.needs("card")
@pytest.mark.status("`machine.SDCard` slot 2 on SPI with the Sense's pins, 20 MHz, beside the camera")
def test_pictures_lie_on_a_card_and_come_from_there(card: None, wanted: Worn) -> None:
    if wanted.status().card == "foreign":
        assert wanted.phone.call(lambda app: app.adopt_card()) == "ready"
    assert wanted.status().card == "ready"
    picture = wanted.take()
    (item,) = [item for item in wanted.items() if item.id == picture.item]
    assert item.place == "card"
    wanted.start()
    wanted.still_holds(picture)
    wanted.phone.call(lambda app: app.delete(picture))
