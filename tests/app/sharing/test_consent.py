"""Promise 2: nothing is delivered without one explicit act that names recipient, purpose and terms of this frame."""

from __future__ import annotations

import dataclasses
import gc
import hashlib
import json
import weakref
from pathlib import Path

import pytest

from companion_app.sharing.cards import LOCAL
from companion_app.sharing.consent import MAX_OPEN_PROPOSALS
from companion_app.sharing.errors import (
    BadPurpose,
    BadQuestion,
    ConsentMismatch,
    NotAPhotograph,
    PictureChanged,
    PictureMissing,
    PictureTooBig,
    ProposalClosed,
    ReceiptExpired,
    ReceiptSpent,
    ReceiptUnknown,
    UnknownEndpoint,
)
from companion_app.sharing.pictures import MAX_PICTURE_BYTES
from companion_app.sharing.receipt import VALID_S
from tests.app.sharing.conftest import NOON_S, App, Picture
from tests.app.vaults import opened_ledger

pytestmark = pytest.mark.promise(2)


def test_a_proposal_holds_exactly_what_would_leave(app: App) -> None:
    proposal = app.propose(question="  Who is this?  ")

    assert proposal.bytes == app.picture.path.read_bytes()
    assert proposal.sha256 == hashlib.sha256(proposal.bytes).hexdigest() == app.picture.sha256
    assert (proposal.question, proposal.card.recipient) == ("Who is this?", "this device")
    assert app.kinds() == []


async def test_agreeing_delivers_the_proposed_bytes_once(app: App) -> None:
    answer = await app.sharing.send(app.agreed(question="Read this"))

    assert app.echo.asked == [(app.picture.path.read_bytes(), "Read this")]
    assert (answer.text, answer.answered_by, answer.body_bytes) == ("An answer from here.", "this device", 0)
    assert app.kinds() == ["share_agreed", "share_sending", "share_ended"]
    assert app.endings() == ["stayed on this device"]


@pytest.mark.parametrize("field", ["recipient", "purpose", "terms_sha256", "picture_sha256"])
async def test_each_of_the_four_names_must_match(app: App, field: str) -> None:
    proposal = app.propose()

    with pytest.raises(ConsentMismatch) as caught:
        app.agree(proposal, **{field: "something else"})

    assert caught.value.data["field"] == field
    assert caught.value.data["agreed"] == "something else"
    assert app.kinds() == ["share_refused"]
    assert app.ledger.entries()[0].data["reason"] == "ConsentMismatch"
    assert app.echo.asked == []


async def test_after_a_mismatch_the_right_names_still_work(app: App) -> None:
    proposal = app.propose()
    with pytest.raises(ConsentMismatch):
        app.agree(proposal, purpose="Train on it")

    await app.sharing.send(app.agree(proposal))

    assert len(app.echo.asked) == 1


async def test_a_receipt_is_spent_once(app: App) -> None:
    receipt = app.agreed()
    await app.sharing.send(receipt)

    with pytest.raises(ReceiptSpent):
        await app.sharing.send(receipt)

    assert len(app.echo.asked) == 1
    assert app.kinds().count("share_sending") == 1


async def test_a_used_receipt_lets_go_of_the_picture(app: App) -> None:
    proposal = app.propose()
    held = weakref.ref(proposal)
    receipt = app.agree(proposal)
    del proposal

    await app.sharing.send(receipt)

    gc.collect()
    assert held() is None


async def test_a_proposal_gives_one_receipt(app: App) -> None:
    proposal = app.propose()
    app.agree(proposal)

    with pytest.raises(ProposalClosed):
        app.agree(proposal)


async def test_a_declined_proposal_is_closed_and_on_record(app: App) -> None:
    proposal = app.propose()
    app.sharing.decline(proposal)

    with pytest.raises(ProposalClosed):
        app.agree(proposal)
    with pytest.raises(ProposalClosed):
        app.sharing.decline(proposal)

    assert app.kinds() == ["share_declined"]
    assert app.ledger.entries()[0].data["recipient"] == "this device"
    assert app.echo.asked == []


async def test_an_agreed_proposal_cannot_be_declined_but_withdrawn(app: App) -> None:
    proposal = app.propose()
    receipt = app.agree(proposal)
    with pytest.raises(ProposalClosed):
        app.sharing.decline(proposal)

    app.sharing.withdraw(receipt)

    with pytest.raises(ReceiptSpent):
        await app.sharing.send(receipt)
    assert app.kinds() == ["share_agreed", "share_withdrawn"]
    assert app.echo.asked == []


@pytest.mark.parametrize("late_s", [VALID_S, VALID_S + 1, 10 * VALID_S])
async def test_a_receipt_expires(app: App, late_s: int) -> None:
    receipt = app.agreed()
    app.clock.now_s += late_s

    with pytest.raises(ReceiptExpired):
        await app.sharing.send(receipt)

    assert app.kinds() == ["share_agreed", "share_refused"]
    assert app.echo.asked == []


