"""The rings and the stream: no byte lost, doubled or out of order, and packets leave when they should."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st
from plainsight.stream import ByteStream, Ring

_STEPS = st.lists(st.tuples(st.sampled_from(["put", "take", "peek"]), st.integers(0, 40)), max_size=80)


@given(_STEPS, st.integers(1, 33))
def test_a_ring_is_a_queue_of_bytes(steps: list[tuple[str, int]], capacity: int) -> None:
    ring, model, written = Ring(capacity), b"", 0
    scratch = memoryview(bytearray(capacity))
    for step, count in steps:
        if step == "put":
            data = bytes((written + at) & 0xFF for at in range(count))
            taken = ring.put(data)
            assert taken == min(count, capacity - len(model))
            model += data[:taken]
            written += taken
        elif step == "take":
            out = bytearray(count)
            taken = ring.take(out)
            assert taken == min(count, len(model))
            assert out[:taken] == model[:taken]
            model = model[taken:]
        else:
            count = min(count, len(model))
            assert ring.peek(count, scratch) == model[:count]
            ring.drop(count)
            model = model[count:]
        assert (ring.used(), ring.free()) == (len(model), capacity - len(model))


def _stream() -> ByteStream:
    return ByteStream(32, 32)


def test_reading_tells_wait_from_end() -> None:
    """TLS takes 0 for a closed connection, so an empty stream says None."""
    stream, out = _stream(), bytearray(8)
    assert stream.readinto(out) is None
    stream.incoming.put(b"abc")
    stream.end()
    assert stream.readinto(out) == 3
    assert out[:3] == b"abc"
    assert stream.readinto(out) == 0


def test_writing_into_a_full_stream_says_wait_and_after_the_end_goes_nowhere() -> None:
    """0 would lose the bytes."""
    stream = _stream()
    assert stream.write(bytes(40)) == 32
    assert stream.write(b"x") is None
    stream.end()
    assert stream.write(b"xyz") == 3
    assert stream.outgoing.used() == 32


def test_only_full_packets_are_due_until_a_push() -> None:
    stream = _stream()
    stream.write(bytes(25))
    assert stream.due(10) == 10
    stream.sent(10)
    stream.sent(10)
    assert stream.due(10) == 0
    stream.push()
    assert stream.due(10) == 5
    stream.write(bytes(1))
    assert stream.due(10) == 6
    stream.sent(6)
    stream.write(bytes(3))
    assert stream.due(10) == 0


def test_reading_wakes_the_bearer_that_waits_for_room_to_grant() -> None:
    stream = _stream()
    stream.incoming.put(b"abc")
    stream.work.clear()
    stream.readinto(bytearray(8))
    assert stream.work.is_set()


async def test_the_end_wakes_every_waiter() -> None:
    stream = _stream()
    stream.write(b"x")
    events = (stream.writable, stream.readable, stream.work)
    waits = [stream.read_exactly(bytearray(4)), *(event.wait() for event in events)]
    waiting = [asyncio.ensure_future(each) for each in waits]
    await asyncio.sleep(0)
    stream.end()
    done = await asyncio.wait_for(asyncio.gather(*waiting), 5)
    assert done[0] is False


async def test_read_exactly_takes_no_byte_too_many() -> None:
    stream, out = _stream(), bytearray(4)
    stream.incoming.put(b"abcdef")
    assert await stream.read_exactly(out)
    assert out == b"abcd"
    assert stream.incoming.used() == 2
