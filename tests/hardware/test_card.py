"""The SD card slot: what it says of itself is what can be done with it."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from tests.hardware.worn import Worn

pytestmark = pytest.mark.needs("application", "development", "camera", "radio", "button")

_REFUSED = {"absent": "card_absent", "foreign": "card_foreign", "failed": "card_failed", "protected": "card_protected"}


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


@pytest.mark.status("how long an empty slot, a card that was pulled, or `statvfs` on a large card holds everything up")
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
    wanted.phone.call(lambda app: app.delete(picture))
