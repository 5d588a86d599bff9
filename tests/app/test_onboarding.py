"""Promise 6 on the phone: off until a yes, each answer a record, and the glasses hold what the answers allow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from companion_app.companion import Companion
from companion_app.ledger import Ledger
from companion_app.link.connection import ConnectionState, Reason
from companion_app.link.errors import GlassesRefused
from companion_app.onboarding import Onboarding, VoicePolicy
from companion_app.onboarding import onboarding as onboarding_module
from companion_app.onboarding.delivery import VoiceNotConfirmed, deliver_voice
from companion_app.onboarding.errors import UnknownChoice, UnknownQuestion
from companion_app.onboarding.questions import LEAVE, LISTEN, QUESTIONS, Question
from tests.app.conftest import TYPED_CODE
from tests.app.ledger_words import kinds
from tests.app.peer import Peer
from tests.app.vaults import OpenedLines, ledger_in, room

pytestmark = pytest.mark.promise(6)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return ledger_in(tmp_path, clock=lambda: 1_800_000_000)


@pytest.fixture
def onboarding(ledger: Ledger) -> Onboarding:
    return Onboarding(ledger)


def test_before_any_answer_voice_is_off_and_nothing_is_selected(onboarding: Onboarding) -> None:
    assert onboarding.voice is VoicePolicy.OFF
    assert not onboarding.complete
    assert onboarding.pending()[0] == LISTEN
    assert all(onboarding.consent(question.id) is None for question in onboarding.questions())
    assert not any(onboarding.allows(question.id) for question in onboarding.questions())
    for question in onboarding.questions():
        assert not hasattr(question, "default")
        assert len([choice for choice in question.choices if choice.refuses]) == 1
        assert question.choices[0].refuses, "refusing comes first"


def test_refusing_takes_no_more_answers_than_accepting(tmp_path: Path) -> None:
    taken: dict[str, list[str]] = {"refuse": [], "accept": []}
    for way, asked_for in taken.items():
        onboarding = Onboarding(ledger_in(tmp_path / way))
        while pending := onboarding.pending():
            asked_for.append(pending[0].id)
            onboarding.answer(pending[0].id, pending[0].choices[0 if way == "refuse" else -1].id)
    assert taken["refuse"] == ["voice_listen", "transcripts", "training", "ai_sharing", "region"]
    assert taken["accept"] == [
        "voice_listen", "voice_leave", "voice_keep", "transcripts", "training", "ai_sharing", "region",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("answers", "voice", "asked_no_more"),
    [
        ([], VoicePolicy.OFF, False),
        ([("voice_listen", "no")], VoicePolicy.OFF, True),
        ([("voice_listen", "yes")], VoicePolicy.KEYWORD, False),
        ([("voice_leave", "yes")], VoicePolicy.OFF, False),
        ([("voice_leave", "yes"), ("voice_listen", "yes")], VoicePolicy.KEYWORD, False),
        ([("voice_listen", "yes"), ("voice_leave", "no")], VoicePolicy.KEYWORD, True),
        ([("voice_listen", "yes"), ("voice_leave", "yes")], VoicePolicy.STREAM, True),
        ([("voice_listen", "yes"), ("voice_leave", "yes"), ("voice_leave", "no")], VoicePolicy.KEYWORD, True),
        ([("voice_listen", "yes"), ("voice_leave", "yes"), ("voice_listen", "no")], VoicePolicy.OFF, True),
        (
            [("voice_listen", "yes"), ("voice_leave", "yes"), ("voice_listen", "no"), ("voice_listen", "yes")],
            VoicePolicy.KEYWORD,
            False,
        ),
    ],
)
def test_the_answers_and_what_they_allow(
    onboarding: Onboarding, answers: list[tuple[str, str]], voice: VoicePolicy, asked_no_more: bool
) -> None:
    for question, choice in answers:
        onboarding.answer(question, choice)
    assert onboarding.voice is voice
    assert {LISTEN, LEAVE}.isdisjoint(onboarding.pending()) is asked_no_more


def test_an_answer_is_a_record_with_the_words_that_were_shown(onboarding: Onboarding, ledger: Ledger) -> None:
    record = onboarding.answer("voice_listen", "yes")
    entry = ledger.entries()[-1]
    assert entry.kind == "consent"
    assert {name: entry.data[name] for name in ("question", "version", "text_sha256", "choice")} == {
        "question": "voice_listen",
        "version": LISTEN.version,
        "text_sha256": LISTEN.text_sha256,
        "choice": "yes",
    }
    assert (record.record, record.seq, record.time_s, record.choice) == (entry.hash, entry.seq, 1_800_000_000, "yes")
    assert onboarding.consent("voice_listen") == record


@pytest.mark.parametrize(
    ("question", "choice", "error"),
    [("voice", "yes", UnknownQuestion), ("voice_listen", "maybe", UnknownChoice), ("voice_listen", "", UnknownChoice)],
)
def test_only_offered_answers_are_taken(
    onboarding: Onboarding, ledger: Ledger, question: str, choice: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        onboarding.answer(question, choice)
    assert ledger.entries() == ()
    with pytest.raises(UnknownQuestion):
        onboarding.consent("voice")


@pytest.mark.parametrize(
    "change",
    [
        {"text": "May the glasses hear you?"},
        {"explain": "Other words."},
        {"version": 3},
        {"choices": tuple(reversed(LISTEN.choices))},
    ],
)
def test_changed_words_are_asked_again_and_allow_nothing_until_then(
    onboarding: Onboarding, ledger: Ledger, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]
) -> None:
    onboarding.answer("voice_listen", "yes")
    changed: Question = replace(LISTEN, **change)
    assert changed.text_sha256 != LISTEN.text_sha256
    monkeypatch.setattr(onboarding_module, "LISTEN", changed)
    monkeypatch.setattr(onboarding_module, "QUESTIONS", (changed, LEAVE))
    assert onboarding.voice is VoicePolicy.OFF
    assert onboarding.pending() == (changed,)


@pytest.mark.parametrize("field", ["version", "text_sha256", "choice"])
def test_a_record_that_does_not_fit_the_question_allows_nothing(
    onboarding: Onboarding, ledger: Ledger, field: str
) -> None:
    data: dict[str, Any] = dict(onboarding.answer("voice_listen", "yes").__dict__)
    good = {name: data[name] for name in ("question", "version", "text_sha256", "choice")}
    ledger.append("consent", **{**good, field: "perhaps"})
    assert onboarding.voice is VoicePolicy.OFF


def test_answers_survive_a_restart(onboarding: Onboarding, tmp_path: Path) -> None:
    onboarding.answer("voice_listen", "yes")
    assert Onboarding(ledger_in(tmp_path)).voice is VoicePolicy.KEYWORD


def test_a_damaged_ledger_voids_what_was_answered_before(
    onboarding: Onboarding, ledger: Ledger, tmp_path: Path
) -> None:
    onboarding.answer("voice_listen", "no")
    path = OpenedLines(room(tmp_path / "ledger"), "ledger.jsonl")
    path.write_bytes(path.read_bytes().replace(b'"no"', b'"yes"'))
    reopened = Onboarding(ledger_in(tmp_path))
    assert reopened.voice is VoicePolicy.OFF
    assert reopened.pending()[0] == LISTEN
    reopened.answer("voice_listen", "yes")
    assert reopened.voice is VoicePolicy.KEYWORD


def test_a_yes_from_before_damage_elsewhere_is_void(ledger: Ledger, onboarding: Onboarding, tmp_path: Path) -> None:
    onboarding.answer("voice_listen", "yes")
    ledger.append("note")
    path = OpenedLines(room(tmp_path / "ledger"), "ledger.jsonl")
    path.write_bytes(path.read_bytes().replace(b'"note"', b'"nota"'))
    assert Onboarding(ledger_in(tmp_path)).voice is VoicePolicy.OFF


def test_the_policy_rests_on_a_record_of_its_own(onboarding: Onboarding, ledger: Ledger) -> None:
    unanswered = onboarding.consent_hash()
    assert ledger.entries()[-1].kind == "voice_default"
    assert onboarding.consent_hash() == unanswered == ledger.entries()[-1].hash
    refused = onboarding.answer("voice_listen", "no")
    assert onboarding.consent_hash() == refused.record
    listening = onboarding.answer("voice_listen", "yes")
    assert onboarding.consent_hash() == listening.record
    leaving = onboarding.answer("voice_leave", "yes")
    assert onboarding.consent_hash() == leaving.record
    onboarding.answer("voice_leave", "no")
    assert onboarding.consent_hash() == listening.record


def test_observers_hear_of_answers(onboarding: Onboarding) -> None:
    heard: list[str] = []
    end = onboarding.observe(lambda record: heard.append(record.choice))
    onboarding.answer("voice_listen", "no")
    end()
    onboarding.answer("voice_listen", "yes")
    assert heard == ["no"]


def test_every_question_has_its_own_id() -> None:
    assert len({question.id for question in QUESTIONS}) == len(QUESTIONS)


# With glasses


def sent(peer: Peer) -> list[tuple[str, str]]:
    return [(fields["voice"], fields["consent"]) for operation, fields in peer.requests if operation == "settings"]


async def test_unanswered_means_off_on_the_glasses_too(companion: Companion, peer: Peer) -> None:
    peer.voice = "stream"
    await companion.pair(TYPED_CODE, "phone")
    assert peer.voice == "off"
    assert sent(peer) == [("off", companion.onboarding.consent_hash())]


@pytest.mark.parametrize(
    ("answers", "voice"),
    [
        ([("voice_listen", "no")], "off"),
        ([("voice_listen", "yes"), ("voice_leave", "no")], "keyword"),
        ([("voice_listen", "yes"), ("voice_leave", "yes")], "stream"),
    ],
)
async def test_the_glasses_hold_the_policy_before_the_session_counts(
    companion: Companion, peer: Peer, answers: list[tuple[str, str]], voice: str
) -> None:
    for question, choice in answers:
        companion.onboarding.answer(question, choice)
    held_when_connected: list[str] = []
    companion.connection.observe(
        lambda change: held_when_connected.append(peer.voice) if change.state is ConnectionState.CONNECTED else None
    )
    await companion.pair(TYPED_CODE, "phone")
    assert held_when_connected == [voice]
    assert sent(peer) == [(voice, companion.onboarding.consent_hash())]
    assert companion.ledger.entries()[-1].kind in ("journal", "voice_policy", "pairing")
    confirmed = [entry.data for entry in companion.ledger.entries() if entry.kind == "voice_policy"]
    assert [(data["voice"], data["consent"]) for data in confirmed] == sent(peer)


async def test_a_confirmed_policy_is_not_sent_again(paired: Companion, peer: Peer) -> None:
    await paired.disconnect()
    await paired.connect()
    assert len(sent(peer)) == 1


async def test_glasses_that_forgot_the_policy_get_it_again(paired: Companion, peer: Peer) -> None:
    await paired.disconnect()
    peer.voice = "keyword"
    await paired.connect()
    assert peer.voice == "off"
    assert len(sent(peer)) == 2


async def test_a_new_answer_reaches_the_glasses_at_once(
    paired: Companion, peer: Peer, until: Callable[[Callable[[], bool]], Any]
) -> None:
    paired.onboarding.answer("voice_listen", "yes")
    await until(lambda: peer.voice == "keyword")
    paired.onboarding.answer("voice_listen", "no")
    await until(lambda: peer.voice == "off")
    await until(lambda: kinds(paired).count("voice_policy") == 3)


async def test_the_same_answer_again_is_sent_on_its_own_record(paired: Companion, peer: Peer) -> None:
    await paired.disconnect()
    record = paired.onboarding.answer("voice_listen", "no")
    await paired.connect()
    assert sent(peer)[-1] == ("off", record.record)


async def test_glasses_that_hold_another_policy_get_no_session(companion: Companion, peer: Peer) -> None:
    peer.answers["settings"] = lambda fields: {"settings": {"voice": "stream"}}
    with pytest.raises(VoiceNotConfirmed) as raised:
        await companion.pair(TYPED_CODE, "phone")
    assert (raised.value.wanted, raised.value.held) == ("off", "stream")
    assert companion.connection.state is ConnectionState.DISCONNECTED
    assert companion.connection.reason is Reason.REFUSED
    assert "voice_policy" not in kinds(companion)


class OneSetting:
    """A client that knows one operation."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.switched_on: list[bool] = []

    async def set_voice(self, voice: str, consent: str, *, keyword: bool = False) -> str:
        self.asked.append((voice, consent))
        self.switched_on.append(keyword)
        return voice


