"""The whole device, put together from its parts, and the tasks that it runs."""

from plainsight import identity
from plainsight.beacon import Beacon
from plainsight.bearer_ble import BleBearer
from plainsight.chain.audit import audit
from plainsight.compat import const
from plainsight.crashes import STEADY_MS
from plainsight.door import Door
from plainsight.errors import Refused
from plainsight.health import Health, NoWatchdog
from plainsight.keyword.permission import RESTING
from plainsight.parts import Parts
from plainsight.tasks import Tasks
from plainsight.tls_port import TlsEndpoint
from plainsight.triggers.button import Button
from plainsight.triggers.wearer import Wearer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from board import Board
    from gatt_radio import GattRadio

    from plainsight.clock import Clock
    from plainsight.contract import Watchdog
    from plainsight.crashes import Crashes
    from plainsight.damage import Damage

_WATCHDOG_MS = const(10_000)  # longer than the camera driver can block
_WITHIN_MS = const(8_000)
_HOUSE_MS = const(250)
_CATCH_UP_ROUNDS = const(240)  # a minute: each attempt on a full flash writes to it
_CARD_MS = const(5_000)
_ROUNDS_WITHOUT = const(6)
_AUDIT_PAUSE_MS = const(50)


def log(text: str) -> None:
    """One line on the console of the board: reasons and codes, never secrets."""
    print("plainsight: " + text)  # noqa: T201 - the console is where a log goes


