"""The phone's copy of a journal whose old part the glasses have pruned, and of one that the owner accepts as it is."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from companion_app.ledger.head import Head
from companion_app.ledger.lines import chain
from companion_app.ledger.mirror import JournalMirror
from companion_app.ledger.verdict import Damage, Finding, Verdict
from companion_app.vault import SealedFiles
from tests.app.test_mirror import CERTIFICATE, GENESIS
from tests.app.vaults import room

pytestmark = pytest.mark.promise(3)


@dataclass
class Glasses:
    """A journal that can be pruned, damaged and rolled back; `head` is what it states of its end."""

    all: list[str] = field(default_factory=list[str])
    first: int = 0
    base: Head = field(default_factory=lambda: Head(0, GENESIS))
    head: str = GENESIS
    gone: set[int] = field(default_factory=set[int])

    def record(self, kind: str, **data: Any) -> None:
        self.all.append(json.dumps([len(self.all), 5, kind, data], separators=(",", ":")))
        self.head = chain(self.head, self.all[-1:])

    def prune(self, first: int) -> None:
        """As the firmware does: a record, and then the base moves."""
        head = Head(first, chain(GENESIS, self.all[:first]))
        self.record("prune", first=first, head=head.hash)
        self.first, self.base = first, head

    def go_on_after_damage(self, verdict: str) -> None:
        self.base = Head(len(self.all), self.head)
        self.record("boot", journal=verdict)

    def stated(self) -> Head:
        return Head(len(self.all), self.head)

    async def read(self, first: int, count: int) -> list[str]:
        """Pages as the client asks for them: a page begins at the first line that is still there."""
        there = [line for at, line in enumerate(self.all) if at >= max(first, self.first) and at not in self.gone]
        return there[:count]


@pytest.fixture
def glasses() -> Glasses:
    made = Glasses()
    for number in range(10):
        made.record("exposure", item=number)
    return made


def mirror(folder: Path) -> JournalMirror:
    return JournalMirror(room(folder / "journals"), room(folder / "heads"), "glasses", CERTIFICATE)


async def visit(folder: Path, glasses: Glasses) -> Verdict:
    return await mirror(folder).check(glasses.stated(), glasses.read, glasses.base)


async def accept(folder: Path, glasses: Glasses) -> str | None:
    return await mirror(folder).accept(glasses.stated(), glasses.read, glasses.base)


async def test_the_copy_goes_on_across_a_pruning_and_keeps_what_the_glasses_dropped(
    tmp_path: Path, glasses: Glasses
) -> None:
    assert (await visit(tmp_path, glasses)).intact
    glasses.prune(8)
    glasses.record("boot", journal="ok")
    verdict = await visit(tmp_path, glasses)
    assert verdict.intact
    assert verdict.words() == "All 12 records are in place."
    assert mirror(tmp_path).lines() == tuple(glasses.all)
    assert (await visit(tmp_path, glasses)).intact


async def test_a_phone_that_never_saw_the_early_part_begins_where_the_glasses_do(
    tmp_path: Path, glasses: Glasses
) -> None:
    glasses.prune(8)
    verdict = await visit(tmp_path, glasses)
    assert verdict.intact
    assert verdict.first == 8
    assert "never saw the earlier ones" in verdict.words()
    own = mirror(tmp_path)
    assert own.first == 8
    assert own.lines() == tuple(glasses.all[8:])
    assert own.unsigned() == glasses.stated()
    own.signed(glasses.stated())
    glasses.record("countersign", count=11)
    glasses.prune(10)
    assert (await visit(tmp_path, glasses)).intact
    assert mirror(tmp_path).unsigned() is None, "our own signature brought both about"
    assert len(mirror(tmp_path).unsigned_lines()) == 2


async def test_a_phone_that_missed_the_pruned_part_names_the_gap_until_the_owner_accepts_it(
    tmp_path: Path, glasses: Glasses
) -> None:
    assert (await visit(tmp_path, glasses)).intact
    for number in range(10):
        glasses.record("exposure", item=10 + number)
    glasses.prune(16)
    for _ in range(2):
        verdict = await visit(tmp_path, glasses)
        assert verdict.findings == (Finding(Damage.GAP, 10),)
        assert "pruned" in verdict.words()
    archive = await accept(tmp_path, glasses)
    assert room(tmp_path / "journals").read(str(archive)).decode().splitlines() == glasses.all[:10]
    verdict = await visit(tmp_path, glasses)
    assert verdict.intact
    assert mirror(tmp_path).lines() == tuple(glasses.all[16:])


async def test_pruning_that_nobody_recorded_is_removal(tmp_path: Path, glasses: Glasses) -> None:
    assert (await visit(tmp_path, glasses)).intact
    for number in range(10):
        glasses.record("exposure", item=10 + number)
    glasses.first, glasses.base = 16, Head(16, chain(GENESIS, glasses.all[:16]))
    assert (await visit(tmp_path, glasses)).findings == (Finding(Damage.REMOVED, 10),)


async def test_a_base_that_is_not_what_was_seen_is_named(tmp_path: Path, glasses: Glasses) -> None:
    assert (await visit(tmp_path, glasses)).intact
    glasses.base = Head(4, "ab" * 32)
    assert (await visit(tmp_path, glasses)).findings == (Finding(Damage.REPLACED, 3),)


async def test_a_base_beyond_the_end_is_named(tmp_path: Path, glasses: Glasses) -> None:
    glasses.base = Head(40, "ab" * 32)
    assert (await visit(tmp_path, glasses)).findings == (Finding(Damage.CUT_OFF, 10),)


async def test_a_first_visit_holds_the_glasses_to_their_certificate(tmp_path: Path, glasses: Glasses) -> None:
    glasses.base = Head(0, "ab" * 32)
    assert not (await visit(tmp_path, glasses)).intact


async def test_an_edit_behind_the_pruned_part_is_named(tmp_path: Path, glasses: Glasses) -> None:
    assert (await visit(tmp_path, glasses)).intact
    glasses.prune(4)
    glasses.all[7] = glasses.all[7].replace("exposure", "boot")
    glasses.head = chain(GENESIS, glasses.all)
    assert (await visit(tmp_path, glasses)).findings == (Finding(Damage.EDITED, 7),)


async def test_the_phones_own_copy_lost_is_filled_with_what_the_glasses_still_have(
    tmp_path: Path, glasses: Glasses
) -> None:
    assert (await visit(tmp_path, glasses)).intact
    glasses.prune(4)
    room(tmp_path / "journals").write("glasses.jsonl", b"nonsense\n")
    verdict = await visit(tmp_path, glasses)
    assert verdict.intact
    assert verdict.first == 4
    assert mirror(tmp_path).lines() == tuple(glasses.all[4:])


async def test_the_phones_own_copy_lost_does_not_hide_an_edit(tmp_path: Path, glasses: Glasses) -> None:
    assert (await visit(tmp_path, glasses)).intact
    glasses.prune(4)
    room(tmp_path / "journals").remove("glasses.jsonl")
    glasses.all[6] = glasses.all[6].replace("exposure", "boot")
    glasses.head = chain(glasses.base.hash, glasses.all[4:])
    assert not (await visit(tmp_path, glasses)).intact


async def test_the_phones_own_copy_lost_and_all_of_it_pruned(tmp_path: Path, glasses: Glasses) -> None:
    assert (await visit(tmp_path, glasses)).intact
    room(tmp_path / "journals").remove("glasses.jsonl")
    glasses.prune(10)
    assert (await visit(tmp_path, glasses)).intact
    assert mirror(tmp_path).lines() == tuple(glasses.all[10:])


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        ("edited", "had been edited"),
        ("removed", "taken out of the middle"),
        ("reordered", "had been moved"),
        ("truncated", "cut off"),
        ("rolled_back", "put back to an older state"),
        ("unreadable", "could not be read"),
    ],
)
async def test_what_the_glasses_say_of_their_own_journal_is_said_until_it_is_accepted(
    tmp_path: Path, glasses: Glasses, verdict: str, words: str
) -> None:
    """The phone had seen all of it: its own copy is whole, and the chain goes on."""
    assert (await visit(tmp_path, glasses)).intact
    glasses.go_on_after_damage(verdict)
    for _ in range(2):
        found = await visit(tmp_path, glasses)
        assert found.findings == ()
        assert not found.intact
        assert "In record 10 the glasses say that " in found.words()
        assert words in found.words()
    assert mirror(tmp_path).unsigned() == glasses.stated(), "signed all the same: the chain itself is whole"
    assert await accept(tmp_path, glasses) is None
    assert (await visit(tmp_path, glasses)).intact
    glasses.go_on_after_damage(verdict)
    assert not (await visit(tmp_path, glasses)).intact, "the next time is said again"


async def test_a_damaged_file_of_the_glasses_is_said(tmp_path: Path, glasses: Glasses) -> None:
    glasses.record("damage", file="identity/phones.json", what="damaged")
    assert "found identity/phones.json damaged" in (await visit(tmp_path, glasses)).words()


async def test_what_is_said_is_bounded_and_fit_to_be_shown(tmp_path: Path, glasses: Glasses) -> None:
    for _ in range(50):
        glasses.record("damage", file="\x1b[2J" + "x" * 500, what={"a": 1})
    said = (await visit(tmp_path, glasses)).told
    assert len(said) == 20
    assert "In record 59 " in said[-1], "the newest"
    assert all("\x1b" not in each and len(each) < 250 for each in said)


async def test_a_power_cut_is_nothing_to_speak_of(tmp_path: Path, glasses: Glasses) -> None:
    glasses.record("boot", journal="recovered")
    glasses.record("boot", journal=["edited"])
    assert (await visit(tmp_path, glasses)).intact


async def test_unseen_lines_that_survived_damage_are_taken_in(tmp_path: Path, glasses: Glasses) -> None:
    """The glasses vouch for what follows their damage alone; what the phone had not seen before it still chains."""
    assert (await visit(tmp_path, glasses)).intact
    for number in range(30):
        glasses.record("exposure", item=10 + number)
    glasses.go_on_after_damage("edited")
    verdict = await visit(tmp_path, glasses)
    assert verdict.findings == ()
    assert mirror(tmp_path).lines() == tuple(glasses.all)


async def test_unseen_lines_lost_in_damage_are_missed(tmp_path: Path, glasses: Glasses) -> None:
    assert (await visit(tmp_path, glasses)).intact
    for number in range(30):
        glasses.record("exposure", item=10 + number)
    glasses.gone = {25}
    glasses.go_on_after_damage("removed")
    assert (await visit(tmp_path, glasses)).findings == (Finding(Damage.REMOVED, 25),)


async def test_an_unseen_line_edited_before_the_base_is_named(tmp_path: Path, glasses: Glasses) -> None:
    assert (await visit(tmp_path, glasses)).intact
    glasses.record("exposure", item=10)
    glasses.go_on_after_damage("edited")
    glasses.all[10] = glasses.all[10].replace("exposure", "boot")
    assert (await visit(tmp_path, glasses)).findings == (Finding(Damage.REPLACED, 10),)


async def rolled_back(tmp_path: Path, glasses: Glasses) -> Glasses:
    """An older image of the flash, put back whole after the phone saw more, that has grown since."""
    older = Glasses([*glasses.all], 0, glasses.base, glasses.head)
    glasses.record("exposure", item=99)
    assert (await visit(tmp_path, glasses)).intact
    assert (await visit(tmp_path, older)).findings == (Finding(Damage.CUT_OFF, 10),)
    older.record("boot", journal="ok")
    return older


async def test_after_a_roll_back_the_owner_goes_on_and_the_old_lines_are_kept(tmp_path: Path, glasses: Glasses) -> None:
    older = await rolled_back(tmp_path, glasses)
    assert (await visit(tmp_path, older)).findings == (Finding(Damage.EDITED, 10),)
    archive = await accept(tmp_path, older)
    assert room(tmp_path / "journals").read(str(archive)).decode().splitlines() == glasses.all
    assert (await visit(tmp_path, older)).intact
    assert mirror(tmp_path).lines() == tuple(older.all)
    assert mirror(tmp_path).unsigned() == older.stated(), "what was accepted is countersigned at the next visit"
    older.all[3] = older.all[3].replace("exposure", "boot")
    older.head = chain(GENESIS, older.all)
    assert (await visit(tmp_path, older)).findings == (Finding(Damage.EDITED, 3),), "guarded from then on"


async def test_two_acceptances_keep_two_archives(tmp_path: Path, glasses: Glasses) -> None:
    for number in (3, 5):
        assert (await visit(tmp_path, glasses)).intact
        glasses.all[number] = glasses.all[number].replace("exposure", "boot")
        glasses.head = chain(GENESIS, glasses.all)
        assert await accept(tmp_path, glasses)
    assert len(room(tmp_path / "journals").names("glasses.before-")) == 2


async def test_a_journal_that_is_not_whole_in_itself_is_gone_on_from_its_end(tmp_path: Path, glasses: Glasses) -> None:
    assert (await visit(tmp_path, glasses)).intact
    glasses.gone = {4}
    glasses.record("boot", journal="ok")
    glasses.head = "cd" * 32
    assert not (await visit(tmp_path, glasses)).intact
    await accept(tmp_path, glasses)
    assert mirror(tmp_path).seen == glasses.stated()
    glasses.record("exposure", item=11)
    assert (await visit(tmp_path, glasses)).intact
    assert mirror(tmp_path).lines() == (glasses.all[-1],)


@pytest.mark.parametrize("writes", range(1, 8))
async def test_a_crash_while_accepting_loses_no_line_and_hides_nothing(
    tmp_path: Path, glasses: Glasses, writes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = await rolled_back(tmp_path, glasses)
    done = [0]

    def counted(name: str) -> None:
        really = getattr(SealedFiles, name)

        def write(*args: Any) -> None:
            done[0] += 1
            if done[0] == writes:
                raise OSError(5, "crash")
            really(*args)

        monkeypatch.setattr(SealedFiles, name, write)

    for name in ("write", "remove"):
        counted(name)
    crashed = True
    try:
        await accept(tmp_path, older)
        crashed = False
    except OSError:
        pass
    monkeypatch.undo()
    files = room(tmp_path / "journals")
    kept = b"".join(files.read(name) for name in files.names())
    assert all(line.encode() in kept for line in glasses.all)
    assert crashed or writes > 6
    await accept(tmp_path, older)
    assert (await visit(tmp_path, older)).intact
