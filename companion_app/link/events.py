"""What the glasses say unasked, as typed values; every field was checked against the tables of `plainsight.wire`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from plainsight import wire

from companion_app.link.answers import Captured, parse_captured


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


@dataclass(frozen=True)
class RecordingChanged:
    """A clip or a time-lapse (`what`) began or ended; `reason` says why it ended."""

    what: str
    on: bool
    trigger: str
    reason: str | None


@dataclass(frozen=True)
class Marked:
    """A mark was put into the journal as record number `record`."""

    record: int
    trigger: str


@dataclass(frozen=True)
class KeywordChanged:
    """Whether the glasses listen for the spoken words, or why not: the words of `wire.KEYWORD_STATES`."""

    keyword: str


@dataclass(frozen=True)
class StopSaid:
    """The wearer said stop: whatever this phone does with the glasses live ends at once. `stopped`: what ran there."""

    stopped: str
    trigger: str


@dataclass(frozen=True)
class PowerChanged:
    """The power state changed, or is about to."""

    state: str
    reason: str


@dataclass(frozen=True)
class CardChanged:
    """The SD card came, went or failed."""

    card: str


@dataclass(frozen=True)
class UpdateChanged:
    """A release was installed, is running, or was given up."""

    version: str
    state: str


@dataclass(frozen=True)
class LiveEnded:
    """The live session ended: how many frames left, and the digest over them (hex), as record number `record` says."""

    reason: str
    frames: int
    digest: str
    record: int | None


@dataclass(frozen=True)
class QuestionBegan:
    """The sound that follows is a spoken question about this item."""

    item: int


@dataclass(frozen=True)
class QuestionEnded:
    """It is over; `reason` is `silence` or `time` where it was said to its end."""

    item: int
    reason: str


Event = (
    Captured
    | Refusal
    | VoiceChanged
    | RecordingChanged
    | Marked
    | KeywordChanged
    | StopSaid
    | PowerChanged
    | CardChanged
    | UpdateChanged
    | LiveEnded
    | QuestionBegan
    | QuestionEnded
)

_MAKERS: Mapping[str, Callable[[dict[str, Any]], Event]] = {
    "item": parse_captured,
    "refusal": lambda fields: Refusal(fields["reason"], fields["trigger"], fields.get("detail", {})),
    "voice": lambda fields: VoiceChanged(fields["voice"]),
    "recording": lambda fields: RecordingChanged(fields["what"], fields["on"], fields["trigger"], fields.get("reason")),
    "mark": lambda fields: Marked(fields["record"], fields["trigger"]),
    "live": lambda fields: LiveEnded(fields["reason"], fields["frames"], fields["digest"], fields.get("record")),
    "question": lambda fields: (
        QuestionBegan(fields["item"])
        if fields["on"]
        else QuestionEnded(fields["item"], fields.get("reason", "internal"))
    ),
    "keyword": lambda fields: KeywordChanged(fields["keyword"]),
    "stop": lambda fields: StopSaid(fields["stopped"], fields["trigger"]),
    "power": lambda fields: PowerChanged(fields["state"], fields["reason"]),
    "card": lambda fields: CardChanged(fields["card"]),
    "update": lambda fields: UpdateChanged(fields["version"], fields["state"]),
}


def parse_event(body: bytes) -> Event | None:
    """An event; None where this version does not know its name. Raises wire.BadBody."""
    fields = wire.parse_json(body)
    name = fields.pop("event", None)
    if not isinstance(name, str) or name not in wire.EVENTS or name not in _MAKERS:
        return None
    wire.check_fields(fields, wire.EVENTS[name][0], strict=False)
    return _MAKERS[name](fields)
