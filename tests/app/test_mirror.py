"""Promise 3 between the two ends: what the phone saw of the glasses' journal cannot be taken back unseen."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import struct
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion_app.companion import Companion
from companion_app.ledger.head import Head
from companion_app.ledger.lines import chain
from companion_app.ledger.mirror import JournalMirror, countersign_mac
from companion_app.ledger.verdict import Damage, Finding
from companion_app.link.connection import ConnectionState
from companion_app.link.errors import GlassesRefused, LinkLost
from companion_app.vault import SealedFiles
from tests.app.ledger_words import kinds
from tests.app.peer import PAIR_KEY, Peer
from tests.app.vaults import OpenedFile, room

pytestmark = pytest.mark.promise(3)

CERTIFICATE = hashlib.sha256(b"certificate").digest()
GENESIS = hashlib.sha256(b"plainsight-journal-v1" + CERTIFICATE).hexdigest()


class Journal:
    """The glasses' journal as the link reads it, and what was read."""

    def __init__(self, kinds: list[str] | None = None) -> None:
        self.lines: list[str] = []
        self.reads: list[tuple[int, int]] = []
        for kind in kinds or []:
            self.record(kind)

    def record(self, kind: str) -> None:
        self.lines.append(json.dumps([len(self.lines), 5, kind, {"n": len(self.lines)}]))

    def stated(self) -> Head:
        digest = bytes.fromhex(GENESIS)
        for line in self.lines:
            digest = hashlib.sha256(digest + line.encode()).digest()
        return Head(len(self.lines), digest.hex())

    async def read(self, first: int, count: int) -> list[str]:
        self.reads.append((first, count))
        return self.lines[first : first + count]


@pytest.fixture
def journal() -> Journal:
    return Journal(["boot", "pairing", "exposure", "refusal"])


def open_mirror(folder: Path) -> JournalMirror:
    return JournalMirror(room(folder / "journals"), room(folder / "heads"), "glasses", CERTIFICATE)


async def seen(folder: Path, journal: Journal) -> JournalMirror:
    mirror = open_mirror(folder)
    assert (await mirror.check(journal.stated(), journal.read)).intact
    return mirror


async def finding(folder: Path, journal: Journal, stated: Head | None = None) -> Finding:
    """The one finding of a later visit; nothing of a damaged journal may be stored."""
    mirror = open_mirror(folder)
    before = mirror.lines(), mirror.seen
    verdict = await mirror.check(stated or journal.stated(), journal.read)
    assert (mirror.lines(), mirror.seen) == before == (open_mirror(folder).lines(), open_mirror(folder).seen)
    assert not verdict.intact
    return verdict.findings[0]


def test_the_chain_is_the_protocols(journal: Journal) -> None:
    assert chain(GENESIS, journal.lines) == journal.stated().hash
    assert chain(GENESIS, []) == GENESIS


async def test_a_first_visit_takes_everything_in(tmp_path: Path, journal: Journal) -> None:
    mirror = await seen(tmp_path, journal)
    assert journal.reads == [(0, 4)]
    again = open_mirror(tmp_path)
    assert again.lines() == mirror.lines() == tuple(journal.lines)
    assert again.seen == journal.stated()


async def test_a_later_visit_reads_what_is_new_alone(tmp_path: Path, journal: Journal) -> None:
    await seen(tmp_path, journal)
    journal.record("exposure")
    mirror = await seen(tmp_path, journal)
    await seen(tmp_path, journal)
    assert journal.reads == [(0, 4), (4, 1)]
    assert len(mirror.lines()) == 5


async def test_records_that_came_after_the_stated_head_wait_for_the_next_visit(
    tmp_path: Path, journal: Journal
) -> None:
    stated = journal.stated()
    journal.record("exposure")
    mirror = open_mirror(tmp_path)
    assert (await mirror.check(stated, journal.read)).intact
    assert mirror.seen == stated
    assert len(mirror.lines()) == 4


@pytest.mark.parametrize("position", range(4))
async def test_an_edit_of_what_was_seen_is_named(tmp_path: Path, journal: Journal, position: int) -> None:
    await seen(tmp_path, journal)
    journal.lines[position] = journal.lines[position].replace('"n"', '"m"')
    journal.record("later")
    assert await finding(tmp_path, journal) == Finding(Damage.EDITED, position)


async def test_an_edit_without_new_records_is_named(tmp_path: Path, journal: Journal) -> None:
    await seen(tmp_path, journal)
    journal.lines[2] = journal.lines[2].replace('"n"', '"m"')
    assert await finding(tmp_path, journal) == Finding(Damage.EDITED, 2)


