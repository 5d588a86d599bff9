"""The live session's model and the list of what left, without a window."""

from __future__ import annotations

from dataclasses import replace

import pytest

from companion_app.sharing.outcome import Outcome
from companion_app.sharing.shares import AskedBack, Result, Share
from companion_app.ui.view_models.sharing.live import LiveModel
from companion_app.ui.view_models.sharing.receipt import ReceiptModel
from companion_app.ui.view_models.shell import ShellModel
from companion_app.ui.view_models.words.measures import countdown, length
from companion_app.ui.view_models.words.redaction import kinds_words
from companion_app.ui.view_models.words.sharing import asked_back_words, fate, reflowed, stopped_words, what_left
from tests.app.ui.fakes import FakeCompanion, hello, photograph
from tests.app.waiting import until

pytestmark = pytest.mark.promise(2)

QUESTION = "What does the sign say?"


class SilentVoice:
    """Says nothing, and remembers what it should have said."""

    def __init__(self) -> None:
        self.said: list[str] = []

    async def say(self, sentence: str) -> None:
        self.said.append(sentence)

    def hush(self) -> None:
        pass


def asked_for(companion: FakeCompanion, voice: SilentVoice | None = None) -> LiveModel:
    """The sheet is open."""
    companion.sharing.endpoints.set_region("DE")
    model = LiveModel(companion, lambda: voice)
    model.open(companion.remote.card, QUESTION)
    assert model.start is not None
    return model


def agree(model: LiveModel, **instead: object) -> None:
    """Name what the sheet shows."""
    assert model.start is not None
    assert model.start.proposal is not None
    card, proposal = model.start.card, model.start.proposal
    named = {
        "recipient": card.recipient,
        "purpose": proposal.purpose,
        "terms_sha256": card.terms_sha256,
        "seconds": model.start.seconds,
    }
    model.agree(**{**named, **instead})  # type: ignore[arg-type]


async def test_looking_at_the_sheet_begins_nothing_and_no_is_on_record(companion: FakeCompanion) -> None:
    model = asked_for(companion)
    assert companion.view is None
    assert not model.running
    model.decline()
    assert model.start is None
    assert companion.view is None
    assert companion.ledger.entries()[-1].kind == "share_declined"


@pytest.mark.parametrize("field", ["recipient", "purpose", "terms_sha256", "seconds"])
async def test_agreeing_to_something_else_begins_nothing(companion: FakeCompanion, field: str) -> None:
    model = asked_for(companion)
    agree(model, **{field: 599 if field == "seconds" else "something else"})
    assert not model.running
    assert model.trouble is not None
    assert companion.view is None


async def test_it_runs_is_counted_answers_and_one_touch_ends_it(companion: FakeCompanion) -> None:
    voice = SilentVoice()
    model = asked_for(companion, voice)
    assert model.start is not None
    model.start.last(180)
    companion.remote.pieces = ("The sign says NORTH PIER. ", "It is white.")
    agree(model)
    assert model.running
    assert model.banner == "Live to api.openai.com: 3:00 left, 0 sent"
    await until(lambda: companion.view is not None)
    assert companion.view is not None
    companion.view.show(photograph())
    await until(lambda: model.state is not None and model.state.sent == 1 and bool(voice.said))
    assert "1 sent" in model.banner
    assert model.answer == companion.remote.text
    model.open(companion.remote.card, QUESTION)
    assert model.start is None, "one at a time"
    model.stop()
    assert not model.running, "at once"
    assert model.banner == ""
    assert model.ended == "You stopped it."
    await companion.end_background()
    assert companion.sharing.live.running is None
    assert companion.sharing.share(model.receipt_id).live
    assert len(companion.remote.asked) == 1


async def test_glasses_without_a_proof_of_light_need_a_yes_to_that(companion: FakeCompanion) -> None:
    companion.said_hello = replace(hello("locked"), level="software")
    model = asked_for(companion)
    assert model.start is not None
    assert not model.start.can_agree
    agree(model)
    assert not model.running
    model.start.allow_unproven_light(True)
    assert model.start.can_agree
    agree(model)
    assert model.running
    await until(lambda: companion.view is not None)
    await companion.end_background()


async def test_what_the_glasses_end_is_told_with_their_reason(companion: FakeCompanion) -> None:
    model = asked_for(companion)
    agree(model)
    await until(lambda: companion.view is not None)
    assert companion.view is not None
    companion.view.end("keyword")
    await until(lambda: not model.running)
    assert model.ended == "You said stop."
    await companion.end_background()


