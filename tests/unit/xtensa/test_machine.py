"""What the machine refuses, what it counts, and what its cycle model makes of that."""

from __future__ import annotations

import pytest

from host_tools.xtensa.cycles import CycleModel
from host_tools.xtensa.errors import Fault, OutOfMemory, UnknownInstruction, UnsupportedCode
from host_tools.xtensa.machine import Machine
from tests.unit.xtensa.assembling import FIRST, RESULT, SECOND, bri12, function, ri16, rri8, rrr, rrrn

D, S, T = RESULT, FIRST, SECOND
LOAD8, LOAD16, LOAD32 = rri8(0, S, D, 0), rri8(1, S, D, 0), rri8(2, S, D, 0)
STORE8, STORE16, STORE32 = rri8(4, S, T, 0), rri8(5, S, T, 0), rri8(6, S, T, 0)
RETURN_ZERO = rrrn(12, 0, D, 0)
FREE = CycleModel(0, 0, 0, 0)


@pytest.mark.parametrize(("size", "load", "store"), [(1, LOAD8, STORE8), (2, LOAD16, STORE16), (4, LOAD32, STORE32)])
@pytest.mark.parametrize("length", [1, 2, 3, 4, 5, 6, 7, 8, 20])
def test_only_what_lies_whole_in_a_buffer_can_be_reached(size: int, load: bytes, store: bytes, length: int) -> None:
    machine = Machine(8192)
    place = machine.buffer(length)
    read, write = function(load, machine), function(store + RETURN_ZERO, machine)
    for at in range(-5, length + 5):
        inside = at >= 0 and at + size <= length and at % size == 0
        for act in (read, write):
            if inside:
                act(place.address + at, 1)
            else:
                with pytest.raises(Fault, match="multiple of" if at % size else "no buffer"):
                    act(place.address + at, 1)


@pytest.mark.parametrize("store", [STORE8, STORE16, STORE32])
def test_a_read_only_buffer_is_read_and_not_written(store: bytes) -> None:
    machine = Machine(8192)
    place = machine.buffer(b"\x01\x02\x03\x04", writable=False)
    assert function(LOAD32, machine)(place) == 0x0403_0201
    with pytest.raises(Fault, match=r"writes .* read-only"):
        function(store + RETURN_ZERO, machine)(place, 9)
    assert place.read() == b"\x01\x02\x03\x04"
    assert place.view.readonly


@pytest.mark.parametrize("address", [0, 4, 0x800, 8192, 2**31, 2**32 - 4])
def test_there_is_nothing_outside(address: int) -> None:
    with pytest.raises(Fault, match=f"at {address:#x}, which lies in no buffer"):
        function(LOAD32)(address)


def test_memory_ends() -> None:
    machine = Machine(8192)
    with pytest.raises(OutOfMemory):
        machine.buffer(5000)
    machine.buffer(1000)


def test_a_register_that_nothing_has_set_is_not_used() -> None:
    with pytest.raises(Fault, match="nothing has set"):
        function(rrrn(13, 0, 14, D))(1)


TABLE = rrrn(8, 1, 2, 7) + rrrn(8, 3, 7, 7) + rrrn(8, 0, 7, 7)  # from the function object to the runtime's table
NO_ARGUMENTS = rrrn(12, 0, 10, 0) + rrrn(12, 0, 11, 0) + rrrn(12, 0, 12, 0)


@pytest.mark.parametrize("register", [8, 9, 11, 12, 13, 14, 15])
def test_a_call_leaves_its_result_and_takes_every_other_register_of_the_callee(register: int) -> None:
    convert = NO_ARGUMENTS + TABLE + rri8(2, 7, S, 3) + rrr(0, 0, 0, S, 0xE)
    assert function(convert + rrrn(13, 0, 10, D))(1) == 0
    uses = (
        rri8(12, register, D, 0),
        bri12(register, 0, 1, 1) + rrrn(12, 0, D, 0),
        rri8(1, register, 10, 1, 7) + rrrn(12, 0, D, 0),
        rri8(2, register, 10, 1, 7) + rrrn(12, 0, D, 0),
    )
    for use in uses:
        with pytest.raises(Fault, match="nothing has set"):
            function(rrrn(12, 5, register, 0) + convert + use)(1)


