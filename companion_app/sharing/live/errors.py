"""What can go wrong in a live session. Every class carries data; a screen finds the words."""

from __future__ import annotations

from companion_app.sharing.errors import ConsentError, SharingError


class LiveError(SharingError):
    """Root of what a live session fails with."""


class BadDuration(LiveError):
    """A session needs an end that lies within bounds. Data: seconds, least, most."""


class BadFrame(LiveError):
    """What came is no frame that can be looked at. Data: reason, bytes."""


class SessionRunning(LiveError):
    """One live session at a time. Data: receipt (of the one that runs)."""


class LogUnavailable(LiveError):
    """The session's own record took no entry, so nothing leaves. Data: receipt, reason."""


class SessionOver(ConsentError):
    """The session that this frame belongs to has ended. Data: receipt, reason."""


class FacesStayMasked(LiveError):
    """No rule keeps faces visible for a whole session: whom it will see, nobody can ask beforehand."""


class NoSuchFrame(LiveError):
    """The session's log has no frame of this number. Data: receipt, frame."""
