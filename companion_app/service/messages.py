"""What the app and the process that shows what is live say to each other: one JSON object a line, each way.

The app says `show` (at every change and as a sign of life) and `end`; the service says `stop` and `shown`. Both ends
check what they read as if it came from outside: the channel is private, a damaged line must still do no harm.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar

MOST_BYTES = 32_768
"""More than five texts of the greatest length take, each character as the twelve bytes of two escapes."""
_MOST_CHARACTERS = 500


class BadMessage(ValueError):
    """A line is none of the messages; `fault` says why. Never shown to a person: the channel is closed on it."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True)
class Show:
    """Show this. `gone` and `silent` are what to say in its place if the app ends without `End`, or says nothing."""

    SAYS: ClassVar[str] = "show"
    title: str
    body: str
    button: str
    gone: str
    silent: str


@dataclass(frozen=True)
class End:
    """Nothing is live any more: take the notice back and end."""

    SAYS: ClassVar[str] = "end"


@dataclass(frozen=True)
class Stop:
    """The button was touched: end everything that is live."""

    SAYS: ClassVar[str] = "stop"


@dataclass(frozen=True)
class Shown:
    """The notice is on the screen, or `fault` says why not."""

    SAYS: ClassVar[str] = "shown"
    fault: str


Message = Show | End | Stop | Shown
_KINDS: dict[object, type[Message]] = {kind.SAYS: kind for kind in (Show, End, Stop, Shown)}


def encode(message: Message) -> bytes:
    """One line, its end included; texts are cut to what the other end takes."""
    texts = {name: text[:_MOST_CHARACTERS] for name, text in asdict(message).items()}
    return json.dumps({"says": message.SAYS, **texts}).encode() + b"\n"


def decode(line: bytes) -> Message:
    """The message of a line. Raises BadMessage."""
    try:
        value: Any = json.loads(line)
    except ValueError as error:
        raise BadMessage("no JSON") from error
    except RecursionError as error:
        raise BadMessage("nested too deeply") from error
    if not isinstance(value, dict):
        raise BadMessage("no object")
    texts: dict[str, object] = dict(value)  # pyright: ignore[reportUnknownArgumentType]
    says = texts.pop("says", None)
    kind = _KINDS.get(says) if isinstance(says, str) else None
    if kind is None:
        raise BadMessage("unknown kind")
    if set(texts) != {field.name for field in fields(kind)}:
        raise BadMessage("other fields")
    if not all(isinstance(text, str) and len(text) <= _MOST_CHARACTERS for text in texts.values()):
        raise BadMessage("no text, or too long")
    return kind(**texts)  # pyright: ignore[reportArgumentType]
