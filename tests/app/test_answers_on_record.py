"""What an answer leaves behind: a whole consent record, a retention, a confirmation; and what changed since."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion_app.companion import Companion
from companion_app.ledger import Entry, Ledger
from companion_app.onboarding import Onboarding, Retention, Shown
from companion_app.onboarding import onboarding as onboarding_module
from companion_app.onboarding.confirmation import Confirmed
from companion_app.onboarding.consent_record import record_of
from companion_app.onboarding.difference import Change, Kind, difference
from companion_app.onboarding.questions import LISTEN, PLACES, QUESTIONS, SHARING, VOICE_KEEP
from tests.app.answered import answer_all
from tests.app.conftest import TYPED_CODE
from tests.app.peer import Peer
from tests.app.vaults import ledger_in

NOW_S = 1_800_000_000
GERMAN = Shown("de", "Dürfen die Brillen zuhören?", "Nichts wird gespeichert.", (("no", "Nein", ""), ("yes", "Ja", "")))


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return ledger_in(tmp_path, lambda: NOW_S)


@pytest.fixture
def onboarding(ledger: Ledger) -> Onboarding:
    return Onboarding(ledger, clock=lambda: NOW_S)


def with_changed(question: Any, monkeypatch: pytest.MonkeyPatch, **change: Any) -> Any:
    """A later version of the app in which one question reads otherwise."""
    changed = replace(question, **{"version": question.version + 1, **change})
    asked = tuple(changed if one is question else one for one in QUESTIONS)
    monkeypatch.setattr(onboarding_module, "QUESTIONS", asked)
    return changed


def test_a_record_has_the_fields_of_the_standard_and_the_words_as_they_were_read(
    onboarding: Onboarding, ledger: Ledger
) -> None:
    record = onboarding.answer("voice_listen", "no", shown=GERMAN)
    data = ledger.entries()[-1].data
    assert set(data) >= {"schema_version", "header", "processing", "parties", "events"}
    assert re.fullmatch(r"[0-9a-f]{32}", data["header"]["record_id"])
    processing, [purpose], [event] = data["processing"], data["processing"]["purposes"], data["events"]
    assert processing["language"] == "de"
    assert processing["privacy_notice"]["sha256"] == GERMAN.sha256
    assert record.shown == GERMAN, "what was shown is kept whole"
    assert purpose["lawful_basis"] == "consent"
    assert purpose["retention_period"] == "until the answer is changed"
    assert (event["event_state"], event["event_time"]) == ("refused", "2027-01-15T08:00:00Z")
    onboarding.answer("voice_keep", "days_30")
    data = ledger.entries()[-1].data
    assert data["processing"]["purposes"][0]["retention_period"] == "P30D"
    assert data["events"][0]["event_state"] == "given"
    assert data["processing"]["language"] == "en"


def test_another_language_is_no_other_question(onboarding: Onboarding) -> None:
    onboarding.answer("voice_listen", "no", shown=GERMAN)
    stands = onboarding.consent("voice_listen")
    assert stands is not None
    assert stands.shown == GERMAN


@pytest.mark.parametrize(
    "notice",
    [
        None,
        {},
        {"language": "en", "text": "a", "explain": "b", "choices": "c", "sha256": "d"},
        {"language": "en", "text": "a", "explain": "b", "choices": [["no"]], "sha256": "d"},
        {"language": "en", "text": "a", "explain": "b", "choices": [["no", "No", ""]], "sha256": "not theirs"},
    ],
)
def test_words_that_are_not_those_of_the_hash_are_not_shown_as_such(notice: Any) -> None:
    data = {"question": "voice_listen", "choice": "yes", "processing": {"privacy_notice": notice}}
    assert record_of(Entry(0, 0, "consent", data, "00" * 32, "11" * 32)).shown is None


@given(st.dictionaries(st.text(max_size=12), st.one_of(st.none(), st.integers(), st.text(), st.lists(st.text()))))
def test_a_forged_record_is_read_without_a_fall(data: dict[str, Any]) -> None:
    record = record_of(Entry(0, 0, "consent", data, "00" * 32, "11" * 32))
    assert record.version == 0 or isinstance(data["version"], int)


@pytest.mark.parametrize(
    ("choices", "retention"),
    [
        ([], Retention(False, 0)),
        (["no"], Retention(False, 0)),
        (["days_30"], Retention(True, 30)),
        (["days_365", "days_7"], Retention(True, 7)),
        (["days_30", "no"], Retention(False, 0)),
    ],
)
def test_what_may_be_kept_and_for_how_long(onboarding: Onboarding, choices: list[str], retention: Retention) -> None:
    for choice in choices:
        onboarding.answer("transcripts", choice)
    assert onboarding.retention("transcripts") == retention


def test_changed_words_keep_nothing_new_and_what_was_agreed_for_the_old(
    onboarding: Onboarding, monkeypatch: pytest.MonkeyPatch
) -> None:
    onboarding.answer("voice_keep", "days_30")
    with_changed(VOICE_KEEP, monkeypatch)
    assert onboarding.retention("voice_keep") == Retention(False, 30)


def test_recordings_are_asked_about_only_where_a_voice_may_come(onboarding: Onboarding) -> None:
    onboarding.answer("voice_listen", "yes")
    assert VOICE_KEEP not in onboarding.pending()
    onboarding.answer("voice_leave", "yes")
    assert VOICE_KEEP in onboarding.pending()
    onboarding.answer("voice_leave", "no")
    assert VOICE_KEEP not in onboarding.pending()


def test_places_are_never_asked_at_the_first_login_and_off_until_a_yes(onboarding: Onboarding) -> None:
    answer_all(onboarding)
    assert not onboarding.allows("places")
    assert PLACES not in onboarding.pending()
    onboarding.answer("places", "yes")
    assert onboarding.allows("places")
    onboarding.answer("places", "no")
    assert not onboarding.allows("places")


@pytest.mark.parametrize("answered", range(8))
def test_opting_out_refuses_whatever_was_said_and_records_each_refusal_once(
    onboarding: Onboarding, ledger: Ledger, answered: int
) -> None:
    for asked in QUESTIONS[:answered]:
        onboarding.answer(asked.id, asked.choices[-1].id)
    onboarding.opt_out()
    assert onboarding.complete
    assert not any(onboarding.allows(asked.id) for asked in QUESTIONS)
    said = [entry.data["question"] for entry in ledger.entries()[answered:]]
    assert said == [asked.id for asked in QUESTIONS], "one by one"
    onboarding.opt_out()
    assert len(ledger.entries()) == answered + len(QUESTIONS), "and not twice"


@pytest.mark.parametrize("killed_after", range(1, 6))
def test_a_login_that_was_killed_goes_on_where_it_was(tmp_path: Path, killed_after: int) -> None:
    for _ in range(killed_after):
        onboarding = Onboarding(ledger_in(tmp_path))
        asked = onboarding.pending()[0]
        onboarding.answer(asked.id, asked.choices[-1].id)
    again = Onboarding(ledger_in(tmp_path))
    assert sum(again.consent(asked.id) is not None for asked in QUESTIONS) == killed_after
    assert again.pending()[0] not in [one.question for one in again.summary() if one.answer is not None]


def test_a_region_that_is_refused_leaves_no_answer(ledger: Ledger) -> None:
    class NoSuchPlace(Exception):
        pass

    chosen: list[str | None] = []

    def choose(region: str | None) -> None:
        if region == "XX":
            raise NoSuchPlace
        chosen.append(region)

    onboarding = Onboarding(ledger, choose)
    with pytest.raises(NoSuchPlace):
        onboarding.answer("region", "said", "XX")
    assert ledger.entries() == ()
    assert onboarding.answer("region", "said", "DE").detail == "DE"
    assert onboarding.answer("region", "unsaid", "DE").detail == "", "what is not said is not on record"
    assert chosen == ["DE", None]


# The difference


def test_the_difference_names_what_is_gone_and_what_is_new(
    onboarding: Onboarding, monkeypatch: pytest.MonkeyPatch
) -> None:
    onboarding.answer("ai_sharing", "ask")
    changed = with_changed(SHARING, monkeypatch, text="May services be asked?", explain=SHARING.explain + " Beware.")
    before = onboarding.newest("ai_sharing")
    assert before is not None
    changes = difference(before.shown, changed.shown())
    assert Change(Kind.GONE, SHARING.text) in changes
    assert Change(Kind.NEW, "May services be asked?") in changes
    assert Change(Kind.NEW, "Beware.") in changes
    assert Change(Kind.KEPT, "This phone answers many questions by itself.") in changes
    assert not onboarding.allows("ai_sharing")


def test_words_read_in_another_language_are_shown_whole() -> None:
    changes = difference(GERMAN, LISTEN.shown())
    assert {change.kind for change in changes} == {Kind.GONE, Kind.NEW}


@given(st.text(max_size=80), st.text(max_size=80))
def test_a_difference_holds_every_sentence_of_both(before: str, now: str) -> None:
    old, new = Shown("en", before, "", ()), Shown("en", now, "", ())
    changes = difference(old, new)
    assert [one.words for one in changes if one.kind is not Kind.NEW] == [before][: bool(before)]
    assert [one.words for one in changes if one.kind is not Kind.GONE] == [now][: bool(now)]
    assert difference(None, new) == tuple([Change(Kind.NEW, now)][: bool(now)])


# Version and source words (the first digits of their hash) of each question as people were asked it. Who changes a word
# raises the version, and then this row: otherwise nobody would be asked again.
PUBLISHED = {
    "voice_listen": (2, "9c98b4205d4a3309"),
    "voice_leave": (2, "a66bb4db7db43a38"),
    "voice_keep": (1, "87ea7139beff5027"),
    "transcripts": (1, "e12355d1e7b5a5ac"),
    "training": (1, "b494cb14e21bfa72"),
    "ai_sharing": (1, "9c1c04ec237199d6"),
    "region": (1, "90dc33b9773aaa1a"),
    "places": (1, "189a6f42a80bd556"),
}


def test_no_word_of_a_question_changes_under_the_same_version() -> None:
    assert {asked.id: (asked.version, asked.text_sha256[:16]) for asked in QUESTIONS} == PUBLISHED


def test_every_question_says_what_happens_either_way(onboarding: Onboarding) -> None:
    for asked in onboarding.questions():
        assert all(choice.means for choice in asked.choices), asked.id
        assert asked.explain
        assert asked.about
        assert asked.purpose


# With glasses


async def test_the_glasses_confirm_each_answer_about_the_voice_and_no_other(companion: Companion, peer: Peer) -> None:
    assert companion.confirmation("training").state is Confirmed.NOT_NEEDED
    assert companion.confirmation("voice_listen").state is Confirmed.NO_GLASSES
    companion.onboarding.answer("voice_listen", "yes")
    await companion.pair(TYPED_CODE, "phone")
    confirmed = companion.confirmation("voice_listen")
    assert confirmed.state is Confirmed.CONFIRMED
    assert confirmed.glasses == companion.glasses_id
    assert confirmed.time_s == companion.ledger.entries()[-1].time_s
    await companion.disconnect()
    companion.onboarding.answer("voice_listen", "no")
    assert companion.confirmation("voice_listen").state is Confirmed.WAITING, "they have not heard of it"
    await companion.connect()
    assert companion.confirmation("voice_listen").state is Confirmed.CONFIRMED


async def test_unanswered_is_never_called_confirmed(paired: Companion) -> None:
    assert paired.confirmation("voice_listen").state is Confirmed.WAITING


async def test_a_never_ends_what_is_live_at_once(companion: Companion, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped: list[str] = []
    monkeypatch.setattr(companion.sharing, "stop_leaving", stopped.append)
    companion.onboarding.answer("ai_sharing", "ask")
    assert stopped == []
    companion.onboarding.answer("ai_sharing", "never")
    assert stopped == ["never"]


async def test_closing_ends_what_is_being_sent_while_that_can_be_recorded(
    companion: Companion, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked: list[bool] = []

    async def end_all() -> None:
        locked.append(companion.vault.locked)

    monkeypatch.setattr(companion.sharing, "end_all", end_all)
    await companion.close()
    assert locked == [False]


async def test_a_no_to_places_erases_them_at_once(companion: Companion) -> None:
    forgotten: list[bool] = []
    companion.onboarding.answer("places", "yes")
    companion.places.forget_all = lambda: forgotten.append(True)  # type: ignore[method-assign]
    companion.onboarding.answer("ai_sharing", "ask")
    assert forgotten == []
    companion.onboarding.answer("places", "no")
    assert forgotten == [True]
