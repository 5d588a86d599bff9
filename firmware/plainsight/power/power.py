"""The power states: listening, connectable, shelf; what moves the glasses between them, and what charge and heat allow.

Going to the shelf: refuse what is new, let what runs finish, record, tell the phone, radio off, wait for the finger to
leave the button, sleep. Only the button wakes them, as a reset whose cause is `deepsleep`.
"""

import asyncio

from plainsight.compat import const
from plainsight.errors import Refused
from plainsight.power import limits
from plainsight.power.supply import Supply

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from plainsight.contract import Clock
    from plainsight.journal import Journal
    from plainsight.listening import VoicePolicy
    from plainsight.power.calibration import Calibration
    from plainsight.settings import Settings

    class Board(Protocol):
        """What power needs of a board."""

        def battery_mv(self) -> int: ...
        def temperature_c(self) -> int: ...
        def button_pressed(self) -> bool: ...
        def set_cpu(self, hz: int) -> None: ...
        def sleep_until_button(self) -> None: ...

    class Recorder(Protocol):
        """What power needs of the recorder; `stop` ends a clip or a time-lapse, soon if not at once."""

        @property
        def doing(self) -> str: ...
        @property
        def camera_in_use(self) -> bool: ...
        def stop(self, reason: str) -> str: ...


LISTENING = "listening"
CONNECTABLE = "connectable"
SHELF = "shelf"

FAST_HZ = const(240_000_000)  # the keyword needs 24 % of this (modelled); a TLS handshake and a seal want all of it
SLOW_HZ = const(80_000_000)  # the slowest at which the radio works
_TICK_MS = const(250)
_SAMPLE_MS = const(1_000)
_FAREWELL_MS = const(1_500)  # for the event to reach the phone
_FINISH_MS = const(20_000)  # what a clip may take to end; longer is a fault, and the watchdog's affair
_MS_PER_MIN = const(60_000)


