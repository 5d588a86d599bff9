"""What is done with pictures: deleting with a while to undo it, playing a clip, narrowing, copies, imports."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from companion_app.gallery.errors import NoSpaceLeft, NotExported, PictureGone
from companion_app.gallery.filters import Filter
from companion_app.gallery.import_state import ImportState, Step
from companion_app.gallery.playing import Film
from companion_app.ui.view_models.gallery.coming import coming
from companion_app.ui.view_models.gallery.leaving import UNDO_S, Leaving
from companion_app.ui.view_models.gallery.player import PlayerModel
from companion_app.ui.view_models.gallery.search import switched, switches
from companion_app.ui.view_models.taking_out import Form, TakingOutModel, Tell


@dataclass(frozen=True)
class Picture:
    id: str


@dataclass
class Deleted:
    gone: Sequence[Any]
    failed: Sequence[Any] = ()
    requests: Sequence[Any] = ()


@dataclass
class Deleter:
    """A companion that can only delete."""

    error: Exception | None = None
    asked: list[tuple[str, ...]] = field(default_factory=list[tuple[str, ...]])

    async def delete_many(self, pictures: Sequence[Picture]) -> Deleted:
        self.asked.append(tuple(picture.id for picture in pictures))
        if self.error is not None:
            raise self.error
        return Deleted(pictures, requests=[1])


class Seconds:
    """Time that a test lets pass."""

    def __init__(self) -> None:
        self._passed = asyncio.Semaphore(0)

    async def __call__(self, _seconds: float) -> None:
        await self._passed.acquire()

    async def pass_by(self, seconds: int) -> None:
        for _ in range(seconds):
            self._passed.release()
            await turns()


async def turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_what_is_deleted_is_hidden_at_once_and_goes_when_the_time_is_up() -> None:
    deleter, seconds = Deleter(), Seconds()
    leaving = Leaving(deleter, seconds)  # type: ignore[arg-type]
    job = asyncio.ensure_future(leaving.delete([Picture("a"), Picture("b")]))
    await turns()

    assert leaving.hidden == {"a", "b"}
    assert leaving.can_undo
    await seconds.pass_by(UNDO_S - 1)
    assert deleter.asked == []
    await seconds.pass_by(1)
    await job
    assert deleter.asked == [("a", "b")]
    assert (leaving.hidden, leaving.can_undo, leaving.requests) == (frozenset(), False, 1)
    assert "2" in leaving.note


async def test_undo_in_time_deletes_nothing() -> None:
    deleter, seconds = Deleter(), Seconds()
    leaving = Leaving(deleter, seconds)  # type: ignore[arg-type]
    job = asyncio.ensure_future(leaving.delete([Picture("a")]))
    await turns()
    await seconds.pass_by(UNDO_S - 1)

    leaving.undo()
    await seconds.pass_by(2)
    await job

    assert deleter.asked == []
    assert leaving.hidden == frozenset()


async def test_deleting_more_meanwhile_does_not_bring_the_first_back() -> None:
    deleter, seconds = Deleter(), Seconds()
    leaving = Leaving(deleter, seconds)  # type: ignore[arg-type]
    first = asyncio.ensure_future(leaving.delete([Picture("a")]))
    await turns()
    second = asyncio.ensure_future(leaving.delete([Picture("b")]))
    await turns()

    assert deleter.asked == [("a",)]
    leaving.undo()
    await seconds.pass_by(3)
    await asyncio.gather(first, second)
    assert deleter.asked == [("a",)]


async def test_what_could_not_be_deleted_is_shown_again_and_said() -> None:
    deleter, seconds = Deleter(error=PictureGone("a")), Seconds()
    leaving = Leaving(deleter, seconds)  # type: ignore[arg-type]
    job = asyncio.ensure_future(leaving.delete([Picture("a")]))
    await turns()
    await seconds.pass_by(UNDO_S)
    await job

    assert leaving.hidden == frozenset()
    assert leaving.problem is not None


FILM = Film(b"012", ((0, 1), (1, 2), (2, 3)), (0, 100, 900), 1000, has_sound=False)


def test_a_clip_plays_its_frames_at_their_times_and_stops_at_its_end() -> None:
    player = PlayerModel(FILM)
    player.play()
    shown = []
    for _ in range(12):
        player.pass_time(0.09)
        shown.append(player.frame)

    assert shown == [0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2]
    assert not player.playing
    assert player.part == 1
    player.play()
    assert (player.playing, player.frame) == (True, 0), "from its beginning again"


def test_no_time_passes_while_it_is_paused_and_steps_stay_in_the_clip() -> None:
    player = PlayerModel(FILM)
    player.pass_time(5)
    assert player.frame == 0
    player.step(-1)
    assert player.frame == 0
    for _ in range(5):
        player.step(1)
    assert (player.frame, player.jpeg()) == (2, b"2")
    assert "3" in player.words


def test_a_switch_narrows_and_widens_again() -> None:
    clips = switched(Filter(text="pier"), "clips")
    assert clips == Filter(text="pier", kind="clip")
    assert switched(clips, "photos") == Filter(text="pier", kind="photo")
    assert switched(clips, "clips") == Filter(text="pier")
    assert switched(clips, "nonsense") == clips
    assert switched(clips, "glasses:aa").glasses == "aa"
    assert switched(clips, "place:home").place == "home"
    on = [
        one.value
        for one in switches(Filter(proven=False, glasses="aa"), [("aa", "A"), ("bb", "B")], ["home"])
        if one.on
    ]
    assert on == ["unproven", "glasses:aa"]


def test_one_pair_of_glasses_is_no_choice() -> None:
    assert not [one for one in switches(Filter(), [("aa", "A")], []) if one.value.startswith("glasses:")]


def test_an_import_says_how_far_it_is_and_how_to_go_on() -> None:
    moving = coming(ImportState(Step.MOVING, items=12, brought=2, bytes=500_000, all_bytes=1_000_000, left_s=63.0))
    assert "3" in moving.title
    assert "12" in moving.title
    assert moving.part == pytest.approx(0.5)
    assert "1 minute" in moving.detail
    stopped = coming(ImportState(Step.STOPPED, items=3, stopped_by=NoSpaceLeft(5, 10)))
    assert stopped.can_go_on
    assert "room" in stopped.detail
    assert coming(ImportState(Step.DONE, items=3, left=1)).can_go_on
    assert coming(ImportState(Step.DONE, items=3)).title == ""
    assert coming(ImportState()).title == ""


async def test_copies_go_into_a_folder_that_is_made_and_say_what_came(tmp_path: Path) -> None:
    seen: list[tuple[Path, str]] = []

    async def take(folder: Path, form: str, tell: Tell) -> str:
        seen.append((folder, form))
        tell(1, 2)
        assert model.part == pytest.approx(0.5)
        return "2 are there"

    model = TakingOutModel("t", "a", take, [Form("x", "X", ""), Form("y", "Y", "")])
    model.choose("y")
    model.choose("z")
    model.set_folder(str(tmp_path / "new" / "folder"))
    await model.go()

    assert seen == [(tmp_path / "new" / "folder", "y")]
    assert (tmp_path / "new" / "folder").is_dir()
    assert (model.done, model.problem, model.running) == ("2 are there", None, False)


@pytest.mark.parametrize("folder", ["", "relative", "/dev/null/below", "bad\0name", "~nobody-of-that-name/x"])
async def test_a_folder_that_cannot_be_is_said_and_nothing_is_written(folder: str) -> None:
    async def take(_folder: Path, _form: str, _tell: Tell) -> str:
        raise AssertionError

    model = TakingOutModel("t", "a", take)
    model.set_folder(folder)
    await model.go()

    assert model.problem is not None
    assert model.done == ""


async def test_a_stop_ends_it_without_a_word_of_success(tmp_path: Path) -> None:
    begun = asyncio.Event()

    async def take(_folder: Path, _form: str, _tell: Tell) -> str:
        begun.set()
        await asyncio.Event().wait()
        raise NotExported("never", 0)

    model = TakingOutModel("t", "a", take)
    model.set_folder(str(tmp_path))
    job = asyncio.ensure_future(model.go())
    await begun.wait()
    model.stop()
    await job

    assert (model.done, model.problem, model.running) == ("", None, False)
