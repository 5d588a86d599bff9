"""Server-sent events out of bytes, as WHATWG's HTML standard (section 9.2.6) reads them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LINE_END = re.compile(rb"\r\n|\n|\r")
_CR, _LF = 0x0D, 0x0A
_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True)
class Event:
    """One event: its name ("message" where it has none) and its data, lines joined by a line feed."""

    name: str
    data: str


class SseReader:
    """Feed bytes however they were cut; complete events come out. What an answer's end leaves unfinished is no event.

    It holds one unfinished event at most: bounding all that is fed bounds the memory."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._searched = 0
        self._after_cr = False
        self._first_line = True
        self._name = ""
        self._data: list[str] = []

    def feed(self, part: bytes) -> list[Event]:
        """The events that `part` completes."""
        if self._after_cr and part:
            # A CR ended a line at once; the LF of its pair may only come with the next bytes.
            part = part[1:] if part[0] == _LF else part
            self._after_cr = False
        self._rest += part
        events: list[Event] = []
        start = 0
        for end in _LINE_END.finditer(self._rest, self._searched):
            event = self._line(self._rest[start : end.start()].decode("utf-8", "replace"))
            start = end.end()
            if event is not None:
                events.append(event)
        if start and start == len(self._rest):
            self._after_cr = self._rest[-1] == _CR
        del self._rest[:start]
        self._searched = len(self._rest)
        return events

    def _line(self, line: str) -> Event | None:
        """Take one line in; the event, where an empty line completes one that has data."""
        if self._first_line:
            self._first_line = False
            line = line.removeprefix(_BYTE_ORDER_MARK)
        if not line:
            return self._dispatch()
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            self._name = value
        elif name == "data":
            self._data.append(value)
        return None

    def _dispatch(self) -> Event | None:
        event = Event(self._name or "message", "\n".join(self._data)) if self._data else None
        self._name = ""
        self._data = []
        return event
