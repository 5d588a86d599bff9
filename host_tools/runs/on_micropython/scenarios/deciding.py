"""What the owner decided and what the glasses remember of themselves: settings, time, crashes."""

from cutting import Scenario
from plainsight.crashes import Crashes
from plainsight.timekeeping import Timekeeper

from scenarios.glasses import NOW_S, Glasses, Remembering, silent

_CONSENT = "ab" * 32


class Deciding(Remembering):
    """Settings and the journal that knows of them; `before` and `after` are values of `voice`."""

    before, after = "off", "stream"

    def prepare(self):
        glasses = Glasses()
        glasses.decisions.change({"clip_seconds": 60})
        if self.before != "off":
            glasses.decisions.change({"voice": self.before}, _CONSENT)

    def boot(self):
        return Glasses()

    def act(self, glasses):
        glasses.decisions.change({"voice": self.after}, _CONSENT)

    def judge(self, glasses):
        glasses.check()
        values = glasses.settings.values
        if values["voice"] not in (self.before, self.after) or values["clip_seconds"] != 60:
            raise AssertionError("voice %s, clip_seconds %s" % (values["voice"], values["clip_seconds"]))
        recorded = [row["voice"] for row in glasses.records("settings") if "voice" in row]
        if values["voice"] != "off" and values["voice"] not in recorded:
            raise AssertionError("permitted off the record")
        return "new" if values["voice"] == self.after else "old"

    def use(self, glasses):
        glasses.decisions.change({"clip_seconds": 20})
        if Glasses().settings.values["clip_seconds"] != 20:
            raise AssertionError("settings do not change any more")

    def judge_flipped(self, glasses):
        values = glasses.settings.values
        if not glasses.said and values["voice"] == "off" and values["clip_seconds"] == 30:
            return "safe values"
        return super().judge_flipped(glasses)


class Permit(Deciding):
    name = "settings: permit more"


class Withdraw(Deciding):
    name = "settings: withdraw"
    before, after = "stream", "off"


class CrashLog(Scenario):
    """A crash is written while everything goes down."""

    name = "crash log: one more"

    def prepare(self):
        self.boot().fatal(ValueError())

    def boot(self):
        self.said = []
        crashes = Crashes("crashes.json", lambda: NOW_S, silent)
        crashes.begin("software", self.said.append)
        return crashes

    def act(self, crashes):
        crashes.fatal(MemoryError())

    def judge(self, crashes):
        texts = [row["text"].split(" ")[0] for row in crashes.rows()]
        if self.said or texts not in (["ValueError"], ["ValueError", "MemoryError"]):
            raise AssertionError("crashes %s, said %s" % (texts, self.said))
        if crashes.count != len(texts):
            raise AssertionError("count %d" % crashes.count)
        return "old" if len(texts) == 1 else "new"

    def use(self, crashes):
        crashes.forget()
        if crashes.rows() or self.boot().count:
            raise AssertionError("crashes can't be forgotten")

    def reported(self, _crashes):
        return bool(self.said)


class Board:
    """A clock that nobody set."""

    def __init__(self):
        self.time_s = 0

    def now_s(self):
        return self.time_s

    def set_time(self, time_s):
        self.time_s = time_s


class Ticks:
    """They stand still."""

    def ms(self):
        return 0

    def diff(self, end, start):
        return end - start


class Time(Remembering):
    """The latest time that is known never goes back through a cut."""

    name = "time: set by the phone"

    def prepare(self):
        self.boot().told(NOW_S, 1)

    def boot(self):
        self.said = []
        self.glasses, self.board = Glasses(), Board()
        keeper = Timekeeper(self.board, Ticks(), self.glasses.journal, "clock.json")
        keeper.restore(self.said.append)
        return keeper

    def act(self, keeper):
        keeper.told(NOW_S + 86400, 1)

    def judge(self, _keeper):
        self.glasses.check()
        steps = [row["new"] for row in self.glasses.records("clock")]
        if self.said or self.board.time_s not in (NOW_S, NOW_S + 86400) or self.board.time_s not in steps:
            raise AssertionError("time %d, on record %s, said %s" % (self.board.time_s, steps, self.said))
        return "old" if self.board.time_s == NOW_S else "new"

    def glasses_of(self, _keeper):
        return self.glasses

    def reported(self, keeper):
        return bool(self.said) or super().reported(keeper)


ALL = (Permit, Withdraw, CrashLog, Time)
