"""Makes a Python function of an Xtensa one: the same values in the same registers, and counts of what ran.

Each block becomes its instructions' expressions, one line each, in a tree: a block that only one other leads to stands
where that one jumps, and so does a short way out that several lead to. What remains are the trees' roots, mostly the
heads of loops; `root` says which one is to run. A slot of the stack is a variable: no address of one is ever taken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from host_tools.xtensa.blocks import Block
from host_tools.xtensa.decoding import CONDITIONAL, LOADS, RETURNS, STORES, Instruction
from host_tools.xtensa.errors import UnsupportedCode
from host_tools.xtensa.memory import Memory
from host_tools.xtensa.semantics import CONDITIONS, EXPRESSIONS, SHIFT_AMOUNTS

_STACK_POINTER = 1
_SHORT = 6  # instructions of a block that may stand in several places
_VIEWS = {1: "bytes_", 2: "halves", 4: "words"}
_MASKS = {1: " & 0xFF", 2: " & 0xFFFF", 4: ""}
_LOST_IN_A_CALL = "a8 = a9 = a11 = a12 = a13 = a14 = a15 = lost"

# (a2, a3, a4, a5) in; out come a2, how often each block ran, and how often its last instruction jumped.
Compiled = Callable[[int, int, int, int], tuple[int, tuple[int, ...], tuple[int, ...]]]


class Lost:
    """What a register holds that a call has overwritten: no use of it is right."""

    def __bool__(self) -> bool:
        raise TypeError

    def __eq__(self, other: object) -> bool:
        raise TypeError

    def __hash__(self) -> int:
        raise TypeError


@dataclass(frozen=True)
class Translation:
    """`instruction_at[n]` is what line n of `source` does, for the lines that do one."""

    source: str
    run: Compiled
    instruction_at: dict[int, Instruction]


def translate(code: bytes, blocks: Sequence[Block], memory: Memory, call: Callable[..., int]) -> Translation:
    """`code`: with the constants among the instructions; `call`: the runtime's."""
    writer = _Writer(code, blocks)
    writer.function()
    source = "\n".join(writer.lines) + "\n"
    names: dict[str, Any] = {"call": call, "lost": Lost()}
    for size, view in _VIEWS.items():
        names |= {f"m{size}": getattr(memory, view), f"r{size}": memory.reading[size], f"w{size}": memory.writing[size]}
    exec(compile(source, SOURCE_NAME, "exec"), names)  # noqa: S102 - the source is made here, of decoded numbers
    return Translation(source, names["make"](*(names[name] for name in _PARAMETERS)), writer.instruction_at)


SOURCE_NAME = "<xtensa>"
_PARAMETERS = ("call", "lost", *(f"{kind}{size}" for size in _VIEWS for kind in "mrw"))


