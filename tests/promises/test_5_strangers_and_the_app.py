"""Promise 5, strangers get nothing, with the real app in the hands of the owner, a guest, a thief, a man in the middle.

What strangers without the app can do before the glasses alone is in test_5_strangers_get_nothing.py. Here what reached
each attacker is counted: nothing that was ever encrypted for a phone, apart from the handshake itself.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection
from pathlib import Path

import pytest
from bleak import BleakScanner
from bleak.backends.device import BLEDevice
from plainsight import wire

from companion_app.companion import Companion
from companion_app.gallery.errors import NotTheOwner
from companion_app.keys.phone import load_phone_identity
from companion_app.link import glasses_link, opening
from companion_app.link.ble_bearer import BleBearer
from companion_app.link.client import GlassesClient
from companion_app.link.connection import Connection, ConnectionState, Reason
from companion_app.link.errors import (
    GlassesNotFound,
    GlassesRefused,
    HandshakeFailed,
    LinkError,
    LinkLost,
    NotAdmitted,
    PairingProofWrong,
    WrongGlasses,
)
from companion_app.link.frames import Frame, FrameChannel
from companion_app.link.pairing import proof
from companion_app.link.secure_channel import client_context
from companion_app.link.setup_code import parse_setup_code
from tests.app.vaults import room
from tests.promises.man_in_the_middle import ManInTheMiddle
from tests.promises.rig import Home, Worn, another_phone, until, worn

pytestmark = [pytest.mark.promise(5), pytest.mark.simulated]

TIME_PASSES_MAIN = Path(__file__).parent / "on_micropython" / "time_passes.py"
WRONG_CODE = "AAAQEAYEAUDAOCAJBIFQYDIOB4"
LOW_MV = 3550
_MAX_HANDSHAKE_BYTES = 1500  # certificate and key exchange of the glasses


@pytest.fixture(autouse=True)
def short_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not there is not looked for any longer than a stranger in a hurry would."""
    monkeypatch.setattr(opening, "_SEARCH_S", 3.0)


@pytest.fixture
def any_glasses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Strangers do not need the beacon: they knock at whatever has the service."""

    async def find(_: bytes, seconds: float, tried: Collection[str] = ()) -> BLEDevice:
        device = await find_glasses()
        if device.address in tried:
            raise GlassesNotFound(seconds, pairing=False)
        return device

    monkeypatch.setattr(glasses_link, "find_own", find)


@pytest.fixture
def frames(monkeypatch: pytest.MonkeyPatch) -> list[Frame]:
    """Every frame that any phone of this process decrypted."""
    seen: list[Frame] = []
    receive = FrameChannel.receive

    async def noting(self: FrameChannel) -> Frame:
        seen.append(await receive(self))
        return seen[-1]

    monkeypatch.setattr(FrameChannel, "receive", noting)
    return seen


async def find_glasses() -> BLEDevice:
    """Anybody can: the service is advertised on purpose."""
    device = await BleakScanner.find_device_by_filter(
        lambda _, data: wire.SERVICE_UUID in data.service_data, timeout=20
    )
    assert device is not None
    return device


class Taken:
    """What the glasses sent to somebody: bytes over the air, frames out of TLS."""

    def __init__(self, both: Worn, frames: list[Frame]) -> None:
        self._count: Callable[[], int] = lambda: both.sim.radio.stats.notified_bytes[wire.TX_UUID]
        self._frames = frames
        self._before = self._count(), len(frames)

    @property
    def bytes(self) -> int:
        return self._count() - self._before[0]

    @property
    def frames(self) -> int:
        return len(self._frames) - self._before[1]


async def failures(both: Worn) -> list[dict[str, object]]:
    """What the journal says of strangers; the owner's phone is the one that asks."""
    if both.app.connection.state is not ConnectionState.CONNECTED:
        await both.app.connect()
    return [data for kind, data in await both.journal() if kind == "pairing_failures"]


async def test_a_wrong_code_and_a_used_one_are_refused_with_a_hand_on_the_glasses(
    home: Home, tmp_path: Path, frames: list[Frame]
) -> None:
    async with worn(home) as both:
        await both.hold_button()
        async with another_phone(both, tmp_path / "stranger") as stranger:
            taken = Taken(both, frames)
            for code in (WRONG_CODE, home.code.qr_text):
                with pytest.raises(NotAdmitted):
                    await stranger.pair(code, "stranger")
                assert stranger.connection.reason is Reason.NOT_ADMITTED
            assert (taken.bytes, taken.frames) == (2 * wire.KNOCK_NONCE_BYTES, 0)
            assert not stranger.paired
        assert await failures(both) == [{"knock": 2}]
        assert len(await both.app.glasses.phones()) == 1


