"""Asking about a picture, without a window: nothing leaves by asking, and an agreement covers what was shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from companion_app.sharing.errors import ProposalClosed
from companion_app.ui.view_models.ask import AskModel
from companion_app.ui.view_models.observable import Observable
from tests.app.ui.fakes import FakeCompanion


async def until(model: Observable, true: Callable[[], bool]) -> None:
    """Wait for the change of `model` after which `true()`."""
    changed = asyncio.Event()
    model.observe(changed.set)
    while not true():
        await asyncio.wait_for(changed.wait(), 10)
        changed.clear()


def named(model: AskModel) -> dict[str, str]:
    """What the open sheet shows, as an agreement names it."""
    proposal = model.proposal
    assert proposal is not None
    return {
        "recipient": proposal.card.recipient,
        "purpose": proposal.purpose,
        "terms_sha256": proposal.card.terms_sha256,
        "picture_sha256": proposal.sha256,
    }


@pytest.mark.promise(2)
class TestAsk:
    def model(self, companion: FakeCompanion) -> AskModel:
        companion.arrive()
        model = AskModel(companion.sharing, lambda: companion.gallery.pictures()[0])
        model.set_question("What does the sign say?")
        return model

    async def test_asking_needs_picture_and_question(self, companion: FakeCompanion) -> None:
        model = AskModel(companion.sharing, lambda: None)
        assert model.hint == "Take a picture first."
        await model.ask()
        assert model.share is None
        model = self.model(companion)
        model.set_question("  ")
        assert model.hint == "Write a question first."
        await model.ask()
        assert model.share is None

    async def test_asking_sends_nothing(self, companion: FakeCompanion) -> None:
        model = self.model(companion)
        await model.ask()
        assert model.proposal is not None
        assert companion.local.asked == []

    async def test_agreeing_without_a_proposal_sends_nothing(self, companion: FakeCompanion) -> None:
        model = self.model(companion)
        card = companion.local.card
        await model.agree(
            recipient=card.recipient, purpose="any", terms_sha256=card.terms_sha256, picture_sha256="00" * 32
        )
        assert companion.local.asked == []

    @pytest.mark.parametrize("field", ["recipient", "purpose", "terms_sha256", "picture_sha256"])
    async def test_agreeing_to_something_else_than_was_proposed_sends_nothing(
        self, companion: FakeCompanion, field: str
    ) -> None:
        model = self.model(companion)
        await model.ask()
        await model.agree(**{**named(model), field: "something else"})
        assert companion.local.asked == []
        assert model.problem is not None
        assert "Nothing was sent." in model.problem.what

    async def test_one_agreement_sends_once(self, companion: FakeCompanion) -> None:
        model = self.model(companion)
        await model.ask()
        names = named(model)
        await asyncio.gather(model.agree(**names), model.agree(**names))
        assert len(companion.local.asked) == 1
        assert model.answered is not None
        assert model.answered.answered_by == "this device"
        assert model.can_ask

    async def test_declining_closes_the_proposal(self, companion: FakeCompanion) -> None:
        model = self.model(companion)
        await model.ask()
        proposal, names = model.proposal, named(model)
        assert proposal is not None
        model.decline()
        assert model.share is None
        with pytest.raises(ProposalClosed):
            companion.sharing.agree(proposal, **names)

    async def test_the_endpoint_is_the_local_one_until_chosen(self, companion: FakeCompanion) -> None:
        model = self.model(companion)
        assert model.endpoint == "local"
        model.choose("nobody")
        assert model.endpoint == "local"
        model.choose(companion.remote.card.id)
        await model.ask()
        assert model.proposal is not None
        assert model.proposal.card == companion.remote.card

    async def test_the_answer_is_heard_as_it_comes_and_can_be_stopped(self, companion: FakeCompanion) -> None:
        model = self.model(companion)
        model.choose(companion.remote.card.id)
        companion.remote.pieces = ("The sign ", "says ")
        companion.remote.gate = asyncio.Event()
        await model.ask()
        asked = asyncio.create_task(model.agree(**named(model)))
        await until(model, lambda: model.heard == "The sign says ")
        assert model.asking == "api.openai.com"
        model.stop()
        await asked
        assert model.answered is None
        assert model.heard == ""
        assert "You stopped." in model.note
        (share,) = companion.sharing.shares()
        assert share.reason == "CancelledError", "the ledger has how it ended"
        assert model.can_ask

    async def test_the_end_of_the_app_ends_the_upload(self, companion: FakeCompanion) -> None:
        model = self.model(companion)
        companion.local.gate = asyncio.Event()
        await model.ask()
        asked = asyncio.create_task(model.agree(**named(model)))
        await until(model, lambda: bool(companion.local.asked))
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        (share,) = companion.sharing.shares()
        assert share.reason == "CancelledError"