@pytest.mark.parametrize(
    ("held", "answers", "switched_on"),
    [
        (None, [("voice_listen", "yes"), ("voice_leave", "yes")], [False, True, False]),
        (None, [("voice_listen", "yes"), ("voice_listen", "no"), ("voice_listen", "yes")], [False, True, False, True]),
        (None, [("voice_listen", "no")], [False, False]),
        ("off", [("voice_listen", "yes")], [False, True]),
        ("keyword", [("voice_listen", "yes")], [False, False]),
    ],
)
async def test_a_yes_to_listening_switches_the_keyword_on_and_no_later_answer_does(
    ledger: Ledger, held: str | None, answers: list[tuple[str, str]], switched_on: list[bool]
) -> None:
    onboarding, client = Onboarding(ledger), OneSetting()
    told = [await deliver_voice(client, onboarding, ledger, glasses="bb", held="stream")]
    for question, choice in answers:
        onboarding.answer(question, choice)
        told.append(await deliver_voice(client, onboarding, ledger, glasses="bb", held=held))
    assert client.switched_on == told == switched_on


async def test_a_policy_that_was_taken_away_comes_back_without_the_keyword(ledger: Ledger) -> None:
    """By a guest's phone, or by damage; the owner may have switched the keyword off meanwhile."""
    onboarding, client = Onboarding(ledger), OneSetting()
    onboarding.answer("voice_listen", "yes")
    assert await deliver_voice(client, onboarding, ledger, glasses="bb", held="off")
    assert not await deliver_voice(client, onboarding, ledger, glasses="bb", held="off")
    onboarding.answer("voice_leave", "yes")
    assert not await deliver_voice(client, onboarding, ledger, glasses="bb", held="off")
    assert client.switched_on == [True, False, False]
    assert [voice for voice, _ in client.asked] == ["keyword", "keyword", "stream"]


@pytest.mark.parametrize("other", ["aa", "cc"])
async def test_what_other_glasses_confirmed_counts_for_them_alone(ledger: Ledger, other: str) -> None:
    onboarding, client = Onboarding(ledger), OneSetting()
    for glasses in ("bb", other, "bb", other):
        await deliver_voice(client, onboarding, ledger, glasses=glasses, held="off")
    assert len(client.asked) == 2
    assert [entry.data["glasses"] for entry in ledger.entries() if entry.kind == "voice_policy"] == ["bb", other]


@pytest.mark.parametrize("held", ["stream", "keyword", None])
async def test_a_refused_policy_is_borne_only_where_it_holds_already(
    companion: Companion, peer: Peer, held: str | None
) -> None:
    peer.answers["settings"] = lambda fields: {"error": "journal_failed"}
    await companion.pair(TYPED_CODE, "phone")
    assert "voice_policy" not in kinds(companion)
    await companion.disconnect()
    peer.voice = held
    with pytest.raises(GlassesRefused):
        await companion.connect()
    assert companion.connection.state is ConnectionState.DISCONNECTED
