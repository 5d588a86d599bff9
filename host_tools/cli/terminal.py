"""Questions to the person at the terminal. Only a typed yes is a yes."""

from __future__ import annotations

import asyncio
import os
import sys

from companion_app.sharing.proposal import Proposal
from host_tools.exits import UsageError
from host_tools.journey.consent import Agreement, agree_as_shown
from host_tools.journey.words import masked_words
from host_tools.printable import printable, printable_lines

_YES = ("y", "yes")
_LINE_BYTES = 4096


async def ask_to_share(proposal: Proposal) -> Agreement | None:
    """Show what would go where and ask; end of input and anything but yes is a no."""
    card = proposal.card
    lines = (
        "",
        "Share this picture?",
        f"  with      {card.recipient}" + ("" if card.stays_here else f" ({card.url})"),
        f"  purpose   {proposal.purpose}",
        f"  question  {proposal.question}",
        f"  picture   {len(proposal.bytes)} bytes, sha256 {proposal.sha256}",
        f"            {masked_words(proposal.redactions)}",
        f"  terms     sha256 {card.terms_sha256}",
        *(f"            {line}" for line in card.terms.splitlines()),
        *(f"  before    {outcome}" for outcome in proposal.earlier),
    )
    print("\n".join(printable(line) for line in lines), file=sys.stderr)
    return agree_as_shown(proposal) if await confirm("Share it") else None


async def confirm(question: str) -> bool:
    """Ask on stderr, so that stdout stays for results; True for a typed yes alone."""
    return (await _answer(f"{question}? [y/N] ")).lower() in _YES


async def ask_for(what: str) -> str:
    """What the person types for it, "" for nothing at all."""
    return await _answer(f"{what}: ")


async def _answer(prompt: str) -> str:
    print(prompt, end="", file=sys.stderr, flush=True)
    answer = await _line()
    if not answer:  # nobody typed the end of the line
        print(file=sys.stderr)
    return answer.strip()


async def _line() -> str:
    """The first line of stdin, empty when there is none, without stopping the event loop, which carries the radio."""
    if sys.stdin is None or sys.stdin.closed:  # `plainsight demo <&-`
        return ""
    loop = asyncio.get_running_loop()
    readable = asyncio.Event()
    descriptor = sys.stdin.fileno()
    try:
        loop.add_reader(descriptor, readable.set)
    except PermissionError:  # a regular file can't be waited for, and never makes anybody wait
        return _first_line(descriptor)
    try:
        await readable.wait()
        return _first_line(descriptor)
    finally:
        loop.remove_reader(descriptor)


def _first_line(descriptor: int) -> str:
    """What arrived, up to its end of line: a pipe (`yes | plainsight demo`) may hold more than one answer."""
    return os.read(descriptor, _LINE_BYTES).decode(errors="replace").partition("\n")[0]


def say(line: str) -> None:
    """What is going on, on stderr: stdout stays for results."""
    print(printable_lines(line), file=sys.stderr, flush=True)


def check_that_somebody_can_agree(yes: bool) -> None:
    """Raises UsageError where nobody agreed by `--yes` and there is no terminal to ask on."""
    if not yes and (sys.stdin is None or not sys.stdin.isatty()):
        raise UsageError(
            "there is no terminal to ask on: --yes agrees (and name --endpoint unless this device answers)"
        )
