"""Displays and children end with the block, whatever happens in it; signals unwind a command."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from host_tools.exits import Exit, MissingTool
from host_tools.window import display
from host_tools.window.children import ending, mortal


def answers(display_name: str) -> bool:
    """True when an X server listens under this name."""
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(f"/tmp/.X11-unix/X{display_name[1:]}") == 0


def test_a_child_is_ended_even_when_it_ignores_the_polite_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("host_tools.window.children._END_S", 0.2)
    stubborn = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
    process = subprocess.Popen([sys.executable, "-c", stubborn], stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout, ending(process):
        process.stdout.readline()
    assert process.returncode == -signal.SIGKILL


def test_a_child_dies_with_its_killed_parent() -> None:
    parent = (
        "import subprocess, sys, time\n"
        "from host_tools.window.children import mortal\n"
        "code = 'import os, time; print(os.getpid(), flush=True); time.sleep(600)'\n"
        "subprocess.Popen(mortal([sys.executable, '-c', code]))\n"
        "time.sleep(600)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout:
        child = int(process.stdout.readline())
        watch = os.pidfd_open(child)
        process.kill()
        process.wait()
        assert select.select([watch], [], [], 10)[0], "the child outlived its parent"
        os.close(watch)


def test_without_setpriv_the_command_is_run_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    assert mortal(["a", "b"]) == ["a", "b"]


def test_the_virtual_display_is_named_while_it_runs_and_gone_after(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert not display.present()
    with display.virtual_display() as name:
        assert os.environ["DISPLAY"] == name
        assert answers(name)
    assert "DISPLAY" not in os.environ
    assert not answers(name)


def test_without_xvfb_there_is_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(MissingTool, match="plainsight demo"), display.virtual_display():
        pass


def test_an_xvfb_that_ends_at_once_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: "/bin/false" if name == "Xvfb" else None)
    with pytest.raises(MissingTool), display.virtual_display():
        pass


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, Exit.TERMINATED), (signal.SIGINT, Exit.INTERRUPTED)], ids=["TERM", "INT"]
)
def test_signals_unwind_the_job(number: signal.Signals, code: Exit, tmp_path: Path) -> None:
    script = (
        "import asyncio, sys\n"
        "from host_tools.cli.run import run_async\n"
        "async def job():\n"
        "    try:\n"
        "        print('up', flush=True)\n"
        "        await asyncio.Event().wait()\n"
        "    finally:\n"
        "        await asyncio.sleep(0)\n"
        "        print('unwound', flush=True)\n"
        "try:\n"
        "    sys.exit(run_async(job()))\n"
        "except KeyboardInterrupt:\n"
        "    sys.exit(130)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=Path.cwd())
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline() == "up\n"
        process.send_signal(number)
        assert process.stdout.read() == "unwound\n"
    assert process.wait(10) == code
