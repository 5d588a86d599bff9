"""Settings: what the glasses hold is what is shown, what nobody typed is not done, and every way back leads back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import pytest
from plainsight import wire

from companion_app.companion import Companion
from companion_app.diagnosis import Diagnosis, Finding, Step, Verdict
from companion_app.erasing.errors import GlassesNotErased, NoPlaceForReceipt
from companion_app.gallery.space import STOP_BELOW_BYTES, WARN_BELOW_BYTES
from companion_app.link.connection import ConnectionState, Reason
from companion_app.link.errors import GlassesNotFound, GlassesRefused
from companion_app.ui.view_models.first_login import FirstLoginModel
from companion_app.ui.view_models.preferences import Preferences, PreferencesModel, Scheme
from companion_app.ui.view_models.settings.about import AboutModel
from companion_app.ui.view_models.settings.answers import AnswersModel
from companion_app.ui.view_models.settings.appearance import AppearanceModel
from companion_app.ui.view_models.settings.blocks import (
    Act,
    Block,
    BlocksModel,
    Door,
    Heading,
    Pick,
    Reading,
    Say,
    Words,
)
from companion_app.ui.view_models.settings.diagnostics import DiagnosticsModel
from companion_app.ui.view_models.settings.erase import CONFIRMATION, EraseModel
from companion_app.ui.view_models.settings.glasses import GlassesSettingsModel
from companion_app.ui.view_models.settings.licences import LicencesModel, packages
from companion_app.ui.view_models.settings.lock import LockSettingsModel
from companion_app.ui.view_models.settings.proof import ProofModel
from companion_app.ui.view_models.settings.room import SettingsModel
from companion_app.ui.view_models.settings.storage import StorageModel
from companion_app.ui.view_models.words.diagnosis import finding_words, step_title
from companion_app.ui.view_models.words.glasses_settings import GROUPS, SETTINGS, STEPS, value_words
from companion_app.ui.view_models.words.proof import LEVELS
from companion_app.vault import KeyBeside, Keystore, Passphrase, Vault
from tests.app.answered import answer_all
from tests.app.ports.keystores import MemoryKeystore
from tests.app.ui.conftest import START_S
from tests.app.ui.fakes import FakeCompanion, hello

T = TypeVar("T")
SOON_S = START_S + 5


def of(blocks: Sequence[Block], kind: type[T]) -> list[T]:
    return [block for block in blocks if isinstance(block, kind)]


def keyed(blocks: Sequence[Block], key: str) -> Any:
    """The one block with this key."""
    (found,) = [block for block in blocks if getattr(block, "key", None) == key]
    return found


async def do(block: Any) -> None:
    """Press it."""
    job = block.do()
    if job is not None:
        await job


class Held:
    """Glasses that hold settings; `refuses` with an error, `keeps` what nobody can change, `gate` makes them wait."""

    def __init__(self, companion: FakeCompanion, monkeypatch: pytest.MonkeyPatch) -> None:
        self.settings = {name: safe for name, (_, safe) in wire.SETTINGS.items()}
        self.refuses: Exception | None = None
        self.keeps: set[str] = set()
        self.gate: asyncio.Event | None = None
        self.begun = asyncio.Event()
        self.asked: list[dict[str, Any]] = []
        companion._held_settings = dict(self.settings)
        monkeypatch.setattr(companion, "change_settings", self.change)
        self._companion = companion

    async def change(self, **changes: Any) -> dict[str, Any]:
        self.asked.append(changes)
        self.begun.set()
        if self.gate is not None:
            await self.gate.wait()
        if self.refuses is not None:
            raise self.refuses
        self.settings.update({name: value for name, value in changes.items() if name not in self.keeps})
        self._companion._held_settings = dict(self.settings)
        return dict(self.settings)


@pytest.fixture
def held(companion: FakeCompanion, monkeypatch: pytest.MonkeyPatch) -> Held:
    answer_all(companion.onboarding)
    companion.be_paired()
    companion.become_connected()
    return Held(companion, monkeypatch)


# The glasses' settings


def test_every_setting_of_the_wire_has_words_and_a_place() -> None:
    shown = [name for _, names in GROUPS for name in names]
    assert sorted(shown) == sorted(set(shown)) == sorted(set(wire.SETTINGS) - {"voice"})
    assert set(SETTINGS) == set(shown)
    for name in shown:
        row = wire.SETTINGS[name][0]
        if row[1] == "choice":
            assert set(SETTINGS[name].values or {}) == set(row[2:])
        if row[1] == "int":
            assert all(row[2] <= step <= row[3] for step in STEPS[name])
            assert wire.SETTINGS[name][1] in STEPS[name], "the value until then is one that can be picked again"


def test_every_value_has_words_of_its_own() -> None:
    for name, (row, _) in wire.SETTINGS.items():
        if name == "voice":
            continue
        values = (True, False) if row[1] == "bool" else row[2:] if row[1] == "choice" else STEPS[name]
        assert len({value_words(name, value) for value in values}) == len(values)


async def test_a_setting_counts_once_the_glasses_have_said_so(companion: FakeCompanion, held: Held) -> None:
    model = GlassesSettingsModel(companion, lambda: SOON_S)
    held.gate = asyncio.Event()
    asking = asyncio.create_task(do(keyed(model.blocks(), "button=")))
    await held.begun.wait()
    assert of(model.blocks(), Say)[0].title == "Asking the glasses…"
    assert keyed(model.blocks(), "button=").chosen, "nobody has confirmed it yet"
    assert not keyed(model.blocks(), "app=").enabled
    held.gate.set()
    await asking
    assert held.asked == [{"button": False}]
    assert not keyed(model.blocks(), "button=").chosen
    standing = of(model.blocks(), Say)[0]
    assert standing.kind == "good"
    assert standing.title.startswith("Confirmed by the glasses")


async def test_what_they_hold_instead_is_said(companion: FakeCompanion, held: Held) -> None:
    held.keeps = {"photo_size"}
    model = GlassesSettingsModel(companion, lambda: SOON_S)
    await do(keyed(model.blocks(), "photo_size=vga"))
    assert model.problem is not None
    assert "1024 × 768" in model.problem.what
    assert keyed(model.blocks(), "photo_size=xga").chosen


async def test_a_refusal_leaves_what_holds(companion: FakeCompanion, held: Held) -> None:
    held.refuses = GlassesRefused("settings", "bad_request", {"reason": "no_buzzer"})
    model = GlassesSettingsModel(companion, lambda: SOON_S)
    await do(keyed(model.blocks(), "buzzer="))
    assert model.problem is not None
    assert "no buzzer" in model.problem.what
    assert not keyed(model.blocks(), "buzzer=").chosen


async def test_the_choice_that_holds_is_not_asked_for_again(companion: FakeCompanion, held: Held) -> None:
    model = GlassesSettingsModel(companion, lambda: SOON_S)
    await do(keyed(model.blocks(), "photo_size=xga"))
    assert held.asked == []


async def test_a_number_that_is_no_step_is_shown_and_without_a_link_nothing_is_asked(
    companion: FakeCompanion, held: Held
) -> None:
    companion._held_settings["clip_seconds"] = 77
    model = GlassesSettingsModel(companion, lambda: SOON_S)
    assert keyed(model.blocks(), "clip_seconds=77").chosen
    companion.lose_link()
    blocks = model.blocks()
    assert of(blocks, Say)[0].kind == "caution"
    assert not any(pick.enabled for pick in of(blocks, Pick))
    await do(keyed(blocks, "app="))
    assert held.asked == []


def test_voice_is_no_setting_here(companion: FakeCompanion, held: Held) -> None:
    blocks = GlassesSettingsModel(companion, lambda: SOON_S).blocks()
    assert not [pick for pick in of(blocks, Pick) if pick.key.startswith("voice")]
    assert any("answers alone" in words.text for words in of(blocks, Words))


# No image arrives


def test_every_step_has_a_title_and_every_verdict_words() -> None:
    assert len({step_title(step) for step in Step}) == len(Step)
    for step in Step:
        assert finding_words(Finding(step, Verdict.UNTRIED)).what
        bad = finding_words(Finding(step, Verdict.BAD, GlassesRefused("capture", "busy", {})))
        assert bad.what
        assert bad.next_step


async def test_the_reason_is_on_top_with_its_way_out(companion: FakeCompanion) -> None:
    companion.become_connected()
    model = DiagnosticsModel(Scripted([
        Finding(Step.RADIO, Verdict.GOOD, facts={"by": "session"}),
        Finding(Step.LIGHT, Verdict.BAD, GlassesRefused("capture", "light_unseen", {})),
        Finding(Step.CAMERA, Verdict.UNTRIED),
    ]))  # fmt: skip
    assert not of(model.blocks(), Say)
    await do(keyed(model.blocks(), "look"))
    said = of(model.blocks(), Say)
    assert said[0].kind == "problem"
    assert "does not see it shine" in said[0].title
    assert "Uncover" in said[0].detail
    assert [one.kind for one in said[1:]] == ["good", "problem", "notice"]


async def test_a_picture_is_taken_only_where_it_may(companion: FakeCompanion) -> None:
    scripted = Scripted([Finding(step, Verdict.UNTRIED) for step in Step])
    model = DiagnosticsModel(scripted)
    await do(keyed(model.blocks(), "picture"))
    await model.look()
    assert scripted.pictures == [False]
    assert of(model.blocks(), Say)[0].title == "Nothing stands in the way so far."


class Scripted(Diagnosis):
    """Finds what a test says."""

    def __init__(self, findings: list[Finding]) -> None:
        self._findings = findings
        self.pictures: list[bool] = []

    async def run(self, tell: Any, *, picture: bool) -> list[Finding]:
        self.pictures.append(picture)
        for finding in self._findings:
            tell(finding)
        return self._findings


# Delete everything


class ScriptedErasing:
    """An erasing that ends as a test says."""

    def __init__(self, ends: list[Any]) -> None:
        self.ends = ends
        self.runs: list[tuple[Path, bool]] = []
        self.begun: Path | None = None

    async def run(self, parent: Path, tell: Any, *, without_glasses: bool = False) -> Path | None:
        self.runs.append((parent, without_glasses))
        end = self.ends.pop(0)
        if isinstance(end, Exception):
            self.begun = parent / "receipt"
            raise end
        return end

    def give_up(self) -> None:
        self.begun = None


def erase_model(companion: FakeCompanion, ends: list[Any], tmp_path: Path) -> tuple[EraseModel, Any, list[Path]]:
    erasing, gone = ScriptedErasing(ends), list[Path]()
    return EraseModel(companion, erasing, tmp_path, gone.append), erasing, gone  # type: ignore[arg-type]


async def test_nothing_is_erased_before_the_words_were_typed(companion: FakeCompanion, tmp_path: Path) -> None:
    model, erasing, gone = erase_model(companion, [tmp_path / "receipt"], tmp_path)
    for typed in ("", "delete", "delete everythin", "DELETE NOTHING"):
        model.write_typed(typed)
        assert not keyed(model.blocks(), "erase").enabled
        await model.erase()
    assert (erasing.runs, gone) == ([], [])
    model.write_typed("  Delete   EVERYTHING ")
    model.write_folder("   ")
    assert not model.can_erase, "the receipt needs a place"
    model.write_folder(str(tmp_path))
    await do(keyed(model.blocks(), "erase"))
    assert erasing.runs == [(tmp_path, False)]
    assert gone == [tmp_path / "receipt"]


async def test_glasses_that_cannot_be_erased_are_left_only_by_a_second_decision(
    companion: FakeCompanion, tmp_path: Path
) -> None:
    out_of_reach = GlassesNotErased("aa", GlassesNotFound(5, pairing=False))
    model, erasing, gone = erase_model(companion, [out_of_reach, tmp_path / "receipt"], tmp_path)
    model.write_typed(CONFIRMATION)
    await model.erase()
    assert gone == []
    assert model.problem is not None
    assert "not erased" in model.problem.what
    await do(keyed(model.blocks(), "without"))
    assert [without for _, without in erasing.runs] == [False, True]
    assert gone == [tmp_path / "receipt"]


async def test_it_can_be_given_up(companion: FakeCompanion, tmp_path: Path) -> None:
    model, erasing, gone = erase_model(companion, [NoPlaceForReceipt(tmp_path, 28)], tmp_path)
    model.write_typed(CONFIRMATION)
    await model.erase()
    await do(keyed(model.blocks(), "give_up"))
    assert erasing.begun is None
    assert model.problem is None
    assert not model.can_erase, "the words have to be typed anew"
    assert gone == []


# Lock


@pytest.fixture
def quick_scrypt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("companion_app.vault.protectors._LEAST_N", 2)
    monkeypatch.setattr(Passphrase.__init__, "__defaults__", (2,))


async def test_the_passphrase_changes_only_for_who_knows_the_one_before(quick_scrypt: None, tmp_path: Path) -> None:
    vault = Vault.create(tmp_path, Passphrase("before and after", 2))
    model = LockSettingsModel(vault, PreferencesModel(Preferences()), None, MemoryKeystore)
    for before, again in (("something else", "the new passphrase"), ("before and after", "another one typed")):
        model.before, model.words, model.again = before, "the new passphrase", again
        await model.change()
        assert model.problem is not None
        Vault.open(tmp_path, Passphrase("before and after", 2)).lock()
    model.before, model.words, model.again = "before and after", "the new passphrase", "the new passphrase"
    await model.change()
    assert (model.problem, model.done) == (None, True)
    assert (model.before, model.words, model.again) == ("", "", ""), "no words stay in memory for long"
    Vault.open(tmp_path, Passphrase("the new passphrase", 2)).lock()


async def test_a_passphrase_in_place_of_the_keystore_leaves_no_secret_there(quick_scrypt: None, tmp_path: Path) -> None:
    keystore = MemoryKeystore()
    vault = Vault.create(tmp_path, Keystore(keystore))
    model = LockSettingsModel(vault, PreferencesModel(Preferences()), None, lambda: keystore)
    model.words = model.again = "the new passphrase"
    await model.change()
    assert (model.problem, vault.protectors) == (None, ("passphrase",))
    assert not keystore.secrets


def test_a_key_beside_is_called_no_lock(tmp_path: Path) -> None:
    vault = Vault.create(tmp_path, KeyBeside())
    blocks = LockSettingsModel(vault, PreferencesModel(Preferences()), None, MemoryKeystore).blocks()
    assert of(blocks, Say)[0].title == "Nothing here is locked."
    assert not [pick for pick in of(blocks, Pick) if pick.key.startswith("after=")]


async def test_lock_now_and_how_long_it_stays_open(quick_scrypt: None, tmp_path: Path) -> None:
    preferences, locked = PreferencesModel(Preferences()), []
    vault = Vault.create(tmp_path, Passphrase("before and after", 2))
    model = LockSettingsModel(vault, preferences, lambda: locked.append(True), MemoryKeystore)
    await do(keyed(model.blocks(), "lock"))
    assert locked == [True]
    await do(keyed(model.blocks(), "after=5"))
    assert preferences.value.lock_after_min == 5
    assert keyed(model.blocks(), "after=5").chosen


# The other pages


async def test_appearance_is_in_force_at_once() -> None:
    preferences = PreferencesModel(Preferences())
    model = AppearanceModel(preferences)
    for key in ("scheme=dark", "high_contrast", "font=2.0", "language=de", "spoken_focus"):
        await do(keyed(model.blocks(), key))
    held = preferences.value
    assert (held.scheme, held.high_contrast, held.font_scale) == (Scheme.DARK, True, 2.0)
    assert (held.language, held.spoken_focus) == ("de", True)
    assert all(keyed(model.blocks(), key).chosen for key in ("scheme=dark", "font=2.0", "language=de"))


def test_answers_say_what_counts_and_lead_to_the_question(companion: FakeCompanion) -> None:
    answer_all(companion.onboarding, voice_listen="yes", voice_leave="no")
    questions = FirstLoginModel(companion.onboarding)
    model = AnswersModel(companion, questions)
    keys = [act.key for act in of(model.blocks(), Act)]
    assert "voice_leave" in keys
    assert "voice_keep" not in keys, "nothing that leaves could be kept"
    keyed(model.blocks(), "ai_sharing").do()
    assert questions.question is not None
    assert questions.question.id == "ai_sharing"
    questions.keep()
    keyed(model.blocks(), "opt_out").do()
    assert not companion.onboarding.allows("voice_listen")
    assert "voice_leave" not in [act.key for act in of(model.blocks(), Act)]


def test_storage_counts_and_warns(companion: FakeCompanion, tmp_path: Path) -> None:
    picture = companion.arrive()
    for free, kind in (
        (STOP_BELOW_BYTES - 1, "problem"),
        (STOP_BELOW_BYTES, "caution"),
        (WARN_BELOW_BYTES - 1, "caution"),
    ):
        blocks = StorageModel(companion, tmp_path, lambda _, free=free: free).blocks()
        assert of(blocks, Say)[0].kind == kind
    assert "1 picture" in [reading.value for reading in of(blocks, Reading)]
    assert not of(StorageModel(companion, tmp_path, lambda _: WARN_BELOW_BYTES).blocks(), Say)
    assert picture.bytes


@pytest.mark.promise(1)
@pytest.mark.parametrize("level", sorted(LEVELS))
def test_what_is_proven_is_said_with_its_limit(companion: FakeCompanion, level: str) -> None:
    companion.said_hello = hello("locked")
    object.__setattr__(companion.said_hello, "level", level)
    (said,) = of(ProofModel(companion).blocks(), Say)
    assert said.kind == ("caution" if level == "software" else "good")
    assert "Does not catch" in said.detail


def test_development_glasses_are_called_so(companion: FakeCompanion) -> None:
    companion.said_hello = hello("development")
    assert any("development" in said.title for said in of(ProofModel(companion).blocks(), Say))
    assert any("development" in reading.value for reading in of(AboutModel(companion, Path()).blocks(), Reading))


async def test_licences_are_read_from_what_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    found = packages("cryptography")
    names = [package.name.lower() for package in found]
    assert "cffi" in names
    assert names == sorted(names)
    assert packages("no-such-package-of-anybody") == []
    monkeypatch.setattr("companion_app.ui.view_models.settings.licences.packages", lambda: found)
    opened: list[BlocksModel] = []
    model = LicencesModel(opened.append)
    assert of(model.blocks(), Say), "the page is there before the list is"
    await model.begin()
    door = next(door for door in of(model.blocks(), Door) if door.key.lower() == "cryptography")
    assert "Apache" in door.detail
    door.do()
    assert any(words.text for words in of(opened[0].blocks(), Words))


# The room


def test_every_door_opens_a_page_and_back_leads_through_all_of_them(companion: FakeCompanion) -> None:
    answer_all(companion.onboarding)
    companion.be_paired()
    room = settings_room(companion)
    doors = [door for door in of(room.blocks(), Door) if door.key != "askers"]
    assert len({door.title for door in doors}) == len(doors)
    for door in doors:
        job = door.do()
        if job is not None:
            job.close()
        assert isinstance(room.inside, BlocksModel)
        assert room.inside.title
        assert room.inside.blocks()
        assert room.back()
        assert room.inside is None
    assert not room.back()


async def test_back_from_a_page_behind_a_page(companion: FakeCompanion, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("companion_app.ui.view_models.settings.licences.packages", lambda: packages("cryptography"))
    room = settings_room(companion)
    await do(keyed(room.blocks(), "licences"))
    licences = room.inside
    assert isinstance(licences, LicencesModel)
    of(licences.blocks(), Door)[0].do()
    assert room.inside is not licences
    assert room.back()
    assert room.inside is licences
    assert room.back()
    assert room.inside is None


def settings_room(companion: Companion) -> SettingsModel:
    return SettingsModel(
        companion,
        FirstLoginModel(companion.onboarding),
        PreferencesModel(Preferences()),
        open_askers=lambda: None,
        erased=lambda _: None,
        now_s=lambda: SOON_S,
    )


def test_headings_stand_before_what_they_are_about(companion: FakeCompanion) -> None:
    assert isinstance(settings_room(companion).blocks()[0], Heading)
    assert companion.connection.state is ConnectionState.DISCONNECTED
    assert companion.connection.reason is Reason.STARTED
