"""What is live on this phone and on its glasses, as far as the phone knows, and the one way to end all of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum

from companion_app.companion import Companion
from companion_app.link.connection import ConnectionState
from companion_app.link.errors import LinkError
from companion_app.link.events import RecordingChanged
from companion_app.observers import Observers
from companion_app.sharing.live import LiveSession


class Kind(Enum):
    """What can be live, the weightiest first."""

    SHARING = "sharing"
    """Pictures of a live session leave this phone, or are answered on it."""
    LISTENING = "listening"
    """The sound of a spoken question comes from the glasses."""
    LOOKING = "looking"
    """This phone looks through the glasses."""
    CLIP = "clip"
    TIMELAPSE = "timelapse"


_ORDER = tuple(Kind)


@dataclass(frozen=True)
class LiveThing:
    """One thing that is live; `recipient` names who is shown it, where anybody is."""

    kind: Kind
    recipient: str = ""


class Watching:
    """Follows `companion`; what the glasses do while they are out of reach is not known here, and not claimed."""

    def __init__(self, companion: Companion) -> None:
        self._companion = companion
        self._things: dict[Kind, LiveThing] = {}
        self._observers: Observers[tuple[LiveThing, ...]] = Observers()
        self._ends = (
            companion.sharing.live.observe(self._session),
            companion.on_look(lambda on: self._set(Kind.LOOKING, on)),
            companion.on_listen(lambda on: self._set(Kind.LISTENING, on)),
            companion.on_recording(self._recording),
            companion.connection.observe(lambda change: self._connected(change.state)),
        )

    @property
    def things(self) -> tuple[LiveThing, ...]:
        """What is live now, the weightiest first."""
        return tuple(self._things[kind] for kind in _ORDER if kind in self._things)

    @property
    def connected(self) -> bool:
        """True while there is a session with the glasses."""
        return self._companion.connection.state is ConnectionState.CONNECTED

    def observe(self, callback: Callable[[tuple[LiveThing, ...]], None]) -> Callable[[], None]:
        """Call back at each change; returns the function that ends it."""
        return self._observers.add(callback)

    async def stop(self) -> None:
        """End everything that is live: what leaves this phone before this returns, the glasses' part by asking them.

        Glasses out of reach are not waited for: they end a look by themselves, and a clip at its length."""
        self._companion.sharing.live.stop("tap")
        with suppress(LinkError):
            await self._companion.stop()

    def close(self) -> None:
        """Follow no longer."""
        for end in self._ends:
            end()

    def _session(self, session: LiveSession | None) -> None:
        self._set(Kind.SHARING, session is not None, "" if session is None else session.receipt.card.recipient)

    def _recording(self, change: RecordingChanged) -> None:
        self._set(Kind.TIMELAPSE if change.what == Kind.TIMELAPSE.value else Kind.CLIP, change.on)

    def _connected(self, state: ConnectionState) -> None:
        if state is not ConnectionState.CONNECTED:
            for kind in (Kind.LISTENING, Kind.CLIP, Kind.TIMELAPSE):
                self._things.pop(kind, None)
        self._observers.notify(self.things)

    def _set(self, kind: Kind, on: bool, recipient: str = "") -> None:
        before = self.things
        if on:
            self._things[kind] = LiveThing(kind, recipient)
        else:
            self._things.pop(kind, None)
        if self.things != before:
            self._observers.notify(self.things)
