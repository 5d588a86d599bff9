"""The glasses' own files, which anybody with a cable can write, one parser each. Runs under both interpreters."""

import binascii
import hashlib
import json
import random

from loader import record
from mutating import fields_for, mutated, pick
from one_parser import Parser
from plainsight import crashes, files, phones, settings, timekeeping, wire
from plainsight.damage import Damage
from plainsight.journal import Journal
from plainsight.setup_code import SetupCode
from plainsight.storage import blobs, checked
from plainsight.storage.index import Index
from plainsight.ways_in.at_boot import WaysIn
from plainsight.ways_in.recovery_code import RecoveryCode

_NOW_S = 1_800_000_000


def _nothing(_what):
    """Where damage is told."""


class SettingsFile(Parser):
    """settings.json, of this and of earlier versions."""

    code = ("plainsight/settings.py",)

    def valid(self):
        if random.randint(0, 9) == 0:
            return b'{"voice": "keyword"}'
        held = settings.Settings(self.folder + "/valid")
        held.change(fields_for([row for row, _ in wire.SETTINGS.values()]))
        return files.read(self.folder + "/valid")

    def spoilt(self):
        data = mutated(self.valid())
        return _with_checks(data, _check_settings) if random.randint(0, 3) else data

    def take(self, data):
        self.put("settings.json", data)
        said = []
        held = settings.Settings(self.folder + "/settings.json")
        held.load(said.append)
        wire.check_fields(held.values, [row for row, _ in wire.SETTINGS.values()])
        return not said


class SmallFiles(Parser):
    """The crash log and the latest time that was known."""

    code = ("plainsight/small_file.py", "plainsight/crashes.py")

    def valid(self):
        rows = [fields_for(crashes._ROW) for _ in range(random.randint(0, 3))]
        fields = fields_for(crashes._TABLE)
        fields["crashes"] = rows
        fields["version"] = 1
        return json.dumps(fields).encode() if random.randint(0, 3) else b'{"version": 1, "time_s": 1800000000}'

    def spoilt(self):
        return _maybe_checked(mutated(self.valid()))

    def take(self, data):
        self.put("crashes.json", data)
        self.put("clock.json", data)
        said = []
        log = crashes.Crashes(self.folder + "/crashes.json", lambda: _NOW_S, _nothing)
        log.begin("software", said.append)
        log.rows()
        keeper = timekeeping.Timekeeper(_Board(), _Ticks(), None, self.folder + "/clock.json")
        keeper.restore(_nothing)
        return not said


class _Board:
    def now_s(self):
        return 0

    def set_time(self, time_s):
        if not timekeeping.EARLIEST_S <= time_s <= timekeeping.LATEST_S:
            raise AssertionError("a time of nonsense was set")


class _Ticks:
    def ms(self):
        return 0


class WaysInFiles(Parser):
    """phones.json, setup.json and recovery.json."""

    code = ("plainsight/phones.py", "plainsight/setup_code.py", "plainsight/ways_in/recovery_code.py")
    _NAMES = ("phones.json", "setup.json", "recovery.json")

    def valid(self):
        self._name = pick(self._NAMES)
        return self._valid(self._name)

    def spoilt(self):
        data = mutated(self.valid())
        if self._name != "phones.json":
            return _maybe_checked(data)
        return _with_checks(data, _check_rows) if random.randint(0, 3) else data

    def take(self, data):
        for name in self._NAMES:
            files.remove(self.folder + "/" + name)
        self.put(self._name, data)
        paired = phones.Phones(self.folder + "/phones.json")
        code = SetupCode(self.folder + "/setup.json")
        recovery = RecoveryCode(self.folder + "/recovery.json")
        told = []
        WaysIn(paired, code, recovery).load(Damage(told.append))
        for phone in paired.all():
            if len(phone.pair_key) != 32 or len(phone.certificate_sha256) != 32 or not 1 <= phone.number <= 5:
                raise AssertionError("half a phone is let in")
        for secret in (code.secret, recovery.secret):
            if secret is not None and len(secret) != 16:
                raise AssertionError("half a code lets somebody in")
        return not told

    def _valid(self, name):
        if name == "recovery.json":
            return b'{"secret": "%s"}' % (b"ab" * 16)
        if name == "setup.json":
            return b'{"secret": "%s", "used": %s}' % (b"ab" * 16, pick((b"true", b"false")))
        rows = []
        for number in range(random.randint(0, 3)):
            row = {"id": number + 1, "name": "phone", "cert_sha256": "%02x" % number * 32, "pair_key": "cd" * 32}
            row.update({"paired_s": _NOW_S, "code_sha256": "ef" * 32, "wrap_key": "ab" * 32, "wrapped": ""})
            row["check"] = phones.row_check(row)
            rows.append(row)
        return json.dumps(rows).encode()


