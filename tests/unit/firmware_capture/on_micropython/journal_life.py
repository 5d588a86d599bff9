"""The journal on real littlefs: the power cut at every block write, a flash that is full, and a bounded size."""

import hashlib
import json
import os

from flash import every_cut, formatted, mounted
from plainsight import files
from plainsight import journal as journal_module
from plainsight.errors import Refused
from plainsight.journal import Journal

_GENESIS = hashlib.sha256(b"plainsight-journal-v1" + bytes(32)).digest()


def opened(verdicts=("ok", "recovered")):
    book = Journal("journal", lambda: 1, bytes(32))
    verdict = book.open()
    assert verdict in verdicts, verdict
    return book


def check(counts):
    """Old or new, chained from the base to the head, and able to go on."""
    book = opened()
    assert book.count in counts, (book.count, counts)
    head = book.first_head
    number = book.first
    more = True
    while more:
        lines, more = book.lines(number, 16)
        for line in lines:
            assert json.loads(line)[0] == number
            head = hashlib.sha256(head + line.encode()).digest()
            number += 1
    assert (number, head) == (book.count, book.head)
    book.append("boot")
    opened(("ok",))


def sign(book):
    book.countersign(book.count, book.head, bytes(32))


def grown(lines, signed):
    flash = formatted(96)
    with mounted(flash):
        book = opened(("new",))
        for _ in range(lines):
            book.append("boot")
        if signed:
            sign(book)
    return flash


def cut_everything():
    for lines in (0, 3, 64):
        cut_an_append(lines)
    cuts = every_cut(grown(70, False), lambda: sign(opened()), lambda: check((70, 71)))
    assert cuts > 4, cuts
    journal_module._MOST_SEGMENTS = journal_module._PRUNED_TO_SEGMENTS = 2
    cuts = every_cut(grown(200, False), lambda: sign(opened()), lambda: check((200, 201, 202)))
    assert cuts > 12, cuts


def cut_an_append(lines):
    def check_it():
        if lines:
            check((lines, lines + 1))
        else:
            opened(("new", "ok", "recovered")).append("boot")
            opened(("ok",))

    cuts = every_cut(grown(lines, False), lambda: opened(("new", "ok")).append("boot"), check_it)
    assert cuts > 2, cuts


def fill_up():
    """Pictures take all there is; refusals follow until there is room for none; then the owner deletes."""
    with mounted(formatted(96)):
        book = opened(("new",))
        with open("picture", "wb") as file:
            while os.statvfs("/flash")[4] > 8:
                file.write(bytes(4096))
                file.flush()
        refused = 0
        while refused < 300:
            try:
                book.append("refusal", reason="storage_full", trigger="button", detail={})
            except Refused:
                refused += 1
        book = opened()
        book.append("delete", item=1)
        files.remove("picture")
        for _ in range(9):
            book.append("refusal", reason="busy", trigger="button", detail={})
        sign(book)
        assert files.size("journal/reserve") == 16384
        opened(("ok",))


def main():
    fill_up()
    cut_everything()
    print("ok")


main()