def test_what_only_micropython_could_answer_is_refused() -> None:
    with pytest.raises(UnsupportedCode, match="jx"):
        function(rrr(0, 0, 0, S, 0xA))
    with pytest.raises(UnsupportedCode, match="an address on the stack"):
        function(rri8(12, 1, D, 16))
    with pytest.raises(UnsupportedCode, match="outside the code"):
        function(ri16(D, -0x4000))
    with pytest.raises(UnsupportedCode, match="into the middle"):
        function(bri12(S, 0, 1, 0) + rrr(0, 1, D, S, T))
    with pytest.raises(UnknownInstruction, match="000003"):
        function(b"\x03\x00\x00")


@pytest.mark.parametrize(
    ("entry", "name"), [(7, "load_global"), (18, "binary_op"), (32, "nlr_push"), (60, "function 60")]
)
def test_a_call_that_only_a_whole_micropython_answers_is_a_fault_that_names_it(entry: int, name: str) -> None:
    call = rri8(2, 7, S, entry) + rrr(0, 0, 0, S, 0xE)
    with pytest.raises(Fault, match=f"calls {name}"):
        function(NO_ARGUMENTS + TABLE + call)(1)


def test_it_counts_over_all_calls_and_functions() -> None:
    machine = Machine(8192)
    first, second = function(rrrn(13, 0, S, D), machine), function(rrrn(13, 0, T, D) * 3, machine)
    first(1, 2)
    assert first.instructions == 3 + 1 + 1
    first(1, 2)
    second(1, 2)
    assert (first.instructions, second.instructions) == (10, 7)


def loop(model: CycleModel) -> int:
    """Cycles of five turns of three instructions: 1 load, 1 use of it, 1 branch that is taken four times."""
    machine = Machine(8192)
    place = machine.buffer(b"\x05\x00\x00\x00")
    turn = LOAD32 + rrr(0, 12, T, T, D) + bri12(T, 1, 1, -10)
    found = function(turn, machine, model)
    found(place, 25)
    once = found.cycles
    found(place, 25)
    assert found.cycles == 2 * once
    return once


def test_time_is_what_the_model_makes_of_the_counts() -> None:
    # entry, two loads of operands; five turns; retw
    assert loop(CycleModel(1, 0, 0, 0)) == 3 + 5 * 3 + 1
    # the load in each turn, used by the subtraction at once; of the operands' loads the first turn's load uses none
    assert loop(CycleModel(0, 1, 0, 0)) == 5
    # four branches back, and the return
    assert loop(CycleModel(0, 0, 1, 0)) == 4 + 1
    assert loop(CycleModel(0, 0, 0, 1)) == 0
    assert loop(CycleModel()) == 19 + 5 + 2 * 5


def test_a_jump_into_a_word_that_ends_too_soon_may_cost_more() -> None:
    # The head of the loop, three bytes, lies at 3 + 4 = 7: across words. A narrow instruction before puts it at 9.
    free = CycleModel(0, 0, 0, 0, target_across_words=1)
    for before, across in ((b"", 4), (rrrn(13, 0, S, S), 0)):
        found = function(before + rri8(12, T, T, -1) + bri12(T, 1, 1, -7), model=free)
        found(0, 5)
        assert found.cycles == across


def test_a_result_is_waited_for_across_blocks_too() -> None:
    """The load is the last of its block: the next begins where the branch leads."""
    machine = Machine(8192)
    place = machine.buffer(b"\x01\x00\x00\x00")
    # bnez s, +; movi d, 0; +: load d; loop head: addi d, d, -1; bnez d, head
    body = LOAD32 + rrrn(11, D, D, 0) + bri12(D, 1, 1, -6)
    found = function(body, machine, CycleModel(0, 1, 0, 0))
    found(place)
    assert found.cycles == 1
    place.view[0] = 3
    found(place)
    assert found.cycles == 2  # the two turns back wait for nothing


def test_the_model_changes_nothing_but_time() -> None:
    results = {function(rrr(0, 8, D, S, T), model=model)(40, 2) for model in (FREE, CycleModel(9, 9, 9, 9))}
    assert results == {42}
