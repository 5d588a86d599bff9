"""From "share" to the first byte that leaves: redaction, receipt, ledger, connection; warm, to a program on loopback.

Plain HTTP, so without the one or two round trips of a TLS handshake, which the distance to a recipient decides.
"""

from __future__ import annotations

import asyncio
import io
import json
import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from host_tools.bench.rows import Row, against

if TYPE_CHECKING:
    from companion_app.sharing import Sharing

_SIZES = ((640, 480), (1600, 1200))
_QUESTION = "What is this?"
_WARM_UP = 1
_ANSWER = json.dumps({"choices": [{"message": {"content": "A photograph."}}], "model": "bench"}).encode()


@dataclass(frozen=True)
class _Share:
    """Seconds from the start of one share: until its redaction was done, and until its first byte left."""

    redacted_s: float
    first_byte_s: float


async def first_byte(profile: str, *, quick: bool) -> list[Row]:
    """`profile` is of no account: no radio takes part. Medians; each against redaction alone in the same shares."""
    del profile
    rows: list[Row] = []
    for width, height in _SIZES:
        took = await _shares(width, height, times=3 if quick else 9)
        size = f"{width}x{height}"
        redacted_ms = statistics.median(one.redacted_s for one in took) * 1000
        alone = Row(f"share, look + redact, {size}", round(redacted_ms, 1), "ms", simulated=False)
        whole = statistics.median(one.first_byte_s for one in took) * 1000
        rows += [alone, against(f"share, to the first byte, {size}", whole, "ms", alone)]
    return rows


async def _shares(width: int, height: int, *, times: int) -> list[_Share]:
    from companion_app.ledger import Ledger
    from companion_app.rooms import Rooms
    from companion_app.sharing import OpenAICompatible, Sharing
    from host_tools.worn.unlocking import virtual_vault

    took: list[_Share] = []
    with TemporaryDirectory(prefix="plainsight-bench-") as name:
        folder = Path(name)
        (folder / "picture.jpg").write_bytes(_photograph(width, height))
        rooms = Rooms(virtual_vault(folder / "app"))
        sharing = Sharing(rooms.sharing, Ledger(rooms.ledger, rooms.heads))
        async with await asyncio.start_server(_answer, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            card = sharing.add(OpenAICompatible(f"http://127.0.0.1:{port}/v1"))
            for _ in range(_WARM_UP + times):
                took.append(await _share(sharing, folder / "picture.jpg", card.id))
    return took[_WARM_UP:]


async def _share(sharing: Sharing, path: Path, endpoint_id: str) -> _Share:
    from companion_app.redaction import Plan

    began_s = time.monotonic()
    picture = sharing.own_file(path)
    look = await sharing.look(picture)
    verified = await sharing.redact(look, Plan.for_question(look, _QUESTION), mask_more=True)
    redacted_s = time.monotonic() - began_s
    proposal = sharing.propose(picture, endpoint_id, _QUESTION, verified)
    receipt = sharing.agree(
        proposal,
        recipient=proposal.card.recipient,
        purpose=proposal.purpose,
        terms_sha256=proposal.card.terms_sha256,
        picture_sha256=proposal.sha256,
    )
    sent_s = time.monotonic() - began_s
    answer = await sharing.send(receipt)
    assert answer.first_byte_s is not None, "the recipient is not this device"
    return _Share(redacted_s, sent_s + answer.first_byte_s)


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read one request to its end, answer it as OpenAI does."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    await reader.readexactly(int(length.partition(b":")[2]))
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(_ANSWER) + _ANSWER)
    await writer.drain()
    writer.close()


def _photograph(width: int, height: int) -> bytes:
    """The portrait that ships with matplotlib, in the middle of a picture of this size."""
    import matplotlib
    from PIL import Image, ImageOps

    with Image.open(Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg") as portrait:
        picture = ImageOps.pad(portrait.convert("RGB"), (width, height))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90)
    return out.getvalue()
