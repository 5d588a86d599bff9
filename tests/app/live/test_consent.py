"""One yes, one session: it names recipient, purpose, terms and length, and covers nothing else."""

from __future__ import annotations

from typing import Any, NoReturn

import pytest

from companion_app.redaction import Kind
from companion_app.redaction.errors import DetectionFailed
from companion_app.sharing.cards import LOCAL
from companion_app.sharing.errors import (
    BadPurpose,
    BadQuestion,
    ConsentMismatch,
    LedgerUnavailable,
    ProposalClosed,
    ReceiptExpired,
    ReceiptSpent,
    ReceiptUnknown,
    UnknownEndpoint,
)
from companion_app.sharing.live.errors import BadDuration, FacesStayMasked, SessionRunning
from companion_app.sharing.live.preparing import redact
from companion_app.sharing.live.rules import make_rules
from tests.app.live.rig import QUESTION, Live

pytestmark = pytest.mark.promise(2)


def propose(live: Live, **changed: Any) -> Any:
    arguments = {"endpoint_id": live.endpoint_id, "question": QUESTION, "seconds": 60, **changed}
    return live.sharing.live.propose(**arguments)


def agree(live: Live, proposal: Any, **changed: Any) -> Any:
    named = {
        "recipient": proposal.card.recipient,
        "purpose": proposal.purpose,
        "terms_sha256": proposal.card.terms_sha256,
        "seconds": proposal.rules.seconds,
    }
    return live.sharing.live.agree(proposal, **{**named, **changed})


@pytest.mark.parametrize(
    "other",
    [{"recipient": "example.org"}, {"purpose": "Train on it"}, {"terms_sha256": "0" * 64}, {"seconds": 600}],
    ids=lambda other: next(iter(other)),
)
async def test_a_yes_to_something_else_begins_nothing_and_is_on_record(live: Live, other: dict[str, Any]) -> None:
    proposal = propose(live)
    with pytest.raises(ConsentMismatch) as refused:
        agree(live, proposal, **other)
    assert refused.value.data["field"] == next(iter(other))
    assert live.kinds() == ["share_refused"]
    assert agree(live, proposal).proposal_id == proposal.id


async def test_a_yes_given_elsewhere_begins_nothing(live: Live) -> None:
    live.sharing.endpoints.set_region("DE")
    proposal, receipt = propose(live), live.agreed()
    live.sharing.endpoints.set_region("US-IL")
    with pytest.raises(ConsentMismatch) as refused, live.sharing.live.begin(receipt):
        pass
    assert refused.value.data["field"] == "region"
    with pytest.raises(ProposalClosed):
        agree(live, proposal)
    moved = propose(live)
    live.sharing.endpoints.set_region("DE")
    with pytest.raises(ConsentMismatch):
        agree(live, moved)
    assert live.recipient.connections == 0


async def test_a_yes_begins_one_session(live: Live) -> None:
    receipt = live.agreed()
    with live.sharing.live.begin(receipt):
        pass
    with pytest.raises(ReceiptSpent), live.sharing.live.begin(receipt):
        pass
    assert live.recipient.connections == 0


async def test_a_receipt_that_nobody_gave_begins_nothing(live: Live) -> None:
    import dataclasses

    receipt = live.agreed()
    longer = dataclasses.replace(receipt, rules=dataclasses.replace(receipt.rules, seconds=600))
    with pytest.raises(ReceiptUnknown), live.sharing.live.begin(longer):
        pass
    live.sharing.live.withdraw(receipt)
    with pytest.raises(ReceiptSpent), live.sharing.live.begin(receipt):
        pass
    assert live.kinds() == ["share_agreed", "share_withdrawn"]


@pytest.mark.parametrize("clock", ["wall", "steady", "set back"])
async def test_a_yes_that_nobody_used_gets_old(live: Live, clock: str) -> None:
    receipt = live.agreed()
    if clock == "steady":
        live.hands.steady_s += 300
    else:
        live.hands.wall_s += -1 if clock == "set back" else 300
    with pytest.raises(ReceiptExpired), live.sharing.live.begin(receipt):
        pass
    assert live.kinds() == ["share_agreed", "share_refused"]


