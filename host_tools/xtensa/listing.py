"""A function's code as a person reads it: where its modelled cycles go, by instruction, block and source line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from host_tools.xtensa.blocks import Block
from host_tools.xtensa.cycles import total
from host_tools.xtensa.lines import lines_of
from host_tools.xtensa.machine import Function


def listing(function: Function, source: Path | None = None) -> str:
    """Every block with its instructions, and the source lines they came from if `source` is given."""
    return "\n".join(_lines(function, source))


def summary(function: Function) -> str:
    """One line a block, the costliest first."""
    rows = sorted(function.blocks, key=lambda block: -_cycles(function, block))
    return "\n".join(_heading(function, block) for block in rows)


def by_line(function: Function, source: Path) -> str:
    """The function's source with the modelled cycles that each line took, once it has run."""
    of_line: Counter[int] = Counter()
    line_at = lines_of(source, function.name, function.blocks)
    for block in function.blocks:
        for line, cycles in _cycles_by_line(function, block, line_at):
            of_line[line] += cycles
    text = source.read_text().splitlines()
    whole = max(function.cycles, 1)
    rows = [f"{'cycles':>12}{'share':>8}  line"]
    rows.append(f"{of_line[0]:>12}{100 * of_line[0] / whole:>7.1f}%  before the body: arguments are checked, converted")
    lines = sorted(line for line in of_line if line)
    for line in range(lines[0], lines[-1] + 1) if lines else ():
        rows.append(f"{of_line[line]:>12}{100 * of_line[line] / whole:>7.1f}%  {line:>4}  {text[line - 1]}")
    return "\n".join(rows)


def _cycles_by_line(function: Function, block: Block, line_at: dict[int, int]) -> Iterator[tuple[int, int]]:
    index = block.index
    ran, jumped, time = function.runs[index], function.taken[index], function.times[index]
    for instruction, cost in zip(block.instructions, time.by_instruction, strict=True):
        yield line_at[instruction.address], cost * ran
    yield line_at[block.last.address], time.when_taken * jumped + time.when_not * (ran - jumped)


def _lines(function: Function, source: Path | None) -> Iterator[str]:
    size = sum(each.length for block in function.blocks for each in block.instructions)
    count = sum(len(block.instructions) for block in function.blocks)
    line_at = lines_of(source, function.name, function.blocks) if source else {}
    text = source.read_text().splitlines() if source else []
    yield f"{function.name}: {count} instructions, {size} bytes; modelled cycles on the left"
    line = 0
    for block in function.blocks:
        yield ""
        yield _heading(function, block)
        for instruction, cost in zip(block.instructions, function.times[block.index].by_instruction, strict=True):
            now = line_at.get(instruction.address, 0)
            if now != line:
                yield f"        {now:>4}  {text[now - 1].strip()}"
            line = now
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
