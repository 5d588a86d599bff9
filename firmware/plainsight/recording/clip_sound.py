"""The sound of a clip: while the owner's policy allows it and not one sample longer."""

from plainsight.compat import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from plainsight.contract import Clock
    from plainsight.listening import VoicePolicy
    from plainsight.storage.draft import Draft

    class Ear(Protocol):
        """One that hears the microphone: sound/ears.py."""

        block: memoryview

        def open(self) -> None: ...
        def next(self) -> int: ...
        def skip(self) -> None: ...
        def close(self) -> None: ...


_SAMPLE_BYTES = const(2)
_SAMPLES_PER_MS = const(16)
_MOST_BLOCKS = const(11)  # in one go, 264 ms: what has gathered while a frame was sealed, not what came meanwhile


class ClipSound:
    """Opened for one clip. Asks the policy before each block is written: a withdrawal ends the sound at once."""

    def __init__(self, ear: "Ear", voice: "VoicePolicy", clock: "Clock"):
        self._ear = ear
        self._voice = voice
        self._clock = clock
        self._time_ms = 0
        self.bytes = 0

    def open(self) -> None:
        """Raises Refused: voice_off, microphone_failed."""
        self._ear.open()

    def drop(self) -> None:
        """Forget what was heard so far: the clip begins now."""
        self._ear.skip()

    def pump(self, draft: "Draft", begun_ms: int) -> None:
        """Write what was heard since the last time into `draft`. Raises Refused (store)."""
        for _ in range(_MOST_BLOCKS):
            samples = self._ear.next()
            if samples == 0:
                return
            if not self._voice.may_record():
                self.close()
                return
            self._write(draft, samples, begun_ms)

    def close(self) -> None:
        """Hear no more."""
        self._ear.close()

    def _write(self, draft: "Draft", samples: int, begun_ms: int) -> None:
        """The block's time is that of its first sample, as if the last one had come this moment. It never runs back."""
        size = samples * _SAMPLE_BYTES
        time_ms = self._clock.diff(self._clock.ms(), begun_ms) - samples // _SAMPLES_PER_MS
        self._time_ms = max(self._time_ms, time_ms)
        block = self._ear.block
        draft.audio(block if size == len(block) else block[:size], self._time_ms)
        self.bytes += size
