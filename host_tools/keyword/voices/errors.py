"""What can go wrong with a voice: one class each, with data; the text is one line with the way out."""

from __future__ import annotations

from host_tools.exits import Exit, HostError


class VoiceError(HostError):
    """Base of them all; `voice` is whose it is, as "engine:name"."""

    exit_code = Exit.FAILED

    def __init__(self, voice: str, text: str) -> None:
        super().__init__(text)
        self.voice = voice


class NoSuchVoice(VoiceError):
    """No engine here has a voice of this name."""

    exit_code = Exit.USAGE

    def __init__(self, voice: str) -> None:
        super().__init__(voice, f"{voice!r} is no voice here: `plainsight keyword voices` lists them")


class NoVoices(VoiceError):
    """Nothing on this computer can speak."""

    exit_code = Exit.HOST

    def __init__(self, wanted: str = "") -> None:
        which = f"voice of {wanted}" if wanted else "voice"
        way = "run `make setup`, or install espeak-ng and flite (sudo apt-get install espeak-ng flite)"
        super().__init__(wanted, f"there is no {which} on this computer: {way}")


class EngineFailed(VoiceError):
    """The engine ended with an error or gave something that is no sound; `reason` is what it said."""

    def __init__(self, voice: str, reason: str) -> None:
        super().__init__(voice, f"{voice} did not speak ({reason}): choose another voice")
        self.reason = reason


class NotSpeech(VoiceError):
    """The engine gave sound that can't be these words; `reason` says what is wrong with it."""

    def __init__(self, voice: str, text: str, reason: str) -> None:
        super().__init__(voice, f"{voice} can't say {text!r}: {reason}; choose another voice or rate")
        self.text = text
        self.reason = reason
