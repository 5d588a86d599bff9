"""Why no image arrives: each step is asked for, the first that fails is named, and nothing after it is claimed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from plainsight import wire

from companion_app.companion import Companion
from companion_app.diagnosis import Diagnosis, Finding, Step, Verdict
from companion_app.diagnosis.blame import CODES
from companion_app.diagnosis.errors import NotHeard
from companion_app.errors import AppError
from companion_app.gallery.errors import CannotOpen, GalleryFull, NoSpaceLeft, NotTheOwner
from companion_app.link.connection import ConnectionState
from companion_app.link.errors import (
    GlassesRefused,
    LinkLost,
    NoRadio,
    NotAdmitted,
    NotPaired,
    RadioDenied,
    RadioOff,
)
from companion_app.link.surroundings import Surroundings
from tests.app.conftest import Air
from tests.app.peer import Peer

PLENTY = 10 << 30
HEARD = Surroundings(seconds=0.5, devices=4, glasses=2, pairing=0, own_dbm=-60)


class Around:
    """What a scan would hear; `error` in place of it. `listened` counts scans."""

    def __init__(self) -> None:
        self.heard = HEARD
        self.error: AppError | None = None
        self.listened = 0

    async def __call__(self, _pair_key: bytes | None, _seconds: float) -> Surroundings:
        self.listened += 1
        if self.error is not None:
            raise self.error
        return self.heard


@pytest.fixture
def around() -> Around:
    return Around()


async def diagnose(app: Companion, around: Around, *, picture: bool = True, free: int = PLENTY) -> dict[Step, Finding]:
    """One run; what was told as it went ends in what was returned."""
    told: dict[Step, Finding] = {}

    def tell(finding: Finding) -> None:
        told[finding.step] = finding

    diagnosis = Diagnosis(app, Path(), look_around=around, free_bytes=lambda _: free)
    found = await diagnosis.run(tell, picture=picture)
    assert [finding.step for finding in found] == list(Step)
    assert all(told[finding.step] == finding for finding in found)
    return told


def check_stops_at(found: dict[Step, Finding], guilty: Step, kind: type[AppError]) -> None:
    """Good before, bad there, untried behind."""
    steps = list(Step)
    at = steps.index(guilty)
    assert isinstance(found[guilty].error, kind), found[guilty]
    assert {found[step].verdict for step in steps[:at]} <= {Verdict.GOOD, Verdict.DOUBTFUL}
    assert found[guilty].verdict is Verdict.BAD
    assert {found[step].verdict for step in steps[at + 1 :]} <= {Verdict.UNTRIED}


async def test_all_is_well_and_a_picture_came(paired: Companion, around: Around) -> None:
    found = await diagnose(paired, around)
    assert {finding.verdict for finding in found.values()} == {Verdict.GOOD}
    assert found[Step.HERE].facts["picture"] == paired.gallery.pictures()[0].id
    assert found[Step.HERE].facts["free_bytes"] == PLENTY
    assert around.listened == 0, "a session that stands proves the radio by itself"


async def test_without_a_picture_none_is_taken(paired: Companion, peer: Peer, around: Around) -> None:
    found = await diagnose(paired, around, picture=False)
    assert paired.gallery.pictures() == []
    assert "capture" not in [name for name, _ in peer.requests]
    assert found[Step.ROOM].verdict is Verdict.GOOD
    assert {found[step].verdict for step in list(Step)[list(Step).index(Step.LIGHT) :]} == {Verdict.UNTRIED}


async def test_from_the_radio_to_the_gallery_when_not_connected(paired: Companion, around: Around) -> None:
    await paired.disconnect()
    found = await diagnose(paired, around)
    assert {finding.verdict for finding in found.values()} == {Verdict.GOOD}
    assert found[Step.RADIO].facts == {"devices": 4}
    assert found[Step.RANGE].facts == {"own_dbm": -60}
    assert paired.connection.state is ConnectionState.CONNECTED


@pytest.mark.parametrize(
    ("error", "guilty"),
    [(NoRadio(), Step.RADIO), (RadioOff(), Step.RADIO), (RadioDenied(), Step.PERMISSION)],
)
async def test_no_radio_and_no_permission_are_told_apart(
    paired: Companion, around: Around, error: AppError, guilty: Step
) -> None:
    await paired.disconnect()
    around.error = error
    check_stops_at(await diagnose(paired, around), guilty, type(error))


async def test_a_phone_without_glasses_is_told_to_pair(companion: Companion, around: Around) -> None:
    check_stops_at(await diagnose(companion, around), Step.PAIRED, NotPaired)


async def test_glasses_out_of_range_come_with_what_was_heard_instead(paired: Companion, around: Around) -> None:
    await paired.disconnect()
    around.heard = Surroundings(0.5, devices=3, glasses=1, pairing=1, own_dbm=None)
    found = await diagnose(paired, around)
    check_stops_at(found, Step.RANGE, NotHeard)
    error = found[Step.RANGE].error
    assert isinstance(error, NotHeard)
    assert error.around == around.heard


async def test_a_weak_signal_is_no_failure(paired: Companion, around: Around) -> None:
    await paired.disconnect()
    around.heard = Surroundings(0.5, devices=1, glasses=1, pairing=0, own_dbm=-92)
    found = await diagnose(paired, around, picture=False)
    assert found[Step.RANGE].verdict is Verdict.DOUBTFUL
    assert found[Step.SESSION].verdict is Verdict.GOOD


async def test_a_phone_that_was_removed_is_turned_away_at_the_session(
    paired: Companion, peer: Peer, around: Around
) -> None:
    await paired.disconnect()
    peer.pair_key = None
    check_stops_at(await diagnose(paired, around), Step.SESSION, NotAdmitted)


async def test_glasses_that_vanish_between_scan_and_session(paired: Companion, air: Air, around: Around) -> None:
    await paired.disconnect()
    air.peers.clear()
    found = await diagnose(paired, around)
    assert found[Step.RANGE].verdict is Verdict.BAD, "heard, and gone when it came to the session"
    assert found[Step.SESSION].verdict is Verdict.UNTRIED


async def test_a_guest_learns_that_the_pictures_are_another_phones(companion: Companion, peer: Peer) -> None:
    peer.owner_public = bytes(32)
    await companion.pair("AAAQEAYEAUDAOCAJBIFQYDIOB4", "guest")
    check_stops_at(await diagnose(companion, Around()), Step.OWNER, NotTheOwner)


async def test_sleeping_glasses_and_an_empty_battery(paired: Companion, peer: Peer, around: Around) -> None:
    status = peer._status({}, b"")
    peer.answers["status"] = lambda _: {**status, "state": "shelf"}
    check_stops_at(await diagnose(paired, around), Step.POWER, GlassesRefused)
    peer.answers["status"] = lambda _: {**status, "battery_percent": 7}
    found = await diagnose(paired, around, picture=False)
    assert found[Step.POWER].verdict is Verdict.DOUBTFUL
    assert found[Step.POWER].facts["battery_percent"] == 7


async def test_switches_that_are_off(paired: Companion, around: Around) -> None:
    await paired.change_settings(button=False)
    found = await diagnose(paired, around, picture=False)
    assert found[Step.SWITCH].verdict is Verdict.DOUBTFUL
    assert found[Step.SWITCH].facts["off"] == ["button"]
    await paired.change_settings(app=False)
    check_stops_at(await diagnose(paired, around), Step.SWITCH, GlassesRefused)


@pytest.mark.parametrize("card", ["absent", "foreign", "protected", "failed"])
async def test_a_card_that_cannot_be_used_where_it_was_chosen(
    paired: Companion, peer: Peer, around: Around, card: str
) -> None:
    status = peer._status({}, b"")
    peer.answers["status"] = lambda _: {**status, "card": card}
    assert (await diagnose(paired, around, picture=False))[Step.ROOM].verdict is Verdict.GOOD
    await paired.change_settings(storage="card")
    check_stops_at(await diagnose(paired, around), Step.ROOM, GlassesRefused)


async def test_pictures_that_wait_are_named(paired: Companion, peer: Peer, around: Around) -> None:
    status = peer._status({}, b"")
    peer.answers["status"] = lambda _: {**status, "not_imported": 3}
    found = await diagnose(paired, around, picture=False)
    assert (found[Step.ROOM].verdict, found[Step.ROOM].facts["waiting"]) == (Verdict.DOUBTFUL, 3)


@pytest.mark.parametrize(("code", "guilty"), sorted(CODES.items()))
async def test_every_refusal_of_a_picture_lands_at_its_step(
    paired: Companion, peer: Peer, around: Around, code: str, guilty: Step
) -> None:
    peer.answers["capture"] = lambda _: {"error": code}
    check_stops_at(await diagnose(paired, around), guilty, GlassesRefused)


def test_what_a_picture_can_be_refused_with_is_known() -> None:
    assert set(CODES) <= set(wire.ERRORS)
    families = ("light_", "camera_", "card_", "storage_")
    assert {code for code in wire.ERRORS if code.startswith(families)} <= set(CODES)


@pytest.mark.parametrize(
    ("error", "guilty"),
    [
        (LinkLost(), Step.SESSION),
        (CannotOpen("bad_padding"), Step.TRANSFER),
        (GalleryFull(28), Step.HERE),
        (NoSpaceLeft(1, 2), Step.HERE),
    ],
)
async def test_what_fails_behind_the_camera(
    paired: Companion, around: Around, monkeypatch: pytest.MonkeyPatch, error: AppError, guilty: Step
) -> None:
    async def fail() -> Any:
        raise error

    monkeypatch.setattr(paired, "capture", fail)
    check_stops_at(await diagnose(paired, around), guilty, type(error))


async def test_an_unproven_light_and_little_room_are_said_and_do_not_stop_it(
    paired: Companion, peer: Peer, around: Around
) -> None:
    light = {"level": "software", "verdict": "unproven"}
    peer.answers["capture"] = lambda _: peer.take_picture(light=light)
    found = await diagnose(paired, around, free=1 << 20)
    assert found[Step.CAMERA].verdict is Verdict.GOOD
    assert found[Step.HERE].verdict is Verdict.DOUBTFUL
    assert found[Step.HERE].facts["free_bytes"] == 1 << 20
