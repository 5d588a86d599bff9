"""Frames over TLS over a byte stream, both ways. It knows nothing of who is at the other end."""

from plainsight import wire
from plainsight.compat import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from plainsight.stream import ByteStream
    from plainsight.tls_port import TlsEndpoint

_READ_BYTES = const(2048)
_RECORD_OVERHEAD = const(64)  # header 5, explicit nonce 8, tag 16, and room to spare


class Ended(Exception):
    """The connection is over: no frame can come or go."""


class Channel:
    """A TLS server connection cut into frames. One task may receive; any number may send."""

    def __init__(self, stream: "ByteStream", endpoint: "TlsEndpoint"):
        self._stream = stream
        self._tls = endpoint.accept(stream)
        self._reader = wire.FrameReader(wire.TO_GLASSES)
        self._plain = memoryview(bytearray(_READ_BYTES))
        self._from = 0
        self._to = 0
        self._voice = bytearray(0)  # room for one frame of it, once there is any

    @property
    def certificate_sha256(self) -> bytes | None:
        """Of the certificate that the peer has shown, if any; proven to be its own once a byte was decrypted."""
        return self._tls.certificate_sha256

    async def shake_hands(self) -> None:
        """Run the handshake until the peer has shown a certificate or sent its first byte. Raises TlsFailed, Ended."""
        while not self._decrypt() and self.certificate_sha256 is None:
            await self._more()
        self._stream.push()

    async def receive(self) -> tuple[int, int, memoryview]:
        """The next frame: type, request id, body (valid until the next call). Raises BadFrame, TlsFailed, Ended."""
        while True:
            while self._from < self._to:
                self._from += self._reader.feed(self._plain[self._from : self._to])
                if self._reader.ready():
                    return self._reader.take()
            if not self._decrypt():
                await self._more()

    async def send(self, frame: bytes | bytearray | memoryview, push: bool = True) -> None:
        """Send one whole frame once there is room for it; with `push` it leaves at once. Raises Ended, TlsFailed.

        Audio is refused here: it leaves through `send_voice` alone.
        """
        if frame[2] == wire.AUDIO:
            raise ValueError("audio goes through send_voice")
        await self._write(frame, push)

    async def send_voice(self, sound: bytes | bytearray | memoryview, allowed: "Callable[[], bool]") -> bool:
        """Send a piece of sound where `allowed()` says so at the moment it leaves; False where it does not.

        The only copy that is made here is zeroed again. Raises BadFrame, Ended, TlsFailed.
        """
        size = wire.HEADER_BYTES + len(sound)
        wire.check_length(wire.AUDIO, len(sound))
        await self.room(size)
        if not allowed():
            return False
        if not self._voice:
            self._voice = bytearray(wire.HEADER_BYTES + wire.FRAMES[wire.AUDIO][4])
        frame = memoryview(self._voice)[:size]
        wire.pack_header(self._voice, wire.AUDIO, 0, len(sound))
        frame[wire.HEADER_BYTES :] = sound
        try:
            self._encrypt(frame, True)
        finally:
            frame[:] = bytes(size)
        return True

    def push(self) -> None:
        """Let everything sent so far leave in a packet that is not full."""
        self._stream.push()

    def close(self) -> None:
        """Say farewell and give the memory of TLS back."""
        self._tls.close()
        self._stream.push()

    async def _write(self, frame: bytes | bytearray | memoryview, push: bool) -> None:
        await self.room(len(frame))
        self._encrypt(frame, push)

    async def room(self, frame_bytes: int) -> None:
        """Wait until a frame fits, so that TLS never meets a full stream. Raises Ended.

        What is sent before the next wait leaves at once: who asks here first can look, then send.
        """
        stream = self._stream
        while stream.outgoing.free() < frame_bytes + _RECORD_OVERHEAD:
            if stream.ended:
                break
            stream.push()
            stream.writable.clear()
            await stream.writable.wait()
        if stream.ended:
            raise Ended

    def _encrypt(self, frame: bytes | bytearray | memoryview, push: bool) -> None:
        self._tls.write(frame)
        if push:
            self._stream.push()

    def _decrypt(self) -> bool:
        """Refill the plain buffer; False where the stream has nothing more yet. Raises TlsFailed, Ended."""
        self._stream.readable.clear()  # before the look: what arrives after it must wake the wait
        count = self._tls.readinto(self._plain)
        if count == 0:
            raise Ended
        self._from = 0
        self._to = count or 0
        return count is not None

    async def _more(self) -> None:
        self._stream.push()  # the handshake's own answers
        await self._stream.readable.wait()
