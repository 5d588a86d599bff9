"""What a record in words is, and how its fields are read: a damaged ledger may hold anything under a known name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from companion_app.plain_text import plain_text

_MOST_CHARACTERS = 160

Data = Mapping[str, Any]


class Group(StrEnum):
    """What a record is about; the filters of the Ledger page."""

    TAKEN = "taken"
    LEFT = "left"
    BACK = "back"
    ANSWERS = "answers"
    DEVICES = "devices"
    TROUBLE = "trouble"
    OTHER = "other"


@dataclass(frozen=True)
class Told:
    """One record in words; `detail` may be empty. The sign only stands beside them."""

    title: str
    detail: str = ""


@dataclass(frozen=True)
class Kind:
    """How records of one kind are told, and among what."""

    group: Group
    icon: str
    tell: Callable[[Data], Told]


def text(data: Data, name: str) -> str:
    """A field as words that are safe to show; empty where there is none."""
    value = data.get(name)
    return "" if value is None else plain_text(str(value), _MOST_CHARACTERS)


def number(data: Data, name: str) -> int:
    """A field as a number; 0 where it is none."""
    value = data.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def inside(data: Data, name: str) -> Data:
    """A field that holds fields; empty where it does not."""
    value = data.get(name)
    return cast("Data", value) if isinstance(value, dict) else {}


def joined(*sentences: str) -> str:
    """Those that are not empty, one after another."""
    return " ".join(sentence for sentence in sentences if sentence)
