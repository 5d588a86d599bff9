"""The view-models alone: no window, no Kivy."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import replace

import pytest

from companion_app.companion import Companion
from companion_app.gallery.errors import ItemNotImported
from companion_app.ledger import Verdict
from companion_app.ledger.verdict import Damage, Finding
from companion_app.link.connection import ConnectionState
from companion_app.link.errors import GlassesNotFound, GlassesRefused, LinkLost
from companion_app.onboarding import onboarding as onboarding_module
from companion_app.onboarding.difference import Kind
from companion_app.onboarding.questions import LEAVE, QUESTIONS, REGION, SHARING, TRAINING
from companion_app.ui.view_models.first_login import FirstLoginModel
from companion_app.ui.view_models.home import HomeModel
from companion_app.ui.view_models.observable import Observable
from companion_app.ui.view_models.pair import PairModel
from companion_app.ui.view_models.shell import ShellModel
from companion_app.ui.view_models.words.answers import changes_words
from tests.app.answered import answer_all
from tests.app.ui.conftest import Clock
from tests.app.ui.fakes import FakeCompanion, GlassesSaidNo, hello


def counted(model: Observable) -> list[None]:
    """A list that grows by one with each change of `model`."""
    changes: list[None] = []
    model.observe(lambda: changes.append(None))
    return changes


def test_importing_the_entry_and_the_view_models_imports_no_kivy() -> None:
    code = (
        "import sys, companion_app.main, companion_app.ui.view_models.shell;"
        "sys.exit(any(name.split('.')[0] in ('kivy', 'kivymd') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_observer_that_left_is_not_called_again_even_in_the_same_round() -> None:
    model = Observable()
    calls: list[str] = []
    leave = []

    def first() -> None:
        calls.append("first")
        leave[0]()

    model.observe(first)
    leave.append(model.observe(lambda: calls.append("second")))
    model.changed()
    model.changed()
    assert calls == ["first", "first"]
    leave[0]()


class TestFirstLogin:
    def test_nothing_is_chosen_beforehand_and_nothing_proceeds(self, companion: FakeCompanion) -> None:
        model = FirstLoginModel(companion.onboarding)
        assert model.chosen is None
        assert not model.can_continue
        model.proceed()
        assert companion.ledger.entries() == ()

    def test_an_unknown_choice_is_ignored(self, companion: FakeCompanion) -> None:
        model = FirstLoginModel(companion.onboarding)
        model.choose("maybe")
        assert model.chosen is None

    def test_choosing_records_nothing_and_proceeding_records_once(self, companion: FakeCompanion) -> None:
        model = FirstLoginModel(companion.onboarding)
        model.choose("yes")
        assert companion.ledger.entries() == ()
        model.proceed()
        model.proceed()
        assert [entry.data["question"] for entry in companion.ledger.entries()] == ["voice_listen"]

    def test_the_next_question_starts_without_a_choice(self, companion: FakeCompanion) -> None:
        model = FirstLoginModel(companion.onboarding)
        model.choose("yes")
        model.proceed()
        assert model.question is LEAVE
        assert model.chosen is None
        assert not model.can_continue

    def test_reconsidering_asks_again_and_a_no_ends_it(self, companion: FakeCompanion) -> None:
        answer_all(companion.onboarding, voice_listen="yes", voice_leave="yes")
        model = FirstLoginModel(companion.onboarding)
        assert model.question is None
        model.reconsider()
        assert model.reconsidering
        assert model.chosen is None, "not even the present answer is chosen beforehand"
        assert companion.onboarding.voice == "stream", "the old answers count until new ones are recorded"
        model.choose("no")
        model.proceed()
        assert model.question is None
        assert companion.onboarding.voice == "off"

    def test_reconsidering_half_way_keeps_the_answer_that_was_recorded(self, companion: FakeCompanion) -> None:
        answer_all(companion.onboarding, voice_listen="yes")
        model = FirstLoginModel(companion.onboarding)
        model.reconsider()
        model.choose("yes")
        model.proceed()
        assert model.question is LEAVE
        assert not model.reconsidering, "a new yes needs the rest of the answers anew"
        assert companion.onboarding.voice == "keyword"

    def test_one_answer_alone_can_be_changed(self, companion: FakeCompanion) -> None:
        answer_all(companion.onboarding)
        model = FirstLoginModel(companion.onboarding)
        model.reconsider("ai_sharing")
        assert model.question is SHARING
        model.choose("never")
        model.proceed()
        assert model.question is None
        assert companion.sharing.ruled_out

    def test_a_place_must_be_typed_and_must_be_one(self, companion: FakeCompanion) -> None:
        answer_all(companion.onboarding)
        model = FirstLoginModel(companion.onboarding)
        model.reconsider("region")
        model.choose("said")
        assert not model.can_continue
        model.set_detail("Atlantis")
        assert model.can_continue
        model.proceed()
        assert model.problem is not None
        assert model.question is REGION
        model.set_detail(" de ")
        model.proceed()
        assert model.question is None
        assert companion.sharing.endpoints.region == "DE"
        answered = companion.onboarding.consent("region")
        assert answered is not None
        assert (answered.choice, answered.detail) == ("said", "DE")

    def test_a_login_that_was_interrupted_goes_on_counting(self, companion: FakeCompanion) -> None:
        companion.onboarding.answer("voice_listen", "no")
        companion.onboarding.answer("transcripts", "no")
        assert FirstLoginModel(companion.onboarding).position == "Question 3"

    def test_opting_out_refuses_everything_at_every_step(self, companion: FakeCompanion) -> None:
        model = FirstLoginModel(companion.onboarding)
        for choice in ("yes", "yes"):
            model.choose(choice)
            model.proceed()
        model.choose("days_365")
        model.opt_out()
        assert model.question is None
        assert not any(companion.onboarding.allows(asked.id) for asked in QUESTIONS)
        assert companion.sharing.ruled_out
        assert companion.sharing.endpoints.region is None

    def test_words_that_changed_are_shown_with_the_difference(
        self, companion: FakeCompanion, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        answer_all(companion.onboarding)
        model = FirstLoginModel(companion.onboarding)
        changed = replace(TRAINING, version=2, explain=TRAINING.explain + " Somebody has asked.")
        monkeypatch.setattr(
            onboarding_module, "QUESTIONS", tuple(changed if one is TRAINING else one for one in QUESTIONS)
        )
        assert model.question is changed
        assert [change.words for change in model.changes if change.kind is Kind.NEW] == ["Somebody has asked."]
        title, detail = changes_words(model.changes)
        assert title
        assert "Somebody has asked." in detail


class TestPair:
    async def test_an_empty_code_is_not_tried(self, companion: FakeCompanion) -> None:
        model = PairModel(companion, "phone")
        model.set_code("   ")
        assert not model.can_pair
        await model.pair()
        assert companion.codes == []

    async def test_a_second_press_while_busy_does_nothing(self, companion: FakeCompanion) -> None:
        companion.gate = asyncio.Event()
        model = PairModel(companion, "phone")
        model.set_code("code")
        first = asyncio.create_task(model.pair())
        await companion.connection.reaches(ConnectionState.SEARCHING)
        await model.pair()
        companion.gate.set()
        await first
        assert len(companion.codes) == 1
        assert not model.busy

    async def test_a_failure_keeps_the_code_and_typing_clears_the_failure(self, companion: FakeCompanion) -> None:
        companion.pair_error = GlassesSaidNo("pairing_refused")
        model = PairModel(companion, "phone")
        model.set_code(" code ")
        await model.pair()
        assert model.problem is not None
        assert model.code == " code "
        assert companion.codes == [("code", "phone")]
        model.set_code("other")
        assert model.problem is None


class TestHome:
    async def test_taking_needs_a_connection(self, companion: FakeCompanion) -> None:
        model = HomeModel(companion, companion.now_s)
        assert not model.can_take
        await model.take()
        assert companion.captures == 0

    async def test_a_failure_frees_the_shutter_and_a_success_clears_the_failure(self, companion: FakeCompanion) -> None:
        model = HomeModel(companion, companion.now_s)
        await model.connect()
        companion.capture_error = LinkLost()
        await model.take()
        assert model.problem is not None
        assert not model.taking
        companion.capture_error = None
        await model.take()
        assert model.problem is None
        assert model.picture is not None

    async def test_an_older_picture_does_not_replace_a_newer_one(self, companion: FakeCompanion, clock: Clock) -> None:
        model = HomeModel(companion, clock)
        newer = companion.arrive()
        clock.now_s -= 3600
        companion.arrive()
        assert model.picture == newer

    async def test_a_failed_search_is_told_by_the_connection_alone(self, companion: FakeCompanion) -> None:
        companion.connect_error = GlassesNotFound(8.0, pairing=False)
        model = HomeModel(companion, companion.now_s)
        await model.connect()
        assert model.problem is None
        assert "not seen nearby" in model.connection.why

    async def test_what_the_connection_cannot_say_is_told(self, companion: FakeCompanion) -> None:
        companion.connect_error = GlassesSaidNo("not_paired")
        model = HomeModel(companion, companion.now_s)
        await model.connect()
        assert model.problem is not None

    def test_the_newest_stored_picture_is_there_from_the_start(self, companion: FakeCompanion) -> None:
        companion.arrive()
        newest = companion.arrive()
        assert HomeModel(companion, companion.now_s).picture == newest

    async def test_glasses_set_up_for_development_are_called_so(self, companion: FakeCompanion) -> None:
        model = HomeModel(companion, companion.now_s)
        companion.said_hello = hello("development")
        assert model.development is None, "nothing is said of glasses that are not there"
        await model.connect()
        assert model.development is not None
        companion.said_hello = hello("locked")
        assert model.development is None

    def test_a_journal_that_does_not_fit_is_told_with_its_finding(self, companion: FakeCompanion) -> None:
        model = HomeModel(companion, companion.now_s)
        companion.journal_verdict = Verdict(3, ())
        assert model.journal is None
        companion.journal_verdict = Verdict(3, (Finding(Damage.EDITED, 1),))
        assert model.journal is not None
        assert "Record 1 was edited." in model.journal.next_step

    def test_what_fails_unasked_is_told(self, companion: FakeCompanion) -> None:
        model = HomeModel(companion, companion.now_s)
        companion.fail_unasked(LinkLost())
        assert model.problem is not None
        assert "lost" in model.problem.what

    def test_every_change_of_the_connection_is_passed_on(self, companion: FakeCompanion) -> None:
        changes = counted(HomeModel(companion, companion.now_s))
        companion.become_connected()
        assert len(changes) == 4


class TestShell:
    async def test_the_way_through_the_app(self, companion: FakeCompanion) -> None:
        shell = ShellModel(companion)
        seen = [shell.screen]
        shell.observe(lambda: seen.append(shell.screen))
        shell.first_login.opt_out()
        shell.pair.set_code("code")
        await shell.pair.pair()
        shell.first_login.reconsider()
        shell.first_login.keep()
        assert seen == ["first_login", "pair", "rooms", "first_login", "rooms"]

    def test_a_real_companion_offers_what_the_view_models_use(self) -> None:
        for name in ("paired", "pair", "connect", "capture", "on_picture", "on_refusal", "on_problem", "hello"):
            assert hasattr(Companion, name), name


class TestClips:
    def test_a_clip_says_that_it_is_one_and_how_long(self, companion: FakeCompanion, clock: Clock) -> None:
        model = HomeModel(companion, clock)
        companion.arrive()
        assert model.mark == ""
        companion.arrive_clip()
        assert model.mark == "Clip · 12.3 s · 87 frames"

    @pytest.mark.parametrize(
        ("said", "words"),
        [
            ({"reason": "app"}, "Clip · 12.3 s · 87 frames"),
            ({"frames": 1, "duration_ms": 0}, "Clip · 0.0 s · 1 frame"),
            ({"reason": "light_lost"}, "ended early: the capture light was lost"),
            ({"reason": "too_large"}, "ended early: too_large"),
            ({"whole": False, "reason": "power_cut"}, "the glasses lost power, this much was kept"),
        ],
    )
    def test_why_a_clip_ended_early_is_said(
        self, companion: FakeCompanion, clock: Clock, said: dict[str, object], words: str
    ) -> None:
        model = HomeModel(companion, clock)
        companion.arrive_clip(**said)
        assert words in model.mark

    async def test_a_clip_cannot_be_asked_about(self, companion: FakeCompanion, clock: Clock) -> None:
        shell = ShellModel(companion, now_s=clock)
        shell.ask.set_question("What is this?")
        companion.arrive()
        assert shell.ask.can_ask
        companion.arrive_clip()
        assert not shell.ask.can_ask
        assert "clip" in shell.ask.hint
        await shell.ask.ask()
        assert shell.ask.share is None

    def test_an_item_that_stays_behind_is_named(self, companion: FakeCompanion, clock: Clock) -> None:
        model = HomeModel(companion, clock)
        companion.fail_unasked(ItemNotImported(7, GlassesRefused("fetch", "card_absent", {})))
        assert model.problem is not None
        assert "Item 7 stays on the glasses" in model.problem.what
        assert "SD card" in model.problem.what
        assert "Put it back" in model.problem.next_step
