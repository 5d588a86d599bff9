"""Promise 6 on the phone: voice is off until the owner has said yes, and each answer is a record in the ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from companion_app.ledger import Entry, Ledger
from companion_app.observers import Observers
from companion_app.onboarding.errors import UnknownChoice, UnknownQuestion
from companion_app.onboarding.questions import LEAVE, LISTEN, QUESTIONS, Question


class VoicePolicy(StrEnum):
    """What the glasses may do with the microphone; the words of the wire."""

    OFF = "off"
    KEYWORD = "keyword"
    STREAM = "stream"


@dataclass(frozen=True)
class ConsentRecord:
    """One answer as it stands in the ledger; `record` is the hex hash of that record."""

    question: str
    version: int
    text_sha256: str
    choice: str
    time_s: int
    record: str
    seq: int


class Onboarding:
    """Asks, records and derives the voice policy; the ledger is its only memory."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._observers: Observers[ConsentRecord] = Observers()

    def questions(self) -> tuple[Question, ...]:
        """All questions, in the order in which they are asked."""
        return QUESTIONS

    def pending(self) -> tuple[Question, ...]:
        """What is still to be asked now. The second question arises only where listening was allowed."""
        listen = self.consent(LISTEN.id)
        if listen is None:
            return (LISTEN,)
        if listen.choice == "yes" and self._leave_after(listen) is None:
            return (LEAVE,)
        return ()

    @property
    def complete(self) -> bool:
        """True when nothing is left to be asked."""
        return not self.pending()

    def answer(self, question: str, choice: str) -> ConsentRecord:
        """Record an answer (also a changed one). Raises UnknownQuestion, UnknownChoice, LedgerWriteFailed."""
        asked = next((one for one in QUESTIONS if one.id == question), None)
        if asked is None:
            raise UnknownQuestion(question)
        if choice not in [one.id for one in asked.choices]:
            raise UnknownChoice(question, choice)
        entry = self._ledger.append(
            "consent", question=asked.id, version=asked.version, text_sha256=asked.text_sha256, choice=choice
        )
        record = _record(entry)
        self._observers.notify(record)
        return record

    def consent(self, question: str) -> ConsentRecord | None:
        """The answer that counts: the latest to the current words, with no damage of the ledger after it."""
        asked = next((one for one in QUESTIONS if one.id == question), None)
        if asked is None:
            raise UnknownQuestion(question)
        found: ConsentRecord | None = None
        for entry in self._ledger.entries():
            if entry.kind == "damage":
                found = None
            elif entry.kind == "consent" and entry.data.get("question") == question:
                found = _record(entry) if _fits(entry.data, asked) else None
        return found

    @property
    def voice(self) -> VoicePolicy:
        """What the answers allow; off until answered."""
        listen = self.consent(LISTEN.id)
        if listen is None or listen.choice != "yes":
            return VoicePolicy.OFF
        leave = self._leave_after(listen)
        if leave is None or leave.choice != "yes":
            return VoicePolicy.KEYWORD
        return VoicePolicy.STREAM

    def consent_hash(self) -> str:
        """Hex hash of the record that the present policy rests on; unanswered, of a record that says so."""
        listen = self.consent(LISTEN.id)
        if listen is None:
            return self._default_record()
        leave = self._leave_after(listen)
        return leave.record if leave is not None and self.voice is VoicePolicy.STREAM else listen.record

    def observe(self, callback: Callable[[ConsentRecord], None]) -> Callable[[], None]:
        """Call back after each answer; returns the function that ends it."""
        return self._observers.add(callback)

    def _leave_after(self, listen: ConsentRecord) -> ConsentRecord | None:
        """The second answer, where it was given after the first: a yes from before a refusal does not come back."""
        leave = self.consent(LEAVE.id)
        return leave if leave is not None and leave.seq > listen.seq else None

    def _default_record(self) -> str:
        """The record that says: not answered, therefore off."""
        for entry in reversed(self._ledger.entries()):
            if entry.kind == "voice_default":
                return entry.hash
        return self._ledger.append("voice_default", voice=VoicePolicy.OFF.value).hash


def _fits(data: dict[str, Any], asked: Question) -> bool:
    return (
        data.get("version") == asked.version
        and data.get("text_sha256") == asked.text_sha256
        and data.get("choice") in [choice.id for choice in asked.choices]
    )


def _record(entry: Entry) -> ConsentRecord:
    data = entry.data
    return ConsentRecord(
        data["question"], data["version"], data["text_sha256"], data["choice"], entry.time_s, entry.hash, entry.seq
    )
