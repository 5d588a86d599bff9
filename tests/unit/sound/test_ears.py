"""One microphone for several that hear: each gets all of it, only what it may, and the last one leaves silence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import plainsight
import pytest
from plainsight.errors import Refused
from plainsight.sound.decimator import Decimator
from plainsight.sound.ears import Ear, Ears
from plainsight.sound.microphone import BLOCK_SAMPLES, Microphone


class Microphones:
    """In the place of sound/microphone.py: hears the numbers 1, 2, 3 … in blocks, while it may."""

    def __init__(self) -> None:
        self.listen = self.send = True
        self.is_open = self.fails = False
        self.waiting = 0  # blocks that have come
        self.counted = 0
        self.opened = 0

    def allowed(self) -> bool:
        return self.listen

    def may_send(self) -> bool:
        return self.send

    def open(self) -> None:
        if self.fails:
            raise Refused("microphone_failed")
        self.is_open = True
        self.opened += 1

    def close(self) -> None:
        self.is_open = False

    def read_into(self, block: memoryview) -> int:
        if not self.waiting:
            return 0
        self.waiting -= 1
        self.counted += 1
        block[0] = self.counted
        return 1 + self.counted % BLOCK_SAMPLES

    def wipe(self, view: bytearray) -> None:
        view[:] = bytes(len(view))


class Room:
    """Ears over a microphone that the test speaks into."""

    def __init__(self) -> None:
        self.microphone = Microphones()
        self.ears = Ears(self.microphone, self.microphone, self.microphone)  # pyright: ignore[reportArgumentType]

    def open(self, *, leaves: bool = False) -> Ear:
        ear = self.ears.ear(leaves)
        ear.open()
        return ear

    def say(self, blocks: int) -> None:
        self.microphone.waiting += blocks

    @property
    def memory(self) -> bytes:
        return bytes(self.ears._ring)


def heard(ear: Ear) -> list[int]:
    """The numbers of the blocks that have come."""
    numbers: list[int] = []
    while samples := ear.next():
        assert samples == 1 + ear.block[0]
        numbers.append(ear.block[0])
    return numbers


@pytest.fixture
def room() -> Room:
    return Room()


def refusal(room: Room, *, leaves: bool) -> str:
    with pytest.raises(Refused) as refused:
        room.open(leaves=leaves)
    return refused.value.code


def test_each_hears_everything_from_when_it_came_in_whatever_the_others_do(room: Room) -> None:
    first = room.open()
    room.say(3)
    assert heard(first) == [1, 2, 3]
    second = room.open(leaves=True)
    assert heard(second) == [], "not what was said before"
    room.say(2)
    assert heard(second) == [4, 5]
    assert heard(first) == [4, 5]
    room.say(1)
    assert (heard(first), heard(second)) == ([6], [6])
    assert room.microphone.opened == 1


def test_what_waited_is_skipped_for_one_and_not_for_the_others(room: Room) -> None:
    first, second = room.open(), room.open()
    room.say(5)
    second.skip()
    room.say(1)
    assert heard(second) == [6]
    assert heard(first) == [1, 2, 3, 4, 5, 6]


def test_who_is_too_late_loses_the_oldest_and_knows(room: Room) -> None:
    late, quick = room.open(), room.open()
    room.say(100)
    assert heard(quick) == list(range(1, 101))
    numbers = heard(late)
    assert numbers == list(range(101 - len(numbers), 101))
    assert late.lost_blocks == 100 - len(numbers)
    assert len(numbers) * BLOCK_SAMPLES >= 0.7 * 16_000


@pytest.mark.promise(6)
@pytest.mark.parametrize(
    ("listen", "send", "leaves", "opens"),
    [
        (False, False, True, False),
        (False, False, False, False),
        (True, False, True, False),
        (True, False, False, True),
        (True, True, True, True),
        (True, True, False, True),
    ],
)
def test_nobody_hears_without_the_policy_that_its_use_needs(
    room: Room, listen: bool, send: bool, leaves: bool, opens: bool
) -> None:
    room.microphone.listen, room.microphone.send = listen, send
    if opens:
        assert room.open(leaves=leaves).is_open
    else:
        assert refusal(room, leaves=leaves) == "voice_off"
    assert room.microphone.opened == opens


@pytest.mark.promise(6)
def test_a_withdrawal_of_half_a_yes_ends_what_leaves_and_not_what_stays(room: Room) -> None:
    stays, leaves = room.open(), room.open(leaves=True)
    room.say(2)
    assert heard(stays) == [1, 2]
    room.microphone.send = False
    assert leaves.next() == 0, "not even what waits for it"
    assert (leaves.is_open, stays.is_open, room.microphone.is_open) == (False, True, True)
    room.microphone.send = True
    room.say(1)
    assert (leaves.next(), heard(stays)) == (0, [3]), "a yes does not open it again by itself"


@pytest.mark.promise(6)
@pytest.mark.parametrize("how", ["no", "closed", "restart"])
def test_when_nobody_hears_any_more_the_microphone_is_let_go_and_nothing_stays(room: Room, how: str) -> None:
    first, second = room.open(), room.open()
    room.say(40)
    heard(second)
    assert any(room.memory)
    if how == "no":
        room.microphone.listen = False
        assert first.next() == 0
    elif how == "restart":
        room.ears.all_leave()
    else:
        first.close()
        first.close()
        assert room.microphone.is_open
        assert any(room.memory), "the other one hears on"
        second.close()
    assert not room.microphone.is_open
    assert not any(room.memory)
    assert not second.is_open
    assert not any(first.block)
    assert not any(second.block)


def test_a_microphone_that_fails_ends_it_for_all_and_can_be_tried_again(room: Room) -> None:
    first, second = room.open(), room.open()
    room.microphone.close()
    assert first.next() == 0
    assert not second.is_open
    room.microphone.fails = True
    assert refusal(room, leaves=False) == "microphone_failed"
    room.microphone.fails = False
    first.open()
    first.open()
    room.say(1)
    assert heard(first) == [1]
    first.close()
    assert not room.microphone.is_open


@pytest.mark.promise(6)
@pytest.mark.promise(6)
def test_who_heard_through_a_microphone_that_was_closed_does_not_hear_through_the_next(room: Room) -> None:
    """A later yes opens it for who asks then, and for nobody who has not even noticed the no."""
    first, second = room.open(leaves=True), room.ears.ear(leaves=False)
    room.say(3)
    heard(first)
    room.microphone.close()
    second.open()
    assert not any(room.memory)
    room.say(1)
    assert (heard(second), heard(first), first.is_open) == ([4], [], False)


def test_the_decimator_forgets_every_bit(room: Room) -> None:
    def memory(decimator: Decimator) -> bytes:
        return bytes(decimator._bits) + decimator._middle.tobytes() + decimator._dc.tobytes()

    decimator = Decimator(64)
    fresh = memory(decimator)
    decimator.room()[:1000] = bytes(range(250)) * 4
    decimator.run(1000, bytearray(128))
    decimator.room()[:9] = b"half a one"[:9]
    assert memory(decimator) != fresh
    decimator.reset()
    assert memory(decimator) == fresh


@pytest.mark.promise(6)
def test_closing_the_microphone_forgets_what_its_decimator_holds() -> None:
    class Everything:
        """Board, clock, policy and input: always full, always yes."""

        microphone_is_pdm = True

        def us(self) -> int:
            return 0

        def diff(self, _end: int, _start: int) -> int:
            return 0

        def muted(self) -> bool:
            return False

        def may_listen(self) -> bool:
            return True

        def open_microphone(self, _: int) -> Everything:
            return self

        def readinto(self, buffer: memoryview) -> int:
            buffer[:] = b"\x37" * len(buffer)
            return len(buffer)

        def deinit(self) -> None:
            pass

    every = Everything()
    microphone = Microphone(every, every, every)  # pyright: ignore[reportArgumentType]
    microphone.open()
    microphone.read_into(bytearray(2 * BLOCK_SAMPLES))
    decimator = microphone._decimator
    assert decimator is not None
    assert 0x37 in decimator._bits
    microphone.close()
    assert set(decimator._bits) == {0x55}


def test_hearing_allocates_nothing_under_micropython() -> None:
    path = f"{Path(plainsight.__file__).parents[1]}{os.pathsep}.frozen"
    script = Path(__file__).parent / "on_micropython" / "locked_ears.py"
    command = [str(Path(sys.executable).with_name("micropython")), str(script)]
    done = subprocess.run(command, env={"MICROPYPATH": path}, capture_output=True, text=True, timeout=100, check=False)
    assert done.stdout == "ok\n", done.stdout + done.stderr
