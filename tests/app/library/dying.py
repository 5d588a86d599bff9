"""Acts on the shelves in children of this process, each killed (-9) at another step of its writing.

A step is one of SQLite's virtual machine, or a write, flush, rename or unlink of the app's own; a write dies half-way.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from companion_app.assistant.history import History
from companion_app.gallery import Gallery
from companion_app.gallery.words import Words
from tests.app.deaths import WRITE, Death, killed_at
from tests.app.libraries import database_in, gallery_in
from tests.app.opened import GLASSES, clip, seal_hash, unsealed
from tests.app.vaults import ledger_in, room, vault_in

PHOTO, CLIP = seal_hash(1)[:16], seal_hash(2)[:16]
SOUND = b"\1\2" * 1600
State = tuple[frozenset[str], frozenset[str], tuple[tuple[str, int], ...]]


@dataclass(frozen=True)
class Always:
    """An owner who lets everything stay."""

    keep: bool = True
    days: int = 30


class App:
    """The shelves of one start of the app."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = database_in(folder)
        self.gallery: Gallery = gallery_in(folder, self.database)
        self.words = Words(self.database)
        ledger = ledger_in(folder)
        self.history = History(self.database, room(folder / "questions"), ledger, lambda _: Always(), clock=lambda: 1e9)

    def state(self) -> State:
        """What the owner sees: pictures that open, those that were read, what was asked and its sound in bytes."""
        pictures = frozenset(one.id for one in self.gallery.pictures() if one.read())
        asked = tuple((kept.question, len(self.history.sound(kept.id))) for kept in self.history.all())
        return pictures, frozenset(one for one in (PHOTO, CLIP) if self.words.of(one)), asked


ACTS: tuple[Callable[[App], object], ...] = (
    lambda app: app.gallery.add(unsealed(1), glasses=GLASSES, sealed_sha256=seal_hash(1)),
    lambda app: app.gallery.add(clip(2), glasses=GLASSES, sealed_sha256=seal_hash(2)),
    lambda app: app.words.keep(PHOTO, ["PLATFORM 7"]),
    lambda app: app.history.keep(PHOTO, "Which?", "Seven", "here", spoken=True, sound=SOUND),
    lambda app: app.gallery.delete(app.gallery.get(CLIP)),
    lambda app: app.history.forget(app.history.all()[0].id),
    lambda app: app.gallery.delete(app.gallery.get(PHOTO)),
)
_ASKED = (("Which?", 44 + len(SOUND)),)
_READ = frozenset({PHOTO})
STATES: tuple[State, ...] = (  # before the first act, and after each
    (frozenset(), frozenset(), ()),
    (frozenset({PHOTO}), frozenset(), ()),
    (frozenset({PHOTO, CLIP}), frozenset(), ()),
    (frozenset({PHOTO, CLIP}), _READ, ()),
    (frozenset({PHOTO, CLIP}), _READ, _ASKED),
    (frozenset({PHOTO}), _READ, _ASKED),
    (frozenset({PHOTO}), _READ, ()),
    (frozenset(), frozenset(), ()),
)


def work(folder: Path, at: int, told: int) -> None:
    """All acts; each that is confirmed goes to the pipe `told`."""
    vault_in(folder)
    death = Death(at)
    death.within_sqlite()
    os.write, os.fsync, os.replace, os.unlink = map(death.before, (os.write, os.fsync, os.replace, os.unlink))
    app = App(folder)
    for act in ACTS:
        act(app)
        WRITE(told, b".")
    app.database.close()


def check(folder: Path, confirmed: int) -> None:
    """Reopened: the last confirmed state or the next, and no file that belongs to nothing."""
    app = App(folder)
    state = app.state()
    assert state in STATES[confirmed : confirmed + 2], (confirmed, state)
    pictures, _, asked = state
    assert len(room(folder / "gallery").names()) == len(pictures) + (CLIP in pictures)
    assert len(room(folder / "questions").names()) == len(asked)
    app.database.check()
    app.database.close()


def die(folder: Path, every: int) -> None:
    """Dies at each `every`-th step until a child comes to its end; prints how many died."""
    for count, at in enumerate(range(1, 1_000_000, every)):
        home = folder / str(at)
        killed, confirmed = killed_at(home, at, work)
        check(home, confirmed)
        if not killed:
            assert confirmed == len(ACTS)
            print(count)
            return


if __name__ == "__main__":
    die(Path(sys.argv[1]), int(sys.argv[2]))
