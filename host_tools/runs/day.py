"""A simulated day: the real firmware on the virtual board, the real app, 24 hours of world time.

What is real: every exposure, every sealed byte, every session, every flash write. What is skipped: the time in which
the glasses only wait, in leaps of some seconds while no phone is connected and the camera is off. The battery is held
full, as by a charger. Links drop and the power goes at moments that the seed chooses.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from companion_app.companion import Companion
from companion_app.errors import AppError
from companion_app.gallery import Picture
from companion_app.link.connection import ConnectionState
from companion_app.link.errors import GlassesRefused
from host_tools.journey.button import hold_button
from host_tools.journey.glasses import provisioned_glasses
from host_tools.journey.plan import default_photo
from host_tools.runs.day_accounts import Accounts, settle
from host_tools.simulator import Simulator
from host_tools.simulator.radio.bleak_backend import VirtualAdapter, install, uninstall
from host_tools.worn.unlocking import virtual_vault

_MAIN = Path(__file__).parent / "on_micropython" / "day_main.py"
_BEGAN_S = 1_800_000_000
_LEAP_S = 4.0  # less than the tasks of the glasses may take to report, and than their watchdog
_HELD_S = 60.0
_TAP_S = 0.15  # of real time: a contact is believed once it was polled several times
_AGAIN_S = 0.5  # until no second press can follow
_WITHIN_S = 90.0
_BUSY_S = 0.5
_BUSY_TRIES = 40
_HEAP = "heap "
_FLAT_BYTES = 16 * 1024  # the journal's index grows to its bound, and collections leave what looks like a pointer
_ENOUGH_SAMPLES = 60  # an hour without a restart; before, what is used first is still being loaded


@dataclass(frozen=True)
class Plan:
    """How long, and what happens in one of its `visits`: the time before it without a phone, then the visit."""

    hours: float
    visits: int
    bursts: int  # of 8, each visit
    drops: int
    cuts: int


DAY = Plan(hours=24.0, visits=80, bursts=3, drops=40, cuts=25)
SLICE = Plan(hours=0.5, visits=2, bursts=1, drops=1, cuts=1)
_BURST = 8
_LIVE_FRAMES = 4
_TIMELAPSE_FRAMES = 4
_TIMELAPSE_EVERY_S = 60


@dataclass
class Outcome:
    """What the day came to. `heap`: live bytes a quarter into the longest time without a restart, and at its end."""

    seed: int
    world_s: float = 0.0
    real_s: float = 0.0
    happened: Counter[str] = field(default_factory=Counter[str])
    accounts: Accounts = field(default_factory=Accounts)
    journal: str = ""
    journal_records: int = 0
    exposures: int = 0
    exposures_in_dark: int = 0
    heap: tuple[int, int] = (0, 0)
    heap_samples: int = 0

    @property
    def captures(self) -> int:
        """Items that were exposed and are on record."""
        return self.accounts.recorded

    @property
    def heap_is_flat(self) -> bool:
        """The live heap has not grown, as far as the run was long enough to tell."""
        return self.heap_samples < _ENOUGH_SAMPLES or self.heap[1] - self.heap[0] <= _FLAT_BYTES

    @property
    def sound(self) -> bool:
        """The journal is whole, nothing was exposed in the dark, all is accounted for, the heap is flat."""
        light = self.exposures_in_dark == 0
        return self.journal == "intact" and light and not self.accounts.gaps and self.heap_is_flat

    def text(self) -> str:
        """The counts."""
        accounts = self.accounts
        first, last = self.heap
        lines = [
            f"simulated: {self.world_s / 3600:.1f} h of world time in {self.real_s:.0f} s, seed {self.seed}",
            f"{self.captures} items on record: {accounts.in_gallery} imported, {accounts.deleted} deleted unseen, "
            f"{accounts.on_glasses} on the glasses, {accounts.cut_before_shown} recorded as the power went, "
            f"{accounts.lost_clips} clips of which nothing was left; {accounts.erased} erased from the glasses",
            f"{self.exposures} exposures, {accounts.frames} frames kept, {self.exposures_in_dark} in the dark",
            f"journal {self.journal}, {self.journal_records} records",
            f"heap {first} bytes live a quarter into the longest run, {last} at its end ({self.heap_samples} samples)",
            ", ".join(f"{count} {what}" for what, count in sorted(self.happened.items())),
        ]
        return "\n".join(lines + accounts.gaps)


async def run(plan: Plan, seed: int, tell: Callable[[str], None] = lambda _line: None) -> Outcome:
    """Live through it."""
    begun_s = time.monotonic()
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="plainsight-day-")))
        photo = default_photo()
        simulator, code = await stack.enter_async_context(
            provisioned_glasses(photo, "instant", "optical", folder / "flash.img", main=_MAIN)
        )
        assert code is not None, "fresh flash is always provisioned"
        install(VirtualAdapter(link=simulator.radio.link))
        stack.callback(uninstall)
        app = await Companion.open(virtual_vault(folder / "app"), clock=lambda: _BEGAN_S + simulator.world.now_s)
        stack.push_async_callback(app.close)
        day = _Day(plan, seed, simulator, app, tell)
        await day.begin(code.qr_text)
        await day.live()
        outcome = await day.end()
    outcome.real_s = time.monotonic() - begun_s
    return outcome


class _Day:
    """The glasses, the phone and what the seed has in store for them."""

    def __init__(
        self, plan: Plan, seed: int, simulator: Simulator, app: Companion, tell: Callable[[str], None]
    ) -> None:
        self._plan = plan
        self._random = random.Random(seed)
        self._simulator = simulator
        self._world = simulator.world
        self._app = app
        self._tell = tell
        self._begun_s = self._world.now_s
        self._pictures: dict[str, Picture] = {}
        self._outcome = Outcome(seed)
        self._happened = self._outcome.happened
        self._drops = set(self._random.sample(range(plan.visits), plan.drops))
        moments = [(visit, when) for visit in range(plan.visits) for when in ("alone", "meet")]
        self._cuts = set(self._random.sample(moments, plan.cuts))
        app.on_picture(self._came)
        app.on_refusal(lambda refusal: self._happened.update([f"refusals ({refusal.reason})"]))

    async def begin(self, qr_text: str) -> None:
        """First login, pairing, settings."""
        await self._switch_on()
        self._app.onboarding.opt_out()
        await hold_button(self._simulator)
        await self._app.pair(qr_text, "phone")
        await self._app.change_settings(photo_size="vga", erase_after_import=True, clip_seconds=2)

    async def live(self) -> None:
        """Visit by visit."""
        until_s = self._world.now_s
        for visit in range(self._plan.visits):
            until_s += self._plan.hours * 3600 / self._plan.visits
            await self._app.disconnect()
            await self._alone(visit, until_s)
            await self._meet(visit)
            self._tell(
                f"visit {visit + 1} of {self._plan.visits}: {len(self._pictures)} pictures, "
                f"{dict(sorted(self._happened.items()))}"
            )

    async def end(self) -> Outcome:
        """One last visit without faults, and the accounts."""
        world, outcome = self._world, self._outcome
        world.forget_script()
        await self._connected()
        await self._app.sync()
        await self._app.disconnect()
        await self._connected()  # so that what the import wrote is seen and signed too
        verdict = self._app.journal_verdict
        lines = self._app.journal_lines()
        outcome.journal = "intact" if verdict is not None and verdict.intact else str(verdict)
        outcome.journal_records = len(lines)
        wedged = outcome.accounts.gaps
        outcome.accounts = settle(lines, list(self._pictures.values()), await self._app.items(), world.exposures)
        outcome.accounts.gaps += wedged
        outcome.exposures, outcome.exposures_in_dark = len(world.exposures), world.exposures_in_dark
        outcome.world_s = world.now_s - self._begun_s
        runs = _runs(self._simulator.board.log)
        longest = max(runs, key=len)
        self._tell(f"heap: {longest}")
        quarter = len(longest) // 4  # by then everything was used once and is in memory for good
        outcome.heap = (min(longest[quarter : quarter + 3]), min(longest[-3:]))
        outcome.heap_samples = len(longest)
        return outcome

    async def _alone(self, visit: int, until_s: float) -> None:
        """Time without a phone: presses, and the time-lapse that the last visit left behind."""
        presses = sorted(self._random.uniform(0.1, 0.9) for _ in range(2))
        begun_s = self._world.now_s
        for part in presses:
            await self._pass(begun_s + part * (until_s - begun_s))
            if (visit, "alone") in self._cuts:
                self._world.power.cut(self._random.randint(0, 120), torn=self._random.random() < 0.5)
            await self._press()
        await self._pass(until_s)
        self._world.power.mend()

    async def _pass(self, until_s: float) -> None:
        """Leap through what is only waiting."""
        while self._world.now_s < until_s:
            if not self._simulator.board.running:
                await self._restart()
            elif self._world.camera.running:
                await asyncio.sleep(0.02)
            else:
                await self._leap(min(_LEAP_S, max(0.001, until_s - self._world.now_s)))

    async def _press(self) -> None:
        """A photograph by hand."""
        self._world.button.press()
        await asyncio.sleep(_TAP_S)
        self._world.button.release()
        await asyncio.sleep(_AGAIN_S)
        await self._pass(self._world.now_s + 2.0)
        self._happened["presses"] += 1

    async def _meet(self, visit: int) -> None:
        """The phone comes, fetches what waits, asks for pictures, and goes."""
        await self._connected()
        acts = [("burst", self._burst)] * self._plan.bursts + [("capture", self._capture)]
        if visit % 4 == 1:
            acts.append(("clip", self._clip))
        if visit % 4 == 3:
            acts.append(("live", self._live))
        self._random.shuffle(acts)
        if visit in self._drops:
            self._simulator.radio.drop_after(self._random.randint(2_000, 200_000))
            self._happened["link drops planned"] += 1
        cut = (visit, "meet") in self._cuts
        for number, (name, act) in enumerate(acts):
            if cut and number == len(acts) // 2:
                self._world.power.cut(self._random.randint(0, 400), torn=self._random.random() < 0.5)
            await self._try(name, act)
        await self._try("sync", self._app.sync)
        self._world.power.mend()
        if visit % 3 == 0:
            await self._try("delete", self._delete)
        if visit % 2 == 0:
            await self._try("timelapse", self._timelapse)

    async def _try(self, name: str, act: Callable[[], Coroutine[Any, Any, object]]) -> None:
        """One act, which a lost link or a lost supply may end. `busy` is an answer that must change before long."""
        ended, tries = await self._ended(act()), 1
        while ended == "busy" and tries < _BUSY_TRIES:
            self._happened["busy answered"] += 1
            await asyncio.sleep(_BUSY_S)
            ended, tries = await self._ended(act()), tries + 1
        if ended == "busy":
            self._outcome.accounts.gaps.append(f"{name}: busy for {_BUSY_TRIES * _BUSY_S:.0f} s")
        self._happened[f"{name} {ended}"] += 1
        await self._connected()

    async def _ended(self, act: Coroutine[Any, Any, object]) -> str:
        """Do it; `done`, or the word for why not."""
        task = asyncio.create_task(act)
        off = asyncio.create_task(self._simulator.board.wait_until_off(timeout_s=_WITHIN_S * 4))
        try:
            await asyncio.wait({task, off}, return_when=asyncio.FIRST_COMPLETED, timeout=_WITHIN_S)
            if not task.done():
                task.cancel()
            await task
        except GlassesRefused as refused:
            return refused.code
        except AppError as error:
            return f"ended by {type(error).__name__}"
        except asyncio.CancelledError:
            return "ended by power"
        finally:
            off.cancel()
            with suppress(asyncio.CancelledError, TimeoutError):
                await off
        return "done"

    async def _burst(self) -> None:
        await self._app.burst(_BURST)

    async def _capture(self) -> None:
        await self._app.capture()

    async def _clip(self) -> None:
        await self._app.clip(2, False)

    async def _live(self) -> None:
        async with self._app.live_frames(60, "qvga") as view:
            for _ in range(_LIVE_FRAMES):
                await view.next()
        if view.ended.result().agrees is False:
            self._outcome.accounts.gaps.append("live: what came is not what the glasses recorded")

    async def _timelapse(self) -> None:
        await self._app.timelapse(_TIMELAPSE_EVERY_S, _TIMELAPSE_FRAMES)

    async def _delete(self) -> None:
        """The owner does not want the newest picture."""
        pictures = self._app.gallery.pictures()
        if pictures:
            await self._app.delete(pictures[0])

    async def _connected(self) -> None:
        """A session, whatever it takes."""
        async with asyncio.timeout(_WITHIN_S):
            while True:
                if not self._simulator.board.running:
                    await self._restart()
                if self._app.connection.state is ConnectionState.CONNECTED:
                    return
                with suppress(AppError):
                    await self._app.connect()
                await asyncio.sleep(0.05)

    async def _switch_on(self) -> None:
        seen = len(self._simulator.board.log)
        await self._simulator.board.start()
        await self._simulator.board.wait_for_log("ready", after=seen)

    async def _restart(self) -> None:
        """The power was gone; the wearer switches the glasses on again."""
        self._world.power.mend()
        self._happened["power cuts"] += 1
        await self._switch_on()

    async def _leap(self, seconds: float) -> None:
        async with asyncio.timeout(_HELD_S):
            await self._world.leap(seconds)

    def _came(self, picture: Picture) -> None:
        self._pictures[picture.id] = picture


def _runs(log: list[str]) -> list[list[int]]:
    """Samples of the live heap, by the starts between them."""
    runs: list[list[int]] = [[]]
    for line in log:
        if line.startswith(_HEAP):
            runs[-1].append(int(line.split()[1]))
        elif "ready" in line:
            runs.append([])
    return runs
