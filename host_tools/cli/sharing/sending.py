"""One share from the terminal: picture, redaction, proposal, yes, answer, and all of it in the output."""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from companion_app.errors import AppError
from companion_app.sharing import Answer, EndpointCard, Outcome, Proposal, Receipt, SharedPicture
from companion_app.sharing.errors import SharingError
from host_tools.cli.masking import plan_for
from host_tools.cli.sharing.chosen import chosen_card, chosen_picture
from host_tools.cli.terminal import ask_to_share, say
from host_tools.exits import Exit, UsageError
from host_tools.journey.consent import Agreement, agree_as_shown
from host_tools.journey.words import masked_words
from host_tools.printable import printable_lines
from host_tools.worn.errors import AppFailed
from host_tools.worn.records import AppRecords

_MARGIN = "  "


@dataclass
class _Told:
    """What there is to say in the end; `moments_ms` since the command began its work."""

    began_s: float = field(default_factory=time.monotonic)
    moments_ms: dict[str, float] = field(default_factory=dict[str, float])
    heard: list[str] = field(default_factory=list[str])

    def now(self, what: str, at_s: float | None = None) -> None:
        """Note that `what` is done."""
        self.moments_ms[what] = round(((at_s or time.monotonic()) - self.began_s) * 1000, 1)


async def share(records: AppRecords, options: argparse.Namespace) -> int:
    """Do it; the exit code. Raises HostError, and what the app raises before anything left."""
    told = _Told()
    picture = chosen_picture(records, options.picture)
    card = chosen_card(records.sharing, options.endpoint)
    if options.yes and options.endpoint is None and not card.stays_here:
        raise UsageError(f"--yes agrees to {card.recipient} only together with --endpoint {card.id}")
    records.sharing.endpoints.choose(card.id)  # refuses before the work of masking
    if card.stale(datetime.now(UTC).date()):
        say(f"the card of {card.recipient} was last read on {card.reviewed} and should have been read again since")
    proposal = await _propose(records, options, picture, card, told)
    if options.out is not None:
        _keep_copy(options.out, proposal)
    agreement = await _decide(proposal, options)
    if agreement is None:
        records.sharing.decline(proposal)
        say("not shared: nothing left this device")
        return Exit.NOT_SHARED
    receipt = records.sharing.agree(
        proposal,
        recipient=agreement.recipient,
        purpose=agreement.purpose,
        terms_sha256=agreement.terms_sha256,
        picture_sha256=proposal.sha256,
    )
    say(f"receipt {receipt.id}; asking {receipt.recipient}")
    return await _send(records, options, receipt, told)


async def _propose(
    records: AppRecords, options: argparse.Namespace, picture: SharedPicture, card: EndpointCard, told: _Told
) -> Proposal:
    sharing, verified = records.sharing, None
    if not card.stays_here:
        say("looking for faces, text, cards, documents, plates, codes and screens")
        look = await sharing.look(picture)
        told.now("looked")
        say("masking what the question does not need, and looking again")
        verified = await sharing.redact(look, plan_for(look, options.question, options), mask_more=True)
        told.now("redacted")
    elif options.keep or options.mask or options.crop:
        say("nothing is masked or cropped: this device answers, and the picture stays here")
    proposal = sharing.propose(picture, card.id, options.question, verified, options.purpose)
    say(masked_words(proposal.redactions))
    for outcome in proposal.earlier:
        say(f"shared with {card.recipient} before: {outcome}")
    return proposal


def _keep_copy(path: Path, proposal: Proposal) -> None:
    try:
        path.write_bytes(proposal.bytes)
    except OSError as error:
        raise UsageError(f"--out {path}: {error.strerror}") from error


async def _decide(proposal: Proposal, options: argparse.Namespace) -> Agreement | None:
    """The yes, with what the options insist on in place of what the card says; None for a no."""
    agreement = agree_as_shown(proposal) if options.yes else await ask_to_share(proposal)
    if agreement is None:
        return None
    return replace(
        agreement,
        recipient=options.recipient or agreement.recipient,
        terms_sha256=(options.terms_sha256 or agreement.terms_sha256).lower(),
    )


async def _send(records: AppRecords, options: argparse.Namespace, receipt: Receipt, told: _Told) -> int:
    def heard(piece: str) -> None:
        if not options.json:
            # Set in, so that no line of an answer passes for one of ours.
            begun = "" if told.heard else _MARGIN
            print(begun + printable_lines(piece).replace("\n", "\n" + _MARGIN), end="", flush=True)
        told.heard.append(piece)

    sent_s = time.monotonic()
    try:
        answer = await records.sharing.send(receipt, heard)
    except asyncio.CancelledError:
        say(f"interrupted; the ledger says: {records.sharing.share(receipt.id).outcome}")
        raise
    except AppError as error:
        failed = AppFailed(error)
        if options.json:
            outcome = error.data.get("outcome") if isinstance(error, SharingError) else None
            print(json.dumps(_as_json(receipt, told, None, outcome, str(failed)), indent=2))
        raise failed from error
    if answer.first_byte_s is not None:
        told.now("first_byte_left", sent_s + answer.first_byte_s)
    told.now("answered")
    if options.json:
        print(json.dumps(_as_json(receipt, told, answer, answer.outcome, None), indent=2))
    else:
        print("\n" + _summary(receipt, answer))
    return Exit.OK


def _as_json(
    receipt: Receipt, told: _Told, answer: Answer | None, outcome: object, reason: str | None
) -> dict[str, Any]:
    left = receipt.left_sha256 is not None and outcome != Outcome.NOT_SENT
    return {
        "receipt": receipt.record(),
        "redactions": receipt.redactions.record() if receipt.redactions is not None else None,
        "left": {"bytes": receipt.bytes, "sha256": receipt.left_sha256} if left else None,
        "body_bytes": answer.body_bytes if answer is not None else None,
        "outcome": str(outcome) if outcome is not None else None,
        "answer": answer.text if answer is not None else "".join(told.heard) or None,
        "whole_answer": answer is not None,
        "answered_by": answer.answered_by if answer is not None else None,
        "reason": reason,
        "moments_ms": told.moments_ms,
    }


def _summary(receipt: Receipt, answer: Answer) -> str:
    left = f"{receipt.bytes} bytes, sha256 {receipt.left_sha256} (with question and frame: {answer.body_bytes} bytes)"
    lines = [
        f"answered by {answer.answered_by}",
        f"left        {left if receipt.left_sha256 else 'nothing'}",
        f"outcome     {answer.outcome}",
        f"receipt     {receipt.id}",
    ]
    if receipt.left_sha256:
        lines.append(f"ask it back plainsight take-back {receipt.id}")
    return "\n".join(lines)
