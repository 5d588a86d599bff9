"""Promise 2, no consent, no upload: the whole job in a process of its own, with each of its outbound sockets noted.

It needs no network namespace; with one, test_2_every_byte.py counts every packet of every journey.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import trustme

from companion_app.sharing import OpenAICompatible
from tests.app.sharing.recipient import Recipient

pytestmark = [pytest.mark.promise(2), pytest.mark.simulated]

ROOT = Path(__file__).parents[2]
PURPOSE = "answer my question"
# HTTP headers, JSON around picture and question, TLS handshake and records.
_MAX_OVERHEAD_BYTES = 4096
_DECLINED_OR_MISMATCHED = 5

# Runs the command line and writes every attempt to reach a network to a file: event, host, port.
WATCHED = """
import json, socket, sys
log = open(sys.argv[1], "w", buffering=1)
EVENTS = ("socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname")

def note(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        if arguments[0].family in (socket.AF_INET, socket.AF_INET6):
            log.write(json.dumps([event, *arguments[1][:2]]) + "\\n")
    elif event in EVENTS:
        log.write(json.dumps([event, str(arguments[0])]) + "\\n")

sys.addaudithook(note)
from host_tools.cli.main import main
sys.exit(main(sys.argv[2:]))
"""


@dataclass
class Run:
    """How one run of the demo ended, and where it tried to go."""

    exit_code: int
    report: dict[str, Any]
    attempts: list[list[Any]]


@pytest.fixture
async def recipient() -> AsyncIterator[Recipient]:
    made = await Recipient(trustme.CA()).start()
    yield made
    await made.stop()


async def run_demo(folder: Path, recipient: Recipient, *arguments: str) -> Run:
    """`plainsight demo --json …` in a child process."""
    ca_file, log = folder / "ca.pem", folder / "attempts"
    recipient.authority.cert_pem.write_to_path(str(ca_file))
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "PLAINSIGHT_CA_FILE": str(ca_file)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", WATCHED, str(log), "demo", "--json", *arguments),
        cwd=ROOT,
        env={**environment, "PYTHONPATH": f"{ROOT}:{ROOT / 'firmware'}"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    assert process.returncode is not None
    return Run(process.returncode, json.loads(out), [json.loads(line) for line in log.read_text().splitlines()])


async def test_with_consent_exactly_the_frame_leaves_to_exactly_its_recipient(
    tmp_path: Path, recipient: Recipient
) -> None:
    card = OpenAICompatible(recipient.url).card
    named = ("--recipient", card.recipient, "--purpose", PURPOSE, "--terms-sha256", card.terms_sha256)

    run = await run_demo(tmp_path, recipient, "--endpoint", recipient.url, *named)

    assert run.exit_code == 0, run.report
    [exchange] = recipient.exchanges
    consent, original = run.report["consent"]["consent"], run.report["consent"]["original"]
    assert consent["picture"]["sha256"] == hashlib.sha256(exchange.picture).hexdigest()
    assert original["sha256"] == run.report["received_sha256"] != consent["picture"]["sha256"]
    assert recipient.connections == 1
    picture_size = len(base64.b64encode(exchange.picture))
    assert picture_size <= recipient.bytes_up <= picture_size + _MAX_OVERHEAD_BYTES
    connects = [attempt for attempt in run.attempts if attempt[0] == "socket.connect"]
    assert connects[-1] == ["socket.connect", "127.0.0.1", recipient.port]
    assert {port for _, _, port in connects} == {recipient.port}
    assert {attempt[0] for attempt in run.attempts} <= {"socket.connect", "socket.getaddrinfo"}


async def test_with_a_consent_to_other_terms_nothing_leaves(tmp_path: Path, recipient: Recipient) -> None:
    named = ("--recipient", OpenAICompatible(recipient.url).card.recipient, "--purpose", PURPOSE)

    run = await run_demo(tmp_path, recipient, "--endpoint", recipient.url, *named, "--terms-sha256", "0" * 64)

    assert run.exit_code == _DECLINED_OR_MISMATCHED, run.report
    assert run.report["received_sha256"] is not None
    assert run.attempts == []
    assert (recipient.connections, recipient.bytes_up) == (0, 0)
