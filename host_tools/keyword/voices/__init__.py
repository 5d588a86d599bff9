"""Voices that speak on this computer: espeak-ng, flite and Kokoro, as 16 kHz sound with where the words are.

    voice = find_voice("espeak:en-gb+f3")
    utterance = speak(Saying("look", voice, phonemes="L UH1 K"))

Many at once, kept in a folder and taken up again there: `Recital(folder).say(sayings)`.
"""

from __future__ import annotations

from host_tools.keyword.voices.engines import find_voice, installed, speak
from host_tools.keyword.voices.errors import EngineFailed, NoSuchVoice, NotSpeech, NoVoices, VoiceError
from host_tools.keyword.voices.recital import Recital
from host_tools.keyword.voices.saying import SAMPLE_RATE_HZ, Samples, Saying, Utterance, Voice

__all__ = [
    "SAMPLE_RATE_HZ",
    "EngineFailed",
    "NoSuchVoice",
    "NoVoices",
    "NotSpeech",
    "Recital",
    "Samples",
    "Saying",
    "Utterance",
    "Voice",
    "VoiceError",
    "find_voice",
    "installed",
    "speak",
]
