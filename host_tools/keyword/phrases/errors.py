"""What can be wrong with a phrase: one class each, with data; the text is one line with the way out."""

from __future__ import annotations

from host_tools.exits import Exit, HostError


class PhraseError(HostError):
    """Base of them all; `phrase` is what was asked for."""

    exit_code = Exit.KEYWORD

    def __init__(self, phrase: str, text: str) -> None:
        super().__init__(text)
        self.phrase = phrase


class NoPronunciation(PhraseError):
    """Nobody here knows how a word sounds; `word` is which, `reason` why not."""

    def __init__(self, phrase: str, word: str, reason: str) -> None:
        way = 'write how it sounds, between slashes, in ARPAbet: "hey /N AA1 B UW0/"'
        super().__init__(phrase, f"how {word!r} sounds is not known ({reason}): {way}")
        self.word = word
        self.reason = reason


class PhraseTooShort(PhraseError):
    """Too few sounds to tell it from speech at large; `phonemes` is how many it has."""

    def __init__(self, phrase: str, phonemes: int, fewest: int) -> None:
        way = "take a longer word, or two words"
        sounds = f"{phonemes} sound{'s' * (phonemes != 1)}"
        super().__init__(phrase, f"{phrase!r} has {sounds}, and with fewer than {fewest} any talk sets it off: {way}")
        self.phonemes = phonemes
        self.fewest = fewest


class PhraseTooLong(PhraseError):
    """More than the network can hear at once; `phonemes` is how many it has."""

    def __init__(self, phrase: str, phonemes: int, most: int) -> None:
        super().__init__(phrase, f"{phrase!r} has {phonemes} sounds, over {most}: say it in fewer")
        self.phonemes = phonemes
        self.most = most
