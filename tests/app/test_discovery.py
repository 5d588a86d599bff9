"""Finding glasses: one's own by the rotating identifier, any by their open window, nobody else's."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from bleak.exc import BleakError
from hypothesis import given
from hypothesis import strategies as st
from plainsight import wire

from companion_app.companion import Companion
from companion_app.link import discovery, glasses_link
from companion_app.link.beacon import beacon_id, parse_beacon
from companion_app.link.connection import Connection, ConnectionState, Reason
from companion_app.link.discovery import find_own, find_pairing
from companion_app.link.errors import GlassesNotFound, NoRadio
from companion_app.link.pins import Pin

KEY = bytes(range(32))
SALT = b"abc"


def payload(state: int = 4, identity: bytes = b"\x00" * 6) -> dict[str, bytes]:
    return {wire.SERVICE_UUID: bytes([state]) + SALT + identity}


def test_the_identifier_is_the_protocols() -> None:
    inner = hmac.digest(KEY, b"beacon", hashlib.sha256)
    assert beacon_id(KEY, SALT) == hmac.digest(inner, SALT, hashlib.sha256)[:6]


@pytest.mark.parametrize("place", range(5))
def test_the_own_glasses_are_known_wherever_the_identifier_stands(place: int) -> None:
    ids = [bytes([number]) * 6 for number in range(5)]
    ids[place] = beacon_id(KEY, SALT)
    beacon = parse_beacon(payload(identity=ids[0]), {0xFFFF: b"".join(ids[1:])})
    assert beacon is not None
    assert beacon.belongs_to(KEY)
    assert not beacon.belongs_to(KEY[::-1])


def test_another_salt_is_another_identifier() -> None:
    beacon = parse_beacon(payload(identity=beacon_id(KEY, b"abd")), {})
    assert beacon is not None
    assert not beacon.belongs_to(KEY)


@pytest.mark.parametrize(
    ("state", "bits"),
    [
        (1, (True, False, False, False)),
        (2, (False, True, False, False)),
        (4, (False, False, True, False)),
        (8, (False, False, False, True)),
    ],
)
def test_the_state_bits(state: int, bits: tuple[bool, bool, bool, bool]) -> None:
    beacon = parse_beacon(payload(state), {})
    assert beacon is not None
    assert (beacon.camera_in_use, beacon.pairing_open, beacon.paired, beacon.recording) == bits


@given(
    st.dictionaries(st.sampled_from([wire.SERVICE_UUID, "x"]), st.binary(max_size=14)),
    st.dictionaries(st.sampled_from([0xFFFF, 1]), st.binary(max_size=40)),
)
def test_any_advertisement_is_a_beacon_or_somebody_elses(services: dict[str, bytes], makers: dict[int, bytes]) -> None:
    beacon = parse_beacon(services, makers)
    whole = len(services.get(wire.SERVICE_UUID, b"")) == 10
    assert (beacon is not None) == whole
    if beacon is not None:
        assert 1 <= len(beacon.ids) <= 5
        assert {len(one) for one in beacon.ids} == {6}


class FakeScanner:
    """Shows `advertisements` (address, service data, manufacturer data) as soon as scanning begins."""

    advertisements: list[tuple[str, dict[str, bytes], dict[int, bytes]]] = []  # noqa: RUF012 set by the tests
    error: Exception | None = None
    running = 0

    def __init__(self, seen: Callable[[Any, Any], None]) -> None:
        self._seen = seen

    async def __aenter__(self) -> None:
        if FakeScanner.error is not None:
            raise FakeScanner.error
        FakeScanner.running += 1
        for address, services, makers in FakeScanner.advertisements:
            advertisement = SimpleNamespace(service_data=services, manufacturer_data=makers)
            self._seen(SimpleNamespace(address=address), advertisement)

    async def __aexit__(self, *_: object) -> None:
        FakeScanner.running -= 1


@pytest.fixture(autouse=True)
def scanner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "BleakScanner", FakeScanner)
    monkeypatch.setattr(FakeScanner, "error", None)
    own, stranger, pairing = payload(identity=beacon_id(KEY, SALT)), payload(), payload(2)
    monkeypatch.setattr(
        FakeScanner,
        "advertisements",
        [
            ("earbuds", {}, {}),
            ("stranger", stranger, {}),
            ("own", own, {}),
            ("pairing", pairing, {}),
            ("other", own, {}),
        ],
    )


async def test_the_first_that_fits_is_found() -> None:
    assert (await find_own(KEY, 1)).address == "own"
    assert (await find_own(KEY, 1, {"own"})).address == "other"
    assert (await find_pairing(1)).address == "pairing"
    assert FakeScanner.running == 0


@pytest.mark.parametrize("pairing", [True, False])
async def test_nothing_in_reach_is_said(pairing: bool) -> None:
    with pytest.raises(GlassesNotFound) as raised:
        await (find_pairing(0.01, {"pairing"}) if pairing else find_own(KEY[::-1], 0.01))
    assert (raised.value.seconds, raised.value.pairing) == (0.01, pairing)
    assert FakeScanner.running == 0


@pytest.mark.parametrize(
    "error", [FileNotFoundError(2, "No such file or directory"), BleakError("No Bluetooth adapters found.")]
)
async def test_without_a_radio_the_connection_says_why(
    companion: Companion, monkeypatch: Any, error: Exception
) -> None:
    monkeypatch.setattr(glasses_link, "find_own", find_own)
    monkeypatch.setattr(FakeScanner, "error", error)
    companion._link.pins.add(Pin(b"\x01" * 32, KEY, 1, b"\x04" * 32))
    with pytest.raises(NoRadio):
        await companion.connect()
    assert (companion.connection.state, companion.connection.reason) == (ConnectionState.DISCONNECTED, Reason.NO_RADIO)


# The one connection state


def test_every_change_is_told_once_with_its_reason() -> None:
    connection = Connection()
    told: list[tuple[ConnectionState, Reason]] = []
    end = connection.observe(lambda change: told.append((change.state, change.reason)))
    connection.become(ConnectionState.SEARCHING, Reason.ASKED)
    connection.become(ConnectionState.DISCONNECTED, Reason.NOT_FOUND)
    connection.become(ConnectionState.DISCONNECTED, Reason.NOT_FOUND)
    end()
    connection.become(ConnectionState.SEARCHING, Reason.ASKED)
    assert told == [(ConnectionState.SEARCHING, Reason.ASKED), (ConnectionState.DISCONNECTED, Reason.NOT_FOUND)]
    assert (connection.state, connection.reason) == (ConnectionState.SEARCHING, Reason.ASKED)


@pytest.mark.parametrize(
    "state", [one for one in ConnectionState if one not in (ConnectionState.DISCONNECTED, ConnectionState.SEARCHING)]
)
def test_no_step_can_be_left_out(state: ConnectionState) -> None:
    connection = Connection()
    with pytest.raises(ValueError, match="disconnected to"):
        connection.become(state, Reason.ASKED)
    assert connection.state is ConnectionState.DISCONNECTED


async def test_waiting_for_a_state_ends_when_it_is_reached() -> None:
    connection = Connection()
    waiting = asyncio.create_task(connection.reaches(ConnectionState.CONNECTING))
    await asyncio.sleep(0)
    connection.become(ConnectionState.SEARCHING, Reason.ASKED)
    await asyncio.sleep(0)
    assert not waiting.done()
    connection.become(ConnectionState.CONNECTING, Reason.FOUND)
    assert (await waiting).reason is Reason.FOUND
    assert (await connection.reaches(ConnectionState.CONNECTING)).reason is Reason.FOUND