class Power:
    """`recorder` and the functions below it are set by whoever puts the glasses together.

    `post(event, fields)` tells the phone, `busy()` says that a phone is connected, `show(pattern)` is the status light,
    `writing()` says that a release is being installed, `close_books()` writes down what only memory counts, which a
    sleep forgets.
    """

    def __init__(
        self,
        board: "Board",
        clock: "Clock",
        settings: "Settings",
        voice: "VoicePolicy",
        journal: "Journal",
        calibration: "Calibration",
    ):
        self._board = board
        self._clock = clock
        self._settings = settings
        self._voice = voice
        self._journal = journal
        self.supply = Supply(board, calibration)
        self.battery = self.supply.battery
        self.heat = self.supply.heat
        self.recorder: Recorder | None = None
        self.post: Callable[[str, dict], None] = _nobody_listens
        self.busy: Callable[[], bool] = _never
        self.radio_off: Callable[[], None] = _nothing
        self.show: Callable[[str], None] = _shows_nothing
        self.writing: Callable[[], bool] = _never
        self.close_books: Callable[[], None] = _nothing
        self.asleep = ""  # why the glasses are on their way to the shelf, or ""
        self._wanted = LISTENING
        self._shelf_asked = ""
        self._settled = asyncio.Event()  # an app's wish for the shelf is granted or refused
        self._refused: Refused | None = None
        self._hz = 0
        self._idle_ms = 0
        self._ticked_ms = clock.ms()
        self._sampled_ms = clock.ms()
        self.state = self._effective()
        self.sample()

    @property
    def percent(self) -> int:
        """Charge left, 0 to 100."""
        return self.supply.gauge.percent

    @property
    def mv(self) -> int:
        """The battery's voltage, calibrated."""
        return self.supply.gauge.mv

    @property
    def temperature_c(self) -> int:
        """What the chip's own sensor says: warmer than the glasses."""
        return self.heat.celsius

    def may_expose(self, trigger: str, kind: str = "photo") -> "Refused | None":
        """None, and the processor at full speed; or why there is no new exposure of this kind now."""
        self.used()
        going = self.asleep or self._shelf_asked
        refused = Refused("asleep", {"reason": going}) if going else self.supply.against(kind)
        if refused is None:
            self._set_cpu(FAST_HZ)
        else:
            refused.detail["trigger"] = trigger
        return refused

    def must_end(self) -> "Refused | None":
        """Why a clip or a time-lapse that runs has to end now, or None. Asked before each of its frames."""
        if self.asleep:
            return Refused("asleep", {"reason": self.asleep})
        return self.supply.ends()

    def used(self) -> None:
        """Somebody uses the glasses: the time without use starts anew."""
        self._idle_ms = 0

    def ask(self, state: str, reason: str) -> None:
        """Change the state soon, from a place that cannot wait; a refusal shows only in the journal."""
        if state == SHELF:
            self._shelf_asked = self._shelf_asked or reason
            return
        try:
            self.change(state, reason)
        except Refused as refused:
            self._record_quietly("refusal", reason=refused.code, trigger=reason)

    def change(self, state: str, reason: str) -> None:
        """Between listening and connectable. Raises Refused: nothing has changed then."""
        if state == LISTENING and not self._voice.awaits_word():
            raise Refused("switched_off" if self._voice.may_listen() else "voice_off", {"trigger": "keyword"})
        if self.asleep:
            raise Refused("asleep", {"reason": self.asleep})
        self.used()
        if state != self.state:
            self._journal.append("power", state=state, reason=reason)
        self._wanted = state
        self._enter(state, reason)

    async def shelve(self, reason: str) -> None:
        """Return once what runs has finished and the record stands; then they go. Raises Refused: they stay."""
        self._settled.clear()
        self._refused = None
        self._shelf_asked = self._shelf_asked or reason
        await self._settled.wait()
        if self._refused is not None:
            raise self._refused

    async def run(self, alive: "Callable[[], None]") -> None:
        """Until the glasses sleep: watch battery, heat and idle time. `alive` is called each time."""
        while not await self._step(alive):
            await self._clock.sleep_ms(_TICK_MS)

    def sample(self) -> None:
        """One look at battery and heat."""
        self.supply.sample(self._camera_runs())

    def woken(self) -> None:
        """Record that the button has ended the sleep."""
        self._record_quietly("power", state=self.state, reason="button", percent=self.percent)

    async def _step(self, alive: "Callable[[], None]") -> bool:
        """One tick; True when the glasses have slept."""
        alive()
        now_ms = self._clock.ms()
        elapsed_ms = self._clock.diff(now_ms, self._ticked_ms)
        self._ticked_ms = now_ms
        self._idle_ms = 0 if self._in_use() else self._idle_ms + elapsed_ms
        if self._clock.diff(now_ms, self._sampled_ms) >= _SAMPLE_MS:
            self._sampled_ms = now_ms
            self._watch()
        self._follow_voice()
        self._set_cpu(FAST_HZ if self.state == LISTENING or self.busy() or self._camera_runs() else SLOW_HZ)
        reason = self._shelf_asked or self._shelf_due()
        return bool(reason) and await self._go(reason, alive)

    def _watch(self) -> None:
        """Look, record what charge or heat allow from now on, then say so."""
        self.sample()
        for reason in self.supply.news():
            self._record_quietly(
                "power", state=self.state, reason=reason, percent=self.percent, temperature_c=self.temperature_c
            )
            self.post("power", {"state": self.state, "reason": reason})

    def _shelf_due(self) -> str:
        """Why the glasses should sleep now, or ""."""
        if self.battery.stage == limits.SHELF:
            return "battery_low"
        minutes = self._settings.values["shelf_after_min"]
        if minutes and self._idle_ms >= minutes * _MS_PER_MIN:
            return "idle"
        return ""

    async def _go(self, reason: str, alive: "Callable[[], None]") -> bool:
        """Go to the shelf; False where that could not be recorded and may not happen without."""
        self.asleep = reason
        await self._finish(alive)
        try:
            self._journal.append("power", state=SHELF, reason=reason, percent=self.percent)
        except Refused as refused:
            if reason != "battery_low":
                self.asleep = self._shelf_asked = ""
                self.used()
                self._refused = refused
                self._settled.set()
                return False
            # An empty battery goes before the record: sleeping allows less, never more.
        self._settled.set()
        if reason != "battery_low":  # which has a pattern of its own
            self.show(SHELF)
        self.post("power", {"state": SHELF, "reason": reason})
        await self._wait(_FAREWELL_MS, alive)
        self.close_books()
        self.state = SHELF
        self.radio_off()
        while self._board.button_pressed():  # it wakes by level: a finger that is still there would wake them at once
            alive()
            await self._clock.sleep_ms(_TICK_MS)
        self._board.sleep_until_button()
        return True

    async def _finish(self, alive: "Callable[[], None]") -> None:
        """End what runs and wait until its last byte is written. After _FINISH_MS `alive` is no longer called."""
        while self.writing():  # an installation bounds its own time, and ends in a restart of its own
            alive()
            await self._clock.sleep_ms(_TICK_MS)
        recorder = self.recorder
        if recorder is None:
            return
        recorder.stop(self.asleep)
        begun_ms = self._clock.ms()
        while recorder.doing != "nothing" or recorder.camera_in_use:
            if self._clock.diff(self._clock.ms(), begun_ms) < _FINISH_MS:
                alive()
            await self._clock.sleep_ms(_TICK_MS)

    async def _wait(self, duration_ms: int, alive: "Callable[[], None]") -> None:
        begun_ms = self._clock.ms()
        while self._clock.diff(self._clock.ms(), begun_ms) < duration_ms:
            alive()
            await self._clock.sleep_ms(_TICK_MS)

    def _follow_voice(self) -> None:
        """The owner's yes or no to the keyword moves the glasses into or out of listening."""
        state = self._effective()
        if state != self.state and not self.asleep:
            self._record_quietly("power", state=state, reason="voice")
            self._enter(state, "voice")

    def _effective(self) -> str:
        return LISTENING if self._wanted == LISTENING and self._voice.awaits_word() else CONNECTABLE

    def _enter(self, state: str, reason: str) -> None:
        if state != self.state:
            self.state = state
            self.post("power", {"state": state, "reason": reason})

    def _in_use(self) -> bool:
        return self.busy() or (self.recorder is not None and self.recorder.doing != "nothing")

    def _camera_runs(self) -> bool:
        return self.recorder is not None and self.recorder.camera_in_use

    def _set_cpu(self, hz: int) -> None:
        if hz != self._hz:
            self._board.set_cpu(hz)
            self._hz = hz

    def _record_quietly(self, kind: str, **data: object) -> None:
        """Where the journal cannot be written nothing can be exposed either; the glasses still save their battery."""
        try:
            self._journal.append(kind, **data)
        except Refused:
            pass


def _nobody_listens(_name: str, _fields: dict) -> None:
    """No phone."""


def _shows_nothing(_pattern: str) -> None:
    """No light."""


def _never() -> bool:
    return False


def _nothing() -> None:
    """Nothing to do."""
