"""A question by voice: collected in memory, turned into words on this device, forgotten. No microphone is opened."""

from companion_app.assistant.listening.listening import Listening as Listening
from companion_app.assistant.listening.listening import SpokenQuestion as SpokenQuestion