@pytest.mark.parametrize("kept", range(4))
async def test_a_cut_off_tail_or_an_older_copy_is_named(tmp_path: Path, journal: Journal, kept: int) -> None:
    await seen(tmp_path, journal)
    del journal.lines[kept:]
    assert await finding(tmp_path, journal) == Finding(Damage.CUT_OFF, kept)


async def test_an_older_copy_that_went_on_is_named(tmp_path: Path, journal: Journal) -> None:
    await seen(tmp_path, journal)
    del journal.lines[2:]
    for _ in range(4):
        journal.record("other")
    assert await finding(tmp_path, journal) == Finding(Damage.EDITED, 2)


@pytest.mark.parametrize("count", [4, 5])
async def test_a_head_that_does_not_fit_its_records_is_named(tmp_path: Path, journal: Journal, count: int) -> None:
    await seen(tmp_path, journal)
    if count == 5:
        journal.record("later")
    stated = Head(count, "ab" * 32)
    assert await finding(tmp_path, journal, stated) == Finding(Damage.REPLACED, count - 1)


async def test_a_removed_record_is_named(tmp_path: Path, journal: Journal) -> None:
    await seen(tmp_path, journal)
    for _ in range(3):
        journal.record("later")
    del journal.lines[5]
    assert await finding(tmp_path, journal) == Finding(Damage.REMOVED, 5)


async def test_exchanged_records_are_named(tmp_path: Path, journal: Journal) -> None:
    journal.lines[1], journal.lines[2] = journal.lines[2], journal.lines[1]
    assert (await finding(tmp_path, journal)).position == 1
    journal.lines[1] = journal.lines[0]
    assert await finding(tmp_path, journal) == Finding(Damage.REORDERED, 1)


async def test_fewer_records_than_stated_are_named(tmp_path: Path, journal: Journal) -> None:
    stated = journal.stated()
    del journal.lines[3]
    assert await finding(tmp_path, journal, stated) == Finding(Damage.REMOVED, 3)


@pytest.mark.parametrize("line", ["", "x", "{}", "[0]", '["0",5,"boot",{}]', '[true,5,"boot",{}]', "[0,5,1,{}]" * 999])
async def test_what_is_no_record_is_named(tmp_path: Path, line: str) -> None:
    journal = Journal()
    journal.lines = [line]
    assert await finding(tmp_path, journal) == Finding(Damage.UNREADABLE, 0)


async def test_a_line_that_is_two_lines_is_named(tmp_path: Path) -> None:
    journal = Journal()
    journal.lines = ['[0,5,"boot",\n{}]']
    assert await finding(tmp_path, journal) == Finding(Damage.UNREADABLE, 0)


async def test_the_phones_own_damaged_copy_is_read_again_and_held_to_what_was_seen(
    tmp_path: Path, journal: Journal
) -> None:
    await seen(tmp_path, journal)
    path = OpenedFile(room(tmp_path / "journals"), "glasses.jsonl")
    path.write_bytes(path.read_bytes().replace(b'"n"', b'"m"'))
    journal.record("later")
    mirror = await seen(tmp_path, journal)
    assert mirror.lines() == tuple(journal.lines)
    path.unlink()
    journal.lines[1] = journal.lines[1].replace('"n"', '"m"')
    assert (await finding(tmp_path, journal)).damage is Damage.EDITED


async def test_lines_beyond_the_head_were_never_vouched_for(tmp_path: Path, journal: Journal) -> None:
    """A crash between the two writes leaves more lines than the head knows; they are read again."""
    await seen(tmp_path, journal)
    path = OpenedFile(room(tmp_path / "journals"), "glasses.jsonl")
    journal.record("later")
    path.write_bytes(path.read_bytes() + journal.lines[4].encode() + b"\n" + b"torn")
    assert len(open_mirror(tmp_path).lines()) == 4
    await seen(tmp_path, journal)
    assert journal.reads[-1] == (4, 1)


async def test_lines_are_durable_before_the_head_that_vouches_for_them(
    tmp_path: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    real = SealedFiles.write

    def write(files: SealedFiles, name: str, data: bytes) -> None:
        written.append({"glasses.jsonl": "lines", "glasses.seen": "head"}[name])
        real(files, name, data)

    monkeypatch.setattr(SealedFiles, "write", write)
    await seen(tmp_path, journal)
    assert written == ["lines", "head"]
    await seen(tmp_path, journal)
    assert written == ["lines", "head"]


async def test_what_is_to_be_signed(tmp_path: Path, journal: Journal) -> None:
    mirror = await seen(tmp_path, journal)
    head = mirror.unsigned()
    assert head == journal.stated()
    mirror.signed(head)
    assert mirror.unsigned() is None
    journal.record("countersign")
    mirror = await seen(tmp_path, journal)
    assert mirror.unsigned() is None
    journal.record("exposure")
    mirror = await seen(tmp_path, journal)
    assert mirror.unsigned() == journal.stated()


def test_nothing_is_to_be_signed_before_anything_was_seen(tmp_path: Path) -> None:
    assert open_mirror(tmp_path).unsigned() is None


def test_the_signature_is_the_protocols() -> None:
    key = hmac.digest(PAIR_KEY, b"countersign", "sha256")
    expected = hmac.digest(key, struct.pack("<I", 7) + b"\xab" * 32, "sha256").hex()
    assert countersign_mac(PAIR_KEY, Head(7, "ab" * 32)) == expected


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(max_size=20), max_size=4), st.integers(0, 5))
def test_any_lines_are_a_journal_or_a_finding(lines: list[str], count: int) -> None:
    async def run() -> None:
        with tempfile.TemporaryDirectory() as name:
            journal = Journal()
            journal.lines = lines
            mirror = open_mirror(Path(name))
            verdict = await mirror.check(Head(count, "ab" * 32), journal.read)
            assert verdict.intact is False

    asyncio.run(run())


