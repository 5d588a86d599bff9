"""What the glasses say, as typed values; every field was checked against the tables of `plainsight.wire`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from plainsight import wire


@dataclass(frozen=True)
class Item:
    """One sealed item on the glasses; `sealed_sha256` is hex and of the sealed bytes."""

    id: int
    time_s: int
    trigger: str
    sealed_bytes: int
    sealed_sha256: str
    light: dict[str, Any]

    @classmethod
    def parse(cls, value: object) -> Item:
        """Raises wire.BadBody."""
        fields = wire.check_item(value)
        return cls(**{row[0]: fields[row[0]] for row in wire.ITEM_FIELDS})


@dataclass(frozen=True)
class Hello:
    """Who the glasses are and how they are set."""

    version: int
    board: str
    firmware: str
    mode: str
    level: str
    phone: int
    battery_mv: int
    settings: dict[str, Any]
    journal_count: int
    journal_head: str


@dataclass(frozen=True)
class PairAnswer:
    """The glasses' half of pairing, to be believed only after its proof was checked; byte fields are hex."""

    proof: str
    pair_key: str
    phone: int
    owner_key: str


@dataclass(frozen=True)
class Captured:
    """A photograph that was taken and stored; `jpeg_sha256` is told only here and in the live event."""

    item: Item
    jpeg_sha256: str
    jpeg_bytes: int


@dataclass(frozen=True)
class Phone:
    """One phone that the glasses admit."""

    id: int
    name: str
    paired_s: int
    current: bool


@dataclass(frozen=True)
class Status:
    """How the glasses are."""

    battery_mv: int
    free_bytes: int
    items: int
    heap_free: int


@dataclass(frozen=True)
class LinkTest:
    """A test pattern of `size` bytes crossed the link whole in `seconds`."""

    direction: str
    size: int
    seconds: float

    @property
    def bytes_per_s(self) -> float:
        """Goodput."""
        return self.size / self.seconds if self.seconds else 0.0


@dataclass(frozen=True)
class Refusal:
    """A trigger that the glasses refused: `reason` is a key of `wire.ERRORS`."""

    reason: str
    trigger: str
    detail: dict[str, Any]


@dataclass(frozen=True)
class VoiceChanged:
    """The voice policy that now holds on the glasses."""

    voice: str


Event = Captured | Refusal | VoiceChanged


def parse_captured(fields: dict[str, Any]) -> Captured:
    """A capture's answer or an `item` event. Raises wire.BadBody."""
    return Captured(Item.parse(fields["item"]), fields["jpeg_sha256"], fields["jpeg_bytes"])


def parse_event(body: bytes) -> Event | None:
    """An event; None where this version does not know its name. Raises wire.BadBody."""
    fields = wire.parse_json(body)
    name = fields.pop("event", None)
    if not isinstance(name, str) or name not in wire.EVENTS:
        return None
    wire.check_fields(fields, wire.EVENTS[name][0], strict=False)
    if name == "item":
        return parse_captured(fields)
    if name == "refusal":
        return Refusal(fields["reason"], fields["trigger"], fields.get("detail", {}))
    return VoiceChanged(fields["voice"])


_PHONE_FIELDS = (
    ("id", "int", 1, 255),
    ("name", "str", 1, 40),
    ("paired_s", "int", 0, 0x7FFFFFFFFFFF),
    ("current", "bool"),
)


def parse_phone(value: object) -> Phone:
    """One row of the `phones` answer. Raises wire.BadBody."""
    if not isinstance(value, dict):
        raise wire.BadBody("bad_phone")
    row = cast("dict[str, Any]", value)
    wire.check_fields(row, _PHONE_FIELDS, strict=False)
    return Phone(row["id"], row["name"], row["paired_s"], row["current"])
