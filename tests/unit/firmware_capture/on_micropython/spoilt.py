"""Feeds the readers of stored files with rubbish under MicroPython: they answer, and never raise."""

from flash import formatted, mounted
from plainsight import files
from plainsight.journal import Journal
from plainsight.settings import Settings, safe_values
from plainsight.store import Store

_VERDICTS = ("new", "ok", "recovered", "edited", "removed", "reordered", "truncated", "rolled_back")
_ALPHABET = b'{}[]",:0123456789truefalsnl \n\\\xff\x00-.eE'


class Dice:
    """A linear congruential generator: the same rubbish in every run."""

    def __init__(self, seed):
        self._state = seed

    def below(self, limit):
        self._state = (self._state * 1103515245 + 12345) & 0x7FFFFFFF
        return (self._state >> 8) % limit

    def rubbish(self):
        return bytes(_ALPHABET[self.below(len(_ALPHABET))] for _ in range(self.below(60)))


def journal(verdicts):
    book = Journal("journal", lambda: 1, bytes(32))
    verdict = book.open()
    assert verdict in verdicts, verdict
    book.append("boot")
    book.lines(0, 16)


def main():
    dice = Dice(7)
    with mounted(formatted(128)):
        journal(("new",))
        for _ in range(60):
            with open("journal/00000000.log", "ab") as file:
                file.write(dice.rubbish())
            journal(_VERDICTS)
            journal(("ok",))
        for name in ("head", "countersigned"):
            for _ in range(30):
                files.write_atomic("journal/" + name, dice.rubbish())
                journal(_VERDICTS)
        for _ in range(200):
            files.write_atomic("settings.json", dice.rubbish())
            decisions = Settings("settings.json")
            decisions.load(lambda what: None)
            assert decisions.values == safe_values()
        for _ in range(30):
            files.make_folder("media")
            files.write_atomic("media/last", dice.rubbish())
            store = Store("media")
            store.open()
            assert store.count == 0
    print("ok")


main()
