"""Server-sent events: the same events however the bytes were cut, and never more than the standard reads into them."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion_app.sharing.endpoints.sse import Event, SseReader


def read(*parts: bytes) -> list[Event]:
    """All events of these bytes."""
    reader = SseReader()
    return [event for part in parts for event in reader.feed(part)]


@pytest.mark.parametrize(
    ("stream", "events"),
    [
        (b"data: one\n\n", [Event("message", "one")]),
        (b"data:one\ndata: two\ndata:  three\n\n", [Event("message", "one\ntwo\n three")]),
        (b"event: ping\ndata\n\n", [Event("ping", "")]),
        (b": a comment\nid: 7\nretry: 10\nunknown: x\ndata: y\n\n", [Event("message", "y")]),
        (b"event: no data\n\ndata: next\n\n", [Event("message", "next")]),
        (b"data: unfinished", []),
        (b"data: unfinished\n", []),
        ("\ufeffdata: mark\n\n".encode(), [Event("message", "mark")]),
        ("data: \ufeff\n\n".encode(), [Event("message", "\ufeff")]),
        ("data: a\n\ufeffdata: b\n\n".encode(), [Event("message", "a")]),
        (b"data: \xff\n\n", [Event("message", "\ufffd")]),
        (b"data: a\r\ndata: b\rdata: c\n\r\n", [Event("message", "a\nb\nc")]),
        (b"data: a\r\rdata: b\r\n\r\n", [Event("message", "a"), Event("message", "b")]),
        (b"\n\n\ndata: late\n\n\n\n", [Event("message", "late")]),
    ],
)
def test_the_standards_rules(stream: bytes, events: list[Event]) -> None:
    assert read(stream) == events
    assert read(*(stream[at : at + 1] for at in range(len(stream)))) == events


def by_the_standard(stream: bytes) -> list[Event]:
    """The same rules once more, over the whole text at once."""
    text = stream.decode("utf-8", "replace").removeprefix("\ufeff")
    events: list[Event] = []
    name, data = "", []
    for line in re.split("\r\n|\n|\r", text)[:-1]:
        if not line:
            if data:
                events.append(Event(name or "message", "\n".join(data)))
            name, data = "", []
            continue
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            name = value
        elif field == "data":
            data.append(value)
    return events


PIECES = st.sampled_from(
    [b"data", b"event", b":", b" ", b"\n", b"\r", b"\r\n", b"\n\n", b"x", "ö".encode(), b"\xc3", "\ufeff".encode()]
)


@given(st.lists(PIECES, max_size=30).map(b"".join), st.lists(st.integers(0, 80), max_size=6))
def test_cutting_the_bytes_anywhere_changes_nothing(stream: bytes, cuts: list[int]) -> None:
    at = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    parts = [stream[begin:end] for begin, end in itertools.pairwise(at)]

    assert read(*parts) == read(stream) == by_the_standard(stream)


def test_a_long_line_in_small_parts_is_searched_once() -> None:
    """Linear in what arrives: half a million bytes in one line, fed by the hundred."""
    reader = SseReader()
    for _ in range(5000):
        assert reader.feed(b"x" * 100) == []
    assert reader._searched == 500_000
    assert reader.feed(b"\ndata: end\n\n") == [Event("message", "end")]