class Glasses:
    """Built once at boot from a board and a clock; `root` is the folder of the flash.

    `crashes` and `damage`: what the start of this boot has found; without them the glasses find out for themselves.
    """

    def __init__(
        self,
        board: "Board",
        clock: "Clock",
        root: str = ".",
        crashes: "Crashes | None" = None,
        damage: "Damage | None" = None,
    ):
        self._board = board
        self._clock = clock
        self._root = root
        self._found = (crashes, damage)

    async def run(self) -> None:
        """For ever. Raises NotProvisioned on a flash without an identity, TaskFailed when a task ends."""
        self._identity = identity.load(self._root)
        radio = self._board.gatt_radio()
        bearer = BleBearer(radio, self._clock)
        bearer.start()  # random numbers are only good once the radio is on
        self._parts = parts = Parts(self._board, self._clock, self._root, self._identity, log, *self._found)
        service = parts.service(self._voice_changed)
        self._window = parts.window
        beacon = Beacon(
            radio,
            parts.phones,
            self._clock,
            lambda: parts.recorder.camera_in_use,
            self._window.is_open,
            lambda: parts.recorder.doing in ("clip", "timelapse", "live"),
        )
        endpoint = TlsEndpoint(self._identity.certificate, self._identity.key)
        self._door = Door(bearer, beacon, endpoint, parts.pairing, service, self._clock, log)
        parts.recorder.post = self._post
        parts.recorder.connected = lambda: self._door.session
        parts.question.connected = lambda: self._door.session
        self._set_up_power(beacon, radio)
        parts.listener.tell = lambda state: self._door.post("keyword", {"keyword": state})
        parts.updates.post = self._door.post
        parts.updates.close_books = self._close_books
        try:
            await self._start(bearer, beacon).run()
        finally:  # a task has failed: what follows is a restart as well
            self._forget_what_was_heard()

    def _set_up_power(self, beacon: Beacon, radio: "GattRadio") -> None:
        parts = self._parts

        def radio_off() -> None:
            beacon.stop()
            radio.stop()

        parts.power.post = self._door.post
        parts.power.show = parts.signals.show
        parts.power.busy = lambda: self._door.session is not None or parts.window.is_open()
        parts.power.radio_off = radio_off
        parts.power.writing = lambda: parts.updates.installing
        parts.power.close_books = self._close_books
        if self._board.reset_cause() == "deepsleep":
            parts.power.woken()

    def _close_books(self) -> None:
        """Before a restart or a sleep: write down what is counted in memory alone, and forget what was heard."""
        self._forget_what_was_heard()
        self._parts.failures.record()
        self._parts.recorder.close_books()

    def _forget_what_was_heard(self) -> None:
        """Memory outlives a restart, and a clip that is cut by one leaves sound, too."""
        self._parts.ears.all_leave()
        self._parts.listener.rest(RESTING)

    def _post(self, name: str, fields: dict) -> None:
        """Tell the phone, and the wearer's eyes and ears."""
        self._door.post(name, fields)
        self._parts.signals.heard(name)

    def _start(self, bearer: BleBearer, beacon: Beacon) -> Tasks:
        """Every task of the glasses, ready to run."""
        health = self._health = Health(self._watchdog(), self._clock, self._parts.crashes.late)
        tasks = self._tasks = Tasks(health)
        button = Button(self._board, self._clock)
        wearer = Wearer(self._parts.recorder, self._window, self._parts.power, log, self._parts.crashes.survived)
        tasks.add_waiting("bearer", bearer.run)
        tasks.add_waiting("door", self._door.run)
        tasks.add("beacon", _WITHIN_MS, beacon.run)
        tasks.add("house", _WITHIN_MS, self._keep_house)
        tasks.add("card", _WITHIN_MS, self._tend_card)
        tasks.add("power", _WITHIN_MS, self._parts.power.run)
        tasks.add("signals", _WITHIN_MS, self._parts.signals.run)
        tasks.add("keyword", _WITHIN_MS, self._parts.listener.run)
        tasks.add("button", _WITHIN_MS, lambda alive: button.run(wearer.gesture, self._watching(alive)))
        tasks.add_passing("updates", lambda: self._parts.updates.run(self._is_well, self._door.phone_is_here))
        tasks.add_passing("audit", self._audit_journal)
        tasks.add_waiting("health", health.run)
        return tasks

    def _is_well(self) -> bool:
        """A release may confirm itself: nobody is late, and the journal takes records."""
        return self._parts.boot_on_record and not self._health.late()

    def _watchdog(self) -> "Watchdog":
        """The chip's watchdog; glasses in development go without: it would end every visit to their REPL.

        In the trial of a release the loader has started it, and nothing stops it again.
        """
        without = self._identity.mode == "development" and not self._parts.updates.trial
        return NoWatchdog() if without else self._board.watchdog(_WATCHDOG_MS)

    def _watching(self, alive: "Callable[[], None]") -> "Callable[[], None]":
        """Says that the glasses are ready, once a finger on the button would be seen."""
        said = False

        def button_alive() -> None:
            nonlocal said
            alive()
            if not said:
                said = True
                log("ready: %s, level %s" % (self._identity.mode, self._identity.level))

        return button_alive

    async def _tend_card(self, alive: "Callable[[], None]") -> None:
        """Notice an SD card that comes, goes or changes; not in the middle of a recording, which notices by itself."""
        store = self._parts.store
        store.on_card = lambda word: self._door.post("card", {"card": word})
        rounds = 0
        while True:
            alive()
            rounds += 1
            # Asking an empty slot holds everything up for as long as the driver waits: less often.
            if self._parts.recorder.doing == "nothing" and (store.card != "absent" or rounds % _ROUNDS_WITHOUT == 0):
                store.tend()
            await self._clock.sleep_ms(_CARD_MS)

    async def _keep_house(self, alive: "Callable[[], None]") -> None:
        """Close the pairing window in time, record what strangers tried, keep time."""
        rounds = 0
        while True:
            alive()
            rounds += 1
            self._window.is_open()
            self._parts.failures.record_if_due()
            if rounds % _CATCH_UP_ROUNDS == 0:
                self._catch_up()
            self._parts.recorder.keep_house()
            if self._parts.time.uptime_s() * 1000 >= STEADY_MS:
                self._parts.crashes.steady()
            await self._clock.sleep_ms(_HOUSE_MS)

    def _catch_up(self) -> None:
        try:
            self._parts.catch_up()
        except Refused:
            return  # the next one tries again

    async def _audit_journal(self) -> None:
        """Look through the older part of the journal, which was too long to be checked before the glasses started."""
        try:
            damaged = await audit(self._parts.journal, lambda: self._clock.sleep_ms(_AUDIT_PAUSE_MS))
        except Refused as refused:
            log("journal damaged and not recorded: %s" % refused.code)
        else:
            if damaged is not None:
                log("journal damaged at record %d" % damaged)

    def _voice_changed(self, voice: str) -> None:
        self._door.post("voice", {"voice": voice})
