"""Promise 6 on the phone: nothing is allowed before the owner has said yes, and each answer is on record."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from companion_app.ledger import Ledger
from companion_app.ledger.answered import ANSWER, last_answer
from companion_app.observers import Observers
from companion_app.onboarding.consent_record import ConsentRecord, fields_of, record_of
from companion_app.onboarding.errors import UnknownChoice, UnknownQuestion
from companion_app.onboarding.question import Question, Shown
from companion_app.onboarding.questions import LEAVE, LISTEN, QUESTIONS, REGION, VOICE_KEEP


class VoicePolicy(StrEnum):
    """What the glasses may do with the microphone; the words of the wire."""

    OFF = "off"
    KEYWORD = "keyword"
    STREAM = "stream"


@dataclass(frozen=True)
class Retention:
    """`keep`: something new may be kept now. `days`: how long what is kept may stay; 0: it is to be erased at once."""

    keep: bool
    days: int


@dataclass(frozen=True)
class Standing:
    """A question with the answer that counts, and the newest one there is: to earlier words it counts no more."""

    question: Question
    answer: ConsentRecord | None
    newest: ConsentRecord | None


class Onboarding:
    """Asks, records and derives what is allowed; the ledger is its only memory.

    `choose_region` is told where the owner says they are (None: not said), before that is on record; it may refuse.
    """

    def __init__(
        self,
        ledger: Ledger,
        choose_region: Callable[[str | None], None] = lambda _region: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._choose_region = choose_region
        self._observers: Observers[ConsentRecord] = Observers()

    def questions(self) -> tuple[Question, ...]:
        """All questions, in the order in which they are asked."""
        return QUESTIONS

    def pending(self) -> tuple[Question, ...]:
        """What the first login has still to ask now, in order; answers may add to it or take away from it."""
        return tuple(asked for asked in QUESTIONS if asked.first_login and self._is_due(asked))

    @property
    def complete(self) -> bool:
        """True when nothing is left to be asked."""
        return not self.pending()

    def answer(self, question: str, choice: str, detail: str = "", shown: Shown | None = None) -> ConsentRecord:
        """Record an answer (also a changed one); `shown` are the words as they were read, without them the source's.

        Raises UnknownQuestion, UnknownChoice, LedgerWriteFailed, and for a region what choosing it raises.
        """
        asked = find(question)
        chosen = asked.choice(choice)
        if chosen is None:
            raise UnknownChoice(question, choice)
        if asked is REGION:
            self._choose_region(detail if choice == asked.detail else None)
        told = detail if choice == asked.detail else ""
        entry = self._ledger.append(ANSWER, **fields_of(asked, chosen, told, shown or asked.shown(), self._clock()))
        record = record_of(entry)
        self._observers.notify(record)
        return record

    def opt_out(self, shown: Callable[[Question], Shown | None] = lambda _asked: None) -> None:
        """Refuse everything, one record for each question that is not refused already. Raises LedgerWriteFailed."""
        for asked in QUESTIONS:
            stands = self.consent(asked.id)
            if stands is None or stands.choice != asked.refusal.id:
                self.answer(asked.id, asked.refusal.id, shown=shown(asked))

    def consent(self, question: str) -> ConsentRecord | None:
        """The answer that counts: the latest to the current words, with no damage of the ledger after it."""
        asked = find(question)
        entry, damaged = last_answer(self._ledger.entries(), question)
        if entry is None or damaged:
            return None
        record = record_of(entry)
        return record if _fits(record, asked) else None

    def newest(self, question: str) -> ConsentRecord | None:
        """The latest answer to whatever words, which counts no more where they changed; for showing the difference."""
        entry, _ = last_answer(self._ledger.entries(), find(question).id)
        return record_of(entry) if entry is not None else None

    def allows(self, question: str) -> bool:
        """True where an answer that counts is no refusal."""
        record = self.consent(question)
        return record is not None and record.choice != find(question).refusal.id

    def retention(self, question: str) -> Retention:
        """What may be kept by the answer to VOICE_KEEP or TRANSCRIPTS; what was agreed for kept things stays agreed."""
        asked, newest = find(question), self.newest(question)
        chosen = asked.choice(newest.choice) if newest is not None else None
        return Retention(self.allows(question), chosen.days if chosen is not None else 0)

    def summary(self) -> tuple[Standing, ...]:
        """Every question and how it was answered, in order."""
        return tuple(Standing(asked, self.consent(asked.id), self.newest(asked.id)) for asked in QUESTIONS)

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

    def _is_due(self, asked: Question) -> bool:
        """The voice's later questions arise only where the one before was answered with yes."""
        if asked is LEAVE:
            listen = self.consent(LISTEN.id)
            return listen is not None and listen.choice == "yes" and self._leave_after(listen) is None
        if asked is VOICE_KEEP and self.voice is not VoicePolicy.STREAM:
            return False
        return self.consent(asked.id) is None

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


def find(question: str) -> Question:
    """Raises UnknownQuestion."""
    asked = next((one for one in QUESTIONS if one.id == question), None)
    if asked is None:
        raise UnknownQuestion(question)
    return asked


def _fits(record: ConsentRecord, asked: Question) -> bool:
    same_words = (record.version, record.text_sha256) == (asked.version, asked.text_sha256)
    return same_words and asked.choice(record.choice) is not None
