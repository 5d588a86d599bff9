"""The front door of live sessions: propose, agree or decline, begin; one at a time, each on record at both ends."""

from __future__ import annotations

import logging
import re
import secrets
import uuid
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from companion_app.observers import Observers
from companion_app.redaction import Kind, Redactor
from companion_app.sharing.endpoints.endpoint import Endpoint
from companion_app.sharing.live.book import SessionBook
from companion_app.sharing.live.clock import SessionClock
from companion_app.sharing.live.errors import LogUnavailable, SessionRunning
from companion_app.sharing.live.frame_log import FrameLog, read_lines
from companion_app.sharing.live.rules import (
    LIVE_PURPOSE,
    SessionProposal,
    SessionReceipt,
    checked_purpose,
    make_rules,
)
from companion_app.sharing.live.session import LiveSession, Parts
from companion_app.sharing.live.summary import outcome_of, summary_of
from companion_app.sharing.outbox import Outbox
from companion_app.sharing.receipt_folder import ReceiptFolder
from companion_app.sharing.records import ShareRecords
from companion_app.sharing.yes import Clocks
from companion_app.speech import Speaker
from companion_app.vault import SealedFiles

_SALT_BYTES = 16
_NAME = re.compile(r"[0-9a-f]{32}")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Doors:
    """What the sharing of single pictures lends: `choose` raises where an endpoint is unknown or not offered here."""

    records: ShareRecords
    receipts: ReceiptFolder
    outbox: Outbox
    clocks: Clocks
    choose: Callable[[str], Endpoint]
    redactor: Callable[[], Redactor]
    jurisdiction: Callable[[], str]


