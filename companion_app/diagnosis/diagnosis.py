"""Asks for everything that a picture needs, one after the other and for real, and stops at the first that fails."""

from __future__ import annotations

import shutil
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path
from typing import Any

from companion_app.companion import Companion
from companion_app.diagnosis.blame import blamed
from companion_app.diagnosis.errors import NotHeard
from companion_app.diagnosis.finding import Finding, Step, Verdict
from companion_app.diagnosis.glasses import power_finding, room_finding, switch_finding
from companion_app.errors import AppError
from companion_app.gallery.errors import NotTheOwner
from companion_app.gallery.space import WARN_BELOW_BYTES
from companion_app.link.connection import ConnectionState
from companion_app.link.surroundings import Surroundings, look_around

LISTEN_S = 8.0  # several advertising intervals of glasses that rest, which is 1 s at most
WEAK_DBM = -85  # near what a radio can still hear
_PROVEN = "proven"

LookAround = Callable[[bytes | None, float], Awaitable[Surroundings]]


def _free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free


class Diagnosis:
    """One run at a time. `folder`: where the app keeps its data; `look_around` and `free_bytes` ask this device."""

    def __init__(
        self,
        companion: Companion,
        folder: Path,
        *,
        look_around: LookAround = look_around,
        free_bytes: Callable[[Path], int] = _free_bytes,
    ) -> None:
        self._companion = companion
        self._folder = folder
        self._look_around = look_around
        self._free_bytes = free_bytes

    async def run(self, tell: Callable[[Finding], None], *, picture: bool) -> list[Finding]:
        """A finding for every Step, in order; `tell` hears each as it is found. `picture`: whether a photograph may be
        taken for it, with its light and on record; without one, what only a picture shows stays UNTRIED."""
        found: list[Finding] = []
        trying = Step.RADIO
        try:
            async for finding in self._ask(picture):
                found.append(finding)
                tell(finding)
                trying = _after(finding.step)
        except AppError as error:
            self._note_failure(found, tell, error, blamed(error, trying))
        for step in list(Step)[len(found) :]:
            found.append(Finding(step, Verdict.UNTRIED))
            tell(found[-1])
        return found

    def _note_failure(
        self, found: list[Finding], tell: Callable[[Finding], None], error: AppError, guilty: Step
    ) -> None:
        """What lies between the last finding and the guilty step was passed on the way to it. A step that seemed good
        and was refused after all is found anew."""
        steps = list(Step)
        while found and steps.index(found[-1].step) >= steps.index(guilty):
            found.pop()
        for step in steps[len(found) : steps.index(guilty)]:
            found.append(Finding(step, Verdict.GOOD))
            tell(found[-1])
        found.append(Finding(guilty, Verdict.BAD, error))
        tell(found[-1])

    async def _ask(self, picture: bool) -> AsyncGenerator[Finding]:
        """Raises AppError at the first thing that fails."""
        if self._companion.connection.state is ConnectionState.CONNECTED:
            await self._companion.say_hello()  # a session that is dead and does not know it yet
            for step in (Step.RADIO, Step.PERMISSION, Step.PAIRED, Step.RANGE, Step.SESSION):
                yield Finding(step, Verdict.GOOD, facts={"by": "session"})
        else:
            async for finding in self._reach():
                yield finding
        if not self._companion.opens_pictures:
            raise NotTheOwner(self._companion.pin.owner_key.hex())
        yield Finding(Step.OWNER, Verdict.GOOD)
        status, settings = await self._companion.status(), self._companion.settings
        yield power_finding(status)
        yield switch_finding(settings)
        yield room_finding(status, settings)
        if picture:
            async for finding in self._take():
                yield finding

    async def _reach(self) -> AsyncGenerator[Finding]:
        """From the radio of this device to a session with the glasses."""
        pin = self._companion.pin if self._companion.paired else None
        await self._companion.disconnect()  # what connects again by itself would scan at the same time
        around = await self._look_around(pin.pair_key if pin else None, LISTEN_S)
        yield Finding(Step.RADIO, Verdict.GOOD, facts={"devices": around.devices})
        yield Finding(Step.PERMISSION, Verdict.GOOD)
        yield Finding(Step.PAIRED, Verdict.GOOD, facts={"glasses": self._companion.pin.glasses})
        yield _in_range(around)
        await self._companion.connect()
        yield Finding(Step.SESSION, Verdict.GOOD)

    async def _take(self) -> AsyncGenerator[Finding]:
        """One photograph, from the light to this device's gallery."""
        taken = await self._companion.capture()
        proven = taken.light.get("verdict") == _PROVEN
        yield Finding(Step.LIGHT, Verdict.GOOD if proven else Verdict.DOUBTFUL, facts={"light": taken.light})
        yield Finding(Step.CAMERA, Verdict.GOOD, facts={"picture_bytes": taken.bytes})
        yield Finding(Step.TRANSFER, Verdict.GOOD, facts=_speed(self._companion.link_info()))
        free = self._free_bytes(self._folder)
        verdict = Verdict.GOOD if free >= WARN_BELOW_BYTES else Verdict.DOUBTFUL
        yield Finding(Step.HERE, verdict, facts={"free_bytes": free, "picture": taken.id})


def _in_range(around: Surroundings) -> Finding:
    """Raises NotHeard, with what was heard instead."""
    if around.own_dbm is None:
        raise NotHeard(around)
    verdict = Verdict.GOOD if around.own_dbm > WEAK_DBM else Verdict.DOUBTFUL
    return Finding(Step.RANGE, verdict, facts={"own_dbm": around.own_dbm})


def _speed(link: dict[str, Any]) -> dict[str, Any]:
    return {"goodput_bytes_per_s": link["goodput_bytes_per_s"], "bytes_sent_twice": link["bytes_sent_twice"]}


def _after(step: Step) -> Step:
    steps = list(Step)
    return steps[min(steps.index(step) + 1, len(steps) - 1)]
