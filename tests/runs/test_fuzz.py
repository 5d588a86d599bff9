"""A slice of the fuzz run: every parser in every interpreter, one input in a thousand. All: `--only fuzz`."""

from __future__ import annotations

from host_tools.runs import fuzz

_SEED = 20261122


async def test_whatever_comes_is_understood_or_refused() -> None:
    fed = await fuzz.run(1, _SEED)
    assert [crash for one in fed for crash in one.crashes] == []
    assert {one.name for one in fed} == set(fuzz.NAMES)
    assert [one.name for one in fed if not one.understood and one.inputs >= 30] == [], "nothing valid was ever tried"


def test_every_parser_is_in_the_run() -> None:
    assert fuzz.all_named()
