"""What the glasses answer, as typed values; every field was checked against the tables of `plainsight.wire`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from plainsight import wire


@dataclass(frozen=True)
class Item:
    """One sealed item on the glasses; the hashes are hex and of sealed bytes. `whole` False: the power went."""

    id: int
    kind: str
    time_s: int
    trigger: str
    frames: int
    duration_ms: int
    sealed_bytes: int
    sealed_sha256: str
    thumb_bytes: int
    thumb_sha256: str | None
    light: dict[str, Any]
    whole: bool
    imported: bool
    place: str

    @classmethod
    def parse(cls, value: object) -> Item:
        """Raises wire.BadBody."""
        item = cls(**known(wire.check_item(value), wire.ITEM_FIELDS))
        if item.thumb_bytes and item.thumb_sha256 is None:
            raise wire.BadBody("missing_thumb_sha256")
        return item


@dataclass(frozen=True)
class Hello:
    """Who the glasses are and how they are set; `journal_first`: the oldest record that they still have."""

    version: int
    board: str
    firmware: str
    mode: str
    level: str
    phone: int
    battery_mv: int
    settings: dict[str, Any]
    journal_first: int
    journal_first_head: str
    journal_count: int
    journal_head: str
    crashes: int


@dataclass(frozen=True)
class PairAnswer:
    """The glasses' half of pairing, to be believed only after its proof was checked; byte fields are hex."""

    proof: str
    pair_key: str
    phone: int
    owner_key: str


@dataclass(frozen=True)
class Captured:
    """A photograph or a clip that was taken and stored; `media_sha256` is told only here and in the live event.

    `reason`: `done`, or the code of `wire.ERRORS` (or another short word) that ended a clip early.
    """

    item: Item
    media_sha256: str
    media_bytes: int
    reason: str = "done"


@dataclass(frozen=True)
class BurstAnswer:
    """The photographs of a burst, oldest first; `reason` says why there are fewer than were asked for."""

    items: tuple[Item, ...]
    reason: str | None


@dataclass(frozen=True)
class ClipBegun:
    """A clip under this item's id is being taken; what the settings made of the request."""

    item: int
    seconds: int
    audio: bool


@dataclass(frozen=True)
class Phone:
    """One phone that the glasses admit; `wrap_key` (hex) where it gave one, `wrapped`: a copy of the key waits."""

    id: int
    name: str
    paired_s: int
    current: bool
    wrap_key: str | None = None
    wrapped: bool = False


@dataclass(frozen=True)
class Crash:
    """One entry of the glasses' crash log; `boot` counts their starts."""

    boot: int
    time_s: int
    cause: str
    text: str


@dataclass(frozen=True)
class Status:
    """How the glasses are; the words of `state`, `recording`, `keyword` and `card` are those of the wire's table.

    `keyword`: whether they listen for the `words`, or why not; None from glasses that know of none.
    """

    battery_mv: int
    battery_percent: int
    temperature_c: int
    state: str
    recording: str
    muted: bool
    free_bytes: int
    card: str
    items: int
    not_imported: int
    unsigned: int
    uptime_s: int
    heap_free: int
    keyword: str | None = None
    words: list[str] | None = None


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


def known(fields: dict[str, Any], table: tuple[Any, ...]) -> dict[str, Any]:
    """The fields of the table alone, None for what is optional and missing: a later version may say more."""
    return {row[0].rstrip("?"): fields.get(row[0].rstrip("?")) for row in table}


def parse_captured(fields: dict[str, Any]) -> Captured:
    """A capture's answer or an `item` event. Raises wire.BadBody."""
    item = Item.parse(fields["item"])
    return Captured(item, fields["media_sha256"], fields["media_bytes"], fields.get("reason", "done"))


def parse_burst(fields: dict[str, Any]) -> BurstAnswer:
    """A burst's answer. Raises wire.BadBody."""
    return BurstAnswer(tuple(Item.parse(row) for row in fields["items"]), fields.get("reason"))


_PHONE_FIELDS = (
    ("id", "int", 1, 255),
    ("name", "str", 1, 40),
    ("paired_s", "int", 0, 0x7FFFFFFFFFFF),
    ("current", "bool"),
    ("wrap_key?", "hex", 32),
    ("wrapped?", "bool"),
)
_CRASH_FIELDS = (
    ("boot", "int", 0, 0x7FFFFFFF),
    ("time_s", "int", 0, 0x7FFFFFFFFFFF),
    ("cause", "str", 0, 40),
    ("text", "str", 0, 4000),
)


def parse_phone(value: object) -> Phone:
    """One row of the `phones` answer. Raises wire.BadBody."""
    row = _row(value, _PHONE_FIELDS, "bad_phone")
    row["wrapped"] = bool(row["wrapped"])
    return Phone(**row)


def parse_crash(value: object) -> Crash:
    """One row of the `crashes` answer. Raises wire.BadBody."""
    return Crash(**_row(value, _CRASH_FIELDS, "bad_crash"))


def _row(value: object, table: tuple[Any, ...], fault: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise wire.BadBody(fault)
    row = cast("dict[str, Any]", value)
    wire.check_fields(row, table, strict=False)
    return known(row, table)
