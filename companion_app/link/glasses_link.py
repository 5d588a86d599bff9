"""The link to the paired glasses: pair, connect, stay connected, and keep the one connection state true."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

from companion_app.errors import AppError
from companion_app.keys.offer import Offer
from companion_app.keys.phone import PhoneIdentity
from companion_app.link.answers import Hello
from companion_app.link.client import GlassesClient
from companion_app.link.connection import Connection, ConnectionState, Reason
from companion_app.link.discovery import find_own, find_pairing
from companion_app.link.errors import GlassesRefused, LinkError, LinkLost, NotConnected, NotPaired
from companion_app.link.events import Event
from companion_app.link.frames import FrameChannel
from companion_app.link.opening import Opened, open_session
from companion_app.link.pairing import prove
from companion_app.link.pins import Pin, PinStore
from companion_app.link.requests import Timing
from companion_app.link.secure_channel import client_context
from companion_app.link.setup_code import parse_setup_code
from companion_app.link.stream import ByteStream

_log = logging.getLogger(__name__)

_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 30.0
# Trying again by itself cannot mend these; the person has to do something first.
_HOPELESS = frozenset({Reason.NO_RADIO, Reason.RADIO_DENIED, Reason.NOT_PAIRED, Reason.WRONG_GLASSES})
# The glasses close the door on a stranger, and on a phone that was slow to knock: the second time it is believed.
_DENIALS = 2


class GlassesLink:
    """Owns the session. `greet` runs on each new session before CONNECTED; if it fails, so does the opening."""

    def __init__(
        self,
        identity: PhoneIdentity,
        pins: PinStore,
        *,
        greet: Callable[[GlassesClient, Hello], Awaitable[None]],
        now_s: Callable[[], int],
        on_event: Callable[[Event], None],
        voice_allowed: Callable[[], bool],
        on_voice: Callable[[bytes], bool],
        timing: Timing | None = None,
    ) -> None:
        self.connection = Connection()
        self.pins = pins
        self.hello: Hello | None = None
        self._identity = identity
        self._greet = greet
        self._now_s = now_s
        self._on_event = on_event
        self._voice_allowed = voice_allowed
        self._on_voice = on_voice
        self._timing = timing or Timing()
        self._changing = asyncio.Lock()
        self._client: GlassesClient | None = None
        self._stream: ByteStream | None = None
        self._watcher: asyncio.Task[None] | None = None

    @property
    def client(self) -> GlassesClient:
        """The open session. Raises NotConnected."""
        if self._client is None or self.connection.state is not ConnectionState.CONNECTED:
            raise NotConnected
        return self._client

    @property
    def stream(self) -> ByteStream | None:
        """The bearer of the newest session, for its counters."""
        return self._stream

    async def pair(self, code: str, name: str, offer: Offer, record: Callable[[Pin], None]) -> None:
        """Pair with glasses whose window is open and stay connected to them. Raises BadSetupCode, LinkError.

        `record` is called before anything is pinned; if it raises, nothing is.
        """
        setup = parse_setup_code(code)
        if self._client is not None or self._watcher is not None:
            await self.disconnect()
        async with self._changing:
            opened: Opened | None = None
            try:
                opened = await open_session(
                    self.connection,
                    find_pairing,
                    client_context(self._identity),
                    Reason.ASKED,
                    secret=setup.secret,
                    pinned=setup.certificate_sha256,
                )
                self.connection.become(ConnectionState.PAIRING, Reason.CODE_OFFERED)
                client = self._make_client(opened)
                pin = await prove(
                    client,
                    setup,
                    glasses_sha256=opened.channel.certificate_sha256,
                    phone_sha256=self._identity.certificate_sha256,
                    nonce=opened.nonce,
                    name=name,
                    offer=offer,
                )
                record(pin)
                self.pins.add(pin)
                await self._establish(client, opened.stream)
            except BaseException as error:
                await self._abandon(opened, error)
                raise

    async def connect(self) -> None:
        """Find the paired glasses and open a session; from then on a lost link is opened again. Raises LinkError."""
        async with self._changing:
            if self.connection.state is ConnectionState.CONNECTED:
                return
            self._stop_watching()
            await self._open(Reason.ASKED)

    async def disconnect(self, why: Reason = Reason.ASKED) -> None:
        """End the session and stay disconnected."""
        self._stop_watching()
        async with self._changing:
            await self._close_client()
            self.connection.become(ConnectionState.DISCONNECTED, why)

    async def connected(self, within_s: float) -> GlassesClient:
        """The session, after waiting for one that is being opened again. Raises NotConnected."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self.connection.reaches(ConnectionState.CONNECTED)
                while self.client.ended.done():  # lost, and the watcher has not said so yet
                    await self.connection.reaches(ConnectionState.DISCONNECTED)
                    await self.connection.reaches(ConnectionState.CONNECTED)
        return self.client

    async def _open(self, why: Reason) -> None:
        pin = self.pins.current
        if pin is None:
            raise NotPaired
        opened: Opened | None = None
        try:
            opened = await open_session(
                self.connection,
                partial(find_own, pin.pair_key),
                client_context(self._identity),
                why,
                secret=pin.pair_key,
                pinned=pin.certificate_sha256,
            )
            await self._establish(self._make_client(opened), opened.stream)
        except BaseException as error:
            await self._abandon(opened, error)
            raise

    def _make_client(self, opened: Opened) -> GlassesClient:
        self._client = GlassesClient(
            FrameChannel(opened.channel),
            on_event=self._on_event,
            voice_allowed=self._voice_allowed,
            on_voice=self._on_voice,
            timing=self._timing,
        )
        return self._client

    async def _establish(self, client: GlassesClient, stream: ByteStream) -> None:
        """First words on a session, then CONNECTED and a watcher for its end."""
        self.hello = await client.hello(self._now_s())
        await self._greet(client, self.hello)
        self._stream = stream
        self.connection.become(ConnectionState.CONNECTED, Reason.READY)
        self._watcher = asyncio.create_task(self._watch(client))

    async def _abandon(self, opened: Opened | None, error: BaseException) -> None:
        """Leave nothing half open behind a failed or cancelled opening."""
        await self._close_client()
        if opened is not None:
            await opened.stream.close()
        self.connection.become(ConnectionState.DISCONNECTED, _reason(error))

    async def _close_client(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    def _stop_watching(self) -> None:
        if self._watcher is not None:
            self._watcher.cancel()
            self._watcher = None

    async def _watch(self, client: GlassesClient) -> None:
        """Wait for the session's end, say why, and open another until that is hopeless."""
        lost = await asyncio.shield(client.ended)
        pause_s, denials = _FIRST_PAUSE_S, 0
        async with self._changing:
            self.connection.become(ConnectionState.DISCONNECTED, lost.reason)
            await self._close_client()
        while True:
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
            try:
                async with self._changing:
                    await self._open(Reason.RETRY)
            except AppError as error:  # not of the link: a ledger that takes no record of the first words
                _log.info("could not reconnect: %r", error)
                denials += _reason(error) is Reason.NOT_ADMITTED
                if _reason(error) in _HOPELESS or denials == _DENIALS:
                    return
            else:
                return


def _reason(error: BaseException) -> Reason:
    if isinstance(error, GlassesRefused) and error.operation == "pair":
        return Reason.PAIRING_REFUSED
    if isinstance(error, LinkError):
        return error.reason
    return Reason.ASKED if isinstance(error, asyncio.CancelledError) else LinkLost.reason