async def test_without_a_hand_on_the_glasses_a_good_code_is_worth_nothing(new_home: Home, frames: list[Frame]) -> None:
    async with worn(new_home, main=TIME_PASSES_MAIN) as both:
        with pytest.raises(GlassesNotFound):
            await both.app.pair(new_home.code.qr_text, "early")
        await knocks_in_vain(new_home, both, frames)
        await both.hold_button()
        both.world.battery.set_mv(LOW_MV)
        await both.sim.board.wait_for_log("two minutes passed")
        await knocks_in_vain(new_home, both, frames)
        assert not both.app.paired


async def knocks_in_vain(home: Home, both: Worn, frames: list[Frame]) -> None:
    taken = Taken(both, frames)
    with pytest.raises(NotAdmitted):
        await open_with_code(home, home.folder / "early")
    assert (taken.bytes, taken.frames) == (wire.KNOCK_NONCE_BYTES, 0)


async def open_with_code(home: Home, folder: Path) -> opening.Opened:
    """A TLS session of somebody who knows the code, without asking the beacon. Raises LinkError."""
    identity = load_phone_identity(room(folder / "keys"))

    async def find(seconds: float, tried: frozenset[str]) -> BLEDevice:
        if tried:
            raise GlassesNotFound(seconds, pairing=True)
        return await find_glasses()

    secret = parse_setup_code(home.code.qr_text).secret
    return await opening.open_session(
        Connection(), find, client_context(identity), Reason.ASKED, secret=secret, pinned=None
    )


async def test_a_replayed_pairing_proof_pins_nobody_and_five_tries_close_the_window(
    new_home: Home, tmp_path: Path, frames: list[Frame]
) -> None:
    """The thief knows the code of the knock and one proof of another connection, as if the proof held for any."""
    async with worn(new_home) as both:
        await both.hold_button()
        secret = parse_setup_code(new_home.code.qr_text).secret
        thief = load_phone_identity(room(tmp_path / "thief" / "keys")).certificate_sha256
        old = proof(b"plainsight-pair-phone-v1", secret, new_home.code.certificate_sha256, thief, bytes(16))
        for _ in range(5):
            opened = await open_with_code(new_home, tmp_path / "thief")
            client = GlassesClient(FrameChannel(opened.channel), on_event=lambda _: None, voice_allowed=lambda: False)
            for locked in (client.items(), client.journal(0, 9), client.hello(5), client.capture(), client.phones()):
                with pytest.raises(GlassesRefused) as raised:
                    await locked
                assert raised.value.code == "not_paired"
            with pytest.raises(GlassesRefused) as raised:
                await client.pair(old, "thief", bytes(range(32)))
            assert raised.value.code == "pairing_refused"
            await client.ended
            await client.close()
        assert all(len(frame.body) < 60 for frame in frames)  # refusals, nothing else
        await knocks_in_vain(new_home, both, frames)
        await both.hold_button()
        await both.app.pair(new_home.code.qr_text, "owner")
        assert await failures(both) == [{"proof": 5}, {"knock": 1}]


