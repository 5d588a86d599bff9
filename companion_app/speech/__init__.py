"""Answers said aloud on this device: no sound and no text of one leaves it."""

from companion_app.speech.espeak import Espeak as Espeak
from companion_app.speech.sentences import Sentences as Sentences
from companion_app.speech.speaker import Speaker as Speaker
from companion_app.speech.speaker import Voice as Voice
