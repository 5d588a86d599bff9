"""The books of one journey: each byte that left is itemised, or it is an error that names it.

What the recipients read (plain HTTP, behind their TLS) and what the wire carried are counted apart, and must agree.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.promises.watched.capture import Packet
from tests.promises.watched.name_server import question
from tests.promises.watched.namespace import NAME_SERVER, PHONE_INTERFACE

_DNS_PORT = 53
_QUERIES_A_LOOK_UP = 2  # A and AAAA
_RECORD_HEAD_BYTES = 5
_SEALED_BYTES = 17  # TLS 1.3: the record's inner type, and the tag of its cipher
_SEALED = 23
_MAX_HEADER_BYTES = 14 + 60 + 60  # Ethernet, IPv4 and TCP with all the options that fit

# Overhead of one upload, at most. Where nothing is said the item follows from the picture or the question.
BOUNDS = {
    "JSON around picture and question": 400,
    "HTTP head": 500,
    "TLS handshake": 2400,
    "TLS records": 4000,
    "name look-up": 220,
    "Ethernet, IP and TCP": 20_000,
    "sent again": 70_000,
}


class Unaccounted(AssertionError):
    """Something left that no receipt explains."""


@dataclass(frozen=True)
class Covered:
    """What one receipt allows to leave: these bytes, with this question, to this recipient."""

    recipient: str
    sha256: str
    bytes: int
    question: str


@dataclass(frozen=True)
class Heard:
    """One request as a recipient read it behind its TLS."""

    recipient: str
    head: bytes
    body: bytes

    def picture(self) -> bytes:
        """The longest text in the body, which must be base64; a data URL's prefix is left off."""
        text = max(_texts(json.loads(self.body)), key=len)
        return base64.b64decode(text.rpartition(",")[2], validate=True)


@dataclass
class Account:
    """Bytes by item; `left` is what the capture counted, and the items add up to it."""

    left: int = 0
    items: dict[str, int] = field(default_factory=dict[str, int])

    def enter(self, item: str, count: int) -> None:
        """Add to an item."""
        self.items[item] = self.items.get(item, 0) + count

    def table(self) -> str:
        """One line an item, for a reader."""
        return "\n".join(f"{count:>9} B  {item}" for item, count in {**self.items, "in all": self.left}.items())


def balance(
    packets: Sequence[Packet],
    covered: Sequence[Covered],
    heard: Sequence[Heard],
    recipients: Mapping[str, tuple[str, int]],
) -> Account:
    """Close the books of a journey. Raises Unaccounted for the first thing that no receipt explains."""
    account = Account(left=sum(packet.frame_bytes for packet in packets))
    uploads, questions = _sorted_out(packets, {one.recipient for one in covered}, recipients)
    if len(questions) > _QUERIES_A_LOOK_UP * len(covered):
        raise Unaccounted(f"{len(questions)} questions to the name server for {len(covered)} uploads")
    if not len(uploads) == len(heard) == len(covered):
        raise Unaccounted(f"{len(covered)} receipts, {len(uploads)} connections, {len(heard)} requests")
    for packet in questions:
        account.enter("name look-up", packet.frame_bytes)
    for receipt, request in zip(covered, heard, strict=True):
        _enter_request(account, receipt, request)
    for flow, request in zip(uploads, heard, strict=True):
        _enter_flow(account, flow, request)
    _check(account, len(covered))
    return account


def _sorted_out(
    packets: Iterable[Packet], allowed: set[str], recipients: Mapping[str, tuple[str, int]]
) -> tuple[list[list[Packet]], list[Packet]]:
    """Connections to the allowed recipients in the order they were opened, and look-ups of their names."""
    flows: dict[int, list[Packet]] = {}
    questions: list[Packet] = []
    addresses = {recipients[name] for name in allowed}
    for packet in packets:
        asks = packet.protocol == "udp" and packet.destination == (NAME_SERVER, _DNS_PORT)
        if packet.interface != PHONE_INTERFACE or packet.header_bytes > _MAX_HEADER_BYTES:
            raise Unaccounted(str(packet))
        if asks and question(packet.payload)[0] in allowed:
            questions.append(packet)
        elif packet.protocol == "tcp" and packet.destination in addresses:
            flows.setdefault(packet.source[1], []).append(packet)
        else:
            raise Unaccounted(str(packet))
    return list(flows.values()), questions


def _enter_request(account: Account, receipt: Covered, request: Heard) -> None:
    """Picture, question and what is around them, as the recipient read them."""
    picture = request.picture()
    found = (request.recipient, len(picture), hashlib.sha256(picture).hexdigest())
    if found != (receipt.recipient, receipt.bytes, receipt.sha256):
        raise Unaccounted(f"the picture: the receipt names {receipt}, the recipient got {found}")
    if receipt.question not in _texts(json.loads(request.body)):
        raise Unaccounted("the question: it did not arrive as the receipt has it")
    coded, asked = len(base64.b64encode(picture)), len(json.dumps(receipt.question)) - 2
    account.enter("the picture of the receipt", len(picture))
    account.enter("the same, as base64", coded - len(picture))
    account.enter("the question of the receipt", asked)
    account.enter("JSON around picture and question", len(request.body) - coded - asked)
    account.enter("HTTP head", len(request.head))


def _enter_flow(account: Account, flow: Sequence[Packet], request: Heard) -> None:
    """What TLS and TCP put around the request; TLS is taken apart record by record."""
    stream = _stream(flow)
    sealed = [length for kind, length in _records(stream) if kind == _SEALED]
    overhead = (_RECORD_HEAD_BYTES + _SEALED_BYTES) * len(sealed)
    account.enter("TLS records", overhead)
    account.enter("TLS handshake", len(stream) - overhead - len(request.head) - len(request.body))
    account.enter("Ethernet, IP and TCP", sum(packet.header_bytes for packet in flow))
    account.enter("sent again", sum(len(packet.payload) for packet in flow) - len(stream))


def _check(account: Account, uploads: int) -> None:
    for item, bound in BOUNDS.items():
        if not 0 <= account.items.get(item, 0) <= bound * uploads:
            raise Unaccounted(f"{item}: {account.items[item]} bytes for {uploads} uploads\n{account.table()}")
    if sum(account.items.values()) != account.left:
        raise Unaccounted(f"the items do not add up\n{account.table()}")


def _stream(flow: Sequence[Packet]) -> bytes:
    """The bytes of a connection in order, each once. Raises Unaccounted when some are missing."""
    [begun] = {packet.sequence for packet in flow if packet.opens}
    stream = bytearray()
    for packet in sorted(flow, key=lambda packet: (packet.sequence - begun) % (1 << 32)):
        at = (packet.sequence - begun - 1) % (1 << 32)
        if not packet.payload:
            continue
        if at > len(stream):
            raise Unaccounted("the capture has a hole")
        stream[at : at + len(packet.payload)] = packet.payload
    return bytes(stream)


def _records(stream: bytes) -> list[tuple[int, int]]:
    """Type and length of each TLS record. Raises Unaccounted for bytes that are none."""
    found: list[tuple[int, int]] = []
    at = 0
    while at < len(stream):
        kind, length = stream[at], int.from_bytes(stream[at + 3 : at + 5], "big")
        found.append((kind, length))
        at += _RECORD_HEAD_BYTES + length
    if at != len(stream):
        raise Unaccounted("the stream does not end with a whole TLS record")
    return found


def _texts(value: Any) -> list[str]:
    """Every text in a JSON value."""
    if isinstance(value, str):
        return [value]
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return list(itertools.chain.from_iterable(_texts(one) for one in inside))
