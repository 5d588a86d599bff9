"""Every part of the glasses that has state, built once at boot from what lies on flash. Starts no task."""

from plainsight import wiping
from plainsight.capture import Capture
from plainsight.crashes import Crashes
from plainsight.damage import Damage
from plainsight.decisions import Decisions
from plainsight.desks.capture_desk import CaptureDesk
from plainsight.desks.journal_desk import JournalDesk
from plainsight.desks.phones_desk import PhonesDesk
from plainsight.desks.power_desk import PowerDesk
from plainsight.desks.settings_desk import SettingsDesk
from plainsight.desks.state_desk import StateDesk
from plainsight.desks.store_desk import StoreDesk
from plainsight.desks.update_desk import UpdateDesk
from plainsight.errors import Refused
from plainsight.failures import Failures
from plainsight.journal import Journal
from plainsight.keyword import words
from plainsight.keyword.listener import Listener
from plainsight.keyword.permission import Permission
from plainsight.listening import VoicePolicy
from plainsight.pairing import Pairing
from plainsight.pairing_window import PairingWindow
from plainsight.phones import Phones
from plainsight.power import calibration
from plainsight.power.power import Power
from plainsight.power.signals import Signals
from plainsight.question import Question
from plainsight.recording.burst import Burst
from plainsight.recording.cut_clips import CutClips
from plainsight.recording.policy import Policy
from plainsight.recording.recorder import Recorder
from plainsight.recording.refusals import Refusals
from plainsight.service import Service
from plainsight.settings import Settings
from plainsight.setup_code import SetupCode
from plainsight.shutter import Shutter
from plainsight.sound.ears import Ears
from plainsight.sound.microphone import Microphone
from plainsight.storage.card import Card
from plainsight.store import Store
from plainsight.timekeeping import Timekeeper
from plainsight.triggers.spoken import Spoken
from plainsight.update.slots import Slots
from plainsight.update.updates import Updates
from plainsight.ways_in.at_boot import WaysIn
from plainsight.ways_in.key_copies import KeyCopies
from plainsight.ways_in.recovery_code import RecoveryCode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from board import Board

    from plainsight.clock import Clock
    from plainsight.identity import Identity

_CARD_PATH = "/sd"


