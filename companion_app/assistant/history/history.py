"""What was asked and answered: kept as the owner's answers allow, no longer than they said, forgotten at a word.

What was typed stays until it is forgotten or its picture is deleted. Of what was spoken the words and the sound are two
questions that the owner answered: each is kept, or not, on its own.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable
from typing import Protocol

from companion_app.assistant.history.errors import EntryGone, NoSoundKept, NotKept
from companion_app.assistant.history.kept import HISTORY, Kept, kept_of, row_of
from companion_app.assistant.history.wav import as_wav, length_ms
from companion_app.ledger import Ledger
from companion_app.observers import Observers
from companion_app.store.broken import note_broken
from companion_app.store.database import Database
from companion_app.store.errors import DatabaseUnwritable
from companion_app.vault import SealedFiles
from companion_app.vault.errors import SealBroken

WORDS, SOUND = "transcripts", "voice_keep"  # the questions that the owner answered
_DAY_S = 86_400
_ID_BYTES = 8


class Retention(Protocol):
    """What an answer allows: whether anything new may be kept, and for how many days what is kept may stay."""

    @property
    def keep(self) -> bool: ...
    @property
    def days(self) -> int: ...


class History:
    """`retention(question)` asks the owner's answers anew each time; `clock` gives Unix seconds.

    Call `purge` when an answer changes, and daily; opening does it, too.
    """

    def __init__(
        self,
        database: Database,
        sounds: SealedFiles,
        ledger: Ledger,
        retention: Callable[[str], Retention],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Raises StoreError, OSError, LedgerWriteFailed."""
        self._database = database
        self._sounds = sounds
        self._ledger = ledger
        self._retention = retention
        self._clock = clock
        self._observers: Observers[None] = Observers()
        self._kept: dict[str, Kept] = {}
        for _, row in database.rows(HISTORY, note_broken(HISTORY)):
            kept = kept_of(row)
            if kept is not None:
                self._kept[kept.id] = kept
        self._tidy()
        self.purge()

    def all(self) -> list[Kept]:
        """Newest first."""
        return sorted(self._kept.values(), key=lambda kept: (kept.time_s, kept.id), reverse=True)

    def of(self, picture: str) -> list[Kept]:
        """What was asked about the picture with this id, newest first."""
        return [kept for kept in self.all() if kept.picture == picture]

    def sound(self, entry: str) -> bytes:
        """What was said, as a WAV file. Raises EntryGone, NoSoundKept."""
        if entry not in self._kept:
            raise EntryGone(entry)
        try:
            return self._sounds.read(entry)
        except (FileNotFoundError, SealBroken) as error:
            raise NoSoundKept(entry) from error

    def keep(
        self,
        picture: str,
        question: str,
        answer: str,
        answered_by: str,
        *,
        spoken: bool = False,
        sound: bytes = b"",
        receipt_id: str = "",
    ) -> Kept | None:
        """Keep what may be kept, durable on return; None where nothing may. `sound`: PCM s16le 16 kHz.

        Raises NotKept, LedgerWriteFailed.
        """
        kept = Kept(
            secrets.token_hex(_ID_BYTES),
            picture,
            int(self._clock()),
            question,
            answer,
            answered_by,
            spoken,
            length_ms(sound),
            receipt_id,
        )
        kept = self._allowed(kept)
        if kept.empty:
            return None
        if spoken:
            self._ledger.append("question_kept", words=bool(kept.question), sound_ms=kept.sound_ms)
        try:
            if kept.sound_ms:
                self._sounds.write(kept.id, as_wav(sound))
            self._write(kept)
        except (OSError, DatabaseUnwritable) as error:
            self._sounds.remove(kept.id)
            raise NotKept(kept.id) from error
        self._observers.notify(None)
        return kept

    def forget(self, entry: str) -> None:
        """Forget one, durable on return. Raises EntryGone, DatabaseUnwritable, LedgerWriteFailed."""
        if entry not in self._kept:
            raise EntryGone(entry)
        self._drop([self._kept[entry]], "owner")

    def forget_picture(self, picture: str) -> None:
        """Its picture was deleted. Raises as `forget` does."""
        self._drop(self.of(picture), "picture")

    def keep_only(self, holds: Callable[[str], bool]) -> None:
        """Forget what was asked about pictures that are gone; `holds(id)`: it is there. Raises as `forget` does."""
        self._drop([kept for kept in self._kept.values() if not holds(kept.picture)], "picture")

    def forget_all(self) -> None:
        """Forget everything. Raises as `forget` does."""
        self._drop(self.all(), "owner")

    def purge(self) -> None:
        """Forget what the owner's answers no longer let stay. Raises DatabaseUnwritable, LedgerWriteFailed."""
        changed = [(kept, self._rest(kept)) for kept in self._kept.values()]
        changed = [(kept, rest) for kept, rest in changed if rest != kept]
        self._drop([kept for kept, rest in changed if rest.empty], "time")
        shorter = [rest for _, rest in changed if not rest.empty]
        if shorter:
            self._ledger.append("question_forgotten", count=len(shorter), part=True, why="time")
        for rest in shorter:
            self._write(rest)
            if not rest.sound_ms:
                self._sounds.remove(rest.id)
        if shorter:
            self._observers.notify(None)

    def observe(self, callback: Callable[[None], None]) -> Callable[[], None]:
        """Call back after each change; returns the function that ends it."""
        return self._observers.add(callback)

    def _allowed(self, kept: Kept) -> Kept:
        """What may be kept of something new."""
        if not kept.spoken:
            return kept.without_sound()
        words, sound = self._retention(WORDS), self._retention(SOUND)
        kept = kept if words.keep and words.days else kept.without_words()
        return kept if sound.keep and sound.days else kept.without_sound()

    def _rest(self, kept: Kept) -> Kept:
        """What may stay of something kept."""
        if not kept.spoken:
            return kept
        age_s = self._clock() - kept.time_s
        if _is_over(self._retention(WORDS).days, age_s):
            kept = kept.without_words()
        return kept.without_sound() if _is_over(self._retention(SOUND).days, age_s) else kept

    def _write(self, kept: Kept) -> None:
        with self._database.transaction() as tables:
            tables.put(HISTORY, kept.id, row_of(kept))
        self._kept[kept.id] = kept

    def _drop(self, entries: Iterable[Kept], why: str) -> None:
        """Rows in one transaction, then the sounds: what a crash leaves of them goes at the next opening."""
        entries = list(entries)
        if not entries:
            return
        self._ledger.append("question_forgotten", count=len(entries), part=False, why=why)
        with self._database.transaction() as tables:
            for kept in entries:
                tables.remove(HISTORY, kept.id)
        for kept in entries:
            del self._kept[kept.id]
            if kept.sound_ms:
                self._sounds.remove(kept.id)
        self._observers.notify(None)

    def _tidy(self) -> None:
        """Sounds that a crash left without their entry."""
        self._sounds.clear_unfinished()
        for name in self._sounds.names():
            if name not in self._kept or not self._kept[name].sound_ms:
                self._sounds.remove(name)


def _is_over(days: int, age_s: float) -> bool:
    """A no takes everything, also what a clock that was set back calls younger than new."""
    return days == 0 or age_s >= days * _DAY_S
