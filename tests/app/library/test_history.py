"""What was asked stays exactly as long as the owner's answers let it, and goes at a word."""

from __future__ import annotations

import io
import wave
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion_app.assistant.history import History
from companion_app.assistant.history.errors import EntryGone, NoSoundKept, NotKept
from companion_app.ledger import Ledger
from companion_app.store.database import Database
from companion_app.store.errors import DatabaseUnwritable
from companion_app.vault import SealedFiles
from tests.app.libraries import database_in, opened_in
from tests.app.vaults import ledger_in, room

PICTURE, OTHER = "a1" * 8, "b2" * 8
SOUND = b"\x01\x02" * 16_000  # one second
DAY_S = 86_400


@dataclass
class Retention:
    """An answer to how long something may be kept."""

    keep: bool = False
    days: int = 0


@dataclass
class Owner:
    """Answers, a clock, and the app's folder."""

    folder: Path
    answers: dict[str, Retention] = field(
        default_factory=lambda: {"transcripts": Retention(True, 30), "voice_keep": Retention(True, 7)}
    )
    now_s: float = 1_800_000_000.0

    def __post_init__(self) -> None:
        self.ledger: Ledger = ledger_in(self.folder, lambda: self.now_s)

    def open(self) -> History:
        return History(
            database_in(self.folder),
            room(self.folder / "questions"),
            self.ledger,
            self.answers.__getitem__,
            clock=lambda: self.now_s,
        )

    def sounds(self) -> list[str]:
        return room(self.folder / "questions").names()

    def records(self, kind: str) -> list[dict[str, object]]:
        return [entry.data for entry in self.ledger.entries() if entry.kind == kind]


@pytest.fixture
def owner(tmp_path: Path) -> Owner:
    return Owner(tmp_path / "app")


def speak(history: History, picture: str = PICTURE) -> str:
    kept = history.keep(picture, "What platform is it?", "Platform 7", "this device", spoken=True, sound=SOUND)
    assert kept is not None
    return kept.id


def test_a_spoken_question_is_kept_with_words_and_sound_and_survives_a_restart(owner: Owner) -> None:
    entry = speak(owner.open())
    (kept,) = owner.open().all()
    assert (kept.question, kept.answer, kept.spoken, kept.sound_ms) == (
        "What platform is it?",
        "Platform 7",
        True,
        1000,
    )
    with wave.open(io.BytesIO(owner.open().sound(entry))) as file:
        assert (file.getframerate(), file.getnchannels(), file.readframes(16_000)) == (16_000, 1, SOUND)
    for path in owner.folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert b"platform" not in content.lower()
        assert SOUND[:64] not in content


@pytest.mark.parametrize(
    ("words", "sound"),
    [(False, False), (True, False), (False, True), (True, True)],
)
def test_only_what_was_agreed_to_is_kept(owner: Owner, words: bool, sound: bool) -> None:
    owner.answers = {"transcripts": Retention(words, 30 * words), "voice_keep": Retention(sound, 7 * sound)}
    history = owner.open()
    kept = history.keep(PICTURE, "What platform?", "Platform 7", "here", spoken=True, sound=SOUND)
    everything = opened_in(owner.folder)
    assert (b"platform" in everything.lower()) is words
    assert (SOUND in everything) is sound
    assert (kept is not None) is (words or sound)
    assert owner.records("question_kept") == [{"words": words, "sound_ms": 1000 * sound}] * (words or sound)


def test_a_changed_text_keeps_nothing_new_and_what_is_there_as_long_as_agreed(owner: Owner) -> None:
    entry = speak(owner.open())
    owner.answers = {"transcripts": Retention(False, 30), "voice_keep": Retention(False, 7)}
    history = owner.open()
    assert history.keep(PICTURE, "Again?", "No", "here", spoken=True, sound=SOUND) is None
    assert [kept.id for kept in history.all()] == [entry]


def test_what_was_typed_stays_until_it_is_forgotten(owner: Owner) -> None:
    owner.answers = {"transcripts": Retention(), "voice_keep": Retention()}
    history = owner.open()
    kept = history.keep(PICTURE, "What is it?", "A pier", "example.org", receipt_id="ab", sound=SOUND)
    assert kept is not None
    assert (kept.sound_ms, owner.sounds()) == (0, [])
    owner.now_s += 4000 * DAY_S
    history.purge()
    assert owner.open().all() == [kept]
    owner.open().forget(kept.id)
    assert owner.open().all() == []


def test_sound_and_words_go_when_their_days_are_over(owner: Owner) -> None:
    history = owner.open()
    entry = speak(history)
    owner.now_s += 7 * DAY_S - 1
    history.purge()
    assert history.sound(entry)
    owner.now_s += 1
    history.purge()
    assert owner.sounds() == []
    with pytest.raises(NoSoundKept):
        history.sound(entry)
    assert [(kept.question, kept.sound_ms) for kept in owner.open().all()] == [("What platform is it?", 0)]
    owner.now_s += 23 * DAY_S
    assert owner.open().all() == []
    assert b"platform" not in opened_in(owner.folder).lower()
    assert owner.records("question_forgotten") == [
        {"count": 1, "part": True, "why": "time"},
        {"count": 1, "part": False, "why": "time"},
    ]