class Parts:
    """Call only once the radio is on: random numbers are good from then on. `log(text)` writes to the console.

    `crashes` and `damage` come from before: what went wrong at the start of this boot is in them.
    """

    def __init__(
        self,
        board: "Board",
        clock: "Clock",
        root: str,
        identity: "Identity",
        log: "Callable[[str], None]",
        crashes: "Crashes | None" = None,
        damage: "Damage | None" = None,
    ):
        self._board = board
        self._root = root
        self.boot_on_record = False
        self._boot: dict[str, str] = {}
        self._damaged_items: list[tuple[int, str]] = []
        self.identity = identity
        self._log = log
        self.damage = damage or Damage(log)
        self.crashes = crashes or Crashes(root + "/crashes.json", clock.unix_s, log)
        self.phones = Phones(identity.phones_path)
        self.code = SetupCode(identity.code_path)
        self.recovery = RecoveryCode(identity.recovery_path)
        self.ways_in = WaysIn(self.phones, self.code, self.recovery)
        self.ways_in.load(self.damage)
        self.journal = Journal(root + "/journal", clock.unix_s, identity.certificate_sha256)
        self.time = Timekeeper(board, clock, self.journal, root + "/clock.json")
        self.settings = Settings(root + "/settings.json")
        tuned = calibration.load(root, self.damage.of("battery.json"))
        self._open_journal()
        self.store = self._open_store(board, root)
        self._catch_up_at_boot()
        self.voice = VoicePolicy(self.settings)
        self.decisions = Decisions(self.settings, self.journal)
        self.shutter = Shutter(board, clock, identity.level)
        self.power = Power(board, clock, self.settings, self.voice, self.journal, tuned)
        self.microphone = Microphone(board, clock, self.voice)
        self.ears = Ears(board, self.microphone, self.voice)
        self.question = Question(board, clock, self.voice, self.journal, self.crashes.survived)
        self.recorder = self._recorder(board, clock)
        self.power.recorder = self.recorder
        self.recorder.keep_house()
        self.failures = Failures(self.journal, clock)
        self.updates = Updates(root, board, clock, identity, self.journal, Slots(root), self._recording, log)
        self.updates.boot()
        self.listener = self._listener(board, clock)
        self.window = PairingWindow(clock, self.failures)
        self.signals = Signals(board, clock, self.settings, self.power, self.recorder, self.window)
        self.signals.status.when("updating", lambda: self.updates.installing)
        self.signals.status.when("error", self.crashes.in_loop)
        self.signals.status.when("asking", lambda: self.question.is_open)
        self.signals.status.when("listening", lambda: self.listener.listening)
        self.pairing = Pairing(
            identity,
            self.phones,
            self.code,
            self.recovery,
            self.window,
            self.store,
            self.journal,
            self.failures,
            clock,
        )

    def _open_store(self, board: "Board", root: str) -> Store:
        card = Card(board, _CARD_PATH if root == "." else root + _CARD_PATH)
        store = Store(root + "/media", card=card, values=self.settings.values)
        try:
            store.open()
        except OSError as error:
            self.damage.note("media", "unreadable: errno %d" % (error.errno or 0))
        return store

    def catch_up(self) -> None:
        """Call now and then: records this boot, where the flash was full, and what is found damaged. Raises Refused.

        A card that comes back may have less on it.
        """
        if not self.boot_on_record:
            self._record_boot()
        self.damage.record(self.journal)
        self._damaged_items += self.store.take_news()
        while self._damaged_items:
            number, what = self._damaged_items.pop(0)
            self.damage.note("media/%08d" % number if number else "media", what)
            self.damage.record(self.journal)

    def _recorder(self, board: "Board", clock: "Clock") -> Recorder:
        """What triggers call."""
        capture = Capture(clock, self.shutter, self.store, self.journal)
        return Recorder(
            clock,
            Policy(self.settings, self.store, self.journal, self.power, self.crashes.in_loop),
            Refusals(self.journal, clock),
            capture,
            Burst(board, clock, self.shutter, self.store, capture),
            CutClips(self.store, self.journal, self._log),
            self.shutter,
            self.store,
            self.journal,
            self.settings,
            self.voice,
            self.ears.ear(leaves=True),
            self._log,
            self.crashes.survived,
        )

    def _listener(self, board: "Board", clock: "Clock") -> Listener:
        """What waits for the words, and what they trigger."""
        permission = Permission(
            board, self.voice, self.power, lambda: self.crashes.in_loop() or self.updates.installing
        )
        spoken = Spoken(self.recorder, self.question, self._log, self.crashes.survived)
        ear = self.ears.ear(leaves=False)
        return Listener(clock, permission.why_not, ear, words.load, spoken, self.question, self._keyword_failed)

    def _keyword_failed(self, state: str, why: str) -> None:
        """The glasses go on without: on record where that can be, and on the console."""
        self._log("keyword: %s, %s" % (state, why))
        try:
            self.journal.append("keyword", state=state, why=why)
        except Refused as refused:
            self._log("not recorded: %s" % refused.code)

    def _recording(self) -> bool:
        """No update and no restart now."""
        return self.recorder.doing != "nothing"

    def service(self, on_voice: "Callable[[str], None]") -> Service:
        """The desks that answer phones; `on_voice(policy)` is called when the voice policy has changed."""
        desks = [
            StateDesk(self._board, self),
            CaptureDesk(self.recorder),
            StoreDesk(self.store, self.journal, self.settings.values),
            JournalDesk(self.journal),
            SettingsDesk(self.settings, self.decisions, on_voice, self._board.has_buzzer),
            PhonesDesk(self.pairing, KeyCopies(self.phones, self.journal)),
            PowerDesk(self.power),
            UpdateDesk(self.updates),
        ]
        return Service(desks, self.voice.may_send, self.failures.record, self.crashes.survived)

    def _open_journal(self) -> None:
        """Time and settings before it: the record of this boot has a time, and says what was damaged."""
        clock = self.time.restore(self.damage.of("clock.json"))
        self.settings.load(self.damage.of("settings.json"))
        verdict = self.journal.open()
        self._boot = {"journal": verdict, "clock": clock}
        try:
            self._record_boot()
        except Refused as refused:  # a full flash: the glasses do nothing then, but they stay up to say so
            self._log("boot not recorded: %s %s" % (refused.code, refused.detail))
        self._log("journal %s, %d records" % (verdict, self.journal.count))

    def _record_boot(self) -> None:
        """Raises Refused."""
        self._record_a_reset()
        self.journal.append("boot", **self._boot)
        self.boot_on_record = True
        self._record_the_past()

    def _catch_up_at_boot(self) -> None:
        try:
            self.catch_up()
        except Refused as refused:
            self._log("damage not recorded: %s %s" % (refused.code, refused.detail))

    def _record_a_reset(self) -> None:
        """The first record of a chain says that there was another before it. Raises Refused."""
        wiped = wiping.what_was_wiped(self._root)
        if wiped is None:
            return
        if self.journal.count == 0:
            self.journal.append("reset", why=wiped["why"], time_s=wiped["time_s"])
        try:
            wiping.is_on_record(self._root)
        except OSError as error:
            self._log("reset still noted: errno %d" % (error.errno or 0))

    def _record_the_past(self) -> None:
        """How the last boot ended, what is damaged; and only then is anything mended. Raises Refused."""
        for row in self.crashes.of_last_boot():
            self.journal.append("crash", cause=row["cause"], text=row["text"])
        self.damage.record(self.journal)
        try:
            self.settings.repair()
            self.ways_in.repair()
        except OSError as error:
            self._log("settings or phones not repaired: errno %d" % (error.errno or 0))
