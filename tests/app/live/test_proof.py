"""What a session's log says is what the ledger's root stands for; whoever changes a byte of it is found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion_app.gallery.picture import commitment
from companion_app.sharing.exported import Checked, check, check_export, export
from companion_app.sharing.live import merkle
from companion_app.sharing.live.errors import NoSuchFrame
from companion_app.sharing.live.proof import SCHEMA, parse, prove
from tests.app.live.rig import Live
from tests.app.live.views import frame
from tests.app.sharing.conftest import NOON_S

pytestmark = pytest.mark.promise(3)


async def shown_two_views(live: Live, **rules: object) -> str:
    """A session that sent two frames; its receipt id."""
    session = await live.begin(live.agreed(**rules))
    live.view.show(frame())
    await live.answered(1)
    for seed in (1, 2):
        live.view.show(frame(left=500, top=700, seed=seed))
    await live.answered(2)
    session.stop("tap")
    await live.over()
    return session.receipt.id


def faults(live: Live) -> list[str]:
    return [finding.fault.name for finding in check_now(live).receipts]


def check_now(live: Live) -> Checked:
    return check(live.ledger, live.sharing.copies(), live.sharing.session_logs())


async def test_one_frame_is_proven_to_somebody_who_sees_none_of_the_others(live: Live) -> None:
    await shown_two_views(live)
    lines = live.log_file.read_bytes().splitlines()
    leaves = [merkle.leaf_hash(line) for line in lines]
    index = next(at for at, line in enumerate(lines) if json.loads(line).get("frame") == 2)
    proof = merkle.inclusion_proof(index, leaves)

    ending = live.ending()["live"]
    assert len(proof) <= 3
    assert merkle.is_included(lines[index], index, ending["leaves"], proof, bytes.fromhex(ending["root"]))
    assert not merkle.is_included(lines[index + 1], index, ending["leaves"], proof, bytes.fromhex(ending["root"]))


async def test_an_untouched_log_fits_here_and_in_an_export(live: Live) -> None:
    await shown_two_views(live)
    assert check_now(live).intact
    made = export(live.ledger, live.sharing.copies(), NOON_S, live.sharing.session_logs())
    assert check_export(json.dumps(made).encode()).intact


DAMAGES: dict[str, tuple[Callable[[list[bytes]], list[bytes]], str]] = {
    "a byte": (lambda lines: [lines[0], lines[1].replace(b"proven", b"qroven"), *lines[2:]], "LOG"),
    "a line less": (lambda lines: lines[:-1], "LOG"),
    "a line more": (lambda lines: [*lines, lines[-1]], "LOG"),
    "two lines changed places": (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], "LOG"),
    "nothing left": (lambda _: [], "LOG_MISSING"),
}


@pytest.mark.parametrize("damage", DAMAGES)
async def test_a_log_that_somebody_changed_is_found_here_and_in_an_export(live: Live, damage: str) -> None:
    receipt_id = await shown_two_views(live)
    change, fault = DAMAGES[damage]
    made = export(live.ledger, live.sharing.copies(), NOON_S, live.sharing.session_logs())
    lines = live.log_file.read_bytes().splitlines()
    live.log_file.write_bytes(b"".join(line + b"\n" for line in change(lines)))
    assert faults(live) == [fault]

    made["sessions"][receipt_id] = [line.decode() for line in change(lines)]
    assert [finding.fault.name for finding in check_export(json.dumps(made).encode()).receipts] == [fault]


@pytest.mark.parametrize("sessions", [None, 7, [], {"x": 1}, "gone"])
async def test_an_export_without_usable_logs_says_that_they_are_gone(live: Live, sessions: object) -> None:
    await shown_two_views(live)
    made = export(live.ledger, live.sharing.copies(), NOON_S, live.sharing.session_logs())
    made["sessions"] = sessions
    assert [finding.fault.name for finding in check_export(json.dumps(made).encode()).receipts] == ["LOG_MISSING"]


async def test_forgotten_the_log_stays_true_and_nobody_can_tell_what_it_was_about(live: Live) -> None:
    original = frame()
    receipt_id = await shown_two_views(live, keep_frames=True)
    files, folder = live.log_file.files, live.beside_the_log
    salt = files.read(folder + "salt").decode()
    said = json.loads(live.log_file.read_bytes().splitlines()[1])["original_commitment"]
    assert said == commitment(salt, hashlib.sha256(original).hexdigest())

    live.sharing.forget(receipt_id)

    assert files.names(folder) == [folder + "frames.jsonl"]
    assert check_now(live).intact
    live.sharing.forget(receipt_id)


async def test_a_frames_proof_travels_as_json_and_holds_until_somebody_bends_it(live: Live) -> None:
    receipt_id = await shown_two_views(live)
    made = prove(receipt_id, live.sharing.live.lines_of(receipt_id), 2).as_json()
    proof = parse(json.loads(json.dumps(made)))
    assert proof is not None
    assert proof.holds
    assert proof.root == live.ending()["live"]["root"]
    assert json.loads(proof.line)["frame"] == 2
    bent = ({"line": proof.line.replace("proven", "qroven")}, {"index": 0}, {"leaves": 99}, {"root": "0" * 64})
    for change in (*bent, {"path": list(proof.path[1:])}):
        other = parse({**made, **change})
        assert other is not None
        assert not other.holds
    with pytest.raises(NoSuchFrame):
        prove(receipt_id, live.sharing.live.lines_of(receipt_id), 3)
    with pytest.raises(NoSuchFrame):
        prove("../../elsewhere", live.sharing.live.lines_of("../../elsewhere"), 1)


_JSON = st.recursive(st.none() | st.integers() | st.text(max_size=70), lambda inner: st.lists(inner, max_size=3))
_FIELDS = ("receipt_id", "line", "index", "leaves", "path", "root")


@given(st.dictionaries(st.sampled_from(_FIELDS), _JSON | st.just("a" * 64) | st.just(["b" * 64])))
def test_whatever_claims_to_be_a_proof_is_judged_and_nothing_else_happens(fields: dict[str, object]) -> None:
    proof = parse({"schema": SCHEMA, **fields})
    assert proof is None or not proof.holds
