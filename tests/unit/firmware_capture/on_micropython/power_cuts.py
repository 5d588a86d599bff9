"""Cuts the power at every block write of the journal and the settings, on real littlefs."""

import hashlib
import json

from flash import every_cut, formatted, mounted
from plainsight.journal import Journal
from plainsight.settings import Settings


def journal():
    book = Journal("journal", lambda: 1, bytes(32))
    return book, book.open()


def check_journal(counts):
    book, verdict = journal()
    assert verdict in ("ok", "recovered"), verdict
    assert book.count in counts, book.count
    lines, _ = book.lines(0, 100)
    head = hashlib.sha256(b"plainsight-journal-v1" + bytes(32)).digest()
    for number, line in enumerate(lines):
        assert json.loads(line)[0] == number
        head = hashlib.sha256(head + line.encode()).digest()
    assert head == book.head
    book.append("boot")
    assert journal()[1] == "ok"


def unexpected(what):
    raise AssertionError(what)


def check_settings(values):
    decisions = Settings("settings.json")
    decisions.load(unexpected)
    assert decisions.values["voice"] in values


def prepared():
    flash = formatted()
    with mounted(flash):
        book, _ = journal()
        for _ in range(3):
            book.append("boot")
        Settings("settings.json").change({"voice": "keyword"})
    return flash


def main():
    flash = prepared()

    def append():
        journal()[0].append("exposure", item=2)

    cuts = every_cut(flash, append, lambda: check_journal((3, 4)))
    assert cuts > 2, cuts

    def change():
        Settings("settings.json").change({"voice": "stream"})

    cuts = every_cut(flash, change, lambda: check_settings(("keyword", "stream")))
    assert cuts > 1, cuts
    print("ok")


main()
