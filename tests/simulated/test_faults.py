"""Faults that are done in software, by the code that real boards get, on the virtual board behind its cable."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from host_tools.cable.cable import Cable
from host_tools.cable.virtual import VirtualBoard
from host_tools.harness.fault_code import FILLER
from host_tools.harness.faults import Faults
from host_tools.harness.log import BoardLog
from tests.simulated.probe_bench import wait_until

pytestmark = pytest.mark.simulated

# Says at each boot whether the driver finds a camera, as the glasses would try it.
MAIN = b"""
from camera import Camera, FrameSize, PixelFormat

try:
    Camera(pixel_format=PixelFormat.JPEG, frame_size=FrameSize.QVGA).deinit()
    print("camera: here")
except OSError as error:
    print("camera:", error)
"""
WRITE = """
import json, os
try:
    with open("/more", "wb") as file:
        file.write(bytes(512))
    said = 0
except OSError as error:
    said = error.errno
os.remove("/more")
print(json.dumps([said, os.statvfs("/")[3]]))
"""
ENOSPC = 28


class Board:
    """What the injectors need, over a cable."""

    def __init__(self, cable: Cable, folder: Path) -> None:
        self.cable = cable
        self.log = BoardLog(folder)

    @contextmanager
    def repl(self) -> Iterator[Cable]:
        self.cable.enter_repl()
        yield self.cable

    def hard_reset(self) -> None:
        self.cable.hard_reset()

    def camera(self) -> str:
        """What MAIN says of the camera at this boot."""
        for _ in range(60):
            for line in self.cable.read_lines(0.5):
                if b"camera:" in line:
                    return line.decode().partition("camera: ")[2]
        raise AssertionError("the program said nothing")


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    with VirtualBoard(image="micropython") as virtual:
        wait_until(Path(virtual.port).exists, "the port is there")
        with Cable.open(virtual.port) as cable:
            cable.enter_repl()
            cable.put("/main.py", MAIN)
            yield Board(cable, tmp_path_factory.mktemp("log"))


def test_a_full_flash_takes_nothing_more_and_is_emptied(board: Board) -> None:
    with board.repl() as cable:
        before = cable.files()
    with Faults(board=board).disk_full():
        assert board.camera() == "here", "the program runs meanwhile"
        with board.repl() as cable:
            error, free_blocks = json.loads(cable.execute(WRITE))
            assert error == ENOSPC
            assert free_blocks <= 0
    with board.repl() as cable:
        assert cable.files() == before
        assert json.loads(cable.execute(WRITE))[0] == 0
        assert FILLER.strip("/") not in cable.execute("import os; print(os.listdir('/'))")


def test_the_camera_is_gone_for_one_boot(board: Board) -> None:
    with board.repl() as cable:
        before = {path: cable.get(path) for path in cable.files()}
    with Faults(board=board).camera_absent() as injected:
        assert injected.means == "software"
        assert "ESP_ERR_NOT_FOUND" in board.camera()
    assert board.camera() == "here"
    with board.repl() as cable:
        assert {path: cable.get(path) for path in cable.files()} == before
