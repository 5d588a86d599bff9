"""A day with the glasses, in one world: paired, pictures by app and by button, one over a lost link, export, delete,
unpair. Each station touches the window or the glasses' button, and looks at both sides afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest
from kivy.core.clipboard import Clipboard

from companion_app.gallery import Picture
from companion_app.ui.view_models.gallery.leaving import Leaving
from tests.journeys.conftest import OpenApp
from tests.journeys.glasses import Glasses
from tests.journeys.phone import Phone

pytestmark = [pytest.mark.window, pytest.mark.simulated, pytest.mark.promise(3)]

_DROP_AFTER = 3000  # bytes over the air: the beginning of a picture
JOURNEY = "day"


@pytest.fixture
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """The seconds in which a deletion can be taken back pass at once: their own test waits for them."""

    async def at_once(_seconds: float) -> None:
        return None

    usual = Leaving.__init__
    monkeypatch.setattr(Leaving, "__init__", lambda self, companion, _wait: usual(self, companion, at_once))


@pytest.mark.usefixtures("beside", "quickly")
async def test_a_day_with_the_glasses(
    open_app: OpenApp, glasses: Glasses, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    phone = await open_app()
    await phone.press("Opt out of everything")
    await pair(phone, glasses)
    by_app = await capture_by_app(phone, glasses)
    by_button = await capture_by_button(phone, glasses)
    over_a_drop = await import_with_a_drop(phone, glasses)
    assert [picture.id for picture in phone.companion.gallery.pictures()] == [
        picture.id for picture in (over_a_drop, by_button, by_app)
    ]
    await export(phone, over_a_drop, tmp_path / "Documents" / "Plainsight")
    await delete(phone, over_a_drop)
    await unpair(phone, glasses)
    assert phone.companion.ledger.verify().intact
    kinds = [entry.kind for entry in phone.companion.ledger.entries()]
    for kind in ("pairing", "import", "export", "delete", "unpairing"):
        assert kind in kinds, f"{kind} stands in the ledger"


async def pair(phone: Phone, glasses: Glasses) -> None:
    await phone.reads("Pair with your glasses")
    phone.shoot(JOURNEY, "pair")
    await glasses.hold_button()
    Clipboard.copy(glasses.code.typed)
    await phone.press("Paste")
    await phone.press("Pair")
    await phone.reads("Take a picture")
    await phone.until(lambda: phone.models.home.connected, "the glasses are connected")
    phone.shoot(JOURNEY, "connected")


async def newest(phone: Phone, glasses: Glasses, count: int) -> Picture:
    """The picture that makes it `count`, once it is in the gallery."""
    await phone.until(lambda: len(phone.companion.gallery.pictures()) == count, f"{count} pictures are in the gallery")
    picture = phone.companion.gallery.pictures()[0]
    glasses.world.keep(picture.sha256)
    return picture


async def capture_by_app(phone: Phone, glasses: Glasses) -> Picture:
    await phone.press("Take a picture")
    picture = await newest(phone, glasses, 1)
    assert picture.trigger == "app"
    await phone.reads("Capture light proven")
    phone.shoot(JOURNEY, "by-app")
    return picture


async def capture_by_button(phone: Phone, glasses: Glasses) -> Picture:
    glasses.tap_button()
    picture = await newest(phone, glasses, 2)
    assert picture.trigger == "button"
    phone.shoot(JOURNEY, "by-button")
    return picture


async def import_with_a_drop(phone: Phone, glasses: Glasses) -> Picture:
    """The link dies within the picture; the app comes back by itself and goes on where it was.

    On a computer so busy that the glasses lose patience with the handshake it says so, and its owner touches Connect.
    """
    glasses.sim.radio.drop_after(_DROP_AFTER)
    glasses.tap_button()

    def over() -> bool:
        return len(phone.companion.gallery.pictures()) == 3 or phone.models.home.can_connect

    while len(phone.companion.gallery.pictures()) < 3:
        await phone.until(over, "the picture arrives, or the link is given up")
        if phone.models.home.can_connect:
            await phone.press("Connect")
    picture = await newest(phone, glasses, 3)
    assert phone.companion.link_info()["resumed"] >= 1
    await phone.until(lambda: phone.models.home.connected, "the glasses are connected again")
    phone.shoot(JOURNEY, "after-the-drop")
    return picture


async def export(phone: Phone, picture: Picture, folder: Path) -> None:
    await phone.go("gallery")
    await phone.press_tile(0)
    await phone.reads("What happened to it")
    phone.shoot(JOURNEY, "item")
    await phone.press("Export…")
    await phone.reads("this app does not protect them")
    phone.shoot(JOURNEY, "export")
    await phone.press("Write the copies")
    await phone.reads("1 picture is in")
    (copy,) = folder.iterdir()
    assert copy.read_bytes() == picture.read()
    await phone.press("Close")


async def delete(phone: Phone, picture: Picture) -> None:
    """Here and on the glasses, which still had it until then."""
    held = {item.sealed_sha256 for item in await phone.companion.items()}
    assert picture.sealed_sha256 in held
    await phone.press("Delete")
    await phone.until(lambda: len(phone.companion.gallery.pictures()) == 2, "it is gone here")
    await phone.reads("2 pictures")
    phone.shoot(JOURNEY, "deleted")
    while picture.sealed_sha256 in (left := {item.sealed_sha256 for item in await phone.companion.items()}):
        await phone.settle()
    assert left == held - {picture.sealed_sha256}


async def unpair(phone: Phone, glasses: Glasses) -> None:
    await phone.go("settings")
    await phone.press("Phones and keys")
    await phone.reads("the one in your hand")  # the glasses have said who may talk to them: the page moves no more
    await phone.press("Glasses of this phone")
    phone.shoot(JOURNEY, "glasses")
    await phone.press("Unpair…")
    await phone.press("Unpair")
    await phone.reads("Pair with your glasses")
    phone.shoot(JOURNEY, "unpaired")
    assert not phone.companion.paired
    assert len(phone.companion.gallery.pictures()) == 2, "what lies on this phone stays"
