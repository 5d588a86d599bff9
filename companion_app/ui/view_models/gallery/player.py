"""A clip that is looked at, frame by frame: it plays while somebody lets time pass. Its sound is not played."""

from __future__ import annotations

from companion_app.gallery.playing import Film
from companion_app.language import _
from companion_app.ui.view_models.gallery.tiles import clip_length
from companion_app.ui.view_models.observable import Observable

_AT_LEAST_MS = 1


class PlayerModel(Observable):
    """`frame`: the number of the one that is due, from 0. `pass_time` moves it on while `playing`."""

    def __init__(self, film: Film) -> None:
        super().__init__()
        self.film = film
        self.frame = 0
        self.playing = False
        self._at_ms = 0.0

    @property
    def words(self) -> str:
        """Where it is."""
        return _(
            "Frame {frame} of {frames} · {at} of {length}",
            frame=self.frame + 1,
            frames=len(self.film.places),
            at=clip_length(self.film.begins_ms[self.frame]),
            length=clip_length(self.film.duration_ms),
        )

    @property
    def part(self) -> float:
        """How far it is, from 0 to 1."""
        return min(1.0, self._at_ms / max(_AT_LEAST_MS, self.film.duration_ms))

    def jpeg(self) -> bytes:
        """The frame that is due."""
        return self.film.jpeg(self.frame)

    def play(self) -> None:
        """Go on, from the beginning where it was at its end; or pause."""
        if not self.playing and self._at_ms >= self.film.duration_ms:
            self._at_ms, self.frame = 0.0, 0
        self.playing = not self.playing
        self.changed()

    def pause(self) -> None:
        """Stay at this frame."""
        if self.playing:
            self.playing = False
            self.changed()

    def pass_time(self, seconds: float) -> None:
        """So much has passed; at the end it stops there."""
        if not self.playing:
            return
        self._at_ms = min(self._at_ms + seconds * 1000, float(self.film.duration_ms))
        due = self.film.frame_at(int(self._at_ms))
        over = self._at_ms >= self.film.duration_ms
        if over:
            self.playing = False
        if due != self.frame or over:
            self.frame = due
            self.changed()

    def step(self, frames: int) -> None:
        """So many frames on, or back; it stays there."""
        self.playing = False
        self.frame = min(max(self.frame + frames, 0), len(self.film.places) - 1)
        self._at_ms = float(self.film.begins_ms[self.frame])
        self.changed()
