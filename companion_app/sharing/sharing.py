"""Promise 2's front door: look, redact, propose, agree or decline, send, take back."""

from __future__ import annotations

import asyncio
import datetime
import os
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from companion_app.assistant.local import LocalAnswers
from companion_app.plain_text import plain_text
from companion_app.redaction import Look, Plan, Redactor, Verified
from companion_app.sharing import probing
from companion_app.sharing.address import parse
from companion_app.sharing.cards import UNKNOWN, EndpointCard
from companion_app.sharing.consent import ConsentBook
from companion_app.sharing.endpoints.endpoint import Ask, Endpoint, Heard, unheard
from companion_app.sharing.endpoints.local import LocalEndpoint
from companion_app.sharing.endpoints.registry import Registry
from companion_app.sharing.endpoints.saved import SavedEndpoint
from companion_app.sharing.errors import NotAskedBack, NotProbed, ReceiptUnknown
from companion_app.sharing.live.live import Doors, LiveSharing
from companion_app.sharing.live.recovery import close_interrupted as close_interrupted_sessions
from companion_app.sharing.outbox import Outbox, trusted_roots
from companion_app.sharing.outcome import Outcome
from companion_app.sharing.pictures import OwnFile, SharedPicture, own_file, read_picture
from companion_app.sharing.proposal import ANSWER_PURPOSE, Proposal, make_proposal
from companion_app.sharing.receipt import Receipt
from companion_app.sharing.receipt_folder import ReceiptFolder
from companion_app.sharing.records import LedgerLike, ShareOnRecord, ShareRecords
from companion_app.sharing.redactions import shows_faces
from companion_app.sharing.shares import Result, Share, shares_in
from companion_app.sharing.take_back import ErasureRequest, request_for
from companion_app.sharing.under_way import UnderWay
from companion_app.sharing.upload import Limits
from companion_app.sharing.yes import Clocks
from companion_app.vault import SealedFiles

CA_FILE_VARIABLE = "PLAINSIGHT_CA_FILE"
MAX_NOTE_CHARACTERS = 500


@dataclass(frozen=True)
class Answer:
    """What came back, from whom, on which consent; `body_bytes` is the size of what left (0 for local), `first_byte_s`
    the seconds from `send` until it began to leave (None for local)."""

    text: str
    answered_by: str
    receipt: Receipt
    outcome: Outcome
    body_bytes: int
    first_byte_s: float | None


