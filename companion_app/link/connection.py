"""THE connection state: one, in one place, with a reason for each change; every screen reads it here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from companion_app.observers import Observers


class ConnectionState(StrEnum):
    """Where the one connection stands."""

    DISCONNECTED = "disconnected"
    SEARCHING = "searching"
    CONNECTING = "connecting"
    SECURING = "securing"
    PAIRING = "pairing"
    CONNECTED = "connected"


class Reason(StrEnum):
    """Why the state last changed."""

    STARTED = "started"
    ASKED = "asked"
    FOUND = "found"
    LINKED = "linked"
    CODE_OFFERED = "code_offered"
    READY = "ready"
    RETRY = "retry"
    NOT_PAIRED = "not_paired"
    NO_RADIO = "no_radio"
    RADIO_OFF = "radio_off"
    RADIO_DENIED = "radio_denied"
    RADIO_FAILED = "radio_failed"
    NOT_FOUND = "not_found"
    CONNECT_FAILED = "connect_failed"
    NOT_ADMITTED = "not_admitted"
    WRONG_GLASSES = "wrong_glasses"
    HANDSHAKE_FAILED = "handshake_failed"
    PAIRING_REFUSED = "pairing_refused"
    TIMED_OUT = "timed_out"
    LINK_LOST = "link_lost"
    SILENT = "silent"
    PROTOCOL_BROKEN = "protocol_broken"
    REFUSED = "refused"
    REVOKED = "revoked"


_NEXT: dict[ConnectionState, frozenset[ConnectionState]] = {
    ConnectionState.DISCONNECTED: frozenset({ConnectionState.SEARCHING}),
    ConnectionState.SEARCHING: frozenset({ConnectionState.CONNECTING}),
    ConnectionState.CONNECTING: frozenset({ConnectionState.SECURING, ConnectionState.SEARCHING}),
    ConnectionState.SECURING: frozenset(
        {ConnectionState.PAIRING, ConnectionState.CONNECTED, ConnectionState.SEARCHING}
    ),
    ConnectionState.PAIRING: frozenset({ConnectionState.CONNECTED}),
    ConnectionState.CONNECTED: frozenset(),
}


@dataclass(frozen=True)
class Change:
    """One change of the connection."""

    state: ConnectionState
    reason: Reason


class Connection:
    """Read `.state` and `.reason`; `observe` to hear of changes. Only the link calls `become`."""

    def __init__(self) -> None:
        self._now = Change(ConnectionState.DISCONNECTED, Reason.STARTED)
        self._observers: Observers[Change] = Observers()

    @property
    def state(self) -> ConnectionState:
        """Where the connection stands."""
        return self._now.state

    @property
    def reason(self) -> Reason:
        """Why it came to stand there."""
        return self._now.reason

    def observe(self, callback: Callable[[Change], None]) -> Callable[[], None]:
        """Call back after each change; returns the function that ends it."""
        return self._observers.add(callback)

    def become(self, state: ConnectionState, reason: Reason) -> None:
        """Change; from anywhere to DISCONNECTED, otherwise one step at a time. Raises ValueError on a leap."""
        change = Change(state, reason)
        if change == self._now:
            return
        if state is not ConnectionState.DISCONNECTED and state not in _NEXT[self._now.state]:
            raise ValueError(f"{self._now.state} to {state}")
        self._now = change
        self._observers.notify(change)

    async def reaches(self, *states: ConnectionState) -> Change:
        """Wait until the connection is in one of `states`."""
        arrived = asyncio.Event()
        end = self.observe(lambda change: arrived.set() if change.state in states else None)
        try:
            while self._now.state not in states:
                arrived.clear()
                await arrived.wait()
            return self._now
        finally:
            end()
