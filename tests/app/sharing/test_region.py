"""Where the wearer is decides what can be chosen: shown all the same, the strictest rule where nothing was said."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion_app.redaction import Plan
from companion_app.sharing import OpenAICompatible
from companion_app.sharing.address import parse as address
from companion_app.sharing.cards import LOCAL, EndpointCard, Terms, for_address
from companion_app.sharing.cards import Plan as Contract
from companion_app.sharing.endpoints.choices import Choices, load, save
from companion_app.sharing.errors import BadRegion, ConsentMismatch, NotOffered, ReceiptSpent
from companion_app.sharing.offers import Barrier, barrier, faces_barrier
from companion_app.sharing.region import BIOMETRIC_STATES, EEA, parse
from tests.app.sharing.conftest import App
from tests.app.sharing.recipient import Recipient
from tests.app.vaults import room

pytestmark = pytest.mark.promise(2)

EVERYWHERE = OpenAICompatible("https://api.openai.com/v1").card
AMERICAN = dataclasses.replace(EVERYWHERE, only_in=("US", "CA"))
NOT_ILLINOIS = dataclasses.replace(EVERYWHERE, not_in=("US-IL",))
NOT_AMERICA = dataclasses.replace(EVERYWHERE, not_in=("US",))
UNKNOWN = OpenAICompatible("https://llm.example.org").card


@pytest.mark.parametrize(("text", "code"), [("DE", "DE"), (" us-il ", "US-IL"), ("us", "US"), ("US-DC", "US-DC")])
def test_a_region_has_one_spelling(text: str, code: str) -> None:
    assert parse(text) == code


@pytest.mark.parametrize(
    "text", ["", "XX", "DEU", "US-IX", "US-", "DE-BY", "US_IL", "US-IL-1", "U\u017f", "\u0405E", "US-IL\n US"]
)
def test_what_is_no_region_is_refused_rather_than_taken_for_one_without_rules(text: str) -> None:
    with pytest.raises(BadRegion):
        parse(text)


@given(st.text(max_size=12))
def test_any_text_is_a_region_or_a_clear_error(text: str) -> None:
    try:
        code = parse(text)
    except BadRegion:
        return
    assert parse(code) == code
    assert code.isascii()


def test_the_lists_hold_codes_alone() -> None:
    for code in (*EEA, *BIOMETRIC_STATES):
        assert parse(code) == code
    assert len(set(EEA)) == 30


@pytest.mark.parametrize(
    ("card", "region", "reason"),
    [
        (EVERYWHERE, None, None),
        (EVERYWHERE, "DE", None),
        (AMERICAN, "US", None),
        (AMERICAN, "US-IL", None),
        (AMERICAN, "CA", None),
        (AMERICAN, "DE", Barrier.ONLY_ELSEWHERE),
        (AMERICAN, None, Barrier.REGION_UNSAID),
        (NOT_ILLINOIS, "US-IL", Barrier.NOT_HERE),
        (NOT_ILLINOIS, "US", Barrier.NOT_HERE),
        (NOT_ILLINOIS, "US-OR", None),
        (NOT_ILLINOIS, "DE", None),
        (NOT_ILLINOIS, None, Barrier.REGION_UNSAID),
        (NOT_AMERICA, "US-OR", Barrier.NOT_HERE),
        (NOT_AMERICA, "UM", None),
        (dataclasses.replace(EVERYWHERE, only_in=("US-OR",)), "US", Barrier.ONLY_ELSEWHERE),
        (LOCAL, None, None),
    ],
)
def test_an_endpoint_is_offered_or_not(card: EndpointCard, region: str | None, reason: Barrier | None) -> None:
    assert barrier(card, region) is reason


@pytest.mark.parametrize(
    ("card", "region", "reason"),
    [
        (EVERYWHERE, None, Barrier.FACES_REGION_UNSAID),
        (EVERYWHERE, "US", Barrier.FACES_BIOMETRIC_LAW),
        *((EVERYWHERE, state, Barrier.FACES_BIOMETRIC_LAW) for state in BIOMETRIC_STATES),
        (EVERYWHERE, "US-OR", None),
        (EVERYWHERE, "DE", None),
        (UNKNOWN, "DE", Barrier.FACES_TRAINED_ON),
        (dataclasses.replace(EVERYWHERE, trains_inputs=True), "DE", Barrier.FACES_TRAINED_ON),
        (dataclasses.replace(UNKNOWN, runs_here=True), "DE", None),
        (LOCAL, None, None),
    ],
)
def test_faces_follow_the_strictest_rule(card: EndpointCard, region: str | None, reason: Barrier | None) -> None:
    assert faces_barrier(card, region) is reason


def test_who_may_only_be_asked_on_a_paid_plan_is_not_offered_without_one() -> None:
    gemini = address("https://generativelanguage.googleapis.com/v1beta/openai")
    unpaid, paid = for_address(gemini), for_address(gemini, terms=Terms(Contract.PAID))
    for region, offered in (("DE", False), ("CH", False), ("GB", False), ("US-OR", True), ("CN", False)):
        assert (barrier(unpaid, region) is None) == offered
    assert barrier(paid, "DE") is None
    assert (unpaid.trains_inputs, paid.trains_inputs) == (True, False)


def test_what_is_not_offered_is_shown_and_cannot_be_proposed(app: App) -> None:
    class Limited:
        card = dataclasses.replace(AMERICAN, id="limited")

    app.sharing.add(Limited())  # type: ignore[arg-type]
    assert "limited" in [card.id for card in app.sharing.cards()]

    for region, reason in ((None, Barrier.REGION_UNSAID), ("DE", Barrier.ONLY_ELSEWHERE)):
        app.sharing.endpoints.set_region(region)
        with pytest.raises(NotOffered) as caught:
            app.propose("limited")
        assert caught.value.data == {
            "endpoint": "limited",
            "recipient": "api.openai.com",
            "region": region,
            "reason": reason,
        }
    app.sharing.endpoints.set_region("US")
    assert app.propose("limited").card.id == "limited"


def test_a_face_that_is_left_to_be_seen_is_not_proposed_where_the_rule_forbids_it(app: App) -> None:
    card = app.sharing.add(OpenAICompatible("https://api.openai.com/v1"))
    look = app.sharing.redactor.look(app.picture.path.read_bytes())
    [face] = look.regions
    shown = app.sharing.redactor.redact(look, Plan.all_masked(look).unmask(face.id, somebody_agreed=True))

    for region in (None, "US", "US-IL"):
        app.sharing.endpoints.set_region(region)
        with pytest.raises(NotOffered):
            app.sharing.propose(app.picture, card.id, "Who is this?", shown)
        assert app.propose(card.id).card.id == card.id

    app.sharing.endpoints.set_region("DE")
    assert app.sharing.propose(app.picture, card.id, "Who is this?", shown).bytes == shown.jpeg


def test_a_region_is_kept_and_can_be_taken_back(app: App, tmp_path: Path) -> None:
    def after_a_restart() -> str | None:
        return type(app.sharing)(room(tmp_path / "sharing"), app.ledger).endpoints.region

    assert after_a_restart() is None
    app.sharing.endpoints.set_region("us-il")
    assert after_a_restart() == "US-IL"
    with pytest.raises(BadRegion):
        app.sharing.endpoints.set_region("US-IX")
    assert after_a_restart() == "US-IL"
    app.sharing.endpoints.set_region(None)
    assert after_a_restart() is None


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff", b"[]", b'{"region": 5}', b'{"region": "US-IX"}', b'{"default": 5}', b"[" * 5000, b"null"],
)
def test_damaged_choices_count_as_nothing_said(tmp_path: Path, content: bytes) -> None:
    files = room(tmp_path / "sharing")
    files.write("choices.json", content)
    assert load(files) == Choices()
    files.path("choices.json").write_bytes(content)
    assert load(files) == Choices()


def test_what_was_chosen_is_read_back(tmp_path: Path) -> None:
    files = room(tmp_path / "sharing")
    save(files, Choices("US-IL", "x"))
    assert load(files) == Choices("US-IL", "x")


async def test_a_yes_given_elsewhere_is_void_and_nothing_leaves(
    app: App, recipient: Recipient, endpoint_id: str
) -> None:
    app.sharing.endpoints.set_region("DE")
    proposal, receipt = app.propose(endpoint_id), app.agreed(endpoint_id)
    app.sharing.endpoints.set_region("US-IL")
    with pytest.raises(ConsentMismatch) as at_agreeing:
        app.agree(proposal)
    with pytest.raises(ConsentMismatch) as at_sending:
        await app.sharing.send(receipt)
    assert [error.value.data["field"] for error in (at_agreeing, at_sending)] == ["region", "region"]
    assert recipient.connections == 0
    app.sharing.endpoints.set_region("DE")
    with pytest.raises(ReceiptSpent):
        await app.sharing.send(receipt)
