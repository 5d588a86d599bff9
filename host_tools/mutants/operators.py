"""The mutation that cosmic-ray lacks and that hurts a promise most: a statement that is simply not there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import parso
from cosmic_ray.operators.operator import Example, Operator

_HARMLESS = ("import_name", "import_from", "global_stmt", "nonlocal_stmt", "pass_stmt", "string", "keyword")


class DropStatement(Operator):
    """Replaces one simple statement (a call, an assignment, a raise, an await) with `pass`."""

    def mutation_positions(self, node: Any) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
        if node.type == "simple_stmt" and node.children[0].type not in _HARMLESS:
            yield node.children[0].start_pos, node.children[0].end_pos

    def mutate(self, node: Any, index: int) -> Any:
        replacement: Any = parso.parse("pass").children[0]
        replacement.prefix = node.children[0].get_first_leaf().prefix
        replacement.parent = node
        node.children[0] = replacement
        return node

    @classmethod
    def examples(cls) -> Sequence[Example]:
        return (Example("light_off()\n", "pass\n"),)


class Provider:
    """What the entry point `cosmic_ray.operator_providers` of this project offers."""

    _operators = {"DropStatement": DropStatement}

    def __iter__(self) -> Iterator[str]:
        return iter(self._operators)

    def __getitem__(self, name: str) -> type[Operator]:
        return self._operators[name]
