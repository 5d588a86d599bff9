"""Promise 2 and the owner's standing "never": whatever was proposed or agreed to before, nothing leaves after it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from companion_app.ledger import Entry
from companion_app.ledger.answered import sharing_ruled_out
from companion_app.onboarding import Onboarding
from companion_app.onboarding import onboarding as onboarding_module
from companion_app.onboarding.questions import QUESTIONS, SHARING
from companion_app.sharing.cards import LOCAL_ID
from companion_app.sharing.errors import NeverShared, ReceiptSpent
from companion_app.sharing.offers import Barrier
from tests.app.sharing.conftest import App
from tests.app.sharing.recipient import Recipient
from tests.app.vaults import OpenedLines, ledger_in

pytestmark = pytest.mark.promise(2)


def say(app: App, choice: str) -> None:
    Onboarding(app.ledger).answer("ai_sharing", choice)


def entry(seq: int, kind: str, **data: Any) -> Entry:
    return Entry(seq, 1_800_000_000, kind, data, "00" * 32, "11" * 32)


@pytest.mark.parametrize(
    ("records", "ruled_out"),
    [
        ([], False),
        ([("consent", "never")], True),
        ([("consent", "ask")], False),
        ([("consent", "never"), ("consent", "ask")], False),
        ([("consent", "ask"), ("consent", "never")], True),
        ([("consent", "perhaps")], True),
        ([("consent", None)], True),
        ([("damage", None)], True),
        ([("consent", "ask"), ("damage", None)], True),
        ([("damage", None), ("consent", "ask")], False),
        ([("share_agreed", "never")], False),
    ],
)
def test_the_last_word_counts_and_a_lost_one_is_a_never(records: list[tuple[str, str | None]], ruled_out: bool) -> None:
    entries = [entry(seq, kind, question="ai_sharing", choice=choice) for seq, (kind, choice) in enumerate(records)]
    assert sharing_ruled_out(entries) is ruled_out


def test_another_question_is_no_answer_to_this_one() -> None:
    assert not sharing_ruled_out([entry(0, "consent", question="voice_listen", choice="no")])


async def test_nobody_can_be_chosen_and_the_screens_can_say_why(
    app: App, recipient: Recipient, endpoint_id: str
) -> None:
    say(app, "never")
    endpoints = app.sharing.endpoints
    with pytest.raises(NeverShared) as caught:
        app.propose(endpoint_id)
    assert caught.value.data == {"endpoint": endpoint_id, "recipient": endpoints.get(endpoint_id).card.recipient}
    assert endpoints.barrier(endpoints.get(endpoint_id).card) is Barrier.NEVER
    assert endpoints.barrier(endpoints.get(LOCAL_ID).card) is None
    assert (await app.sharing.send(app.agreed())).answered_by == "this device", "this device answers all the same"
    say(app, "ask")
    assert app.propose(endpoint_id).card.id == endpoint_id
    assert recipient.connections == 0


async def test_a_proposal_from_before_cannot_be_agreed_to(app: App, recipient: Recipient, endpoint_id: str) -> None:
    proposal = app.propose(endpoint_id)
    say(app, "never")
    with pytest.raises(NeverShared):
        app.agree(proposal)
    assert app.ledger.entries()[-1].data["reason"] == "NeverShared"
    assert "share_agreed" not in app.kinds()


async def test_a_yes_from_before_is_used_up_by_the_never(app: App, recipient: Recipient, endpoint_id: str) -> None:
    receipt = app.agreed(endpoint_id)
    say(app, "never")
    with pytest.raises(NeverShared):
        await app.sharing.send(receipt)
    say(app, "ask")
    with pytest.raises(ReceiptSpent):
        await app.sharing.send(receipt)
    assert recipient.connections == 0
    assert "share_sending" not in app.kinds()


async def test_changed_words_take_no_never_away(
    app: App, recipient: Recipient, endpoint_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(app, "never")
    changed = replace(SHARING, version=99)
    asked = tuple(changed if one is SHARING else one for one in QUESTIONS)
    monkeypatch.setattr(onboarding_module, "QUESTIONS", asked)
    assert changed in Onboarding(app.ledger).pending(), "asked again"
    with pytest.raises(NeverShared):
        app.propose(endpoint_id)


def test_a_never_that_was_edited_away_is_a_never_still(app: App) -> None:
    say(app, "never")
    lines = OpenedLines(app.ledger._files, "ledger.jsonl")
    lines.write_bytes(lines.read_bytes().replace(b'"choice":"never"', b'"choice":"ask"'))
    reopened = ledger_in(app.folder)
    assert reopened.entries()[-1].kind == "damage"
    assert sharing_ruled_out(reopened.entries())
