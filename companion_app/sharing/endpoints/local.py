"""The endpoint that needs no network: the assistant on this device, behind the same act of consent as any other."""

from __future__ import annotations

import asyncio
from typing import Protocol

from companion_app.assistant.answer import LocalAnswer
from companion_app.sharing.cards import LOCAL
from companion_app.sharing.endpoints.endpoint import Ask, Heard, Post, Reply


class Answers(Protocol):
    """Something that answers a question about a JPEG, slowly and without awaiting."""

    def answer(self, jpeg: bytes, question: str) -> LocalAnswer: ...


class LocalEndpoint:
    """Runs the assistant in a worker thread; never uses `post`."""

    card = LOCAL

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    async def ask(self, ask: Ask, post: Post, heard: Heard) -> Reply:  # noqa: ARG002 (the shape of every endpoint)
        """Answer on this device, in one piece. Raises SeeingError."""
        answer = await asyncio.to_thread(self._answers.answer, ask.jpeg, ask.question)
        heard(answer.text)
        return Reply(answer.text, self.card.recipient)
