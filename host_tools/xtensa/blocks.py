"""A function's code in pieces that run from their first instruction to their last."""

from __future__ import annotations

from dataclasses import dataclass

from host_tools.xtensa.decoding import CONDITIONAL, RETURNS, Instruction, decode
from host_tools.xtensa.errors import UnsupportedCode


@dataclass(frozen=True)
class Block:
    """`taken` and `next` are the indices of the blocks that may follow: by the last instruction's jump, or after it."""

    index: int
    instructions: tuple[Instruction, ...]
    taken: int | None
    next: int | None

    @property
    def address(self) -> int:
        """Of the first instruction."""
        return self.instructions[0].address

    @property
    def last(self) -> Instruction:
        """The one that decides what follows."""
        return self.instructions[-1]

    @property
    def successors(self) -> tuple[int, ...]:
        """What may follow."""
        return tuple(index for index in (self.taken, self.next) if index is not None)


def blocks_of(code: bytes) -> tuple[Block, ...]:
    """What can be reached from the function's first byte; constants between the instructions can't be."""
    instructions = _reachable(code)
    starts = {0}
    for each in instructions.values():
        if each.target is not None and each.name != "l32r":
            starts.add(each.target)
        if _ends(each):
            starts.add(each.end)
    return _assembled(instructions, starts)


def _ends(instruction: Instruction) -> bool:
    return instruction.name == "j" or instruction.name in CONDITIONAL or instruction.name in RETURNS


def _reachable(code: bytes) -> dict[int, Instruction]:
    found: dict[int, Instruction] = {}
    waiting = [0]
    while waiting:
        address = waiting.pop()
        while address not in found:
            each = found[address] = decode(code, address)
            if each.name in ("jx", "call0", "call4", "call8", "call12", "callx0", "callx4", "callx12"):
                raise UnsupportedCode(str(each), address)
            if each.target is not None and each.name != "l32r":
                waiting.append(each.target)
            if each.name == "j" or each.name in RETURNS:
                break
            address = each.end
    return found


def _assembled(instructions: dict[int, Instruction], starts: set[int]) -> tuple[Block, ...]:
    runs: list[list[Instruction]] = []
    for address in sorted(instructions):
        if address in starts or not runs or runs[-1][-1].end != address:
            runs.append([])
        runs[-1].append(instructions[address])
    index_of = {run[0].address: index for index, run in enumerate(runs)}
    blocks: list[Block] = []
    for index, run in enumerate(runs):
        last = run[-1]
        jumps = last.target is not None and last.name != "l32r"
        falls = last.name != "j" and last.name not in RETURNS
        taken = _index(index_of, last, last.target) if jumps else None
        blocks.append(Block(index, tuple(run), taken, _index(index_of, last, last.end) if falls else None))
    return tuple(blocks)


def _index(index_of: dict[int, int], last: Instruction, address: int | None) -> int:
    """The block at `address`; where none begins there, instructions overlap, which no compiler makes."""
    if address is None or address not in index_of:
        raise UnsupportedCode(f"{last}: a way into the middle of an instruction", last.address)
    return index_of[address]