async def test_a_choice_makes_a_new_proposal_and_the_old_one_covers_nothing(companion: FakeCompanion) -> None:
    model = asked_for(companion)
    assert model.start is not None
    before = model.start.proposal
    model.start.keep_what_leaves(True)
    assert model.start.proposal != before
    assert model.start.proposal is not None
    assert model.start.proposal.rules.keep_frames
    model.start.say_aloud(True)
    assert not model.start.aloud, "nothing here can speak"


async def test_the_shell_puts_an_act_of_sharing_above_every_other_sheet(companion: FakeCompanion) -> None:
    shell = ShellModel(companion)
    shell.ask.set_question(QUESTION)
    assert shell.sheet is None
    shell.open_left("none")
    assert shell.sheet is shell.receipt
    shell.open_live()
    assert shell.sheet is shell.live.start
    companion.arrive()
    await shell.ask.ask()
    assert shell.sheet is shell.ask.share
    shell.ask.decline()
    shell.live.decline()
    shell.open_askers()
    assert shell.sheet is shell.askers
    shell.close_sheet()
    assert shell.sheet is None


def share(**said: object) -> Share:
    return replace(Share(receipt_id="r", time_s=0, recipient="api.example"), **said)  # type: ignore[arg-type]


class TestReceipt:
    def test_an_unknown_receipt_is_told(self, companion: FakeCompanion) -> None:
        model = ReceiptModel(companion.sharing)
        model.open("none")
        assert model.problem is not None
        assert not model.can_take_back
        model.take_back()
        assert model.request is None

    async def test_what_stayed_here_cannot_be_asked_back(self, companion: FakeCompanion) -> None:
        shell = ShellModel(companion)
        companion.arrive()
        shell.ask.set_question(QUESTION)
        await shell.ask.ask()
        proposal = shell.ask.proposal
        assert proposal is not None
        await shell.ask.agree(
            recipient=proposal.card.recipient,
            purpose=proposal.purpose,
            terms_sha256=proposal.card.terms_sha256,
            picture_sha256=proposal.sha256,
        )
        assert shell.ask.answered is not None
        shell.open_left(shell.ask.answered.receipt_id)
        assert shell.receipt.chosen is not None
        assert fate(shell.receipt.chosen) == "Stayed on this device"
        assert not shell.receipt.can_take_back
        shell.receipt.tell_answer(Result.ERASED)
        assert shell.receipt.chosen.asked_back is None


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_has_words(outcome: Outcome) -> None:
    assert fate(share(outcome=outcome))
    assert stopped_words(outcome).startswith("You stopped. ")


def test_unused_withdrawn_and_running_are_told_apart() -> None:
    words = {fate(share()), fate(share(withdrawn=True)), fate(share(outcome=Outcome.UNKNOWN), running=True)}
    assert len(words) == 3
    assert stopped_words(None) == stopped_words(Outcome.NOT_SENT)


def test_what_left_is_countable() -> None:
    assert what_left(share(bytes=16887, masked={"face": 2})) == "one picture (16,887 bytes), 2 faces masked"
    assert "live" in what_left(share(live=True))


@pytest.mark.parametrize("result", list(Result))
def test_asking_back_has_words_for_every_answer(result: Result) -> None:
    asked = AskedBack(time_s=0, due_s=86400, request_sha256="00" * 32)
    assert "due by" in asked_back_words(asked)
    assert asked_back_words(replace(asked, result=result)) not in ("", asked_back_words(asked))
    assert asked_back_words(None) == ""


def test_a_letter_runs_on_where_a_line_was_full_and_nowhere_else() -> None:
    full = "word " * 20 + "end"
    assert reflowed(f"To: somebody\nDate: today\n\n{full}\nand on\n\nname\n") == (
        f"To: somebody\nDate: today\n\n{full} and on\n\nname"
    )


def test_times_that_run_out() -> None:
    assert [countdown(seconds) for seconds in (-3, 0, 59.6, 61, 600)] == ["0:00", "0:00", "1:00", "1:01", "10:00"]
    assert [length(seconds) for seconds in (5, 60, 180)] == ["5 seconds", "1 minute", "3 minutes"]


def test_the_rules_of_a_session_name_every_kind_once() -> None:
    assert kinds_words(["text"], masked=False) == "text"
    assert "faces" in kinds_words(["text"], masked=True)
    assert "text" not in kinds_words(["text"], masked=True).split(", ")
