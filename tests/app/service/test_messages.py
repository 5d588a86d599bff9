"""The lines between app and service: what is said is heard as it was, and nothing else is believed."""

from __future__ import annotations

import asyncio
import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion_app.service.channel import Channel
from companion_app.service.messages import MOST_BYTES, BadMessage, End, Show, Shown, Stop, decode, encode

SHOW = Show("Live now", "A clip", "Stop", "gone", "silent")
TEXT = st.text(max_size=500)


@given(
    st.one_of(st.builds(Show, TEXT, TEXT, TEXT, TEXT, TEXT), st.just(End()), st.just(Stop()), st.builds(Shown, TEXT))
)
def test_what_is_said_is_heard(message: Show | End | Stop | Shown) -> None:
    line = encode(message)
    assert line.count(b"\n") == 1
    assert decode(line) == message


def test_long_texts_are_cut_so_that_their_line_is_read() -> None:
    line = encode(Show(*["\N{GRINNING FACE}" * 5000] * 5))
    assert len(line) <= MOST_BYTES
    assert decode(line) == Show(*["\N{GRINNING FACE}" * 500] * 5)


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ([], "no object"),
        ({"says": "dance"}, "unknown kind"),
        ({"says": ["show"]}, "unknown kind"),
        ({"says": "stop", "title": "x"}, "other fields"),
        ({"says": "shown"}, "other fields"),
        ({"says": "shown", "fault": 1}, "no text, or too long"),
        ({"says": "shown", "fault": "x" * 501}, "no text, or too long"),
    ],
)
def test_nonsense_is_refused(value: object, fault: str) -> None:
    with pytest.raises(BadMessage) as caught:
        decode(json.dumps(value).encode())
    assert caught.value.fault == fault


@given(st.binary(max_size=200))
def test_no_line_does_more_than_be_refused(line: bytes) -> None:
    with contextlib.suppress(BadMessage):
        decode(line)


@pytest.mark.parametrize(
    "told", [b"", b'{"says": "stop"', b"nonsense\n", b"x" * (2 * MOST_BYTES) + b"\n", b"[" * 4000 + b"\n"]
)
async def test_a_line_that_breaks_off_or_is_nonsense_is_the_other_side_s_end(told: bytes) -> None:
    reader = asyncio.StreamReader(Channel.LIMIT)
    reader.feed_data(told)
    reader.feed_eof()
    assert await Channel(reader, None).read() is None  # type: ignore[arg-type]
