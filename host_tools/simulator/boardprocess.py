"""Starts, watches and ends the process that is the board; it outlives neither this object nor the simulator."""

from __future__ import annotations

import asyncio
import contextlib
import enum
import os
import signal
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from host_tools.simulator.boardlink import BoardLink
from host_tools.simulator.flash import FlashImage
from host_tools.simulator.interpreter import interpreter_command
from host_tools.simulator.paths import FIRMWARE, STANDINS, board_folder
from host_tools.simulator.usb.device import UsbDevice

# An S3 with 8 MiB of PSRAM, less 768 KiB for two UXGA frame buffers (esp32-camera: width * height / 5 each) and
# 256 KiB for what ESP-IDF puts there. Strict rather than generous: the virtual camera's buffers lie inside this heap,
# and objects of the 64-bit port take twice the room.
HEAP_BYTES = 7 * 1024 * 1024

_LOG_LINES = 20_000
_LONGEST_LINE_BYTES = 1 << 24  # a host may have the board print a whole file as one line
_EXECUTE_TIMEOUT_S = 60.0
_SOFT_RESETS = {64: "friendly", 65: "raw"}  # exit codes of boot_board.py: the REPL that goes on


class BoardBusy(Exception):
    """The board runs its program already."""


class BoardExited(Exception):
    """The board ended while somebody waited for it; carries what it printed last."""

    def __init__(self, log: Sequence[str]) -> None:
        super().__init__("the board ended:\n" + "\n".join(log[-20:]))
        self.log = list(log)


class BoardCodeFailed(Exception):
    """Code given to execute() ended with an exception on the board; carries its output with the traceback."""

    def __init__(self, output: str) -> None:
        super().__init__(output)
        self.output = output


class Reset(enum.Enum):
    """Why the board starts; the values are MicroPython's machine.reset_cause()."""

    POWER_ON = 1
    HARD = 2
    WATCHDOG = 3
    DEEPSLEEP = 4
    SOFT = 5
    BROWN_OUT = 15  # the chip's own number: MicroPython calls it a watchdog reset