class _Writer:
    """Writes the source, line by line."""

    def __init__(self, code: bytes, blocks: Sequence[Block]) -> None:
        self._code = code
        self._blocks = blocks
        self._roots = _roots(blocks)
        self.lines: list[str] = []
        self.instruction_at: dict[int, Instruction] = {}

    def _line(self, depth: int, text: str, instruction: Instruction | None = None) -> None:
        self.lines.append(" " * depth + text)
        if instruction is not None:
            self.instruction_at[len(self.lines)] = instruction

    def function(self) -> None:
        """The whole of it: a loop over the roots within a function that holds the memory."""
        self._line(0, f"def make({', '.join(_PARAMETERS)}):")
        self._line(1, "def run(a2, a3, a4, a5):")
        counters = [f"n{block.index}" for block in self._blocks]
        counters += [f"t{block.index}" for block in self._blocks if block.last.name in CONDITIONAL]
        self._line(2, f"{' = '.join(counters)} = root = 0")
        self._line(2, "a0 = a1 = 0")
        self._line(2, "while True:")
        self._choice(3, sorted(self._roots))
        self._line(1, "return run")

    def _choice(self, depth: int, roots: Sequence[int]) -> None:
        """Finds the root to run by halves."""
        if len(roots) == 1:
            self._root(depth, roots[0])
            return
        middle = len(roots) // 2
        self._line(depth, f"if root < {roots[middle]}:")
        self._choice(depth + 1, roots[:middle])
        self._line(depth, "else:")
        self._choice(depth + 1, roots[middle:])

    def _root(self, depth: int, root: int) -> None:
        self._line(depth, "while True:")
        self._tree(depth + 1, root, root)

    def _tree(self, depth: int, index: int, root: int) -> None:
        """A block and what hangs from it; every way through it ends in a jump to a root, or a return."""
        block = self._blocks[index]
        self._line(depth, f"n{index} += 1")
        for instruction in block.instructions[:-1]:
            self._instruction(depth, instruction)
        last = block.last
        if last.name in CONDITIONAL:
            assert block.taken is not None
            assert block.next is not None
            self._line(depth, f"if {_filled(CONDITIONS[last.name], last)}:", last)
            self._line(depth + 1, f"t{index} += 1")
            self._go(depth + 1, block.taken, root)
            self._go(depth, block.next, root)
        elif last.name in RETURNS:
            self._line(depth, f"return {self._result()}", last)
        else:
            if last.name != "j":
                self._instruction(depth, last)
            follower = block.next if block.taken is None else block.taken
            assert follower is not None
            self._go(depth, follower, root)

    def _go(self, depth: int, index: int, root: int) -> None:
        if index == root:
            self._line(depth, "continue")
        elif index in self._roots:
            self._line(depth, f"root = {index}")
            self._line(depth, "break")
        else:
            self._tree(depth, index, root)

    def _result(self) -> str:
        runs = "".join(f"n{block.index}, " for block in self._blocks)
        taken = "".join(f"{_taken_counter(block)}, " for block in self._blocks)
        return f"a2, ({runs}), ({taken})"

    def _instruction(self, depth: int, each: Instruction) -> None:
        if (text := self._statement(each)) is not None:
            self._line(depth, text, each)
        if each.name == "callx8":
            self._line(depth, _LOST_IN_A_CALL)

    def _statement(self, each: Instruction) -> str | None:
        if _STACK_POINTER in each.sources or each.destination == _STACK_POINTER or each.name == "entry":
            return _stack_statement(each)
        if each.name in LOADS:
            size = LOADS[each.name]
            value = f"m{size}[r{size}[{_address(each)}]]"
            return f"a{each.destination} = {value if each.name != 'l16si' else _sign_extended(value)}"
        if each.name in STORES:
            size = STORES[each.name]
            return f"m{size}[w{size}[{_address(each)}]] = a{each.sources[1]}{_MASKS[size]}"
        if each.name == "l32r":
            return f"a{each.destination} = {self._literal(each)}"
        if each.name == "extui":
            return f"a{each.destination} = a{each.sources[0]} >> {each.immediate & 255} & {_ones(each.immediate >> 8)}"
        if each.name in SHIFT_AMOUNTS:
            return f"sar = {_filled(SHIFT_AMOUNTS[each.name], each)}"
        if each.name == "callx8":
            return f"a10 = call(a{each.sources[0]}, a10, a11, a12)"
        if each.name == "nop":
            return None
        return f"a{each.destination} = {_filled(EXPRESSIONS[each.name], each)}"

    def _literal(self, each: Instruction) -> int:
        assert each.target is not None
        if not 0 <= each.target <= len(self._code) - 4:
            raise UnsupportedCode(f"{each}: a constant outside the code", each.address)
        return int.from_bytes(self._code[each.target : each.target + 4], "little")


def _roots(blocks: Sequence[Block]) -> set[int]:
    """The first block, heads of loops, and what several lead to unless it is a short way out."""
    ways_in = Counter(index for block in blocks for index in block.successors)
    loops = {index for block in blocks for index in block.successors if index <= block.index}
    joins = {
        index
        for index, count in ways_in.items()
        if count > 1 and (len(blocks[index].instructions) > _SHORT or blocks[index].last.name not in RETURNS)
    }
    return {0} | loops | joins


def _taken_counter(block: Block) -> str:
    if block.last.name in CONDITIONAL:
        return f"t{block.index}"
    return f"n{block.index}" if block.taken is not None else "0"


def _stack_statement(each: Instruction) -> str | None:
    """A stack slot is a variable that its offset names."""
    if each.name == "entry" and each.sources == (_STACK_POINTER,):
        return None
    if each.name == "s32i" and each.sources[0] == _STACK_POINTER != each.sources[1]:
        return f"s{each.immediate} = a{each.sources[1]}"
    if each.name == "l32i" and each.destination != _STACK_POINTER:
        return f"a{each.destination} = s{each.immediate}"
    raise UnsupportedCode(f"{each}: an address on the stack", each.address)


def _filled(template: str, each: Instruction) -> str:
    s, t = (*(f"a{source}" for source in each.sources), "", "")[:2]
    unsigned = each.immediate & 0xFFFF_FFFF
    signed_constant = each.name in CONDITIONAL or each.name == "addi"
    return template.format(s=s, t=t, i=each.immediate if signed_constant else unsigned, u=unsigned)


def _address(each: Instruction) -> str:
    return f"a{each.sources[0]} + {each.immediate}" if each.immediate else f"a{each.sources[0]}"


def _sign_extended(half: str) -> str:
    return f"(({half} ^ 0x8000) - 0x8000) & 0xFFFFFFFF"


def _ones(bits: int) -> int:
    return (1 << bits) - 1
