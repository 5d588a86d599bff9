"""One live session from the terminal: proposal, yes, answers as they stream, and the proof of what left."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from companion_app.errors import AppError
from companion_app.ledger import Entry
from companion_app.redaction import Kind
from companion_app.sharing.errors import DeliveryError
from companion_app.sharing.live import LiveSession, LiveState, SessionProposal, SessionReceipt
from companion_app.speech import Espeak, Speaker
from companion_app.ui.view_models.words.live import ended_words
from host_tools.cli.sharing.chosen import chosen_card
from host_tools.cli.terminal import ask_for, confirm, say
from host_tools.exits import Exit, UsageError
from host_tools.printable import printable, printable_lines
from host_tools.worn.errors import AppFailed
from host_tools.worn.session import Worn


@dataclass
class _Told:
    """Answers as they came, and what the terminal has of the one that streams; `scenes` wait before virtual glasses."""

    worn: Worn
    as_json: bool
    scenes: Iterator[Path]
    answers: dict[int, str] = field(default_factory=dict[int, str])
    _shown: tuple[int, int] = (0, 0)

    def hear(self, state: LiveState) -> None:
        """One change of the session."""
        if not state.answered:
            return
        if state.answered not in self.answers:
            self._next_scene()
            if not self.as_json:
                print(f"\n[frame {state.answered}, {state.left_s:.0f} s left] ", end="")
        self.answers[state.answered] = state.answer
        number, characters = self._shown
        new = state.answer[characters:] if number == state.answered else state.answer
        if new and not self.as_json:
            print(printable_lines(new), end="", flush=True)
        self._shown = state.answered, len(state.answer)

    def _next_scene(self) -> None:
        scene = next(self.scenes, None)
        if scene is not None and self.worn.simulator is not None:
            self.worn.simulator.world.show(scene)


async def live(worn: Worn, options: argparse.Namespace) -> int:
    """Do it; the exit code. Raises HostError, and what the app raises before the session began."""
    sharing = worn.app.sharing
    if options.then and worn.simulator is None:
        raise UsageError("--then belongs to virtual glasses: real ones see what is there")
    card = chosen_card(sharing, options.endpoint)
    if options.yes and options.endpoint is None and not card.stays_here:
        raise UsageError(f"--yes agrees to {card.recipient} only together with --endpoint {card.id}")
    proposal = sharing.live.propose(
        card.id,
        options.question,
        options.seconds,
        purpose=options.purpose,
        keep=frozenset(Kind(kind) for kind in options.keep),
        unproven_light=options.unproven_light,
        keep_frames=options.keep_frames,
    )
    if card.stale(datetime.now(UTC).date()):
        say(f"the card of {card.recipient} was last read on {card.reviewed} and should have been read again since")
    if not (options.yes or await _ask(proposal)):
        sharing.live.decline(proposal)
        say("nothing was begun, and nothing left this device")
        return Exit.NOT_SHARED
    receipt = sharing.live.agree(
        proposal,
        recipient=options.recipient or card.recipient,
        purpose=proposal.purpose,
        terms_sha256=(options.terms_sha256 or card.terms_sha256).lower(),
        seconds=options.seconds,
    )
    say(f"receipt {receipt.id}; looking for {options.seconds} s at most, asking {card.recipient}")
    return await _run(worn, options, receipt)


async def _ask(proposal: SessionProposal) -> bool:
    """Say what the yes would cover, on stderr, and take a typed one."""
    card, rules = proposal.card, proposal.rules
    kept = ", ".join(kind.value for kind in rules.kept) or "nothing"
    lines = (
        "",
        "Begin a live session?",
        f"  with      {card.recipient}" + ("" if card.stays_here else f" ({card.url})"),
        f"  for       {rules.seconds} seconds at most",
        f"  purpose   {proposal.purpose}",
        f"  question  {rules.question}",
        f"  frames    when the view changes; light {'proven or not' if rules.unproven_light else 'proven'}",
        f"  masked    {'nothing: they stay on this device' if card.stays_here else f'all but {kept}'}",
        f"  terms     sha256 {card.terms_sha256}",
        *(f"            {line}" for line in card.terms.splitlines()),
    )
    print(printable_lines("\n".join(lines)), file=sys.stderr)
    return await confirm("Begin")


async def _run(worn: Worn, options: argparse.Namespace, receipt: SessionReceipt) -> int:
    told = _Told(worn, options.json, iter(options.then))
    speaker = _speaker() if options.aloud else None
    sessions: list[LiveSession] = []
    tasks: list[asyncio.Task[None]] = []
    failed: AppError | None = None

    def begun(session: LiveSession) -> None:
        sessions.append(session)
        session.observe(told.hear)
        if sys.stdin is not None and sys.stdin.isatty():
            tasks.append(asyncio.create_task(_stop_on_enter(session)))

    try:
        await worn.app.run_live(receipt, begun, size=options.size, speaker=speaker)
    except AppError as error:
        if not sessions:
            raise
        failed = error
    finally:
        for task in tasks:
            task.cancel()
        if speaker is not None:
            await speaker.close()
    [session] = sessions
    if failed is None and session.state.problem is not None and _is_the_end(session, session.state.problem):
        failed = session.state.problem
    _show(worn, options, session, told, failed)
    return _exit(failed)


def _speaker() -> Speaker | None:
    voice = Espeak.find()
    if voice is None:
        say("nothing is said aloud: espeak-ng is not installed")
    return Speaker(voice) if voice is not None else None


async def _stop_on_enter(session: LiveSession) -> None:
    await ask_for("Enter stops it")
    session.stop("tap")


def _is_the_end(session: LiveSession, problem: AppError) -> bool:
    """True where it was this that ended the session, and not its wearer, its time or its glasses."""
    return session.state.ended == type(problem).__name__


def _show(worn: Worn, options: argparse.Namespace, session: LiveSession, told: _Told, failed: AppError | None) -> None:
    entry = next(
        entry
        for entry in reversed(worn.app.ledger.entries())
        if entry.kind == "share_ended" and entry.data.get("receipt_id") == session.receipt.id
    )
    if options.json:
        print(json.dumps(_as_json(session, entry, told, failed), indent=2))
    else:
        print("\n" + _summary(session, entry))
    if failed is not None:
        say(str(AppFailed(failed)))


def _exit(failed: AppError | None) -> int:
    if failed is None:
        return Exit.OK
    return Exit.ENDPOINT if isinstance(failed, DeliveryError) else AppFailed(failed).exit_code


def _as_json(session: LiveSession, entry: Entry, told: _Told, failed: AppError | None) -> dict[str, Any]:
    """`log` holds the lines as they lie on the disk: the leaves of the tree whose root the ledger has."""
    return {
        "receipt": {"consent": session.receipt.record(), "notice": session.receipt.card.terms},
        "ended": session.state.ended,
        "outcome": entry.data["outcome"],
        "answers": [{"frame": number, "text": text} for number, text in told.answers.items()],
        "left": [
            {"frame": record["frame"], "bytes": record["bytes"], "sha256": record["sha256"]}
            for record in session.log.records()
            if record["record"] == "frame" and record["sha256"] is not None
        ],
        "body_bytes": entry.data["body_bytes"],
        "log": [line.decode() for line in session.log.lines],
        "root": entry.data["live"]["root"],
        "ledger": {"seq": entry.seq, "hash": entry.hash, "kind": entry.kind, "data": entry.data},
        "reason": str(AppFailed(failed)) if failed is not None else None,
    }


def _summary(session: LiveSession, entry: Entry) -> str:
    about = entry.data["live"]
    frames = ", ".join(f"{count} {outcome}" for outcome, count in about["frames"].items()) or "none"
    lines = [
        f"ended       {ended_words(session.state.ended or '')} ({session.state.ended})",
        f"frames      {about['seen']} seen, asked about: {frames}; {about['withheld']} withheld",
        f"bytes       {entry.data['body_bytes']} left, with question and frame",
        f"root        {about['root']} over {about['leaves']} lines, in the ledger as record {entry.seq}",
        f"receipt     {session.receipt.id}",
    ]
    if session.state.sent and not session.receipt.card.stays_here:
        lines.append(f"ask it back plainsight take-back {session.receipt.id}")
    return "\n".join(printable(line) for line in lines)
