"""The probe's firmware onto a board that keeps what it gets, or does not."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import pytest

from host_tools.cable.errors import BoardConfused, CableLost
from host_tools.harness.probe import install as module
from host_tools.harness.probe.errors import GlassesOnPort, NotAProbe
from host_tools.harness.probe.probe import Hello

HELLO = Hello("1.0", "test", "simulated", 5)


class Cable:
    """A board's files; `spoils` is kept wrong, `lost_at` is where the plug is pulled."""

    port = "/dev/probe"

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}
        self.order: list[str] = []
        self.spoils = self.lost_at = ""

    def __enter__(self) -> Cable:
        return self

    def __exit__(self, *_: object) -> None: ...

    def enter_repl(self) -> None: ...

    def hard_reset(self) -> None:
        self.order.append("reset")

    def make_folder(self, path: str) -> None: ...

    def files(self) -> dict[str, int]:
        return {path: len(content) for path, content in self.contents.items()}

    def hashes(self, paths: Iterable[str]) -> dict[str, str]:
        return {path: hashlib.sha256(self.contents[path]).hexdigest() for path in paths if path in self.contents}

    def put(self, path: str, content: bytes) -> None:
        if path == self.lost_at:
            raise CableLost(self.port)
        self.order.append(path)
        self.contents[path] = content[:-1] if path == self.spoils else content

    def remove(self, path: str) -> None:
        del self.contents[path]


@pytest.fixture
def cable(monkeypatch: pytest.MonkeyPatch) -> Cable:
    board = Cable()
    monkeypatch.setattr(module.Cable, "open", lambda _port: board)
    monkeypatch.setattr(module, "_hello", lambda _port: HELLO)
    return board


@pytest.fixture
def firmware(tmp_path: Path) -> Path:
    package = tmp_path / "plainsight_probe"
    package.mkdir()
    for name in ("__init__", "bench", "clock"):
        (package / f"{name}.py").write_text(f"{name} = 1\n")
    (tmp_path / "main.py").write_text("import plainsight_probe\n")
    return tmp_path


def install(firmware: Path) -> module.Installed:
    return module.install("/dev/probe", lambda _text: None, firmware)


def test_the_program_s_beginning_comes_last_and_then_the_reset(cable: Cable, firmware: Path) -> None:
    done = install(firmware)
    assert cable.order[-2:] == ["/main.py", "reset"]
    assert (len(done.sent), done.hello) == (4, HELLO)


def test_what_is_there_is_not_sent_again(cable: Cable, firmware: Path) -> None:
    install(firmware)
    cable.contents["/plainsight_probe/clock.py"] = b"clock = 2\n"
    cable.contents["/plainsight_probe/old.py"] = cable.contents["/notes.txt"] = b""
    done = install(firmware)
    assert (done.sent, done.removed) == (["/plainsight_probe/clock.py"], ["/plainsight_probe/old.py"])
    assert "/notes.txt" in cable.contents, "what is not ours stays"


def test_a_file_that_the_board_did_not_keep_is_noticed(cable: Cable, firmware: Path) -> None:
    cable.spoils = "/plainsight_probe/bench.py"
    with pytest.raises(BoardConfused, match=r"verifying /plainsight_probe/bench\.py"):
        install(firmware)
    assert "reset" not in cable.order


def test_a_pulled_plug_costs_only_the_rest(cable: Cable, firmware: Path) -> None:
    cable.lost_at = "/main.py"
    with pytest.raises(CableLost):
        install(firmware)
    cable.lost_at = ""
    assert install(firmware).sent == ["/main.py"]


@pytest.mark.parametrize("path", ["/identity/device.json", "/loader/record.py", "/slots/a/main.py", "/journal/0"])
def test_glasses_are_left_alone(cable: Cable, firmware: Path, path: str) -> None:
    cable.contents[path] = b""
    with pytest.raises(GlassesOnPort):
        install(firmware)
    assert cable.order == []


def test_a_board_that_boots_slowly_is_asked_again(
    cable: Cable, firmware: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = 2

    def hello(port: str) -> Hello:
        nonlocal silent
        if silent:
            silent -= 1
            raise NotAProbe(port, "")
        return HELLO

    monkeypatch.setattr(module, "_hello", hello)
    assert install(firmware).hello == HELLO
    silent = 3
    with pytest.raises(NotAProbe):
        install(firmware)
