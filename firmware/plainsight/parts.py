"""Every part of the glasses that has state, built once at boot from what lies on flash. Starts no task."""

from plainsight.capture import Capture
from plainsight.desks.capture_desk import CaptureDesk
from plainsight.desks.journal_desk import JournalDesk
from plainsight.desks.phones_desk import PhonesDesk
from plainsight.desks.settings_desk import SettingsDesk
from plainsight.desks.state_desk import StateDesk
from plainsight.desks.store_desk import StoreDesk
from plainsight.errors import Refused
from plainsight.failures import Failures
from plainsight.journal import Journal
from plainsight.listening import VoicePolicy
from plainsight.pairing import Pairing
from plainsight.pairing_window import PairingWindow
from plainsight.phones import Phones
from plainsight.service import Service
from plainsight.settings import Settings
from plainsight.setup_code import SetupCode
from plainsight.shutter import Shutter
from plainsight.store import Store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from board import Board

    from plainsight.clock import Clock
    from plainsight.identity import Identity


class Parts:
    """Call only once the radio is on: random numbers are good from then on. `log(text)` writes to the console."""

    def __init__(self, board: "Board", clock: "Clock", root: str, identity: "Identity", log: "Callable[[str], None]"):
        self._board = board
        self.identity = identity
        self._log = log
        self.phones = Phones(identity.phones_path)
        self.phones.load()
        self.code = SetupCode(identity.code_path)
        self.code.load(self.phones)
        self.journal = Journal(root + "/journal", clock.unix_s, identity.certificate_sha256)
        self._open_journal()
        self.store = Store(root + "/media")
        self.store.open()
        self.settings = Settings(root + "/settings.json")
        self.settings.load()
        self.voice = VoicePolicy(self.settings, self.journal)
        self.shutter = Shutter(board, clock, identity.level)
        self.capture = Capture(board, clock, self.shutter, self.store, self.journal)
        self.failures = Failures(self.journal, clock)
        self.window = PairingWindow(clock, self.failures)
        self.pairing = Pairing(
            identity, self.phones, self.code, self.window, self.store, self.journal, self.failures, clock
        )

    def service(self, on_voice: "Callable[[str], None]") -> Service:
        """The desks that answer phones; `on_voice(policy)` is called when the voice policy has changed."""
        store_desk = StoreDesk(self.store, self.journal)
        desks = [
            StateDesk(self._board, self.identity, self.store, self.journal, self.settings),
            CaptureDesk(self.capture),
            store_desk,
            JournalDesk(self.journal),
            SettingsDesk(self.settings, self.voice, on_voice),
            PhonesDesk(self.pairing),
        ]
        return Service(desks, store_desk, self.voice.may_send, self.failures.record)

    def _open_journal(self) -> None:
        verdict = self.journal.open()
        try:
            self.journal.append("boot", journal=verdict)
        except Refused as refused:  # a full flash: the glasses do nothing then, but they stay up to say so
            self._log("boot not recorded: %s %s" % (refused.code, refused.detail))
        self._log("journal %s, %d records" % (verdict, self.journal.count))
