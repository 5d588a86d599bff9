"""Which picture is asked about, answers that are said, and questions that are kept until they are forgotten."""

from __future__ import annotations

import asyncio

import pytest

from companion_app.control.asking import Asked
from companion_app.gallery import Picture
from companion_app.ui.view_models.ask import AskModel
from companion_app.ui.view_models.ask_history import AskHistoryModel
from companion_app.ui.view_models.settings.blocks import Act, Heading, Say, Words
from tests.app.answered import answer_all
from tests.app.ui.fakes import FakeCompanion
from tests.app.ui.settings.test_settings_models import do, keyed, of


class Mouth:
    """A voice that only notes."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.spoke = asyncio.Event()
        self.hushed = 0

    async def say(self, sentence: str) -> None:
        self.said.append(sentence)
        self.spoke.set()

    def hush(self) -> None:
        self.hushed += 1


@pytest.fixture
def mouth() -> Mouth:
    return Mouth()


@pytest.fixture
def pictures(companion: FakeCompanion) -> list[Picture]:
    """Newest first: three photographs and, between the two older ones, a clip."""
    answer_all(companion.onboarding)
    companion.arrive()
    companion.now_s.now_s += 10  # type: ignore[attr-defined]
    companion.arrive_clip()
    companion.now_s.now_s += 10  # type: ignore[attr-defined]
    companion.arrive()
    companion.now_s.now_s += 10  # type: ignore[attr-defined]
    companion.arrive()
    return companion.gallery.pictures()


@pytest.fixture
def model(companion: FakeCompanion, pictures: list[Picture], mouth: Mouth) -> AskModel:
    return AskModel(
        companion.sharing,
        lambda: companion.gallery.pictures()[0],
        pictures=companion.gallery.pictures,
        voice=lambda: mouth,
        history=companion.history,
    )


async def answered(model: AskModel, question: str = "What does the sign say?") -> None:
    """The whole act, of this device."""
    model.set_question(question)
    await model.ask()
    assert model.share is not None
    assert model.proposal is not None
    proposal = model.proposal
    await model.agree(
        recipient=proposal.card.recipient,
        purpose=proposal.purpose,
        terms_sha256=proposal.card.terms_sha256,
        picture_sha256=proposal.sha256,
    )
    assert model.answered is not None


def test_older_and_newer_walk_over_the_photographs_alone(model: AskModel, pictures: list[Picture]) -> None:
    newest, middle, _clip, oldest = pictures
    assert model.about.now == newest
    assert not model.about.chosen
    walked = []
    for step in (1, 1, 1, -1, -1, -1):
        model.step(step)
        walked.append(model.about.now)
    assert walked == [middle, oldest, oldest, middle, newest, newest]


def test_next_to_a_clip_lie_the_photographs_before_and_after_it(model: AskModel, pictures: list[Picture]) -> None:
    _newest, middle, clip, oldest = pictures
    model.ask_about(clip)
    assert model.about.neighbour(1) == oldest
    assert model.about.neighbour(-1) == middle


def test_a_chosen_picture_stays_when_a_new_one_comes_and_gives_way_when_it_is_deleted(
    companion: FakeCompanion, model: AskModel, pictures: list[Picture]
) -> None:
    oldest = pictures[-1]
    model.ask_about(oldest)
    companion.arrive()
    assert model.about.now == oldest
    assert model.about.chosen
    companion.gallery.kept.remove(oldest)
    assert model.about.now == companion.gallery.pictures()[0]
    assert not model.about.chosen
    model.ask_about(pictures[1])
    model.ask_about(None)
    assert model.about.now == companion.gallery.pictures()[0]


async def test_another_picture_takes_the_answer_about_the_first_away(model: AskModel) -> None:
    await answered(model)
    model.step(1)
    assert model.answered is None


async def test_the_chosen_picture_is_the_one_that_is_asked_about(
    companion: FakeCompanion, model: AskModel, pictures: list[Picture]
) -> None:
    model.ask_about(pictures[-1])
    await answered(model)
    assert [jpeg for jpeg, _ in companion.local.asked] == [pictures[-1].read()]
    (kept,) = companion.history.all()
    assert kept.picture == pictures[-1].id


async def test_an_answer_is_said_only_where_it_was_wanted(model: AskModel, mouth: Mouth) -> None:
    await answered(model)
    assert mouth.said == []
    model.say_aloud()
    await answered(model)
    await mouth.spoke.wait()
    assert mouth.said == ["The sign says NORTH PIER."]
    model.say_aloud()
    assert mouth.hushed >= 1
    assert not model.aloud.wanted


async def test_a_spoken_question_is_about_its_own_picture(model: AskModel, pictures: list[Picture]) -> None:
    model.hear(Asked(pictures[-1], "What is this?"))
    assert model.about.now == pictures[-1]
    assert model.question == "What is this?"


async def test_what_was_asked_is_kept_and_forgotten_at_a_word(companion: FakeCompanion, model: AskModel) -> None:
    await answered(model, "What does the sign say?")
    companion.now_s.now_s += 10  # type: ignore[attr-defined]
    await answered(model, "How many people are there?")
    shown: list[str] = []
    page = AskHistoryModel(companion.history, shown.append)
    assert [one.text for one in of(page.blocks(), Heading)] == ["How many people are there?", "What does the sign say?"]
    assert "The sign says NORTH PIER." in [one.text for one in of(page.blocks(), Words)]
    newest = companion.history.all()[0]
    await do(keyed(page.blocks(), f"show {newest.id}"))
    assert shown == [newest.picture]
    await do(keyed(page.blocks(), f"forget {newest.id}"))
    assert [one.question for one in companion.history.all()] == ["What does the sign say?"]


async def test_forgetting_all_takes_two_touches(companion: FakeCompanion, model: AskModel) -> None:
    await answered(model)
    page = AskHistoryModel(companion.history, lambda _: None)
    await do(keyed(page.blocks(), "forget_all"))
    assert len(companion.history.all()) == 1
    assert of(page.blocks(), Say)[0].title == "They cannot be brought back."
    await do(keyed(page.blocks(), "keep"))
    await do(keyed(page.blocks(), "forget_all"))
    await do(keyed(page.blocks(), "forget_all"))
    assert companion.history.all() == []
    assert not of(page.blocks(), Act)


async def test_history_leads_back_to_its_picture(
    companion: FakeCompanion, model: AskModel, pictures: list[Picture]
) -> None:
    model.ask_about(pictures[-1])
    await answered(model)
    model.ask_about(None)
    model.open_history()
    assert isinstance(model.inside, AskHistoryModel)
    kept = companion.history.all()[0]
    await do(keyed(model.inside.blocks(), f"show {kept.id}"))
    assert model.inside is None
    assert model.about.now == pictures[-1]
