"""Answers on this device: text read, faces counted, codes decoded; no network, nobody identified."""

from companion_app.assistant.answer import LocalAnswer as LocalAnswer
from companion_app.assistant.local import LocalAnswers as LocalAnswers
