"""Writes what is made from the sources: docs/protocol.md from `plainsight.wire`, and the catalogues of the app's words.

With --check it only says what is out of date.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from plainsight import wire

from host_tools.words import catalogues

PROTOCOL = Path(__file__).resolve().parents[1] / "docs" / "protocol.md"

_HEAD = """# The protocol

Made from the tables in `firmware/plainsight/wire/` by `make docs`; change those, not this page.

A bearer moves bytes: BLE GATT, or TCP on Wi-Fi later. Above it everything is the same on every bearer:

1. **Knock.** The phone sends `{hello}`; the glasses answer with a nonce of {nonce} bytes; the phone proves that it
   knows a pair key, or in a pairing window the setup secret, with the first {proof} bytes of an HMAC-SHA-256 over the
   nonce. A stranger gets no handshake and sees no certificate.
2. **TLS 1.2** with certificates on both ends. The phone compares the certificate of the glasses with its pin, the
   glasses compare the certificate of the phone with the pinned phone whose knock it was.
3. **Frames**: body length u16, type u8, request id u16, all little-endian, then the body. A frame never exceeds
   {frame} bytes, so that it fits one TLS record of the ESP32 port.

A body that breaks its table is answered with `bad_request`; a frame that breaks the format ends the session.
"""


def describe(row: tuple[object, ...]) -> str:
    """One field of a table in words: `name`: kind and bounds."""
    name, kind, bounds = str(row[0]), row[1], row[2:]
    optional = " (optional)" if name.endswith("?") else ""
    if kind == "choice":
        kind = " or ".join(f"“{choice}”" for choice in bounds)
    elif kind in ("int", "str"):
        unit = " characters" if kind == "str" else ""
        kind = f"{kind} {bounds[0]} to {bounds[1]}{unit}"
    elif kind == "hex":
        kind = f"{bounds[0]} bytes in hexadecimal"
    elif kind == "list":
        kind = f"list, at most {bounds[0]}"
    elif kind == "obj":
        kind = "object"
    return f"`{name.rstrip('?')}`: {kind}{optional}"


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    """A Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return [*lines, *("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows)]


def fields(rows: tuple[tuple[object, ...], ...]) -> str:
    """All fields of a table in one cell."""
    return "; ".join(describe(row) for row in rows) or "none"


def protocol() -> str:
    """The whole page."""
    lines = [
        _HEAD.format(
            hello=wire.KNOCK_HELLO.decode(),
            nonce=wire.KNOCK_NONCE_BYTES,
            proof=wire.KNOCK_PROOF_BYTES,
            frame=wire.MAX_FRAME,
        )
    ]
    lines += ["## Frames", ""]
    lines += table(
        ("type", "name", "direction", "body", "bytes", "meaning"),
        (
            (str(kind), row[0], row[1], row[2], f"{row[3]} to {row[4]}", row[5].replace("|", "or"))
            for kind, row in wire.FRAMES.items()
        ),
    )
    lines += ["", "## Operations", ""]
    lines += table(
        ("operation", "who may ask", "request", "answer", "meaning"),
        ((f"`{name}`", row[0], fields(row[1]), fields(row[2]), row[3]) for name, row in wire.OPERATIONS.items()),
    )
    lines += ["", "## Items", "", f"An item is an object: {fields(wire.ITEM_FIELDS)}.", "", "## Events", ""]
    lines += table(
        ("event", "fields", "meaning"), ((f"`{name}`", fields(row[0]), row[1]) for name, row in wire.EVENTS.items())
    )
    lines += ["", "## Errors", ""]
    lines += table(("code", "meaning"), ((f"`{code}`", meaning) for code, meaning in wire.ERRORS.items()))
    lines += ["", "## Media", ""]
    lines += [
        f"The sender keeps at most `window` bytes ({wire.MIN_WINDOW} to {wire.MAX_WINDOW}, usually",
        f"{wire.DEFAULT_WINDOW}) unacknowledged. After a drop the receiver asks again from the offset that it holds,",
        "and compares the SHA-256 of the whole at the end.",
        "",
        "## Live",
        "",
        "One frame at a time: the phone asks, the glasses expose, prove its light, and send. A frame counts from the",
        "moment at which its answer leaves. Both ends keep a chain over the frames that counted:",
        "",
        '    d_0 = HMAC-SHA-256(salt, "plainsight-live-v1")',
        "    d_n = HMAC-SHA-256(salt, d_n-1 || SHA-256 of frame n)",
        "",
        "The salt is drawn for the session and told to this phone alone; the glasses forget it at the end. Their",
        "journal holds the number of frames and the last digest, which tells whoever lacks the salt nothing of the",
        "pictures.",
        "",
        "## GATT",
        "",
    ]
    gatt = [
        ("service", wire.SERVICE_UUID, ""),
        ("TX", wire.TX_UUID, "notify: the byte stream to the phone, in full packets"),
    ]
    gatt += [("CREDIT", wire.CREDIT_UUID, "notify: u32, how many RX packets the glasses have taken in all")]
    gatt += [(f"RX {slot}", uuid, "write without response, used in turn") for slot, uuid in enumerate(wire.RX_UUIDS)]
    lines += table(("what", "UUID", "use"), gatt)
    return "\n".join(lines) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Write every page, or with --check return 1 if one differs."""
    parser = argparse.ArgumentParser(prog="python -m host_tools.documents", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if one is out of date")
    check = parser.parse_args(arguments).check
    stale = [(path, made) for path, made in documents() if not path.exists() or path.read_bytes() != made]
    for path, made in stale:
        if check:
            sys.stderr.write(f"{path} is out of date: run `make docs`\n")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(made)
    return 1 if check and stale else 0


def documents() -> Iterator[tuple[Path, bytes]]:
    """Every generated file, with what it should hold."""
    yield PROTOCOL, protocol().encode()
    yield from catalogues.made()


if __name__ == "__main__":
    sys.exit(main())