class Sharing:
    """The one way a picture leaves the app. Opening it closes, as "unknown", uploads that a crash interrupted."""

    def __init__(
        self,
        files: SealedFiles,
        ledger: LedgerLike,
        *,
        endpoints: Iterable[Endpoint] = (),
        local: Endpoint | None = None,
        redactor: Redactor | None = None,
        now_s: Callable[[], float] = time.time,
        steady_s: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        ca_file: Path | None = None,
        limits: Limits | None = None,
    ) -> None:
        """`files` keeps remembered endpoints and the owner's receipts; `ca_file`: PEM roots of one's own endpoint,
        trusted besides the public ones (default: what PLAINSIGHT_CA_FILE names). Raises LedgerUnavailable, BadRoots."""
        self._records = ShareRecords(ledger)
        close_interrupted_sessions(self._records, files)
        self._records.close_interrupted()
        self._receipts = ReceiptFolder(files)
        self._receipts.sweep(self._records.commitments())
        self._clocks = Clocks(now_s, steady_s, sleep)
        self._registry = Registry(
            local or LocalEndpoint(LocalAnswers()), endpoints, files, ruled_out=self._records.ruled_out
        )
        self._book = ConsentBook(self._records, self._receipts, self._clocks, lambda: self._registry.region or UNKNOWN)
        self._outbox = Outbox(trusted_roots(ca_file or _own_roots()), limits)
        self._under_way = UnderWay()
        self._redactor = redactor
        lent = Doors(
            records=self._records,
            receipts=self._receipts,
            outbox=self._outbox,
            clocks=self._clocks,
            choose=self._registry.choose,
            redactor=lambda: self.redactor,
            jurisdiction=lambda: self._registry.region or UNKNOWN,
        )
        self.live = LiveSharing(files, lent)

    @property
    def redactor(self) -> Redactor:
        """The one of this app; made when it is first needed."""
        if self._redactor is None:
            self._redactor = Redactor()
        return self._redactor

    @property
    def ruled_out(self) -> bool:
        """True where the owner said that nobody but this device is ever asked."""
        return self._records.ruled_out()

    @property
    def endpoints(self) -> Registry:
        """Who can be asked, and what the owner chose of them: region, default."""
        return self._registry

    def cards(self) -> list[EndpointCard]:
        """Every endpoint's card, local first, those among them that are not offered where the owner is."""
        return self._registry.cards()

    def add(self, endpoint: Endpoint) -> EndpointCard:
        """Make another endpoint known; returns its card."""
        return self._registry.add(endpoint)

    def add_url(self, base_url: str) -> EndpointCard:
        """An endpoint for this run, model and key from the environment. Raises BadAddress, BadModelName, BadKey."""
        return self._registry.add_url(base_url)

    def remember(self, endpoint: SavedEndpoint, key: str | None = None) -> EndpointCard:
        """Make an endpoint known in this and every later run; `key` is for this run alone.
        Raises BadAddress, BadModelName, BadKey, BadVersion, BadKind, SettingsUnwritable."""
        return self._registry.remember(endpoint, key)

    async def probe(self, endpoint_id: str) -> EndpointCard:
        """Look at what answers at a remembered address of this computer, on record; its card says so from then on.
        Raises UnknownEndpoint, NotProbed, SettingsUnwritable, LedgerUnavailable."""
        kept = self._registry.saved(endpoint_id)
        if kept is None:
            raise NotProbed(endpoint=endpoint_id)
        today = datetime.date.fromtimestamp(self._clocks.wall_s())
        address, model = parse(kept.base_url), kept.model_name
        found = await probing.probe(address, model, records=self._records, tls=self._outbox.tls, today=today)
        return self._registry.note(endpoint_id, found)

    def own_file(self, path: Path) -> OwnFile:
        """An image file of the owner's as a picture that can be shared. Raises PictureMissing, PictureTooBig."""
        return own_file(path, self._receipts.originals())

    async def look(self, picture: SharedPicture) -> Look:
        """Find what a question may not need, in a worker thread; nothing leaves.
        Raises PictureMissing, PictureTooBig, PictureChanged, NotAPhotograph, RedactionError."""
        return await asyncio.to_thread(lambda: self.redactor.look(read_picture(picture)))

    async def redact(self, look: Look, plan: Plan, *, mask_more: bool = False) -> Verified:
        """The bytes that may leave, looked at twice, in a worker thread; `mask_more` masks what the second look still
        sees. Raises StillVisible and other RedactionErrors."""
        return await asyncio.to_thread(self.redactor.redact, look, plan, mask_more=mask_more)

    def propose(
        self,
        picture: SharedPicture,
        endpoint_id: str,
        question: str,
        verified: Verified | None = None,
        purpose: str = ANSWER_PURPOSE,
    ) -> Proposal:
        """Say exactly what would leave, to whom and why; nothing does. `verified` None: the picture as it was taken,
        for who keeps it on this device. Raises UnknownEndpoint, NeverShared, NotOffered, NotRedacted, BadQuestion,
        BadPurpose, PictureMissing, PictureTooBig, PictureChanged, NotAPhotograph."""
        endpoint = self._registry.choose(endpoint_id, faces=verified is not None and shows_faces(verified))
        earlier = self._records.earlier(picture.commitment, endpoint.card.recipient)
        proposal = make_proposal(picture, endpoint.card, question, purpose, verified=verified, earlier=earlier)
        self._book.propose(proposal, endpoint)
        return proposal

    def agree(
        self, proposal: Proposal, *, recipient: str, purpose: str, terms_sha256: str, picture_sha256: str
    ) -> Receipt:
        """The owner's explicit yes to this proposal, for one use within five minutes; owner's copy and ledger have it
        on return. Raises NeverShared, ConsentMismatch, ProposalClosed, ReceiptNotKept, LedgerUnavailable."""
        return self._book.agree(
            proposal, recipient=recipient, purpose=purpose, terms_sha256=terms_sha256, picture_sha256=picture_sha256
        )

    def decline(self, proposal: Proposal) -> None:
        """The owner's no, on record. Raises ProposalClosed, LedgerUnavailable."""
        self._book.decline(proposal)

    def withdraw(self, receipt: Receipt) -> None:
        """Take back a yes that was not used. Raises ReceiptSpent, ReceiptUnknown, LedgerUnavailable."""
        self._book.withdraw(receipt)

    async def send(self, receipt: Receipt, heard: Heard = unheard) -> Answer:
        """Use the receipt up and ask, never twice; `heard` gets the answer's pieces as they come. Cancelling the task
        stops it at any moment. Raises ConsentError before anything leaves, then DeliveryError (its data's `outcome`
        says what may have left), AssistantError from local, LedgerUnavailable."""
        began_s = time.monotonic()
        covered = self._book.spend(receipt)
        ask = Ask(covered.proposal.bytes, covered.proposal.question)
        with self._under_way.one(receipt.card):
            delivery = await self._outbox.deliver(ShareOnRecord(self._records, receipt), covered.endpoint, ask, heard)
        return Answer(
            text=delivery.reply.text,
            answered_by=delivery.reply.answered_by,
            receipt=receipt,
            outcome=delivery.outcome,
            body_bytes=delivery.body_bytes,
            first_byte_s=delivery.first_byte_s - began_s if delivery.first_byte_s is not None else None,
        )

    def stop_leaving(self, reason: str) -> None:
        """End at once what leaves this device, a live session and every send; each says on record what may have."""
        self.live.stop_leaving(reason)
        self._under_way.stop_leaving()

    async def end_all(self) -> None:
        """End every send that is under way; returns once that is on record, for who closes or erases everything."""
        await self._under_way.end_all()

    def shares(self) -> list[Share]:
        """Every consent and what became of it, newest first."""
        return shares_in(self._records.entries())

    def share(self, receipt_id: str) -> Share:
        """One of them. Raises ReceiptUnknown."""
        found = next((share for share in self.shares() if share.receipt_id == receipt_id), None)
        if found is None:
            raise ReceiptUnknown(receipt=receipt_id[:64])
        return found

    def receipt(self, receipt_id: str) -> dict[str, Any]:
        """The owner's copy: consent, notice, and original where it was not forgotten. Raises ReceiptUnknown,
        ReceiptDamaged."""
        copy = self._receipts.read(receipt_id)
        commitment = self._records.commitments().get(receipt_id, "")
        return {**copy, "original": self._receipts.original(commitment)}

    def copies(self) -> dict[str, dict[str, Any] | None]:
        """The owner's copies by receipt id, None for one that cannot be read; to be held against the ledger."""
        return self._receipts.all()

    def take_back(self, receipt_id: str) -> ErasureRequest:
        """Withdraw a used consent, on record, and write the request for erasure; sending it is the owner's act. Asked
        again it gives the same text. Raises ReceiptUnknown, NothingToTakeBack, LedgerUnavailable."""
        share = self.share(receipt_id)
        if share.asked_back is not None:
            return request_for(share, share.asked_back.time_s)
        request = request_for(share, int(self._clocks.wall_s()))
        about = {"recipient": request.recipient, "contact": request.contact, "request_sha256": request.sha256}
        self._records.asked_back(receipt_id, request.asked_s, about)
        return request

    def answered(self, receipt_id: str, result: Result, note: str = "") -> None:
        """What came back to a request for erasure, as the owner says. Raises ReceiptUnknown, NotAskedBack,
        LedgerUnavailable."""
        if self.share(receipt_id).asked_back is None:
            raise NotAskedBack(receipt=receipt_id)
        self._records.answered(receipt_id, result.value, plain_text(note, MAX_NOTE_CHARACTERS))

    def forget(self, receipt_id: str) -> None:
        """Forget which picture a receipt was about, then say so on record: never of what is still there.
        Raises ReceiptUnknown, OSError, LedgerUnavailable."""
        self.share(receipt_id)
        self.live.forget(receipt_id)
        self.forget_original(self._records.commitments()[receipt_id])
        self._records.forgotten(receipt_id)

    def session_logs(self) -> dict[str, tuple[bytes, ...]]:
        """The lines of each live session's log, by receipt id; none where a log is gone."""
        return {share.receipt_id: self.live.lines_of(share.receipt_id) for share in self.shares() if share.live}

    def forget_original(self, commitment: str) -> None:
        """A picture was deleted: it cannot leave any more, and nothing that sharing keeps tells which one it was.
        Raises OSError."""
        self._book.forget(commitment)
        self._receipts.forget(commitment)


def _own_roots() -> Path | None:
    named = os.environ.get(CA_FILE_VARIABLE)
    return Path(named) if named else None
