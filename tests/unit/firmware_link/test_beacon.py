"""The broadcast: honest about the camera, recognisable to paired phones alone."""

from __future__ import annotations

from typing import Any

import pytest
from plainsight import beacon, wire
from plainsight.phones import Phone

from tests.unit.firmware_link.manual_clock import ManualClock
from tests.unit.firmware_link.peer import mac


class Radio:
    """Remembers what is broadcast."""

    def __init__(self) -> None:
        self.shown: list[tuple[bytes, bytes, bool]] = []
        self.fails = False
        self.addresses = 0

    def renew_address(self) -> None:
        self.addresses += 1
        self.shown_at_renewal = len(self.shown)

    def advertise(self, data: bytes, response: bytes, connectable: bool) -> None:
        if self.fails:
            raise OSError(16)
        self.shown.append((data, response, connectable))


class PhoneList:
    def __init__(self) -> None:
        self.phones: list[Phone] = []

    def all(self) -> list[Phone]:
        return list(self.phones)


def phone(number: int) -> Phone:
    return Phone(number, "phone", bytes(32), bytes([number]) * 32, 0, "")


class Stage:
    def __init__(self) -> None:
        self.clock = ManualClock()
        self.radio = Radio()
        self.phones = PhoneList()
        self.camera = self.window = self.recording = False
        self.beacon: Any = beacon.Beacon(
            self.radio, self.phones, self.clock, lambda: self.camera, lambda: self.window, lambda: self.recording
        )

    @property
    def payload(self) -> bytes:
        return self.radio.shown[-1][0][21:]


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_the_layout_is_the_published_one(stage: Stage) -> None:
    stage.beacon.refresh()
    data, response, connectable = stage.radio.shown[-1]
    uuid = bytes.fromhex(wire.SERVICE_UUID.replace("-", ""))[::-1]
    assert data[:5] == b"\x02\x01\x06\x1b\x21"
    assert data[5:21] == uuid
    assert len(data) == 31
    assert response[:4] == b"\x1b\xff\xff\xff"
    assert len(response) == 28
    assert connectable


@pytest.mark.parametrize("camera", [False, True])
@pytest.mark.parametrize("window", [False, True])
@pytest.mark.parametrize("paired", [False, True])
@pytest.mark.parametrize("recording", [False, True])
def test_the_state_is_the_truth(stage: Stage, camera: bool, window: bool, paired: bool, recording: bool) -> None:
    stage.camera, stage.window, stage.recording = camera, window, recording
    stage.phones.phones = [phone(1)] if paired else []
    stage.beacon.refresh()
    assert stage.payload[0] == camera + 2 * window + 4 * paired + 8 * recording


def test_a_change_is_broadcast_and_no_change_is_not(stage: Stage) -> None:
    stage.beacon.refresh()
    stage.beacon.refresh()
    assert len(stage.radio.shown) == 1
    stage.camera = True
    stage.beacon.refresh()
    assert len(stage.radio.shown) == 2
    assert stage.payload[0] == 1


def test_each_paired_phone_finds_itself_and_nobody_else_does(stage: Stage) -> None:
    stage.phones.phones = [phone(number) for number in (1, 2, 3)]
    stage.beacon.refresh()
    salt = stage.payload[1:4]
    identifiers = [mac(mac(bytes([number]) * 32, b"beacon"), salt)[:6] for number in (1, 2, 3)]
    assert stage.payload[4:] == identifiers[0]
    assert stage.radio.shown[-1][1][4:16] == identifiers[1] + identifiers[2]
    assert len(set(_identifiers(stage))) == 5


def _identifiers(stage: Stage) -> list[bytes]:
    rest = stage.radio.shown[-1][1][4:]
    return [stage.payload[4:]] + [rest[at : at + 6] for at in range(0, 24, 6)]


@pytest.mark.parametrize("count", [0, 1, 4, 5])
def test_the_number_of_phones_does_not_show(stage: Stage, count: int) -> None:
    stage.phones.phones = [phone(number + 1) for number in range(count)]
    stage.beacon.refresh()
    identifiers = _identifiers(stage)
    assert len(set(identifiers)) == 5
    assert bytes(6) not in identifiers


def test_everything_turns_over_every_quarter_of_an_hour(stage: Stage) -> None:
    stage.phones.phones = [phone(1)]
    stage.beacon.refresh()
    before = stage.payload, set(_identifiers(stage))
    stage.clock.now_ms += beacon.SALT_MS - 1
    stage.beacon.refresh()
    assert stage.payload == before[0]
    stage.clock.now_ms += 1
    stage.beacon.refresh()
    assert stage.payload[1:4] != before[0][1:4]
    assert not before[1] & set(_identifiers(stage))
    assert beacon.SALT_MS == 15 * 60 * 1000


def test_a_new_phone_makes_a_new_salt(stage: Stage) -> None:
    stage.phones.phones = [phone(1)]
    stage.beacon.refresh()
    salt = stage.payload[1:4]
    stage.phones.phones = [phone(1), phone(2)]
    stage.beacon.refresh()
    assert stage.payload[1:4] != salt


def test_the_state_goes_on_while_nobody_may_connect(stage: Stage) -> None:
    stage.beacon.accept(False)
    assert stage.radio.shown[-1][2] is False
    stage.camera = True
    stage.beacon.refresh()
    assert stage.radio.shown[-1][2] is False
    assert stage.payload[0] == 1
    stage.beacon.accept(True)
    assert stage.radio.shown[-1][2] is True


def test_a_radio_that_is_busy_is_asked_again(stage: Stage) -> None:
    stage.radio.fails = True
    stage.beacon.refresh()
    stage.radio.fails = False
    stage.beacon.refresh()
    assert len(stage.radio.shown) == 1


def test_address_and_identifiers_turn_over_together(stage: Stage) -> None:
    stage.beacon.refresh()
    assert (stage.radio.addresses, stage.radio.shown_at_renewal) == (1, 0)
    stage.camera = True
    stage.beacon.refresh()
    assert stage.radio.addresses == 1
    stage.clock.now_ms += beacon.SALT_MS
    stage.beacon.refresh()
    assert (stage.radio.addresses, stage.radio.shown_at_renewal) == (2, 2)


def test_an_address_that_could_not_be_renewed_is_renewed_at_the_next_look(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise OSError(5)

    with monkeypatch.context() as patch:
        patch.setattr(stage.radio, "renew_address", refuse)
        stage.beacon.refresh()
    assert stage.radio.shown == []
    stage.beacon.refresh()
    assert (stage.radio.addresses, len(stage.radio.shown)) == (1, 1)


def test_a_radio_that_was_switched_off_is_left_alone(stage: Stage) -> None:
    stage.beacon.refresh()
    stage.beacon.stop()
    stage.camera = True
    stage.beacon.refresh()
    stage.beacon.accept(True)
    assert len(stage.radio.shown) == 1
