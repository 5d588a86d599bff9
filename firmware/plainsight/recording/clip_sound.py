"""The sound of a clip: while the owner's policy allows it and not one sample longer."""

from plainsight.compat import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from plainsight.contract import Clock
    from plainsight.listening import VoicePolicy
    from plainsight.storage.draft import Draft

    class Microphone(Protocol):
        """The one reader of the microphone: sound/microphone.py."""

        @property
        def is_open(self) -> bool: ...
        def open(self) -> None: ...
        def read_into(self, buffer: "bytearray | memoryview") -> int: ...
        def close(self) -> None: ...


_BLOCK_BYTES = const(1024)  # 32 ms
_SAMPLE_BYTES = const(2)
_SAMPLES_PER_MS = const(16)
_RING_BLOCKS = const(16)  # more than the driver's memory holds: sound/stalls.py
_MOST_BLOCKS = const(8)  # in one go: what has gathered while a frame was sealed, not what came meanwhile


class ClipSound:
    """Opened for one clip. Asks the policy before each block is written: a withdrawal ends the sound at once."""

    def __init__(self, microphone: "Microphone", voice: "VoicePolicy", clock: "Clock"):
        self._microphone = microphone
        self._voice = voice
        self._clock = clock
        self._block = bytearray(_BLOCK_BYTES)
        self._view = memoryview(self._block)
        self._time_ms = 0
        self.bytes = 0

    def open(self) -> None:
        """Raises Refused: voice_off, microphone_failed, busy."""
        self._microphone.open()

    def drop(self) -> None:
        """Forget what was heard so far: the clip begins now."""
        for _ in range(_RING_BLOCKS):
            if self._microphone.read_into(self._block) == 0:
                return

    def pump(self, draft: "Draft", begun_ms: int) -> None:
        """Write what was heard since the last time into `draft`. Raises Refused (store)."""
        for _ in range(_MOST_BLOCKS):
            if not self._microphone.is_open:
                return
            samples = self._microphone.read_into(self._block)
            if samples == 0:
                return
            if not self._voice.may_record():
                self.close()
                return
            self._write(draft, samples, begun_ms)

    def close(self) -> None:
        """Let the microphone go, and forget what was heard last."""
        self._microphone.close()
        for index in range(_BLOCK_BYTES):
            self._block[index] = 0

    def _write(self, draft: "Draft", samples: int, begun_ms: int) -> None:
        """The block's time is that of its first sample, as if the last one had come this moment. It never runs back."""
        size = samples * _SAMPLE_BYTES
        time_ms = self._clock.diff(self._clock.ms(), begun_ms) - samples // _SAMPLES_PER_MS
        self._time_ms = max(self._time_ms, time_ms)
        draft.audio(self._view if size == _BLOCK_BYTES else self._view[:size], self._time_ms)
        self.bytes += size