def test_words_may_go_before_the_sound(owner: Owner) -> None:
    owner.answers = {"transcripts": Retention(True, 7), "voice_keep": Retention(True, 30)}
    history = owner.open()
    entry = speak(history)
    owner.now_s += 7 * DAY_S
    history.purge()
    (kept,) = owner.open().all()
    assert (kept.id, kept.question, kept.answer, kept.sound_ms) == (entry, "", "", 1000)


def test_a_withdrawal_erases_at_once(owner: Owner) -> None:
    history = owner.open()
    speak(history)
    owner.answers["voice_keep"] = Retention()
    history.purge()
    assert owner.sounds() == []
    owner.answers["transcripts"] = Retention()
    history.purge()
    assert history.all() == owner.open().all() == []


def test_a_withdrawal_erases_also_what_a_clock_set_back_calls_younger_than_new(owner: Owner) -> None:
    history = owner.open()
    speak(history)
    owner.now_s -= 400 * DAY_S
    owner.answers["transcripts"] = owner.answers["voice_keep"] = Retention()
    history.purge()
    assert owner.sounds() == []
    assert history.all() == owner.open().all() == []


def test_one_is_forgotten_or_those_of_a_picture_or_all(owner: Owner) -> None:
    history = owner.open()
    first, second, third = speak(history), speak(history), speak(history, OTHER)
    history.forget(first)
    assert {kept.id for kept in history.of(PICTURE)} == {second}
    assert owner.sounds() == sorted([second, third])
    with pytest.raises(EntryGone):
        history.forget(first)
    with pytest.raises(EntryGone):
        history.sound(first)
    history.forget_picture(PICTURE)
    assert {kept.id for kept in owner.open().all()} == {third}
    history.forget_all()
    assert owner.open().all() == []
    assert owner.sounds() == []


def test_what_is_about_a_picture_that_is_gone_goes_at_the_next_start(owner: Owner) -> None:
    history = owner.open()
    speak(history, PICTURE)
    other = speak(history, OTHER)
    history.keep_only(lambda picture: picture == OTHER)
    assert [kept.id for kept in owner.open().all()] == [other]
    assert owner.sounds() == [other]


@pytest.mark.parametrize("of", ["sounds", "rows"])
def test_a_full_disk_keeps_neither_words_nor_sound(owner: Owner, monkeypatch: pytest.MonkeyPatch, of: str) -> None:
    history, real = owner.open(), SealedFiles.write

    def full(files: SealedFiles, name: str, data: bytes) -> None:
        if files.folder.name == "questions":
            raise OSError(28, "full")
        real(files, name, data)

    def locked(database: Database) -> None:
        raise DatabaseUnwritable(database.path, "database or disk is full")

    with monkeypatch.context() as broken:
        if of == "sounds":
            broken.setattr(SealedFiles, "write", full)
        else:
            broken.setattr(Database, "transaction", locked)
        with pytest.raises(NotKept):
            speak(history)
    assert (history.all(), owner.open().all(), owner.sounds()) == ([], [], [])


def test_sound_that_a_crash_left_without_its_entry_goes_at_the_next_start(owner: Owner) -> None:
    room(owner.folder / "questions").write("deadbeef", b"RIFF sound")
    owner.open()
    assert owner.sounds() == []


def test_newest_first_and_observers_hear(owner: Owner) -> None:
    history, heard = owner.open(), list[None]()
    end = history.observe(heard.append)
    ids = []
    for _ in range(3):
        owner.now_s += 1
        ids.append(speak(history))
    assert [kept.id for kept in history.all()] == ids[::-1]
    history.forget(ids[0])
    end()
    history.forget_all()
    assert len(heard) == 4


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.booleans()), max_size=6), st.integers(0, 40), st.integers(0, 40))
def test_nothing_outlives_its_days(
    tmp_path_factory: pytest.TempPathFactory, asked: list[tuple[int, bool]], words: int, sound: int
) -> None:
    owner = Owner(tmp_path_factory.mktemp("history") / "app")
    owner.answers = {"transcripts": Retention(words > 0, words), "voice_keep": Retention(sound > 0, sound)}
    history = owner.open()
    for days, spoken in asked:
        owner.now_s += days * DAY_S
        history.keep(PICTURE, "What?", "This", "here", spoken=spoken, sound=SOUND[:64])
    history = owner.open()
    for kept in history.all():
        age = owner.now_s - kept.time_s
        assert not kept.spoken or not kept.question or age < words * DAY_S
        assert not kept.sound_ms or age < sound * DAY_S
    assert len(owner.sounds()) == sum(kept.sound_ms > 0 for kept in history.all())
