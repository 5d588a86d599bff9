"""Ways around a guard on sockets: another program, another interpreter, a browser, libc by its own name."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from typing import Any, cast

Beginning = tuple[str, ...]

# What the app itself starts: the voice that reads answers out, Bleak's look at the version of BlueZ, and the process
# that shows what is live, which puts up the same guard before anything else.
_OWN_PROGRAMS: frozenset[Beginning] = frozenset(
    {("espeak-ng",), ("bluetoothctl", "--version"), (sys.executable, "-m", "companion_app.service")}
)
_allowed: set[Beginning] = set(_OWN_PROGRAMS)

_STARTS = frozenset({"subprocess.Popen", "os.posix_spawn", "os.exec"})
_NEVER = frozenset({"os.system", "os.spawn", "os.startfile", "os.startfile/2", "pty.spawn", "webbrowser.open"})
_IMPORT = "import"
_SYMBOLS = frozenset({"ctypes.dlsym", "ctypes.dlsym/handle"})
EVENTS = _STARTS | _NEVER | _SYMBOLS | {_IMPORT}

# Modules that start interpreters without any hook, or programs that CPython reports to none.
_UNWATCHED = frozenset(
    {
        "multiprocessing.popen_spawn_posix", "multiprocessing.popen_spawn_win32", "multiprocessing.popen_forkserver",
        "multiprocessing.forkserver", "_xxsubinterpreters", "_interpreters",
    }
)  # fmt: skip
_LIBC = frozenset(
    {
        "socket", "connect", "send", "sendto", "sendmsg", "sendmmsg", "bind", "listen", "getaddrinfo", "gethostbyname",
        "gethostbyname2", "res_query", "res_search", "res_send", "syscall", "system", "popen", "execl", "execlp",
        "execv", "execve", "execvp", "execvpe", "fexecve", "posix_spawn", "posix_spawnp", "WSAConnect", "WinExec",
        "CreateProcessA", "CreateProcessW", "ShellExecuteA", "ShellExecuteW", "InternetOpenA", "InternetOpenW",
        "WinHttpOpen", "URLDownloadToFileW",
    }
)  # fmt: skip


def may_start(programs: Iterable[Beginning]) -> None:
    """Let commands that begin like one of these start; the first word is a program's name or whole path."""
    _allowed.update(programs)


def refused(event: str, arguments: tuple[Any, ...]) -> str | None:
    """What would be reached, in words, when this audit event (one of EVENTS) is a way around the guard, else None."""
    if event == _IMPORT:
        return arguments[0] if arguments[0] in _UNWATCHED else None
    if event in _SYMBOLS:
        name = arguments[1]
        name = os.fsdecode(name) if isinstance(name, str | bytes) else ""
        return f"{name} of a C library" if name in _LIBC else None
    if event in _NEVER:
        return repr(arguments[0])
    words = _words(arguments[0], arguments[1])
    return None if any(_begins(words, beginning) for beginning in _allowed) else repr(arguments[0])


def _words(program: object, command: object) -> list[str]:
    """The command's words, the program's name or path first; what is not in words is nobody's command."""
    further = cast("Sequence[object]", command)[1:] if isinstance(command, list | tuple) else ()
    return [_text(word) for word in (program, *further)]


def _text(word: object) -> str:
    """A word as the system gets it, whether written as text, bytes or path."""
    if isinstance(word, str | bytes):
        return os.fsdecode(word)
    return os.fsdecode(cast("os.PathLike[str]", word)) if isinstance(word, os.PathLike) else ""


def _begins(words: list[str], beginning: Beginning) -> bool:
    """Whether a command begins so; a bare name must be the program that the system finds under it."""
    if words[1 : len(beginning)] != list(beginning[1:]):
        return False
    return words[0] == beginning[0] or (os.sep not in beginning[0] and words[0] == shutil.which(beginning[0]))