class JournalFiles(Parser):
    """A segment of lines, the head, the index, the phone's signature: one of them spoilt."""

    code = ("plainsight/journal.py", "plainsight/journal_check.py", "plainsight/chain/notes.py")
    _NAMES = ("00000000.log", "head", "index", "countersigned")

    def __init__(self, folder):
        super().__init__(folder)
        book = self._open()
        for number in range(70):
            book.append("mark", trigger="button", number=number)
        book.countersign(40, book.head_at(40), bytes(32))
        self._whole = {name: files.read(folder + "/" + name) for name in files.names(folder)}
        self._lines = book.lines(0, 1000)[0]

    def _open(self):
        return Journal(self.folder, lambda: _NOW_S, bytes(32))

    def valid(self):
        self._name = pick(self._NAMES)
        return self._whole[self._name]

    def take(self, data):
        for name in files.names(self.folder):
            if name not in self._whole:
                files.remove(self.folder + "/" + name)
        for name, content in self._whole.items():
            self.put(name, content)
        self.put(self._name, data)
        book = self._open()
        verdict = book.open()
        found, _ = book.lines(0, 1000)
        count = book.count
        book.append("boot")
        if book.count != count + 1:
            raise AssertionError("it does not go on")
        if verdict in ("new", "ok", "recovered") and found != self._lines[: len(found)]:
            raise AssertionError("other lines are called " + verdict)
        return verdict in ("ok", "recovered")


class IndexFiles(Parser):
    """What stands beside the sealed blobs: index files and the last id; and the sizes of chunks in a cut clip."""

    code = ("plainsight/storage/index.py", "plainsight/storage/checked.py", "plainsight/storage/blobs.py")
    _NAMES = ("00000001.json", "00000002.imported.json", "00000003.json.new", "last", "00000003.psi")

    def valid(self):
        self._name = pick(self._NAMES)
        if self._name == "last":
            return b"%d" % random.getrandbits(20)
        if self._name == "00000003.psi":
            chunk = b"\x20\x00\x00\x00" + bytes(48 + 32)
            last = b"\x20\x00\x00\x80" + bytes(48 + 32)
            return b"PSI2" + bytes(36) + chunk * random.randint(0, 3) + last
        fields = fields_for(wire.ITEM_FIELDS)
        fields["id"] = int(self._name[:8])
        return json.dumps(fields).encode()

    def spoilt(self):
        data = mutated(self.valid())
        return data if self._name[-4:] == ".psi" else _maybe_checked(data)

    def take(self, data):
        for name in files.names(self.folder):
            files.remove(self.folder + "/" + name)
        self.put(self._name, data)
        index = Index(self.folder)
        index.open(files.sizes(self.folder))
        for number in list(index.entries):
            wire.check_item(index.item(number))
        index.next()
        if self._name[-4:] == ".psi":
            return blobs.whole_bytes(self.folder + "/" + self._name)[0] > 0
        return not index.found_damaged


class SlotRecord(Parser):
    """Which firmware is to run."""

    code = ("loader/record.py",)

    def valid(self):
        fields = {"slot": pick(("", "a", "b")), "before": "", "trial": True, "attempts": 1, "news": ""}
        fields.update({"version": "1.2.3", "floor": "1.2.0", "next_floor": "1.2.0"})
        return json.dumps(fields).encode()

    def spoilt(self):
        text = mutated(self.valid())
        if random.randint(0, 3):
            text = binascii.hexlify(hashlib.sha256(text).digest()) + b"\n" + text
        return text

    def take(self, data):
        files.make_folder(self.folder + "/slots")
        self.put("slots/record", data)
        fields, verdict = record.read(self.folder)
        if fields["slot"] not in ("", "a", "b") or fields["trial"] not in (True, False):
            raise AssertionError("a slot that there is not")
        return verdict == "ok"


def _with_checks(data, put):
    """The same JSON with checks that fit, as somebody would write it who knows how."""
    try:
        tree = json.loads(data)
        put(tree)
        return json.dumps(tree).encode()
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        return data


def _check_rows(rows):
    for row in rows:
        row["check"] = phones.row_check(row)


def _check_settings(fields):
    fields["check"] = settings._check({name: fields[name] for name in fields if name not in ("check", "version")})


def _maybe_checked(content):
    """With the right checksum, as somebody would write it who knows how; now and then without."""
    return checked.checked(content) if random.getrandbits(1) else content
