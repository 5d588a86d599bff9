"""`python -m host_tools.xtensa` shows where cycles go, by instruction, block and source line."""

from __future__ import annotations

from pathlib import Path

import pytest

from host_tools.xtensa.__main__ import main
from host_tools.xtensa.lines import lines_of
from host_tools.xtensa.listing import by_line, summary
from host_tools.xtensa.machine import Machine

SOURCE = """
import micropython

@micropython.viper
def total(p: ptr8, n: int) -> int:
    found = 0  # 6
    while n:
        n -= 1  # 8
        if p[n] > 7:
            found += p[n]  # 10
        else:
            found -= 1
    for i in range(3):
        found += i  # 14
    return found
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("command") / "kernels.py"
    path.write_text(SOURCE)
    return path


def test_it_lists_the_functions_of_a_file(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(source)]) == 0
    name, size, unit = capsys.readouterr().out.split()
    assert (name, unit) == ("total", "bytes")
    assert int(size) > 100


def test_it_lists_every_instruction_under_its_line(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(source), "total", "--disassemble"]) == 0
    rows = capsys.readouterr().out.splitlines()
    head = next(index for index, row in enumerate(rows) if "p[n] > 7" in row)
    assert any("l8ui" in row for row in rows[head : head + 8])
    assert sum("retw" in row for row in rows) == 1


def test_it_runs_a_function_and_gives_each_line_its_cycles(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = source.with_name("bytes.bin")
    file.write_bytes(bytes([9, 1, 8, 2]))
    assert main([str(source), "total", "--call", f"@{file}", "4"]) == 0
    out = capsys.readouterr().out
    assert f"total returned {9 + 8 - 2 + 3}: " in out
    cycles = [int(row.split()[0]) for row in out.splitlines()[3:]]
    whole = int(out.split(" cycles (modelled)")[0].split()[-1])
    assert sum(cycles) == whole


def test_lines_take_what_ran_in_them(source: Path) -> None:
    machine = Machine()
    total = machine.load(source)["total"]
    total(machine.buffer(bytes([9] * 100)), 100)
    rows = {int(row.split()[2]): int(row.split()[0]) for row in by_line(total, source).splitlines()[2:]}
    assert rows[8] >= 100 * 3
    assert rows[10] > 100 * 5 > rows[12] == 0
    assert rows[14] < 100
    blocks = summary(total).splitlines()
    assert len(blocks) == len(total.blocks)
    assert "ran 100 times" in blocks[0]


def test_every_instruction_has_a_line_in_the_order_of_the_source(source: Path) -> None:
    total = Machine(8192).load(source)["total"]
    lines = lines_of(source, "total", total.blocks)
    assert set(lines) == {each.address for block in total.blocks for each in block.instructions}
    first_of = {line: min(address for address in lines if lines[address] == line) for line in set(lines.values())}
    assert sorted(first_of, key=lambda line: first_of[line]) == [0, 6, 7, 8, 9, 10, 12, 13, 14, 15]


def test_a_branch_that_the_marks_make_longer_stays_in_its_line(tmp_path: Path) -> None:
    """A jump back over 1.8 kB is one instruction; with the marks between it is two."""
    path = tmp_path / "long.py"
    body = "".join(f"        s += p[{index}] * 3\n" for index in range(62))
    path.write_text(
        f"import micropython\n@micropython.viper\ndef f(p: ptr8, n: int) -> int:\n    s = 0\n    while n:\n{body}"
        "        n -= 1\n    return s\n"
    )
    function = Machine(8192).load(path)["f"]
    lines = lines_of(path, "f", function.blocks)
    back = [block.last for block in function.blocks if block.taken is not None and block.taken < block.index]
    assert [lines[each.address] for each in back] == [5]


@pytest.mark.parametrize(
    "arguments",
    [
        ["missing.py"],
        ["missing.mpy"],
        ["{source}", "nothing"],
        ["{source}", "total", "--call", "3"],
        ["{source}", "total", "--call", "@missing", "3"],
        ["{source}", "total", "--call", "three", "3"],
        ["{source}", "total", "--call", *(["1"] * 17)],
    ],
)
def test_what_fails_is_one_line(
    source: Path, arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(source.parent)
    assert main([each.format(source=source) for each in arguments]) in (1, 2)
    printed = capsys.readouterr()
    assert not printed.out
    assert len(printed.err.splitlines()) == 1
