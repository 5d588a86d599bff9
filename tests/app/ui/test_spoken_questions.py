"""A question that was spoken, as the window shows it: the words, the picture, this device's answer, and every end."""

from __future__ import annotations

from pathlib import Path

import plainsight
import pytest

from companion_app.assistant import LocalAnswer
from companion_app.assistant.answer import Facts
from companion_app.assistant.listening.errors import NoRecogniser, PictureMissing, QuestionCutOff
from companion_app.control.asking import Asked
from companion_app.ui.view_models.shell import ShellModel
from companion_app.ui.view_models.words.errors import problem
from companion_app.ui.view_models.words.listening_errors import cut_off_words, known_ends
from tests.app.answered import answer_all
from tests.app.ui.conftest import Clock
from tests.app.ui.fakes import FakeCompanion

QUESTION = "What does the sign say?"
FIRMWARE = Path(plainsight.__file__).parent


def test_the_words_the_picture_and_the_answer_are_shown(companion: FakeCompanion, clock: Clock) -> None:
    shell = ShellModel(companion, now_s=clock)
    companion.arrive()
    earlier = companion.gallery.pictures()[0]
    companion.arrive()
    companion.asked.notify(Asked(earlier, QUESTION))
    assert shell.home.picture == earlier
    assert shell.ask.question == QUESTION
    assert shell.ask.answered is None
    assert "looking" in shell.ask.note
    assert "forgotten" in shell.ask.note
    companion.asked.notify(Asked(earlier, QUESTION, LocalAnswer("Platform 7", Facts())))
    assert shell.ask.answered is not None
    assert (shell.ask.answered.text, shell.ask.answered.answered_by) == ("Platform 7", "this device")
    assert shell.ask.note == ""


async def test_speaking_shares_nothing_and_the_owner_can_still_ask_somebody_else(
    companion: FakeCompanion, clock: Clock
) -> None:
    shell = ShellModel(companion, now_s=clock)
    companion.arrive()
    picture = companion.gallery.pictures()[0]
    shell.ask.choose(shell.ask.cards[-1].id)
    companion.asked.notify(Asked(picture, QUESTION, LocalAnswer("Platform 7", Facts())))
    assert shell.ask.proposal is None
    assert [entry.kind for entry in companion.ledger.entries() if entry.kind.startswith("share")] == []
    await shell.ask.ask()
    assert shell.ask.proposal is not None
    assert shell.ask.proposal.question == QUESTION
    assert not shell.ask.proposal.card.stays_here


async def test_a_proposal_that_is_being_read_stays_as_it_was(companion: FakeCompanion, clock: Clock) -> None:
    shell = ShellModel(companion, now_s=clock)
    companion.arrive()
    shell.ask.set_question("Typed before")
    await shell.ask.ask()
    proposal = shell.ask.proposal
    assert proposal is not None
    companion.arrive()
    companion.asked.notify(Asked(companion.gallery.pictures()[0], QUESTION))
    assert shell.ask.proposal is proposal
    assert proposal.question == "Typed before"


def test_without_a_recogniser_typing_is_the_way_out() -> None:
    told = problem(NoRecogniser("moonshine_voice"))
    assert "no recogniser on this device" in told.what
    assert "Type" in told.next_step


def test_a_picture_that_is_missing_names_the_way_out() -> None:
    assert "type your question" in problem(PictureMissing(3, QUESTION)).next_step


@pytest.mark.parametrize("reason", sorted(known_ends()))
def test_every_end_says_that_the_sound_is_forgotten(reason: str) -> None:
    told = problem(QuestionCutOff(reason))
    assert told.what.endswith("What was heard of it is forgotten.")
    assert told.next_step
    assert told == cut_off_words(reason)
    assert told.what != problem(QuestionCutOff("something new")).what


def test_every_reason_that_the_glasses_can_give_has_words() -> None:
    """Those that name no fault (the question is whole, was taken back, or never left) need none."""
    given = {"withdrawn", "muted", "slow_link", "microphone"}
    source = (FIRMWARE / "question" / "question.py").read_text()
    assert all(f'"{reason}"' in source for reason in given)
    listener = {"off", "muted", "resting", "microphone_failed"}
    assert given | listener <= known_ends()


def test_where_the_owner_lets_it_stay_nothing_is_called_forgotten(companion: FakeCompanion, clock: Clock) -> None:
    answer_all(companion.onboarding, voice_listen="yes", voice_leave="yes", transcripts="days_7")
    shell = ShellModel(companion, now_s=clock)
    companion.asked.notify(Asked(companion.arrive(), QUESTION))
    assert "forgotten" not in shell.ask.note
    assert "your answers allow" in shell.ask.note
