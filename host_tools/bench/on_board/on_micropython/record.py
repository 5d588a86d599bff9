"""One more line of a journal, in a folder of its own: nothing of the glasses' own record is touched."""

import os

from plainsight.journal import Journal

_FOLDER = "/bench.journal"


def _remove():
    if _FOLDER[1:] in os.listdir("/"):
        for name in os.listdir(_FOLDER):
            os.remove(_FOLDER + "/" + name)
        os.rmdir(_FOLDER)


def main(records):
    _remove()
    try:
        journal = Journal(_FOLDER, lambda: 0, bytes(32))
        journal.open()
        journal.append("mark")
        answer({"record_us": samples_us(lambda: journal.append("mark"), records)})
    finally:
        _remove()
