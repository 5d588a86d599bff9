"""Opens a session: find the glasses, connect, knock, TLS. Each step shows in the connection state."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bleak.backends.device import BLEDevice

from companion_app.link.ble_bearer import BleBearer
from companion_app.link.connection import Connection, ConnectionState, Reason
from companion_app.link.errors import (
    ConnectFailed,
    GlassesNotFound,
    HandshakeFailed,
    LinkError,
    LinkLost,
    LinkSilent,
    NotAdmitted,
    NotGlasses,
    OpeningTimedOut,
    ProtocolBroken,
    RadioFailed,
    WrongGlasses,
)
from companion_app.link.knock import knock
from companion_app.link.secure_channel import SecureChannel
from companion_app.link.stream import ByteStream

_SEARCH_S = 15.0
_SEARCH_FOR_ANOTHER_S = 2.0  # after one candidate failed
_MAX_CANDIDATES = 4

Find = Callable[[float, frozenset[str]], Awaitable[BLEDevice]]

# What one candidate may fail with while another may still be the right one: a beacon is no proof of identity.
_CANDIDATE_FAILED = (
    ConnectFailed,
    HandshakeFailed,
    LinkLost,
    LinkSilent,
    NotAdmitted,
    NotGlasses,
    OpeningTimedOut,
    ProtocolBroken,
    RadioFailed,
    WrongGlasses,
)


@dataclass(frozen=True)
class Opened:
    """A session whose TLS stands; `nonce` is the knock's, for the proofs of a pairing."""

    stream: ByteStream
    channel: SecureChannel
    nonce: bytes


async def open_session(
    connection: Connection, find: Find, context: ssl.SSLContext, why: Reason, *, secret: bytes, pinned: bytes | None
) -> Opened:
    """Try what `find` offers until one knows `secret` and holds the pinned certificate. Raises LinkError."""
    tried: frozenset[str] = frozenset()
    failure: LinkError | None = None
    reason = why
    for _ in range(_MAX_CANDIDATES):
        connection.become(ConnectionState.SEARCHING, reason)
        try:
            device = await find(_SEARCH_FOR_ANOTHER_S if tried else _SEARCH_S, tried)
        except GlassesNotFound as error:
            raise failure or error from error
        try:
            return await _open_one(connection, device, context, secret, pinned)
        except _CANDIDATE_FAILED as error:
            tried |= {device.address}
            failure = error
            reason = error.reason
    raise failure or GlassesNotFound(_SEARCH_S, pairing=False)


async def _open_one(
    connection: Connection, device: BLEDevice, context: ssl.SSLContext, secret: bytes, pinned: bytes | None
) -> Opened:
    connection.become(ConnectionState.CONNECTING, Reason.FOUND)
    stream = await BleBearer.open(device)
    connection.become(ConnectionState.SECURING, Reason.LINKED)
    try:
        return await secure(stream, context, secret=secret, pinned=pinned)
    except (LinkError, asyncio.CancelledError):
        await stream.close()
        raise


async def secure(stream: ByteStream, context: ssl.SSLContext, *, secret: bytes, pinned: bytes | None) -> Opened:
    """Knock and TLS over an open stream. Raises LinkError; the caller closes the stream."""
    knocked = await knock(stream, secret)
    channel = await SecureChannel.open(stream, context, before=knocked.proof, pinned=pinned)
    return Opened(stream, channel, knocked.nonce)
