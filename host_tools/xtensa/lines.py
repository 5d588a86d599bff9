"""Which source line each instruction came from: a .mpy of viper code does not say, so it is found out.

A copy of the source with a store of its own number before each statement is compiled, too: the stores part the code by
line. Without them the instructions are the same but for the distances of jumps, so the two are laid side by side.
"""

from __future__ import annotations

import ast
import tempfile
from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path

from host_tools.xtensa.blocks import Block, blocks_of
from host_tools.xtensa.compiling import compiled
from host_tools.xtensa.decoding import Instruction
from host_tools.xtensa.mpy import read

_MARK = 0x5A_0000  # plus the line: too large for an instruction, so always a constant of the function's own
_OFFSET = 251
_MARK_LENGTH = 3  # instructions of a mark: base, number, store


def lines_of(source: Path, name: str, blocks: Sequence[Block]) -> dict[int, int]:
    """The line in `source` of the instruction at each address of the function `name`; 0: what goes before its body."""
    marked = _with_lines(_marked(source, name), name)
    plain = [each for block in blocks for each in block.instructions]
    matcher = SequenceMatcher(None, [_key(each) for each, _ in marked], [_key(each) for each in plain], autojunk=False)
    found: dict[int, int] = {}
    for first, second, count in matcher.get_matching_blocks():
        for step in range(count):
            found[plain[second + step].address] = marked[first + step][1]
    line = 0
    for each in plain:
        line = found.setdefault(each.address, line)
    return found


def _marked(source: Path, name: str) -> str:
    tree = ast.parse(source.read_text())
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            _mark_body(node)
    return ast.unparse(ast.fix_missing_locations(tree))


def _mark_body(node: ast.AST) -> None:
    for part in ("body", "orelse"):
        statements: list[ast.stmt] = getattr(node, part, [])
        marked: list[ast.stmt] = []
        for statement in statements:
            marked += [_mark(statement.lineno), statement]
            _mark_body(statement)
        if marked and part == "body" and isinstance(node, ast.While | ast.For):
            marked.append(_mark(node.lineno))  # the condition's code lies after the body's
        if marked:
            setattr(node, part, marked)


def _mark(line: int) -> ast.stmt:
    return ast.parse(f"ptr8(0)[{_OFFSET}] = {_MARK + line}").body[0]


def _with_lines(text: str, name: str) -> list[tuple[Instruction, int]]:
    """The marked function's instructions without the marks, each with its line."""
    with tempfile.TemporaryDirectory(prefix="plainsight-xtensa-") as folder:
        path = Path(folder) / "marked.py"
        path.write_text(text)
        code = read(compiled(path)).functions[name].content
    instructions = [each for block in blocks_of(code) for each in block.instructions]
    found: list[tuple[Instruction, int]] = []
    line = 0
    for index, each in enumerate(instructions):
        found.append((each, line))
        if each.name == "s8i" and each.immediate == _OFFSET and instructions[index - 1].name == "l32r":
            line = _number(code, instructions[index - 1]) - _MARK
            del found[-_MARK_LENGTH:]
    return found


def _number(code: bytes, load: Instruction) -> int:
    assert load.target is not None
    return int.from_bytes(code[load.target : load.target + 4], "little")


def _key(each: Instruction) -> tuple[object, ...]:
    """What the two versions of an instruction share."""
    return (each.name, each.destination, each.sources, each.immediate)
