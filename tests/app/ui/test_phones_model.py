"""Phones and keys: nothing is shared before codes were compared, nothing shown or removed at one touch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from companion_app.erasing.receipt import OnGlasses
from companion_app.link.errors import LinkLost
from companion_app.ui.view_models.observable import Observable
from companion_app.ui.view_models.pair import PairModel
from companion_app.ui.view_models.phones import glasses as glasses_module
from companion_app.ui.view_models.phones.glasses import GlassesModel
from companion_app.ui.view_models.phones.phones import PhonesModel
from companion_app.ui.view_models.settings.blocks import Act, Block, BlocksModel, Heading, Reading, Say, Words
from tests.app.ui.conftest import Clock
from tests.app.ui.owner_fake import FIRST, SECOND, OwnersCompanion


class Room:
    """What the settings room does for its pages."""

    def __init__(self) -> None:
        self.opened: list[Observable] = []
        self.left = 0

    def open(self, page: BlocksModel) -> None:
        self.opened.append(page)

    def enter(self, page: Observable) -> None:
        self.opened.append(page)

    def back(self) -> bool:
        self.left += 1
        return True


@pytest.fixture
def owner(tmp_path: Path, clock: Clock) -> OwnersCompanion:
    companion = OwnersCompanion(tmp_path, clock)
    companion.become_connected()
    return companion


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.fixture
def model(owner: OwnersCompanion, room: Room) -> Iterator[PhonesModel]:
    model = PhonesModel(owner, room.open, room.enter, room.back)
    yield model
    model.end()


def said(model: BlocksModel) -> str:
    """Everything that can be read on the page."""
    return "\n".join(_words(block) for block in model.blocks())


def _words(block: Block) -> str:
    match block:
        case Heading(text) | Words(text):
            return text
        case Reading(name, value):
            return f"{name}: {value}"
        case Say():
            return f"{block.title} {block.detail}"
        case Act():
            return block.caption
        case _:
            return ""


def act(model: BlocksModel, key: str) -> Act:
    """The button of that key."""
    return next(block for block in model.blocks() if isinstance(block, Act) and block.key == key)


async def press(model: BlocksModel, key: str) -> None:
    """Touch it, and wait for what it does."""
    job = act(model, key).do()
    if job is not None:
        await job


async def test_the_phones_of_the_glasses_are_listed_with_this_one_named(model: PhonesModel) -> None:
    await model.begin()
    assert "This phone (the one in your hand)" in said(model)
    assert "New phone" in said(model)
    keys = {block.key for block in model.blocks() if isinstance(block, Act)}
    assert "share 2" in keys
    assert "share 1" not in keys, "one's own phone needs no copy of its own key"


async def test_the_key_is_shared_after_the_codes_were_compared(model: PhonesModel, owner: OwnersCompanion) -> None:
    await model.begin()
    await press(model, "share 2")
    assert "It must show: K7QF-2MXA" in said(model)
    assert not owner.rows[1].wrapped, "comparing alone shares nothing"
    await press(model, "same")
    assert owner.rows[1].wrapped
    assert "at its next visit" in said(model)


async def test_codes_that_differ_share_nothing_and_say_what_to_do(model: PhonesModel, owner: OwnersCompanion) -> None:
    await model.begin()
    await press(model, "share 2")
    await press(model, "differs")
    assert not owner.rows[1].wrapped
    assert "The codes differ" in said(model)
    await model.share()
    assert not owner.rows[1].wrapped, "what was compared before does not count any more"


async def test_a_phone_is_removed_at_the_second_touch(model: PhonesModel, owner: OwnersCompanion) -> None:
    await model.begin()
    await press(model, "remove 2")
    assert len(owner.rows) == 2
    await press(model, "keep")
    await model.remove()
    assert len(owner.rows) == 2
    await press(model, "remove 2")
    await press(model, "remove")
    assert [row.id for row in owner.rows] == [1]
    assert "New phone" not in said(model)


async def test_a_code_for_another_phone_is_shown_in_groups(model: PhonesModel) -> None:
    await press(model, "invite")
    assert "ABCD-EFGH-IJKL-MNOP-QRST-UVWX-YZ" in said(model)


async def test_a_guest_sees_its_own_code_and_no_phrase(model: PhonesModel, owner: OwnersCompanion) -> None:
    owner.owner = False
    await model.begin()
    assert "OWNC-ODE2" in said(model)
    assert "Recovery phrase" not in said(model)
    assert not any(isinstance(block, Act) and block.key.startswith("share") for block in model.blocks())


async def test_the_phrase_is_shown_after_a_warning_on_record_and_goes_with_the_page(
    model: PhonesModel, owner: OwnersCompanion
) -> None:
    assert "word1" not in said(model)
    await press(model, "ask")
    assert "Whoever reads them opens everything" in said(model)
    assert "word1" not in said(model)
    assert owner.ledger.entries() == ()
    await press(model, "show")
    assert "1. word1" in said(model)
    assert "24. word24" in said(model)
    assert [entry.kind for entry in owner.ledger.entries()] == ["phrase_shown"]
    model.end()
    assert "word1" not in said(model)


@pytest.mark.parametrize("key", ["share 2", "invite"])
async def test_what_fails_is_told_and_can_be_tried_again(model: PhonesModel, owner: OwnersCompanion, key: str) -> None:
    await model.begin()
    owner.error = LinkLost()
    await press(model, key)
    assert model.problem is not None
    assert act(model, key).enabled
    await press(model, key)
    assert model.problem is None


async def test_without_a_connection_nothing_is_asked_and_that_is_said(
    model: PhonesModel, owner: OwnersCompanion
) -> None:
    owner.lose_link()
    await model.begin()
    assert "Connect to the glasses" in said(model)
    assert model.rows is None


# The glasses of this phone


@pytest.fixture
def several(owner: OwnersCompanion, room: Room) -> Iterator[GlassesModel]:
    owner.pins = (SECOND, FIRST)
    model = GlassesModel(owner, room.enter, room.back)
    yield model
    model.end()


def test_each_pair_is_told_apart_and_the_one_in_use_comes_first(several: GlassesModel) -> None:
    headings = [block.text for block in several.blocks() if isinstance(block, Heading)]
    assert headings[:2] == ["Glasses 1111", "Glasses 2222"]


def test_a_name_is_kept_when_that_is_asked_for(several: GlassesModel, owner: OwnersCompanion) -> None:
    several.write(FIRST.glasses, "Sunday")
    assert owner.names.of(FIRST.glasses) == ""
    several.rename(FIRST.glasses)
    assert owner.names.of(FIRST.glasses) == "Sunday"
    assert "Sunday" in said(several)
    several.write(FIRST.glasses, "x" * 41)
    several.rename(FIRST.glasses)
    assert several.problem is not None
    assert owner.names.of(FIRST.glasses) == "Sunday"


async def test_another_pair_is_used_and_connected_to(several: GlassesModel, owner: OwnersCompanion) -> None:
    await press(several, f"use {SECOND.glasses}")
    assert owner.pin == SECOND
    assert several.problem is None
    assert "In use and connected." in said(several)


async def test_unpairing_takes_two_touches_and_wiping_a_connection(
    several: GlassesModel, owner: OwnersCompanion
) -> None:
    await press(several, f"part {SECOND.glasses}")
    keys = {block.key for block in several.blocks() if isinstance(block, Act)}
    assert "wipe" not in keys, "glasses that are not connected cannot be asked to erase anything"
    await press(several, "keep")
    assert owner.acts == []
    await press(several, f"part {SECOND.glasses}")
    await press(several, "unpair")
    assert owner.acts == [("unpair", SECOND.glasses)]
    assert owner.pins == (FIRST,)


@pytest.fixture
def erased(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The glasses that were asked to erase everything."""
    asked: list[str] = []

    async def erase(companion: OwnersCompanion) -> OnGlasses:
        asked.append(companion.pin.glasses)
        return OnGlasses(companion.pin.glasses, asked=True, items_erased=3)

    monkeypatch.setattr(glasses_module, "erase_glasses", erase)
    return asked


async def test_wiping_erases_before_it_unpairs(
    several: GlassesModel, owner: OwnersCompanion, erased: list[str]
) -> None:
    await press(several, f"part {FIRST.glasses}")
    await press(several, "wipe")
    assert erased == [FIRST.glasses]
    assert owner.acts == [("unpair", FIRST.glasses)]
    assert "3 items erased" in said(several)


async def test_glasses_that_could_not_erase_stay_paired(
    several: GlassesModel, owner: OwnersCompanion, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lost(_: OwnersCompanion) -> OnGlasses:
        raise LinkLost

    monkeypatch.setattr(glasses_module, "erase_glasses", lost)
    await press(several, f"part {FIRST.glasses}")
    await press(several, "wipe")
    assert several.problem is not None
    assert owner.acts == []


async def test_another_pair_is_paired_on_a_page_that_is_left_after_it(
    several: GlassesModel, owner: OwnersCompanion, room: Room
) -> None:
    several.pair_another()
    [page] = room.opened
    assert isinstance(page, PairModel)
    owner.lose_link()
    page.set_code("code")
    await page.pair()
    assert room.left == 1