async def test_a_receipt_holds_until_its_last_second(app: App) -> None:
    receipt = app.agreed()
    app.clock.now_s += VALID_S - 1

    await app.sharing.send(receipt)

    assert (receipt.agreed_s, receipt.expires_s) == (NOON_S, NOON_S + VALID_S)


async def test_a_clock_set_back_does_not_stretch_a_receipt(app: App) -> None:
    receipt = app.agreed()
    app.clock.now_s -= 1

    with pytest.raises(ReceiptExpired):
        await app.sharing.send(receipt)
    app.clock.now_s += 1
    with pytest.raises(ReceiptSpent):
        await app.sharing.send(receipt)

    assert app.echo.asked == []


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "0" * 32},
        {"card": dataclasses.replace(LOCAL, recipient="api.example.org")},
        {"purpose": "Advertising"},
        {"expires_s": NOON_S + 10 * VALID_S},
        {"sha256": "0" * 64},
        {"question": "Something else"},
    ],
    ids=lambda changed: next(iter(changed)),
)
async def test_a_receipt_that_was_altered_or_made_up_is_unknown(app: App, changed: dict[str, object]) -> None:
    receipt = app.agreed()

    with pytest.raises(ReceiptUnknown):
        await app.sharing.send(dataclasses.replace(receipt, **changed))

    assert app.echo.asked == []
    await app.sharing.send(receipt)


@pytest.mark.parametrize("changed", [{"bytes": b"other"}, {"question": "Other?"}, {"id": "0" * 32}])
async def test_a_proposal_that_was_altered_is_not_ours(app: App, changed: dict[str, object]) -> None:
    proposal = app.propose()

    with pytest.raises(ProposalClosed):
        app.agree(dataclasses.replace(proposal, **changed))

    assert app.kinds() == []


async def test_the_oldest_open_proposal_makes_room(app: App) -> None:
    proposals = [app.propose() for _ in range(MAX_OPEN_PROPOSALS + 1)]

    with pytest.raises(ProposalClosed):
        app.agree(proposals[0])
    app.agree(proposals[1])
    app.agree(proposals[-1])


async def test_the_ledger_never_holds_the_hash_of_a_picture_and_the_owners_receipt_does(
    app: App, tmp_path: Path
) -> None:
    receipt = app.agreed()
    await app.sharing.send(receipt)
    app.sharing.decline(app.propose())
    with pytest.raises(ConsentMismatch):
        app.agree(app.propose(), purpose="Other")

    assert app.picture.sha256 not in opened_ledger(tmp_path).read_text()
    assert app.picture.sha256 in json.dumps(receipt.record())


@pytest.mark.parametrize("question", ["", "  \n", "x" * 1001])
def test_a_question_has_bounds(app: App, question: str) -> None:
    with pytest.raises(BadQuestion):
        app.propose(question=question)


@pytest.mark.parametrize("purpose", ["", " ", "x" * 201])
def test_a_purpose_has_bounds(app: App, purpose: str) -> None:
    with pytest.raises(BadPurpose):
        app.sharing.propose(app.picture, "local", "What?", purpose=purpose)


def test_a_longest_question_and_purpose_fit_the_ledger(app: App) -> None:
    proposal = app.sharing.propose(app.picture, "local", "\N{SNOWMAN}" * 1000, purpose="\N{SNOWMAN}" * 200)
    app.agree(proposal)


def test_a_file_that_changed_since_it_was_received_is_not_proposed(app: App) -> None:
    app.picture.path.write_bytes(app.picture.path.read_bytes() + b"\0")

    with pytest.raises(PictureChanged) as caught:
        app.propose()

    assert caught.value.data["expected"] == app.picture.sha256


def test_a_missing_or_oversized_file_is_not_proposed(app: App, picture: Picture) -> None:
    with picture.path.open("wb") as file:
        file.truncate(MAX_PICTURE_BYTES + 1)
    with pytest.raises(PictureTooBig):
        app.propose()
    picture.path.unlink()
    with pytest.raises(PictureMissing):
        app.propose()


def test_an_unknown_endpoint_is_not_proposed(app: App) -> None:
    with pytest.raises(UnknownEndpoint):
        app.propose("openai-compatible:https://nobody.example/v1/chat/completions")


def test_a_clip_is_not_shared_as_a_picture(app: App) -> None:
    content = b"RIFF" + bytes(100)
    app.picture.path.write_bytes(content)
    clip = Picture(app.picture.id, app.picture.path, hashlib.sha256(content).hexdigest())
    with pytest.raises(NotAPhotograph):
        app.sharing.propose(clip, "local", "What is this?")
