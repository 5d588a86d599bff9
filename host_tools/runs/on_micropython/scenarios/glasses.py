"""The parts that remember, opened from the current directory as a boot opens them; no tasks, no radio, no camera."""

import hashlib
import json

from cutting import Noticed, Scenario
from plainsight import capture
from plainsight.damage import Damage
from plainsight.decisions import Decisions
from plainsight.desks.store_desk import StoreDesk
from plainsight.errors import Refused
from plainsight.journal import Journal
from plainsight.recording.cut_clips import CutClips
from plainsight.settings import Settings
from plainsight.store import Store

NOW_S = 1_800_000_000
ANCHOR = bytes(range(32))
OWNER = bytes(range(9, 41))
LIGHT = {"level": "optical", "verdict": "proven", "evidence": {"pulses": 40}}
_SOUND = ("new", "ok", "recovered")
_PIECE_BYTES = 2048


class Phone:
    """Who asks."""

    number = 1
    pair_key = bytes(32)


def silent(_text):
    """Where a log would go."""


class Glasses:
    """`said`: what was found damaged, as (file, what)."""

    def __init__(self):
        self.said = []
        self.damage = Damage(self.said.append)
        self.settings = Settings("settings.json")
        self.settings.load(self.damage.of("settings.json"))
        self.journal = Journal("journal", lambda: NOW_S, ANCHOR)
        self.verdict = self.journal.open()
        if self.verdict not in _SOUND:
            self.said.append("journal: " + self.verdict)
        self.store = Store("media", seeded, values=self.settings.values)
        self.store.open()
        for number, what in self.store.take_news():
            self.damage.note("media/%08d" % number, what)
        CutClips(self.store, self.journal, silent).settle()
        self.decisions = Decisions(self.settings, self.journal)
        self.desk = StoreDesk(self.store, self.journal, self.settings.values)
        self.capture = capture.Capture(Clock(), None, self.store, self.journal)

    def photograph(self, size):
        """Take one photograph of `size` bytes with a thumbnail."""
        draft = self.store.begin("photo", "button", NOW_S)
        draft.frame(jpeg(size), 0)
        draft.thumb(jpeg(500))
        return self.capture.keep(draft, LIGHT, "button", size)["item"]

    def records(self, kind):
        """The data of all records of this kind, by item where there is one."""
        lines, _ = self.journal.lines(0, 100_000)
        return [row[3] for row in map(json.loads, lines) if row[2] == kind]

    def check(self):
        """What must hold after any cut: a sound chain, whole items, none without its record. The ids of the items."""
        if self.verdict not in _SOUND:
            raise AssertionError("after a cut the journal is " + self.verdict)
        if self.said or self.store.damaged:
            raise AssertionError("after a cut this counts as damaged: %s" % self.said)
        check_chain(self.journal)
        items, more = self.store.list(0, 100)
        for item in items:
            self._check_item(item)
        ids = [item["id"] for item in items]
        if more or len(ids) != self.store.count:
            raise AssertionError("count")
        if self.store.unfinished:
            raise AssertionError("an unfinished clip was not settled")
        return ids

    def _check_item(self, item):
        for part, size, digest in (
            ("item", item["sealed_bytes"], item["sealed_sha256"]),
            ("thumb", item["thumb_bytes"], item.get("thumb_sha256", "")),
        ):
            if size and self._sha256(item["id"], part, size) != digest:
                raise Noticed("item %d: its %s is not what was sealed" % (item["id"], part))
        told = [row for row in self.records("exposure") if row["item"] == item["id"]]
        states = [row.get("state", "photo") for row in told]
        if states != ["photo"] and (states[:1] != ["begun"] or states[-1] not in ("ended", "cut")):
            raise AssertionError("item %d is on record as %s" % (item["id"], states))
        if [row for row in self.records("delete") if row["item"] == item["id"]] and not self._being_deleted(item):
            raise AssertionError("item %d was deleted" % item["id"])

    def _being_deleted(self, item):
        """The deletion is the last thing on record: it was cut off before it was done, and can be asked again."""
        deletions = [row["item"] for row in self.records("delete")]
        return deletions[-1] == item["id"]

    def _sha256(self, number, part, size):
        digest, piece, offset = hashlib.sha256(), bytearray(_PIECE_BYTES), 0
        while offset < size:
            try:
                count = self.store.read_into(number, offset, piece, part)
            except Refused as error:
                raise Noticed("item %d: %s" % (number, error.code))
            if count == 0:
                raise Noticed("item %d ends early" % number)
            digest.update(memoryview(piece)[:count])
            offset += count
        return digest.digest().hex()


class Remembering(Scenario):
    """An operation beside which records are written: `glasses_of(state)` has the journal."""

    def glasses_of(self, state):
        return state

    def remember(self, state):
        self.records = self.glasses_of(state).journal.count

    def reported(self, state):
        glasses = self.glasses_of(state)
        return bool(glasses.said or glasses.store.damaged)

    def judge_flipped(self, state):
        """littlefs drops the commits behind a damaged one: a folder is then as it was before, for its own part."""
        if not self.reported(state) and self.glasses_of(state).journal.count < self.records:
            return "journal rolled back, which the phone's copy shows"
        return super().judge_flipped(state)


class Clock:
    """The time of day."""

    def unix_s(self):
        return NOW_S


def seeded(count):
    """Bytes in place of random ones: the same writes at each try."""
    return bytes(range(count))


def jpeg(size):
    """So many bytes that look like a picture."""
    return b"\xff\xd8" + bytes(size - 4) + b"\xff\xd9"


def check_chain(book):
    """Every line that is kept hashes up to the head."""
    lines, more = book.lines(book.first, 100_000)
    head = book.first_head
    for number, line in enumerate(lines):
        if json.loads(line)[0] != book.first + number:
            raise AssertionError("line %d is not number %d" % (number, book.first + number))
        head = hashlib.sha256(head + line.encode()).digest()
    if more or head != book.head or book.first + len(lines) != book.count:
        raise AssertionError("the chain does not end in its head")


def refused(act):
    """The code of the refusal that act() raises, "" for none."""
    try:
        act()
    except Refused as error:
        return error.code
    return ""
