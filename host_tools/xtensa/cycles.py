"""How long code takes on the ESP32-S3, MODELLED: what was counted, times what each thing is taken to cost.

The interpreter knows nothing of time: it counts how often each block ran and how often each branch was taken, and this
module turns counts into cycles. The chip has Tensilica's pipeline of five stages and issues at most one instruction a
cycle (ESP32-S3 Technical Reference Manual 1.8, 1.7; Xtensa ISA Reference Manual 2010, 8.4.2):

* every instruction: 1;
* what a load has just brought, used by the very next instruction: 1 more (it is there a stage later than it is wanted);
  the same is ASSUMED for the product of a 32-bit multiplication, of which no manual that can be read says anything;
* a jump or a branch that is taken: 2 more (two instructions that were fetched are thrown away);
* a call of MicroPython's runtime: 30 more, ASSUMED for the call, its register window and what it does.

`ACROSS_WORDS` also counts what the same manual says of a taken branch whose target lies across a fetch word: 1 more.
Left out: saving register windows, caches (native code and its data lie in RAM that needs none; a model in flash does
go through one), another master at the same bank of RAM, interrupts. Measured on no board: docs/measuring.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from host_tools.xtensa.blocks import Block
from host_tools.xtensa.decoding import LOADS, RETURNS, Instruction

CLOCK_HZ = 240_000_000
_SLOW_RESULTS = frozenset((*LOADS, "l32r", "mull", "muluh", "mulsh"))


@dataclass(frozen=True)
class CycleModel:
    """What each thing costs, in cycles."""

    instruction: int = 1
    result_used_at_once: int = 1
    taken_branch: int = 2
    runtime_call: int = 30
    target_across_words: int = 0


ACROSS_WORDS = CycleModel(target_across_words=1)
_FETCH_BYTES = 4


@dataclass(frozen=True)
class BlockTime:
    """`each_time` without, `when_taken` for what is added when the last instruction jumps, `when_not` when not."""

    each_time: int
    when_taken: int
    when_not: int
    by_instruction: tuple[int, ...]


def block_times(blocks: Sequence[Block], model: CycleModel) -> tuple[BlockTime, ...]:
    """What each block costs, for `total`."""
    return tuple(_time_of(block, blocks, model) for block in blocks)


def total(times: Sequence[BlockTime], runs: Sequence[int], taken: Sequence[int]) -> int:
    """Cycles of code whose blocks ran and jumped that often."""
    return sum(
        time.each_time * ran + time.when_taken * jumped + time.when_not * (ran - jumped)
        for time, ran, jumped in zip(times, runs, taken, strict=True)
    )


def _time_of(block: Block, blocks: Sequence[Block], model: CycleModel) -> BlockTime:
    costs: list[int] = []
    previous: Instruction | None = None
    for each in block.instructions:
        costs.append(_own_cost(each, model) + _wait(previous, each, model))
        previous = each
    if block.last.name in RETURNS:
        costs[-1] += model.taken_branch
    when_taken = 0 if block.taken is None else _jump(block, blocks[block.taken], model)
    when_not = 0 if block.next is None else _wait_across(block, blocks[block.next], model)
    return BlockTime(sum(costs), when_taken, when_not, tuple(costs))


def _own_cost(instruction: Instruction, model: CycleModel) -> int:
    return model.instruction + (model.runtime_call if instruction.name == "callx8" else 0)


def _jump(block: Block, target: Block, model: CycleModel) -> int:
    first = target.instructions[0]
    across = first.address % _FETCH_BYTES + first.length > _FETCH_BYTES
    return model.taken_branch + across * model.target_across_words + _wait_across(block, target, model)


def _wait_across(block: Block, follower: Block, model: CycleModel) -> int:
    return _wait(block.last, follower.instructions[0], model)


def _wait(previous: Instruction | None, instruction: Instruction, model: CycleModel) -> int:
    """What `instruction` waits for the result of the one before it."""
    if previous is None or previous.name not in _SLOW_RESULTS or previous.destination not in instruction.sources:
        return 0
    return model.result_used_at_once
