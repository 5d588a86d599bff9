"""Ways around a guard on sockets: which programs may start, and what of CPython starts others unseen."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from companion_app.sharing import ways_around
from companion_app.sharing.ways_around import refused
from tests.app.sharing.test_egress import run_guarded

pytestmark = pytest.mark.promise(2)


@pytest.fixture
def own_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test lets start is forgotten after it."""
    monkeypatch.setattr(ways_around, "_allowed", set(ways_around._allowed))


def start(*words: str, event: str = "subprocess.Popen") -> str | None:
    return refused(event, (words[0], list(words), None, None))


def test_the_app_starts_two_programs_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    for words in (("espeak-ng", "-v", "en"), ("/usr/bin/espeak-ng", "hello"), ("bluetoothctl", "--version")):
        assert start(*words) is None, words
    for program in (Path("/usr/bin/espeak-ng"), b"/usr/bin/espeak-ng"):
        assert refused("subprocess.Popen", (program, [program, "hello"], None, None)) is None, program
    for words in (
        ("curl", "https://example.org"),
        ("/tmp/espeak-ng", "hello"),
        ("/usr/bin/espeak-ng-other",),
        ("bluetoothctl", "connect", "00:11:22:33:44:55"),
        ("bluetoothctl",),
        ("xdg-open", "https://example.org"),
        ("sh", "-c", "espeak-ng hello"),
    ):
        assert start(*words) is not None, words


@pytest.mark.parametrize("event", ["subprocess.Popen", "os.posix_spawn", "os.exec"])
def test_each_way_to_start_a_program_is_looked_at(event: str) -> None:
    assert start("curl", event=event) == "'curl'"
    assert refused(event, (7, ("espeak-ng",), None)) is not None, "a file that is open already"
    assert refused(event, ("espeak-ng", "espeak-ng; curl example.org", None)) is None, "its words are one program's"
    assert refused(event, ("curl", "espeak-ng", None)) is not None


@pytest.mark.parametrize("event", ["os.system", "os.spawn", "os.startfile", "pty.spawn", "webbrowser.open"])
def test_shells_terminals_and_browsers_are_never_asked(event: str) -> None:
    assert refused(event, ("espeak-ng hello",)) is not None


@pytest.mark.usefixtures("own_list")
def test_a_host_tool_names_how_its_own_commands_begin() -> None:
    python, script = "/opt/python", "/opt/board.py"
    assert start(python, script, "x") is not None
    ways_around.may_start([(python, script)])
    assert start(python, script, "x") is None
    assert start(python, "-c", "import socket") is not None
    assert start(python) is not None
    assert start("python", script) is not None


def test_libc_by_its_own_name_is_refused_and_other_libraries_are_not() -> None:
    assert refused("ctypes.dlsym", (object(), "connect")) is not None
    assert refused("ctypes.dlsym/handle", (1, b"getaddrinfo")) is not None
    assert refused("ctypes.dlsym", (object(), "moonshine_load")) is None
    assert refused("ctypes.dlsym", (object(), 7)) is None


def test_interpreters_that_would_start_without_the_guard_do_not_load() -> None:
    assert refused("import", ("_xxsubinterpreters", None, None, None, None)) is not None
    assert refused("import", ("json", None, None, None, None)) is None


ATTEMPTS = """
import asyncio, ctypes, json, os, pty, subprocess, sys, webbrowser
from companion_app.sharing.errors import EgressRefused
results = {}

def attempt(name, act):
    try:
        act()
        results[name] = "went through"
    except EgressRefused:
        results[name] = "refused"

def spawned():
    import multiprocessing
    multiprocessing.get_context("spawn").Process(target=print).start()

def interpreter():
    import _xxsubinterpreters

egress.install([(sys.executable, "-c", "pass")])
attempt("run", lambda: subprocess.run(["true"]))
attempt("shell", lambda: subprocess.run("true", shell=True))
attempt("asyncio", lambda: asyncio.run(asyncio.create_subprocess_exec("true")))
attempt("asyncio shell", lambda: asyncio.run(asyncio.create_subprocess_shell("true")))
attempt("popen", lambda: os.popen("true").close())
attempt("system", lambda: os.system("true"))
attempt("exec", lambda: os.execv("/bin/true", ["true"]))
attempt("posix_spawn", lambda: os.posix_spawn("/bin/true", ["true"], {}))
attempt("pty", lambda: pty.spawn("true"))
attempt("browser", lambda: webbrowser.GenericBrowser("true").open("https://example.org"))
attempt("libc", lambda: ctypes.CDLL(None).connect)
attempt("multiprocessing", spawned)
attempt("interpreter", interpreter)
attempt("named", lambda: subprocess.run([sys.executable, "-c", "pass"]))
print(json.dumps(results))
"""


SPOKEN = """
import asyncio, json, pathlib, sys
from companion_app.speech import Espeak
egress.install()
asyncio.run(Espeak(pathlib.Path(sys.argv[1])).say("Said."))
print(json.dumps({}))
"""


async def test_the_voice_of_the_app_may_speak(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program, said = tmp_path / "espeak-ng", tmp_path / "said"
    program.write_text(f"#!/bin/sh\ncat > {said}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    await run_guarded(SPOKEN, str(program))

    assert said.read_text() == "Said."


async def test_without_leave_no_program_starts() -> None:
    results = await run_guarded(ATTEMPTS)

    assert {name for name, result in results.items() if result == "went through"} == {"named"}
    assert len(results) == 14
