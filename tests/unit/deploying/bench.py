"""A board for deploys: MicroPython on littlefs in a file, without USB, so that the power can go at every write.

It offers what a Cable does, made of the Cable's own board code; `boot` runs what the chip would run at power-on. The
modules in `vendor` stand for those of an image.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from host_tools.cable import board_files
from host_tools.cable.errors import BoardCodeFailed, CableLost
from host_tools.deploying.deploy import Deployed, deploy_over
from host_tools.deploying.suitable import Options
from host_tools.simulator.flash import FlashImage
from host_tools.simulator.paths import FIRMWARE, STANDINS

HERE = Path(__file__).parent / "on_micropython"
MARK = "\x04"
MAIN = "import loader\nloader.enter()\nfrom plainsight import start\nprint('runs', start.VERSION)\n"


def firmware(folder: Path, version: str, *, start: str = "", main: str = MAIN, later: str = "") -> Path:
    """A small firmware tree; `start` ends the application's start.py, `later` boot.py and the loader's record.py."""
    plainsight, board = folder / "plainsight", folder / "boards/xiao_esp32s3"
    plainsight.mkdir(parents=True)
    board.mkdir(parents=True)
    (plainsight / "__init__.py").write_text("")
    (plainsight / "same.py").write_text("SAME = 1\n" * 300)
    (plainsight / "version.py").write_text(f"FIRMWARE_VERSION = {version!r}\n")
    (plainsight / "start.py").write_text(
        f"from plainsight import big, same\nfrom plainsight.version import FIRMWARE_VERSION as VERSION\n{start}"
    )
    (plainsight / "big.py").write_text(f"# {version}\n" * 900)
    (board / "board.py").write_text(f"class Board:\n    name = 'bench'\n    version = {version!r}\n")
    (board / "gatt_radio.py").write_text("")
    (board / "boot.py").write_text(f"# nothing\n{later}")
    (board / "main.py").write_text(main)
    shutil.copytree(FIRMWARE / "loader", folder / "loader", ignore=shutil.ignore_patterns("__pycache__"))
    with (folder / "loader/record.py").open("a") as file:
        file.write(later)
    return folder


class Board:
    """On a flash image of its own; the power is on until it goes. `before_each` is called before each act on it."""

    port = "bench"

    def __init__(self, path: Path) -> None:
        self.flash = FlashImage(path)
        asyncio.run(self.flash.power_on())
        self.before_each: Callable[[], None] = lambda: None
        self.vendor = HERE / "vendor"
        self.resets = 0
        self._process: subprocess.Popen[str] | None = None
        self._lines: list[bytes] = []

    def copy(self, path: Path) -> Board:
        """The same flash once more."""
        self.switch_off()
        shutil.copyfile(self.flash.path, path)
        return Board(path)

    def switch_off(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def power_on(self) -> None:
        """The power comes back; what was cut is cut."""
        self.switch_off()
        self.flash.gauge.power_on()

    def boot(self) -> list[str]:
        """Run main.py in a fresh interpreter: what it printed; [] where there is none and the REPL waits."""
        self.switch_off()
        if "/main.py" not in self.files("/"):
            return []
        try:
            return self.execute("exec(open('/main.py').read())").splitlines()
        except BoardCodeFailed as failed:
            return [*failed.output.splitlines(), *failed.traceback.splitlines()]

    def deploy(self, tree: Path, *, source: bool = True, **options: bool) -> Deployed:
        return deploy_over(self, lambda _line: None, lambda *_: None, Options(tree, source=source, **options))

    # what a Cable offers

    def enter_repl(self, *, soft_reset: bool = True) -> None:
        self.before_each()
        if soft_reset:
            self.switch_off()

    def soft_reset(self) -> None:
        self._lines = [line.encode() for line in self.boot()]

    def hard_reset(self) -> None:
        self.before_each()
        self.resets += 1
        self._lines = [line.encode() for line in self.boot()]

    def read_lines(self, timeout_s: float) -> Iterator[bytes]:
        yield from [b"ready: " + line if line.startswith(b"runs") else line for line in self._lines]

    def execute(self, code: str, *, timeout_s: float = 10.0) -> str:
        self.before_each()
        process = self._process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(code) + "\n")
        process.stdin.flush()
        said: list[str] = []
        while not (line := process.stdout.readline()).startswith(MARK):
            assert line, "".join(said)
            said.append(line)
        output = "".join(said).removesuffix("\n")
        if line.strip(f"{MARK}\n") == "lost":
            raise CableLost(self.port, "the power went")
        if line.strip(f"{MARK}\n") == "error":
            head, _, traceback = output.rpartition("Traceback (most recent call last):")
            raise BoardCodeFailed(self.port, head, "Traceback (most recent call last):" + traceback)
        return output

    def files(self, root: str = "/") -> dict[str, int]:
        found = board_files.files(self, root)
        return {path: size for path, size in found.items() if not path.startswith("/host/")}

    def hashes(self, paths: Iterable[str]) -> dict[str, str]:
        return board_files.hashes(self, paths)

    def get(self, path: str) -> bytes:
        return board_files.get(self, path)

    def put(self, path: str, content: bytes, progress: Callable[[int, int], None] | None = None) -> None:
        board_files.put(self, path, content, progress)

    def make_folder(self, path: str) -> None:
        board_files.make_folder(self, path)

    def remove(self, path: str) -> None:
        board_files.remove(self, path)

    def rename(self, old: str, new: str) -> None:
        board_files.rename(self, old, new)

    def _start(self) -> subprocess.Popen[str]:
        micropython = Path(sys.executable).with_name("micropython")
        folders = [self.vendor, STANDINS]
        self._process = subprocess.Popen(
            [micropython, "-X", "heapsize=4M", HERE / "repl.py", self.flash.path, self.flash.gauge.path, *folders],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self._process
