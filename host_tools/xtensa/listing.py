"""A function's code as a person reads it: where its modelled cycles go, by block and by instruction."""

from __future__ import annotations

from collections.abc import Iterator

from host_tools.xtensa.blocks import Block
from host_tools.xtensa.cycles import total
from host_tools.xtensa.machine import Function


def listing(function: Function) -> str:
    """Every block with its instructions; how often it ran and its share, once the function has run."""
    return "\n".join(_lines(function))


def summary(function: Function) -> str:
    """One line a block, the costliest first."""
    rows = sorted(function.blocks, key=lambda block: -_cycles(function, block))
    return "\n".join(_heading(function, block) for block in rows)


def _lines(function: Function) -> Iterator[str]:
    size = sum(each.length for block in function.blocks for each in block.instructions)
    count = sum(len(block.instructions) for block in function.blocks)
    yield f"{function.name}: {count} instructions, {size} bytes; modelled cycles on the left"
    for block in function.blocks:
        yield ""
        yield _heading(function, block)
        for instruction, cost in zip(block.instructions, function.times[block.index].by_instruction, strict=True):
            yield f"{cost:>6}  {instruction.address:04x}  {instruction}"


def _heading(function: Function, block: Block) -> str:
    time = function.times[block.index]
    text = f"block {block.address:#06x}: {time.each_time} cycles"
    if block.taken is not None:
        text += f", {time.when_taken} more when it jumps"
    if function.runs[block.index]:
        share = 100 * _cycles(function, block) / function.cycles
        text += f"; ran {function.runs[block.index]} times: {_cycles(function, block)} cycles, {share:.1f} %"
    return text


def _cycles(function: Function, block: Block) -> int:
    index = block.index
    return total([function.times[index]], [function.runs[index]], [function.taken[index]])
