"""A spoken question in the app: collected in memory, turned into words, handed over, forgotten, and on the record."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import cast

import pytest
from plainsight import wire
from plainsight.question.backlog import PIECE_SAMPLES

from companion_app.assistant import LocalAnswers
from companion_app.assistant.listening import Listening, SpokenQuestion
from companion_app.assistant.listening.collected import MAX_SAMPLES
from companion_app.assistant.listening.errors import (
    NoRecogniser,
    NothingUnderstood,
    PictureMissing,
    QuestionCutOff,
    RecogniserFailed,
)
from companion_app.companion import Companion
from companion_app.control import asking
from companion_app.control.asking import Asked
from companion_app.control.by_voice import OnThisDevice
from companion_app.errors import AppError
from companion_app.ledger.errors import LedgerWriteFailed
from companion_app.link.connection import ConnectionState
from companion_app.link.errors import ProtocolBroken
from tests.app.conftest import TYPED_CODE, Air
from tests.app.ledger_words import entries
from tests.app.libraries import opened_in
from tests.app.peer import Peer
from tests.app.spoken import LOUD, TONE, HeldRecogniser, KnownAnswers, pieces
from tests.app.vaults import ledger_in, vault_in

pytestmark = pytest.mark.promise(6)

Until = Callable[[Callable[[], bool]], Awaitable[None]]


class Heard:
    """An app whose owner said yes, connected; what it was told."""

    def __init__(self, app: Companion, peer: Peer, recogniser: HeldRecogniser, answers: KnownAnswers) -> None:
        self.app, self.peer, self.recogniser, self.answers = app, peer, recogniser, answers
        self.asked: list[Asked] = []
        self.problems: list[AppError] = []
        app.on_asked(self.asked.append)
        app.on_problem(self.problems.append)

    async def say(self, *sound: bytes) -> None:
        for piece in sound:
            assert self.peer.send is not None
            await self.peer.send(wire.frame(wire.AUDIO, 0, piece))

    async def begin(self, item: int = 1, sound: int = 20) -> None:
        """A question begins, and its first words arrive."""
        await self.peer.post("question", item=item, on=True)
        await self.say(*pieces(TONE * sound))

    async def end(self, reason: str = "silence", item: int = 1) -> None:
        await self.peer.post("question", item=item, on=False, reason=reason)

    async def settled(self) -> None:
        """What was sent until now has been read."""
        await self.app.glasses.status()

    @property
    def records(self) -> list[dict[str, object]]:
        return [{key: value for key, value in one.items() if key != "glasses"} for one in entries(self.app, "question")]


@pytest.fixture
async def heard(folder: Path, air: Air, peer: Peer, until: Until) -> AsyncIterator[Heard]:
    recogniser, answers = HeldRecogniser(), KnownAnswers()
    device = OnThisDevice(recogniser, cast("LocalAnswers", answers))
    app = await Companion.open(vault_in(folder), device=device)
    await app.pair(TYPED_CODE, "phone")
    app.onboarding.answer("voice_listen", "yes")
    app.onboarding.answer("voice_leave", "yes")
    await until(lambda: peer.voice == "stream")
    yield Heard(app, peer, recogniser, answers)
    recogniser.go.set()
    await app.close()


async def picture(heard: Heard) -> None:
    taken = heard.peer.take_picture()
    await heard.peer.post("item", **taken, reason="done")


async def test_what_was_said_becomes_a_question_about_that_picture_and_is_answered_here(
    heard: Heard, until: Until
) -> None:
    await picture(heard)
    await heard.begin()
    await heard.end()
    await until(lambda: len(heard.asked) == 2)
    first, answered = heard.asked
    assert (first.question, first.answer) == ("What does the sign say?", None)
    assert first.picture.item == 1
    assert answered.answer is not None
    assert answered.answer.text == "Platform 7"
    assert heard.answers.asked == [(heard.peer.jpegs[1], "What does the sign say?")]
    assert heard.recogniser.loudest[0] > LOUD
    assert len(heard.recogniser.heard[0]) == len(TONE) * 20
    assert heard.problems == []
    assert heard.records == [
        {"item": 1, "state": "begun"},
        {"item": 1, "state": "ended", "reason": "silence", "ms": 960, "became": "words"},
    ]


async def test_the_sound_is_zeroed_once_it_is_words_and_the_words_are_in_no_record(heard: Heard, until: Until) -> None:
    await picture(heard)
    await heard.begin()
    await heard.end("time")
    await until(lambda: len(heard.asked) == 2)
    assert not any(heard.recogniser.heard[0])
    assert "sign" not in json.dumps([entry.data for entry in heard.app.ledger.entries()])


async def test_nothing_that_was_heard_is_written_anywhere(heard: Heard, folder: Path, until: Until) -> None:
    await picture(heard)
    await heard.begin()
    sound = pieces(TONE * 20)[5]
    await heard.end()
    await until(lambda: len(heard.asked) == 2)
    for path in (path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        assert TONE[:200] not in content, path
        assert sound[4:100] not in content, path
        assert b"the sign" not in content, path


async def test_a_question_may_be_understood_before_its_picture_has_come(heard: Heard, until: Until) -> None:
    await heard.begin()
    await heard.end()
    await until(lambda: len(heard.records) == 2)
    assert heard.asked == []
    await picture(heard)
    await until(lambda: len(heard.asked) == 2)
    assert heard.asked[0].picture.item == 1


async def test_a_picture_that_does_not_come_is_said_with_the_words(
    heard: Heard, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heard.app._by_voice.asking, "_picture_within_s", 0.01)
    await heard.begin()
    await heard.end()
    await until(lambda: bool(heard.problems))
    [missing] = heard.problems
    assert isinstance(missing, PictureMissing)
    assert (missing.item, missing.question) == (1, "What does the sign say?")
    assert asking._PICTURE_WITHIN_S > 60


@pytest.mark.parametrize("reason", ["muted", "withdrawn", "slow_link", "microphone", "flux", "internal"])
async def test_what_was_cut_off_is_forgotten_unheard(heard: Heard, until: Until, reason: str) -> None:
    await heard.begin()
    await heard.settled()
    buffer = heard.app._by_voice.listening._open
    assert buffer is not None
    await heard.end(reason)
    await until(lambda: len(heard.records) == 2)
    assert heard.recogniser.heard == []
    assert not any(buffer.pcm)
    assert heard.records[-1] == {"item": 1, "state": "ended", "reason": reason, "ms": 960, "became": "forgotten"}
    [problem] = heard.problems
    assert isinstance(problem, QuestionCutOff)
    assert problem.reason == reason


async def test_stop_takes_it_back_without_a_word(heard: Heard, until: Until) -> None:
    await heard.begin()
    await heard.end("stop")
    await until(lambda: len(heard.records) == 2)
    assert (heard.recogniser.heard, heard.problems) == ([], [])


async def test_a_link_that_drops_ends_it_and_its_rest_is_not_taken_up(heard: Heard, air: Air, until: Until) -> None:
    await heard.begin()
    await heard.settled()
    air.links[-1].drop()
    await until(lambda: heard.app.connection.state is not ConnectionState.CONNECTED)
    await until(lambda: len(heard.records) == 2)
    assert heard.records[-1]["reason"] == "link_lost"
    await until(lambda: heard.app.connection.state is ConnectionState.CONNECTED)
    await heard.app.connect()
    await heard.say(*pieces(TONE * 3))
    await heard.end()
    await heard.settled()
    assert heard.recogniser.heard == []
    assert not heard.app._by_voice.listening.hearing


async def test_a_withdrawal_ends_it_before_the_glasses_know(heard: Heard, until: Until) -> None:
    await heard.begin()
    await heard.settled()
    heard.app.onboarding.answer("voice_leave", "no")
    assert not heard.app._by_voice.listening.hearing
    assert heard.records[-1]["reason"] == "withdrawn"
    await heard.end()
    await until(lambda: heard.peer.voice == "keyword")
    assert heard.recogniser.heard == []


async def test_words_that_come_after_a_withdrawal_are_dropped(heard: Heard, until: Until) -> None:
    heard.recogniser.go.clear()
    await picture(heard)
    await heard.begin()
    await heard.end()
    await until(lambda: bool(heard.recogniser.heard))
    heard.app.onboarding.answer("voice_listen", "no")
    heard.recogniser.go.set()
    await until(lambda: len(heard.records) == 2)
    assert heard.records[-1]["became"] == "forgotten"
    assert heard.asked == []
    assert not any(heard.recogniser.heard[0])


async def test_without_a_yes_no_question_begins(heard: Heard, until: Until) -> None:
    heard.app.onboarding.answer("voice_leave", "no")
    await until(lambda: heard.peer.voice == "keyword")
    await heard.peer.post("question", item=1, on=True)
    await heard.settled()
    assert heard.records == []
    assert not heard.app._by_voice.listening.hearing


async def test_sound_that_belongs_to_no_question_is_not_kept(heard: Heard) -> None:
    await heard.say(*pieces(TONE * 3))
    await heard.end()
    await heard.begin(item=4, sound=1)
    await heard.settled()
    collected = heard.app._by_voice.listening._open
    assert collected is not None
    assert len(collected.pcm) == len(TONE)


async def test_sound_that_comes_after_its_end_is_not_kept(heard: Heard, until: Until) -> None:
    heard.recogniser.go.clear()
    await heard.begin(sound=2)
    await heard.end()
    await heard.say(*pieces(TONE * 3))
    await heard.settled()
    assert not heard.app._by_voice.listening.hearing
    await until(lambda: bool(heard.recogniser.heard))
    assert len(heard.recogniser.heard[0]) == len(TONE) * 2


async def test_more_than_a_question_can_be_is_not_kept(heard: Heard, until: Until) -> None:
    await heard.begin(sound=MAX_SAMPLES // PIECE_SAMPLES)
    await heard.settled()
    assert heard.app._by_voice.listening.hearing
    await heard.say(*pieces(TONE))
    await until(lambda: len(heard.records) == 2)
    assert heard.records[-1]["reason"] == "too_long"
    assert heard.recogniser.heard == []


@pytest.mark.parametrize("piece", [bytes(2) + b"\x59" + bytes(9), bytes(3) + b"\x01" + bytes(9)])
async def test_sound_that_makes_no_sense_ends_session_and_question(heard: Heard, until: Until, piece: bytes) -> None:
    await heard.begin()
    ended = heard.app.glasses.ended
    await heard.say(piece)
    error = await ended
    assert isinstance(error, ProtocolBroken)
    assert error.breach == "bad_sound"
    await until(lambda: len(heard.records) == 2)
    assert heard.records[-1]["reason"] == "bad_sound"
    assert heard.recogniser.heard == []


async def test_without_a_recogniser_it_is_said_so_and_typing_stays(heard: Heard, until: Until) -> None:
    heard.recogniser.failure = NoRecogniser("moonshine_voice")
    await picture(heard)
    await heard.begin()
    await heard.end()
    await until(lambda: bool(heard.problems))
    await until(lambda: len(heard.records) == 2)
    assert [type(error) for error in heard.problems] == [NoRecogniser]
    assert heard.records[-1]["became"] == "forgotten"
    assert not any(heard.recogniser.heard[0])
    await until(lambda: bool(heard.app.gallery.pictures()))
    taken = heard.app.gallery.pictures()[0]
    proposal = heard.app.sharing.propose(taken, "local", "typed after all")
    assert proposal.question == "typed after all"


async def test_no_words_are_no_question(heard: Heard, until: Until) -> None:
    heard.recogniser.text = ""
    await heard.begin()
    await heard.end()
    await until(lambda: bool(heard.problems))
    assert [type(error) for error in heard.problems] == [NothingUnderstood]
    assert heard.asked == []


async def test_a_recogniser_that_fails_leaves_no_sound(heard: Heard, until: Until) -> None:
    heard.recogniser.failure = RecogniserFailed("MoonshineError")
    await heard.begin()
    await heard.end()
    await until(lambda: len(heard.records) == 2)
    assert not any(heard.recogniser.heard[0])
    assert [type(error) for error in heard.problems] == [RecogniserFailed]


async def test_a_second_beginning_forgets_the_first(heard: Heard, until: Until) -> None:
    await heard.begin(item=1)
    await heard.begin(item=2, sound=1)
    await heard.end(item=1)
    await heard.settled()
    assert heard.recogniser.heard == []
    await heard.end(item=2)
    await until(lambda: len(heard.recogniser.heard) == 1)
    assert [one.get("reason") for one in heard.records][:3] == [None, "unfinished", None]


async def test_what_cannot_be_recorded_is_not_kept(heard: Heard, until: Until, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(kind: str, **data: object) -> None:
        raise LedgerWriteFailed(kind, 28)

    monkeypatch.setattr(heard.app.ledger, "append", fail)
    await heard.begin()
    await heard.settled()
    assert not heard.app._by_voice.listening.hearing
    failed = [error.kind for error in heard.problems if isinstance(error, LedgerWriteFailed)]
    assert "question" in failed


async def test_glasses_that_never_end_it_do_not_keep_it_open(tmp_path: Path, until: Until) -> None:
    recogniser, problems = HeldRecogniser(), list[AppError]()
    listening = Listening(
        ledger_in(tmp_path),
        recogniser,
        glasses=lambda: "ab",
        allowed=lambda: True,
        keeps_sound=lambda: False,
        on_problem=problems.append,
        longest_s=0.01,
    )
    spoken: list[SpokenQuestion] = []
    listening.observe(spoken.append)
    listening.begin(1)
    for piece in pieces(TONE * 5):
        listening.take(piece)
    await until(lambda: not listening.hearing)
    assert isinstance(problems[0], QuestionCutOff)
    assert problems[0].reason == "unfinished"
    await listening.close()
    assert (spoken, recogniser.heard) == ([], [])


async def test_closing_the_app_forgets_what_is_being_understood(heard: Heard, until: Until) -> None:
    heard.recogniser.go.clear()
    await heard.begin()
    await heard.end()
    await until(lambda: bool(heard.recogniser.heard))
    await asyncio.wait_for(heard.app.close(), 10)
    assert not any(heard.recogniser.heard[0])
    assert heard.records[-1]["became"] == "forgotten"
    assert heard.asked == []


async def test_closing_the_app_forgets_what_is_open(heard: Heard) -> None:
    await heard.begin()
    await heard.settled()
    buffer = heard.app._by_voice.listening._open
    assert buffer is not None
    await asyncio.wait_for(heard.app.close(), 10)
    assert not any(buffer.pcm)
    assert heard.records[-1]["became"] == "forgotten"


# What the owner lets this phone keep


async def ask_and_be_answered(heard: Heard, until: Until) -> list[SpokenQuestion]:
    """A whole question; what left the listening."""
    spoken: list[SpokenQuestion] = []
    heard.app._by_voice.listening.observe(spoken.append)
    heard.recogniser.go.set()
    await picture(heard)
    await heard.begin()
    await heard.end()
    await until(lambda: len(heard.asked) == 2)
    return spoken


async def test_without_a_yes_to_keeping_neither_sound_nor_words_stay(heard: Heard, until: Until, folder: Path) -> None:
    heard.app.onboarding.answer("voice_keep", "no")
    (spoken,) = await ask_and_be_answered(heard, until)
    assert spoken.sound == b""
    assert heard.app.history.all() == []
    assert b"Platform 7" not in opened_in(folder)
    assert list((folder / "questions").iterdir()) == []


async def test_what_the_owner_lets_it_keep_is_kept_with_its_picture(heard: Heard, until: Until) -> None:
    heard.app.onboarding.answer("voice_keep", "days_7")
    heard.app.onboarding.answer("transcripts", "days_30")
    (spoken,) = await ask_and_be_answered(heard, until)
    await until(lambda: heard.app.history.all() != [])
    (kept,) = heard.app.history.all()
    assert (kept.picture, kept.question) == (heard.asked[0].picture.id, spoken.text)
    assert (kept.answer, kept.spoken) == ("Platform 7", True)
    assert heard.app.history.sound(kept.id)[44:] == spoken.sound != b""