class LiveSharing:
    """`files` holds for each session its log, the salt of its commitments, copies of what left if the
    owner wants them."""

    def __init__(self, files: SealedFiles, doors: Doors) -> None:
        self._files = files
        self._doors = doors
        self._book = SessionBook(doors.records, doors.receipts, doors.clocks, doors.jurisdiction)
        self._running: LiveSession | None = None
        self._observers: Observers[LiveSession | None] = Observers()

    @property
    def running(self) -> LiveSession | None:
        """The session that has begun and is not over."""
        return self._running

    def observe(self, callback: Callable[[LiveSession | None], None]) -> Callable[[], None]:
        """Call back with each session as it begins, and with None when it is over; returns the way to end that."""
        return self._observers.add(callback)

    def propose(
        self,
        endpoint_id: str,
        question: str,
        seconds: int,
        *,
        purpose: str = LIVE_PURPOSE,
        keep: frozenset[Kind] = frozenset(),
        unproven_light: bool = False,
        keep_frames: bool = False,
    ) -> SessionProposal:
        """Say who would be shown what, why and for how long; nothing happens. Raises what choosing the endpoint raises,
        BadQuestion, BadPurpose, BadDuration, FacesStayMasked."""
        endpoint = self._doors.choose(endpoint_id)
        rules = make_rules(
            endpoint.card, question, seconds, keep=keep, unproven_light=unproven_light, keep_frames=keep_frames
        )
        proposal = SessionProposal(
            id=uuid.uuid4().hex, card=endpoint.card, purpose=checked_purpose(purpose), rules=rules
        )
        self._book.propose(proposal, endpoint)
        return proposal

    def agree(
        self, proposal: SessionProposal, *, recipient: str, purpose: str, terms_sha256: str, seconds: int
    ) -> SessionReceipt:
        """The owner's explicit yes to one session that begins within five minutes.
        Raises NeverShared, ConsentMismatch, ProposalClosed, ReceiptNotKept, LedgerUnavailable."""
        return self._book.agree(
            proposal, recipient=recipient, purpose=purpose, terms_sha256=terms_sha256, seconds=seconds
        )

    def decline(self, proposal: SessionProposal) -> None:
        """The owner's no, on record. Raises ProposalClosed, LedgerUnavailable."""
        self._book.decline(proposal)

    def withdraw(self, receipt: SessionReceipt) -> None:
        """Take back a yes that was not used. Raises ReceiptSpent, ReceiptUnknown, LedgerUnavailable."""
        self._book.withdraw(receipt)

    def stop(self, reason: str) -> None:
        """End what runs, at once; does nothing where nothing does."""
        if self._running is not None:
            self._running.stop(reason)

    def stop_leaving(self, reason: str) -> None:
        """End what runs where it leaves this device."""
        if self._running is not None and not self._running.receipt.card.stays_here:
            self._running.stop(reason)

    @contextmanager
    def begin(self, receipt: SessionReceipt, speaker: Speaker | None = None) -> Generator[LiveSession]:
        """The yes is used up and the clock runs; `await session.run(view)` inside. However the block is left, the
        session is over then, and its Merkle root is in the ledger.

        Raises SessionRunning, ReceiptSpent, ReceiptUnknown, ReceiptExpired, NeverShared, LogUnavailable,
        LedgerUnavailable."""
        if self._running is not None:
            raise SessionRunning(receipt=self._running.receipt.id)
        endpoint = self._book.spend(receipt)
        log, salt = FrameLog(self._files, receipt.id), _new_salt(self._files, receipt.id)
        self._doors.records.sending(receipt.id, receipt.card.recipient, _beginning(receipt))
        session = LiveSession(
            receipt,
            Parts(
                endpoint=endpoint,
                outbox=self._doors.outbox,
                redactor=self._doors.redactor,
                log=log,
                clock=SessionClock.begin(self._doors.clocks, receipt.rules.seconds),
                salt=salt,
                speaker=speaker,
                keep=_keeper(self._files, receipt),
                ruled_out=self._doors.records.ruled_out,
            ),
        )
        self._running = session
        self._observers.notify(session)
        try:
            yield session
        except BaseException as error:
            session.stop(type(error).__name__)
            raise
        finally:
            session.stop("left")
            self._running = None
            self._observers.notify(None)
            self._end(session)

    def lines_of(self, receipt_id: str) -> tuple[bytes, ...]:
        """The lines of a session's log, the leaves of its tree; none where there is no log."""
        return read_lines(self._files, receipt_id) if _NAME.fullmatch(receipt_id) else ()

    def forget(self, receipt_id: str) -> None:
        """Remove what could tell which pictures a session was about: the salt, and copies of what left. The log stays
        true. Raises OSError."""
        if not _NAME.fullmatch(receipt_id):
            return
        for name in (salt_name(receipt_id), *self._files.names(kept_folder(receipt_id))):
            self._files.remove(name)

    def _end(self, session: LiveSession) -> None:
        """Close the log, then the ledger's record with the root over it. Raises LedgerUnavailable (owed then)."""
        try:
            session.log.close("stopped")
        except LogUnavailable as error:
            # The frames that it would have been said of stand without an end, and count as unknown below.
            _log.warning("the end of a live session's log: %s", error.data["reason"])
        about = summary_of(session.log.lines, session.state.ended or "left", session.state.seen, session.end_of_view)
        self._doors.records.ended(session.receipt.id, outcome_of(session.log.records()), about)


def _beginning(receipt: SessionReceipt) -> dict[str, Any]:
    return {"url": receipt.card.url, "purpose": receipt.purpose, "live": receipt.rules.record()}


def salt_name(receipt_id: str) -> str:
    """What the salt of a session's commitments is called among the files of sharing."""
    return f"live/{receipt_id}/salt"


def kept_folder(receipt_id: str) -> str:
    """What the names of the owner's copies of a session's frames begin with."""
    return f"live/{receipt_id}/left/"


def _new_salt(files: SealedFiles, receipt_id: str) -> str:
    salt = secrets.token_hex(_SALT_BYTES)
    try:
        files.write(salt_name(receipt_id), salt.encode())
    except OSError as error:
        raise LogUnavailable(receipt=receipt_id, reason=error.strerror or str(error)) from error
    return salt


def _keeper(files: SealedFiles, receipt: SessionReceipt) -> Callable[[int, bytes], None]:
    """Writes the owner's copies of what leaves, where the owner wants them; they exist before it leaves."""
    wanted = receipt.rules.keep_frames and receipt.rules.redacted

    def keep(number: int, jpeg: bytes) -> None:
        if not wanted:
            return
        try:
            files.write(f"{kept_folder(receipt.id)}{number:04d}.jpg", jpeg)
        except OSError as error:
            raise LogUnavailable(receipt=receipt.id, reason=error.strerror or str(error)) from error

    return keep