# With glasses


async def meet_again(companion: Companion) -> None:
    await companion.disconnect()
    await companion.connect()


async def test_each_visit_countersigns_what_is_new(paired: Companion, peer: Peer) -> None:
    assert [signature["count"] for signature in peer.signatures] == [2]
    assert kinds(paired).count("journal") == 1
    await meet_again(paired)
    await meet_again(paired)
    assert [signature["count"] for signature in peer.signatures] == [2, 4]
    await paired.capture()
    await meet_again(paired)
    assert len(peer.signatures) == 3
    entry = [entry for entry in paired.ledger.entries() if entry.kind == "journal"][-1]
    assert entry.data["count"] == peer.signatures[-1]["count"]
    assert entry.data["head"] == peer.signatures[-1]["head"]
    assert paired.journal_verdict is not None
    assert paired.journal_verdict.intact


async def test_a_signature_the_glasses_refuse_is_given_again(paired: Companion, peer: Peer) -> None:
    peer.record("exposure")
    peer.answers["countersign"] = lambda fields: {"error": "journal_failed"}
    problems: list[object] = []
    paired.on_problem(problems.append)
    await meet_again(paired)
    assert [type(problem) for problem in problems] == [GlassesRefused]
    assert paired.connection.state is ConnectionState.CONNECTED
    del peer.answers["countersign"]
    before = len(peer.signatures)
    await meet_again(paired)
    assert len(peer.signatures) == before + 1


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (lambda peer: peer.lines.__delitem__(slice(3, None)), ["CUT_OFF", 3]),
        (lambda peer: peer.lines.__setitem__(1, peer.lines[1].replace("pairing", "pairinG")), ["EDITED", 1]),
        (lambda peer: peer.lines.__delitem__(slice(0, None)), ["CUT_OFF", 0]),
    ],
)
async def test_a_damaged_journal_is_recorded_once_and_never_signed(
    paired: Companion, peer: Peer, damage: Callable[[Peer], Any], named: list[Any]
) -> None:
    await meet_again(paired)
    damage(peer)
    peer.rechain()
    signatures = len(peer.signatures)
    for _ in range(2):
        await meet_again(paired)
    assert len(peer.signatures) == signatures
    assert kinds(paired).count("journal_damage") == 1
    entry = next(entry for entry in paired.ledger.entries() if entry.kind == "journal_damage")
    assert entry.data["findings"] == [named]
    assert paired.journal_verdict is not None
    assert not paired.journal_verdict.intact
    assert paired.connection.state is ConnectionState.CONNECTED


async def test_two_damages_are_two_records(paired: Companion, peer: Peer) -> None:
    for position in (0, 1):
        peer.lines[position] = peer.lines[position].replace("1800000000", "1800000001")
        peer.rechain()
        await meet_again(paired)
        peer.lines[position] = peer.lines[position].replace("1800000001", "1800000000")
    assert kinds(paired).count("journal_damage") == 2


async def test_the_record_on_the_phone_comes_before_the_signature(paired: Companion, peer: Peer) -> None:
    order: list[str] = []
    paired.ledger.observe(lambda entry: order.append(entry.kind))
    peer.answers["countersign"] = lambda fields: order.append("signed") or {"count": fields["count"]}
    peer.record("exposure")
    await meet_again(paired)
    assert order == ["journal", "signed"]


async def test_a_link_lost_in_the_visit_is_no_damage(paired: Companion, peer: Peer) -> None:
    peer.record("exposure")
    problems: list[object] = []
    paired.on_problem(problems.append)

    def drop(fields: dict[str, Any]) -> None:
        peer.answers.clear()
        assert peer.stream is not None
        peer.stream.drop()

    peer.answers["journal"] = drop
    await meet_again(paired)
    assert LinkLost in [type(problem) for problem in problems]
    assert "journal_damage" not in kinds(paired)
