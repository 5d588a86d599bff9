"""Attribute buffers lose what MicroPython's lose, and say so."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from host_tools.simulator.radio.attributes import DEFAULT_BUFFER_BYTES, AttributeBuffer, Loss


def test_twenty_bytes_is_all_that_fits_unless_asked_for():
    buffer = AttributeBuffer()
    assert buffer.write_from_phone(bytes(21)) == Loss(overwritten=0, cut_off=1)
    assert buffer.read_by_firmware() == bytes(DEFAULT_BUFFER_BYTES)


def test_a_second_write_overwrites_what_nobody_read():
    buffer = AttributeBuffer()
    assert buffer.write_from_phone(b"first").total == 0
    assert buffer.write_from_phone(b"second") == Loss(overwritten=5, cut_off=0)
    assert buffer.read_by_firmware() == b"second"
    assert buffer.write_from_phone(b"third").total == 0


def test_a_value_stays_after_it_was_read():
    buffer = AttributeBuffer()
    buffer.write_from_phone(b"value")
    assert buffer.read_by_firmware() == b"value"
    assert buffer.read_by_firmware() == b"value"


def test_an_appending_buffer_keeps_both_and_is_emptied_by_reading():
    buffer = AttributeBuffer()
    buffer.set_buffer(8, append=True)
    assert buffer.write_from_phone(b"abcde").total == 0
    assert buffer.write_from_phone(b"fghij") == Loss(overwritten=0, cut_off=2)
    assert buffer.read_by_firmware() == b"abcdefgh"
    assert buffer.read_by_firmware() == b""


def test_the_firmware_can_write_more_than_the_buffer_holds():
    buffer = AttributeBuffer()
    buffer.write_from_firmware(bytes(100))
    assert buffer.value == bytes(100)
    assert buffer.write_from_phone(bytes(100)).total == 0


def test_what_the_firmware_wrote_is_no_loss_when_the_phone_replaces_it():
    buffer = AttributeBuffer()
    buffer.write_from_phone(b"unread")
    buffer.write_from_firmware(b"own")
    assert buffer.write_from_phone(b"x").total == 0


def test_a_new_buffer_is_empty():
    buffer = AttributeBuffer()
    buffer.write_from_phone(b"old")
    buffer.set_buffer(10, append=False)
    assert buffer.value == b""
    assert buffer.write_from_phone(b"new").total == 0


@given(capacity=st.integers(1, 64), writes=st.lists(st.one_of(st.none(), st.binary(max_size=40)), max_size=20))
def test_every_byte_is_read_or_counted_as_lost(capacity: int, writes: list[bytes | None]):
    """None stands for a read by the firmware."""
    for append in (False, True):
        buffer = AttributeBuffer()
        buffer.set_buffer(capacity, append)
        sent = read = lost = 0
        fresh = False
        for data in [*writes, None]:
            if data is None:
                value = buffer.read_by_firmware()
                read += len(value) if fresh or append else 0
                fresh = False
            else:
                sent += len(data)
                lost += buffer.write_from_phone(data).total
                fresh = True
            assert len(buffer.value) <= capacity
        assert sent == read + lost
