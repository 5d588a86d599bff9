"""Which picture is asked about: the newest photograph, until the wearer takes another one from the gallery."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from companion_app.gallery import Picture

_PHOTO = "photo"


class AskedPicture:
    """`all_pictures()` is the gallery, newest first; `newest()` what is asked about unless something was chosen."""

    def __init__(
        self, newest: Callable[[], Picture | None], all_pictures: Callable[[], Sequence[Picture]] = lambda: ()
    ) -> None:
        self._newest = newest
        self._all = all_pictures
        self._chosen: Picture | None = None

    @property
    def now(self) -> Picture | None:
        """The picture; a chosen one that is gone from the gallery gives way to the newest."""
        if self._chosen is not None and any(one.id == self._chosen.id for one in self._all()):
            return self._chosen
        self._chosen = None
        return self._newest()

    @property
    def chosen(self) -> bool:
        """True where it is one that was taken from the gallery, and not simply the newest."""
        return self.now is not None and self._chosen is not None

    def choose(self, picture: Picture | None) -> None:
        """Ask about this one from now on; None: about the newest again."""
        self._chosen = picture

    def find(self, picture: str) -> Picture | None:
        """The picture with this id, where the gallery has it."""
        return next((one for one in self._all() if one.id == picture), None)

    def neighbour(self, step: int) -> Picture | None:
        """The photograph `step` places older (or newer, below 0) than this one; None at the end."""
        photos = [one for one in self._all() if one.kind == _PHOTO]
        now = self.now
        places = [place for place, one in enumerate(photos) if now is not None and one.id == now.id]
        # A clip is no photograph: next to it lie those that are older or newer than it.
        place = places[0] if places else sum(1 for one in photos if now is not None and one.time_s > now.time_s)
        wanted = place + step if places else place + (step if step < 0 else step - 1)
        return photos[wanted] if now is not None and 0 <= wanted < len(photos) else None
