"""A deploy that is cut off anywhere: what ran before runs, or the new one, or the REPL waits; a retry goes on."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from host_tools.cable.errors import CableLost
from host_tools.deploying import firmware_hash
from host_tools.deploying.manifest import Application, application
from tests.unit.deploying.bench import Board

_EVERY = bool(os.environ.get("PLAINSIGHT_EVERY_CUT"))  # each write and each act, which takes minutes
_SAMPLED = 3
_LAST = 6  # always: root, record and main.py


def chosen(count: int) -> list[int]:
    """Where to cut among `count` places."""
    if _EVERY:
        return list(range(count))
    seed = random.randrange(2**30)
    print("seed", seed)
    early = random.Random(seed).sample(range(count), min(_SAMPLED, count))
    return sorted({*early, *range(max(0, count - _LAST), count)})


def made(tree: Path) -> Application:
    return application(tree, "xiao_esp32s3", compiled=False, architecture=None)


def check_retried(board: Board, tree: Path) -> None:
    """The same command once more leaves exactly the application, and nothing else."""
    wanted = made(tree)
    done = board.deploy(tree)
    assert board.boot() == [f"runs {wanted.version}"]
    assert firmware_hash(board) == done.sha256 == wanted.sha256
    lying = set(board.files("/"))
    here = {f"/slots/{done.slot}/{path}" for path in wanted.slot} | {f"/{path}" for path in wanted.root}
    other = "b" if done.slot == "a" else "a"
    left = {path for path in lying - here if not path.startswith(f"/slots/{other}/")}
    assert left == {"/slots/record"}
    assert not [path for path in lying if path.endswith(".new")]


def check_root(board: Board, trees: list[Path]) -> None:
    """With main.py there, loader and boot.py are of one version; without it a board waits at its REPL."""
    lying = {path: board.get(path) for path in board.files("/") if path.startswith("/loader/") or path == "/boot.py"}
    wanted = [{f"/{path}": content for path, content in made(tree).root.items() if path != "main.py"} for tree in trees]
    assert "/main.py" not in board.files("/") or lying in wanted


def operations(board: Board, tree: Path, path: Path) -> int:
    """How many times a deploy programs or erases the flash."""
    copy = board.copy(path)
    copy.deploy(tree)
    copy.switch_off()
    return copy.flash.gauge.operations


def cut_everywhere(board: Board, trees: list[Path], folder: Path, may_run: list[list[str]]) -> None:
    """`trees`: the new application, and the one that runs."""
    tree = trees[0]
    for number in chosen(operations(board, tree, folder / "counted.img")):
        cut = board.copy(folder / f"{number}.img")
        cut.flash.gauge.cut_after(number, torn=bool(number % 2))
        with pytest.raises(CableLost):
            cut.deploy(tree)
        cut.power_on()
        assert cut.boot() in may_run, number
        check_root(cut, trees)
        check_retried(cut, tree)
        cut.switch_off()
        cut.flash.path.unlink()


@pytest.mark.timeout(900 if _EVERY else 120)
def test_the_power_goes_at_any_write_of_the_first_deploy(bare: Board, new: Path, tmp_path: Path) -> None:
    cut_everywhere(bare, [new], tmp_path, [[], ["runs 0.2.0"]])


@pytest.mark.timeout(900 if _EVERY else 120)
def test_the_power_goes_at_any_write_of_a_later_one(running: Board, new: Path, old: Path, tmp_path: Path) -> None:
    cut_everywhere(running, [new, old], tmp_path, [["runs 0.1.0"], [], ["runs 0.2.0"]])


@pytest.mark.parametrize("interruption", [CableLost("bench"), KeyboardInterrupt()])
def test_it_is_interrupted_at_any_act_on_the_board(
    running: Board, new: Path, old: Path, tmp_path: Path, interruption: BaseException
) -> None:
    acts = 0

    def count() -> None:
        nonlocal acts
        acts += 1

    whole = running.copy(tmp_path / "whole.img")
    whole.before_each = count
    whole.deploy(new)
    whole.switch_off()
    for number in chosen(acts - 1):
        board = running.copy(tmp_path / f"{number}.img")
        left = number

        def interrupt() -> None:
            nonlocal left
            left -= 1
            if left < 0 and (left == -1 or isinstance(interruption, CableLost)):
                raise interruption

        board.before_each = interrupt
        with pytest.raises(type(interruption)):
            board.deploy(new)
        if isinstance(interruption, KeyboardInterrupt):
            assert board.resets > 0, "it was left running what it can run"
        board.before_each = lambda: None
        assert board.boot() in (["runs 0.1.0"], [], ["runs 0.2.0"]), number
        check_root(board, [new, old])
        check_retried(board, new)
        board.switch_off()
        board.flash.path.unlink()