async def test_a_recorded_knock_opens_nothing_the_next_time(
    home: Home, frames: list[Frame], monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[bytes] = []
    send = BleBearer.send

    async def recording(self: BleBearer, data: bytes) -> None:
        said.append(data)
        await send(self, data)

    async with worn(home) as both:
        monkeypatch.setattr(BleBearer, "send", recording)
        await both.app.connect()
        monkeypatch.undo()
        await both.app.disconnect()
        taken = Taken(both, frames)
        stream = await BleBearer.open(await find_glasses())
        await stream.send(said[0])
        assert len(await stream.receive()) == wire.KNOCK_NONCE_BYTES
        await stream.send(b"".join(said[1:3]))
        with pytest.raises(LinkLost):
            await stream.receive()
        assert (taken.bytes, taken.frames) == (wire.KNOCK_NONCE_BYTES, 0)
        assert await failures(both) == [{"knock": 1}]


async def test_a_stolen_pair_key_is_worth_nothing_without_the_certificate_and_the_other_way_round(
    home: Home, tmp_path: Path, frames: list[Frame], any_glasses: None
) -> None:
    with_key, with_certificate = tmp_path / "with-key", tmp_path / "with-certificate"
    for folder in (with_key, with_certificate):
        shutil.copytree(home.app, folder)
    room(with_key / "keys").remove("phone.pem")
    pins, pair_key = room(with_certificate / "keys"), both_hex(home)
    pins.write("glasses.json", pins.read("glasses.json").replace(pair_key.encode(), pair_key[::-1].encode()))
    async with worn(home) as both:
        await both.app.connect()
        await both.press()
        await both.app.disconnect()
        for folder, refused in (
            (with_key, (HandshakeFailed, NotAdmitted, LinkLost)),
            (with_certificate, (NotAdmitted,)),
        ):
            async with another_phone(both, folder) as thief:
                taken = Taken(both, frames)
                with pytest.raises(LinkError) as raised:
                    await thief.connect()
                assert isinstance(raised.value, refused)
                assert taken.frames == 0
                assert taken.bytes <= _MAX_HANDSHAKE_BYTES
                assert thief.gallery.pictures() == []
        assert await failures(both) == [{"certificate": 1, "knock": 1}]


def both_hex(home: Home) -> str:
    """The pair key as it stands on the owner's phone."""
    from companion_app.link.pins import PinStore
    from companion_app.paths import Paths

    pin = PinStore(room(Paths(home.app).keys)).current
    assert pin is not None
    return pin.pair_key.hex()


async def test_a_guest_comes_by_invitation_opens_no_picture_and_is_gone_when_revoked(
    home: Home, tmp_path: Path, frames: list[Frame], any_glasses: None
) -> None:
    async with worn(home, connect=True) as both:
        code = await both.app.glasses.invite()
        await both.app.disconnect()
        async with another_phone(both, tmp_path / "guest") as guest:
            await both.hold_button()
            await guest.pair(code, "guest")
            with pytest.raises(NotTheOwner):
                await guest.capture()
            assert guest.gallery.pictures() == []
            [own] = [phone.id for phone in await guest.glasses.phones() if phone.current]
            await guest.glasses.revoke(own)
            await until(lambda: guest.connection.state is not ConnectionState.CONNECTED, "the live session ends")
            await guest.disconnect()
            await refused_at_the_door(both, guest, frames)
        await both.app.connect()
        assert [phone.name for phone in await both.app.glasses.phones()] == ["owner's phone"]


async def refused_at_the_door(both: Worn, guest: Companion, frames: list[Frame]) -> None:
    taken = Taken(both, frames)
    with pytest.raises(NotAdmitted):
        await guest.connect()
    assert guest.connection.reason is Reason.NOT_ADMITTED
    assert (taken.bytes, taken.frames) == (wire.KNOCK_NONCE_BYTES, 0)


async def test_a_revoked_phone_finds_no_glasses_that_it_knows(home: Home, tmp_path: Path) -> None:
    async with worn(home, connect=True) as both:
        shutil.copytree(home.app, tmp_path / "lost")
        [phone] = await both.app.glasses.phones()
        await both.app.glasses.revoke(phone.id)
        await until(lambda: both.app.connection.state is not ConnectionState.CONNECTED, "the live session ends")
        await both.app.disconnect()
        async with another_phone(both, tmp_path / "lost") as lost:
            with pytest.raises(GlassesNotFound):
                await lost.connect()


async def test_a_man_in_the_middle_is_known_by_his_certificate(
    home: Home, tmp_path: Path, frames: list[Frame], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with worn(home) as both:
        men = place_a_man(tmp_path, monkeypatch)
        with pytest.raises(WrongGlasses):
            await both.app.connect()
        assert both.app.connection.reason is Reason.WRONG_GLASSES
        assert men
        assert all(man.overheard == b"" for man in men)
        assert frames == []


async def test_a_man_in_the_middle_of_a_pairing_by_typed_code_is_known_by_the_proof(
    new_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A typed code holds no certificate to compare with; the proof is over both, and his is neither."""
    async with worn(new_home) as both:
        men = place_a_man(tmp_path, monkeypatch)
        await both.hold_button()
        with pytest.raises(PairingProofWrong):
            await both.app.pair(new_home.code.typed, "owner")
        assert men[-1].overheard != b""
        assert isinstance(men[-1].glasses_said, GlassesRefused)
        assert men[-1].glasses_said.code == "pairing_refused"
        assert not both.app.paired
        monkeypatch.undo()
        await both.app.pair(new_home.code.typed, "owner")
        assert [data for kind, data in await both.journal() if kind == "pairing_failures"] == [{"proof": 1}]


def place_a_man(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[ManInTheMiddle]:
    """From now on every connection of a phone goes through somebody."""
    men: list[ManInTheMiddle] = []
    really_open = BleBearer.open

    async def open_through(device: BLEDevice) -> ManInTheMiddle:
        men.append(ManInTheMiddle(await really_open(device), folder / "man"))
        return men[-1]

    monkeypatch.setattr(opening.BleBearer, "open", open_through)
    return men
