"""Cuts the power at every block write of everything that the capture side writes, on real littlefs."""

import hashlib
import json

from flash import every_cut, formatted, mounted
from plainsight import files
from plainsight.journal import Journal
from plainsight.settings import Settings
from plainsight.store import Store

OWNER_PUBLIC = bytes(range(9, 41))
JPEG = bytearray(b"\xff\xd8" + bytes(range(256)) * 20 + b"\xff\xd9")
META = {"time_s": 1, "trigger": "button", "jpeg_sha256": "00" * 32, "salt": "11" * 16, "light": {"level": "software"}}


def seeded(count):
    return bytes(range(count))


def store():
    media = Store("media", seeded)
    media.open()
    return media


def journal():
    book = Journal("journal", lambda: 1, bytes(32))
    return book, book.open()


def check_store(known):
    media = store()
    items, _ = media.list(0, 10)
    for item in items:
        data = bytearray(item["sealed_bytes"] + 1)
        size = media.read_into(item["id"], 0, data)
        assert size == item["sealed_bytes"]
        assert hashlib.sha256(memoryview(data)[:size]).digest().hex() == item["sealed_sha256"]
    ids = [item["id"] for item in items]
    assert ids in known, ids
    assert media.has_owner
    expected = {f"{number:08d}{ending}" for number in ids for ending in (".psi", ".json")}
    found = set(files.names("media"))
    assert expected <= found <= expected | {"owner.key", "last", "last.new"}, found
    # Before its first byte was written the second item never was, and its id is still to be had.
    assert media.add(JPEG, dict(META))["id"] in ((3,) if 2 in ids else (2, 3))


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


def check_settings(values):
    decisions = Settings("settings.json")
    decisions.load()
    assert decisions.values["voice"] in values


def prepared():
    flash = formatted()
    with mounted(flash):
        media = store()
        media.set_owner(OWNER_PUBLIC)
        media.add(JPEG, dict(META))
        book, _ = journal()
        for _ in range(3):
            book.append("boot")
        Settings("settings.json").change(voice="keyword")
    return flash


def main():
    flash = prepared()
    cuts = every_cut(flash, lambda: store().add(JPEG, dict(META)), lambda: check_store(([1], [1, 2])))
    assert cuts > 5, cuts

    def append():
        journal()[0].append("exposure", item=2)

    cuts = every_cut(flash, append, lambda: check_journal((3, 4)))
    assert cuts > 2, cuts

    with mounted(flash):
        store().add(JPEG, dict(META))
    cuts = every_cut(flash, lambda: store().delete(2), lambda: check_store(([1], [1, 2])))
    assert cuts > 2, cuts

    def change():
        Settings("settings.json").change(voice="stream")

    cuts = every_cut(flash, change, lambda: check_settings(("keyword", "stream")))
    assert cuts > 1, cuts
    print("ok")


main()