async def test_one_session_at_a_time(live: Live) -> None:
    with live.sharing.live.begin(live.agreed()) as first:
        again = live.agreed()
        with pytest.raises(SessionRunning), live.sharing.live.begin(again):
            pass
        assert live.sharing.live.running is first
    with live.sharing.live.begin(again):
        pass
    assert live.sharing.live.running is None


async def test_a_newer_proposal_takes_the_place_of_the_older(live: Live) -> None:
    old = propose(live)
    new = propose(live, seconds=30)
    with pytest.raises(ProposalClosed):
        agree(live, old)
    live.sharing.live.decline(new)
    assert live.kinds() == ["share_declined"]
    with pytest.raises(ProposalClosed):
        agree(live, new)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"seconds": 4}, BadDuration),
        ({"seconds": 601}, BadDuration),
        ({"question": "  "}, BadQuestion),
        ({"question": "x" * 1001}, BadQuestion),
        ({"purpose": ""}, BadPurpose),
        ({"keep": frozenset({Kind.FACE})}, FacesStayMasked),
        ({"endpoint_id": "openai-compatible:https://nobody.example"}, UnknownEndpoint),
    ],
)
async def test_what_cannot_be_agreed_to_is_not_proposed(live: Live, changed: dict[str, Any], error: type) -> None:
    with pytest.raises(error):
        propose(live, **changed)


async def test_the_receipt_names_the_rules_in_the_sections_of_the_standard(live: Live) -> None:
    receipt = live.agreed(question="What does the label say?", keep=frozenset({Kind.CODE}), unproven_light=True)
    record = receipt.record()
    [purpose] = record["processing"]["purposes"]
    assert purpose["pii_information"][1]["text"] == "What does the label say?"
    assert record["processing"]["privacy_notice"]["sha256"] == receipt.card.terms_sha256
    assert record["parties"][0]["party_name"] == receipt.card.recipient
    assert record["live"] == {
        "seconds": 60,
        "frames": "when the view changes",
        "redacted": True,
        "kept": ["code", "text"],
        "faces": "masked",
        "light": "proven or not",
        "frames_kept": False,
        "uses": 1,
    }
    assert live.sharing.receipt(receipt.id)["consent"] == record
    assert live.ledger.entries()[0].data == record


async def test_where_the_ledger_takes_no_yes_there_is_none(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    proposal = propose(live)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(live.ledger, "append", full)
        with pytest.raises(LedgerUnavailable):
            agree(live, proposal)
    assert live.kinds() == []
    receipt = agree(live, proposal)
    with monkeypatch.context() as patched:
        patched.setattr(live.ledger, "append", full)
        with pytest.raises(LedgerUnavailable), live.sharing.live.begin(receipt):
            pass
    assert live.sharing.live.running is None


async def test_an_end_that_the_ledger_did_not_take_is_owed(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    real = live.ledger.append

    def full_at_the_end(kind: str, /, **data: Any) -> object:
        if kind == "share_ended":
            raise OSError(28, "No space left on device")
        return real(kind, **data)

    receipt = live.agreed()
    with monkeypatch.context() as patched:
        patched.setattr(live.ledger, "append", full_at_the_end)
        with pytest.raises(LedgerUnavailable), live.sharing.live.begin(receipt):
            pass
    live.agreed()
    assert live.kinds() == ["share_agreed", "share_sending", "share_ended", "share_agreed"]


@pytest.mark.parametrize(
    ("question", "read"), [("What is this?", False), ("What does this sign say?", True), ("Scan the QR code", False)]
)
def test_what_is_written_is_read_where_it_may_stay_and_nowhere_else(question: str, read: bool) -> None:
    """A card is told from a sign by reading both; where neither stays, nobody reads."""
    asked: list[bool] = []

    class Looks:
        def look(self, _jpeg: bytes, *, reading: bool) -> NoReturn:
            asked.append(reading)
            raise DetectionFailed("x", "not needed")

    looks: Any = Looks()
    with pytest.raises(DetectionFailed):
        redact(looks, b"", make_rules(LOCAL, question, 60))
    assert asked == [read]
