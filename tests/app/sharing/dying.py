"""Runs one share again and again in children of this process, each killed (-9) at another step of its writing.

Usage: dying.py FOLDER PICTURE. A recipient on loopback counts what reaches it from each child. Prints a JSON array, one
row for each child: the step that it died at (the last row: at none), and what arrived from it.
"""

from __future__ import annotations

import asyncio
import http.server
import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from companion_app.redaction import Plan, Verified
from companion_app.sharing import OpenAICompatible, Sharing
from tests.app.redaction.scripted import redactor
from tests.app.vaults import ledger_in, room

COMPLETION = json.dumps({"choices": [{"message": {"content": "A ship."}}], "model": "m"}).encode()
_MOST_STEPS = 80


class Counting(http.server.BaseHTTPRequestHandler):
    """Counts requests by their first path part, which is the number of the child."""

    arrived: dict[str, int] = {}  # noqa: RUF012 (http.server makes a handler for each request)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        child = self.path.split("/")[1]
        self.arrived[child] = self.arrived.get(child, 0) + 1
        self.send_response(200)
        self.send_header("Content-Length", str(len(COMPLETION)))
        self.end_headers()
        self.wfile.write(COMPLETION)

    def log_message(self, *_: object) -> None:
        """Nothing to stderr."""


class Death:
    """Kills this process at the `at`-th step of making something durable; a write dies half-way."""

    def __init__(self, at: int) -> None:
        self.left = at

    def before(self, act: Callable[..., Any]) -> Callable[..., Any]:
        def dying(*arguments: Any, **named: Any) -> Any:
            self.left -= 1
            if self.left == 0:
                if act is WRITE:
                    act(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            return act(*arguments, **named)

        return dying


WRITE = os.write


def prepare(path: Path) -> tuple[SimpleNamespace, Verified]:
    """A picture, and what may leave of it: every child inherits them."""
    content = path.read_bytes()
    look = (eyes := redactor()).look(content)
    picture = SimpleNamespace(id="p", read=path.read_bytes, sha256=look.original_sha256, commitment="c0" * 32)
    return picture, eyes.redact(look, Plan.all_masked(look))


def share(folder: Path, picture: SimpleNamespace, verified: Verified, port: int, child: int) -> None:
    """The whole act, against the recipient."""
    sharing = Sharing(room(folder / "sharing"), ledger_in(folder), redactor=redactor())
    card = sharing.add(OpenAICompatible(f"http://127.0.0.1:{port}/{child}"))
    death = Death(child)
    os.write, os.fsync, os.replace = death.before(os.write), death.before(os.fsync), death.before(os.replace)
    proposal = sharing.propose(picture, card.id, "What is this?", verified)
    receipt = sharing.agree(
        proposal,
        recipient=card.recipient,
        purpose=proposal.purpose,
        terms_sha256=card.terms_sha256,
        picture_sha256=proposal.sha256,
    )
    asyncio.run(sharing.send(receipt))


def in_a_child(act: Callable[[], None], child: int) -> bool:
    """True when the child was killed; False when it came to its end."""
    pid = os.fork()
    if pid == 0:
        try:
            act()
        except BaseException as error:  # noqa: BLE001 (a child must not go on as its parent)
            sys.stderr.write(f"child {child}: {error!r}\n")
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        return True
    if os.WEXITSTATUS(status):
        raise SystemExit(f"child {child} failed")
    return False


def main(folder: Path, path: Path) -> None:
    picture, verified = prepare(path)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Counting)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    rows: list[dict[str, Any]] = []
    for child in range(1, _MOST_STEPS):
        act = partial(share, folder / str(child), picture, verified, server.server_port, child)
        killed = in_a_child(act, child)
        rows.append({"child": child, "killed": killed})
        if not killed:
            break
    server.shutdown()
    sys.stdout.write(json.dumps([{**row, "arrived": Counting.arrived.get(str(row["child"]), 0)} for row in rows]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