class BoardProcess:
    """One board: its flash, its program, its log. `board` names a folder of firmware/boards."""

    def __init__(
        self,
        link: BoardLink,
        flash: FlashImage,
        board: str,
        *,
        main: Path | None = None,
        environ: Mapping[str, str] | None = None,
        usb: UsbDevice | None = None,
    ) -> None:
        self.log: list[str] = []
        self.resets: list[Reset] = []
        self.on_dark: list[Callable[[], None]] = []  # the power went while the chip slept
        self.flash = flash
        self._link = link
        self._folders = [STANDINS, FIRMWARE, board_folder(board)]
        own = [board_folder(board) / name for name in ("boot.py", "main.py")]
        self._programs = [main.absolute()] if main is not None else [one.absolute() for one in own if one.exists()]
        self._environ = dict(environ or {})
        self._usb = usb
        self._repl = "friendly"  # what the next start begins with
        self._process: asyncio.subprocess.Process | None = None
        self._supervisor: asyncio.Task[None] | None = None
        self._running = False
        self._off = True  # no power, or none soon
        self._reset: Reset | None = None
        self._asleep = False
        self._woken = asyncio.Event()
        self._changed = asyncio.Condition()
        self._dropped = 0

    @property
    def running(self) -> bool:
        """The board is on: its program runs, or starts again after a reset, or it sleeps deeply."""
        return self._running

    @property
    def asleep(self) -> bool:
        """The chip sleeps deeply: no program runs until something wakes it."""
        return self._asleep

    @property
    def at_prompt(self) -> bool:
        """The program has ended by itself and the power is on: on a board the REPL is there now."""
        return not self._running and not self.unpowered

    @property
    def pid(self) -> int | None:
        """The process that is the board, while it runs."""
        return None if self._process is None else self._process.pid

    @property
    def unpowered(self) -> bool:
        """The board is off for want of power; not because its program ended or the chip restarts."""
        return self._off or self.flash.gauge.spent

    async def start(self) -> None:
        """Switch the board on; it runs main.py. Raises BoardBusy."""
        if self._off and self._supervisor is not None:
            await self._supervisor
        if self._running:
            raise BoardBusy
        await self.flash.power_on()
        self._off, self._reset, self._running, self._asleep = False, None, True, False
        self._supervisor = asyncio.create_task(self._supervise())

    async def kill(self) -> None:
        """Switch the board off at once; returns when nothing of it is left."""
        self.power_off()
        if self._supervisor is not None:
            await self._supervisor

    def power_off(self) -> None:
        """Switch the board off at once, without waiting until it is gone."""
        self._off = True
        self._woken.set()
        self._end()

    def sleep(self) -> None:
        """End the program as machine.deepsleep() does; `wake` starts it again."""
        if self._running:
            self._asleep = True
            self._woken.clear()
            self._end()

    def wake(self, cause: Reset) -> None:
        """Start the program of a sleeping board from its beginning."""
        if self._asleep:
            self._reset = cause
            self._woken.set()

    def reset(self, cause: Reset) -> None:
        """Restart the board as its reset line, watchdog or machine.reset() does."""
        if self._running:
            self._reset = cause
            self._woken.set()
            self._end()

    async def wait_for_log(self, text: str, *, after: int = 0, timeout_s: float = 30.0) -> str:
        """The first line from index `after` on that contains `text`; raises BoardExited or TimeoutError."""
        return await self.wait_for_line((text,), after=after, timeout_s=timeout_s)

    async def wait_for_line(self, texts: Sequence[str], *, after: int = 0, timeout_s: float = 30.0) -> str:
        """As wait_for_log, for a line that contains any of `texts`."""
        async with asyncio.timeout(timeout_s), self._changed:
            seen = after
            while True:
                for line in self.log[max(0, seen - self._dropped) :]:
                    if any(text in line for text in texts):
                        return line
                seen = self._dropped + len(self.log)
                if not self._running:
                    raise BoardExited(self.log)
                await self._changed.wait()

    async def wait_until_off(self, *, timeout_s: float = 30.0) -> None:
        """Return when the program has ended, whatever the reason."""
        async with asyncio.timeout(timeout_s), self._changed:
            await self._changed.wait_for(lambda: not self.running)

    async def wait_until_asleep(self, *, timeout_s: float = 30.0) -> None:
        """Return when the chip sleeps deeply and nothing of its program is left; raises BoardExited, TimeoutError."""
        async with asyncio.timeout(timeout_s), self._changed:
            await self._changed.wait_for(lambda: not self._running or (self._asleep and self._process is None))
            if not self._running:
                raise BoardExited(self.log)

    async def execute(self, code: str) -> str:
        """Run one piece of code on the idle board, flash mounted and firmware importable; what it printed.

        Raises BoardBusy while main.py runs and BoardCodeFailed if the code ends with an exception.
        """
        if self._running:
            raise BoardBusy
        await self.flash.power_on()
        with tempfile.NamedTemporaryFile("w", suffix=".py", prefix="plainsight-execute-") as file:
            file.write(code)
            file.flush()
            process = await self._interpreter([Path(file.name)])
            try:
                output, _ = await asyncio.wait_for(process.communicate(), _EXECUTE_TIMEOUT_S)
            finally:
                _kill_group(process)
                await process.wait()
                await self._link.drop()
        text = output.decode(errors="replace")
        if process.returncode != 0:
            raise BoardCodeFailed(text)
        return text

    async def _supervise(self) -> None:
        """Run the program, and run it again after each reset, until the board is off."""
        cause: Reset | None = Reset.POWER_ON
        try:
            while cause is not None and not self._off:
                self.resets.append(cause)
                await self._run_once(cause)
                if self._asleep and not self._off:
                    await self._note("[simulator] asleep")
                    await self._woken.wait()
                    self._asleep = False
                    if self._off:  # there is no process whose end would tell
                        for notify in self.on_dark:
                            notify()
                cause, self._reset = self._reset, None
                if cause is not None and not self._off:
                    await self._note(f"[simulator] reset: {cause.name.lower()}")
        finally:
            if self._usb is not None:
                self._usb.disconnect()
            async with self._changed:
                self._running = False
                self._changed.notify_all()

    async def _run_once(self, cause: Reset) -> None:
        """Run the program until it ends; with a cable, note whether it ended for a soft reset."""
        if self._usb is None:
            output = None
        else:
            output = asyncio.StreamReader(limit=_LONGEST_LINE_BYTES)
            self._usb.tap = output.feed_data
            if cause is not Reset.SOFT:
                self._repl = "friendly"
                await self._usb.connect()
        self._process = process = await self._interpreter(self._programs, attended=True)
        if self._off:
            _kill_group(process)
        await self._follow(process, output)
        if self._usb is not None and process.returncode in _SOFT_RESETS and self._reset is None:
            self._reset, self._repl = Reset.SOFT, _SOFT_RESETS[process.returncode]
        elif self._usb is not None:
            self._usb.disconnect()

    async def _interpreter(self, programs: Sequence[Path], *, attended: bool = False) -> asyncio.subprocess.Process:
        environment = {
            "PATH": os.defpath,
            "TZ": "UTC",
            "PLAINSIGHT_BOARD_SOCKET": str(self._link.path),
            "PLAINSIGHT_FLASH": str(self.flash.path),
            "PLAINSIGHT_CARD": str(self.flash.card_slot),
            "PLAINSIGHT_PATH": ":".join(str(folder) for folder in self._folders),
            "PLAINSIGHT_RUN": ":".join(str(program) for program in programs),
            **self._environ,
        }
        usb = self._usb if attended else None
        if usb is not None:
            environment["PLAINSIGHT_REPL"] = self._repl
        return await asyncio.create_subprocess_exec(
            *interpreter_command(HEAP_BYTES),
            str(STANDINS / "boot_board.py"),
            stdin=asyncio.subprocess.DEVNULL if usb is None else usb.stdio,
            stdout=asyncio.subprocess.PIPE if usb is None else usb.stdio,
            stderr=asyncio.subprocess.STDOUT,
            env=environment,
            start_new_session=True,
        )

    async def _follow(self, process: asyncio.subprocess.Process, terminal: asyncio.StreamReader | None) -> None:
        """Keep the log of one process until it ends, and leave nothing of it."""
        output = terminal or process.stdout
        assert output is not None
        ended = None if terminal is None else asyncio.create_task(self._end_of_output(process, terminal))
        try:
            while line := await output.readline():
                await self._note(line.decode(errors="replace").rstrip("\r\n"))
            if ended is not None:
                await ended
        finally:
            _kill_group(process)
            await process.wait()
            self._process = None
            await self._link.drop()

    async def _end_of_output(self, process: asyncio.subprocess.Process, terminal: asyncio.StreamReader) -> None:
        """A terminal has no end of file of its own: it ends when the process has."""
        await process.wait()
        if self._usb is not None:
            self._usb.drain()
        terminal.feed_eof()

    async def _note(self, line: str) -> None:
        async with self._changed:
            self.log.append(line)
            if len(self.log) > _LOG_LINES:
                del self.log[0]
                self._dropped += 1
            self._changed.notify_all()

    def _end(self) -> None:
        if self._process is not None:
            _kill_group(self._process)
            self._link.hang_up()


def _kill_group(process: asyncio.subprocess.Process) -> None:
    """Kill the process and all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
