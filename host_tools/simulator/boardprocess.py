"""Starts, watches and ends the process that is the board; it outlives neither this object nor the simulator."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from host_tools.simulator.boardlink import BoardLink
from host_tools.simulator.boardlog import BoardExited, BoardLog
from host_tools.simulator.chip import PLAINSIGHT, Chip, NotBootable
from host_tools.simulator.reset import Reset
from host_tools.simulator.startup import Startup
from host_tools.simulator.usb import rom_words
from host_tools.simulator.usb.device import UsbDevice

_LONGEST_LINE_BYTES = 1 << 24  # a host may have the board print a whole file as one line
_EXECUTE_TIMEOUT_S = 60.0
_SOFT_RESETS = {64: "friendly", 65: "raw"}  # exit codes of boot_board.py: the REPL that goes on


class BoardBusy(Exception):
    """The board runs its program already."""


class BoardCodeFailed(Exception):
    """Code given to execute() ended with an exception on the board; carries its output with the traceback."""

    def __init__(self, output: str) -> None:
        super().__init__(output)
        self.output = output


class BoardProcess:
    """One board: its chip, its program, its log. With `usb` it has a console, and after the program comes the REPL."""

    def __init__(self, link: BoardLink, chip: Chip, startup: Startup, usb: UsbDevice | None = None) -> None:
        self._log = BoardLog()
        self.log = self._log.lines
        self.resets: list[Reset] = []
        self.on_dark: list[Callable[[], None]] = []  # the power went while the chip slept
        self.flash = chip.flash
        self.usb = usb
        self.boot_held = False  # the BOOT button: held at a reset, the chip waits in its ROM
        self._link = link
        self._chip = chip
        self._startup = startup
        self._repl = "friendly"  # what the next start begins with
        self._download = False  # the next start waits in the ROM
        self._in_rom = False
        self._process: asyncio.subprocess.Process | None = None
        self._supervisor: asyncio.Task[None] | None = None
        self._running = False
        self._off = True  # no power, or none soon
        self._reset: Reset | None = None
        self._asleep = False
        self._woken = asyncio.Event()

    @property
    def running(self) -> bool:
        """The board is on: its program runs, or starts again after a reset, or it sleeps deeply."""
        return self._running

    @property
    def asleep(self) -> bool:
        """The chip sleeps deeply: no program runs until something wakes it."""
        return self._asleep

    @property
    def in_rom(self) -> bool:
        """No program runs: the loader in the chip's ROM waits for a download."""
        return self._in_rom

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
        """Switch the board on; it runs main.py. With a cable its port is there on return. Raises BoardBusy."""
        if self._off and self._supervisor is not None:
            await self._supervisor
        if self._running:
            raise BoardBusy
        await self._chip.power_on()
        self._off, self._reset, self._running, self._asleep = False, None, True, False
        self._supervisor = asyncio.create_task(self._supervise())
        if self.usb is not None:
            await self.usb.connected()

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
            if self.usb is not None and not self._asleep:
                self.usb.say(rom_words.last_words(cause))
            self._reset = cause
            self._woken.set()
            self._end()

    def download(self) -> None:
        """Restart into the loader in ROM, as machine.bootloader() does."""
        self._download = True
        self.reset(Reset.HARD)

    async def wait_for_log(self, text: str, *, after: int = 0, timeout_s: float = 30.0) -> str:
        """The first line from index `after` on that contains `text`; raises BoardExited or TimeoutError."""
        return await self.wait_for_line((text,), after=after, timeout_s=timeout_s)

    async def wait_for_line(self, texts: Sequence[str], *, after: int = 0, timeout_s: float = 30.0) -> str:
        """As wait_for_log, for a line that contains any of `texts`."""
        async with asyncio.timeout(timeout_s):
            return await self._log.wait_for_line(texts, lambda: self._running, after)

    async def wait_until_off(self, *, timeout_s: float = 30.0) -> None:
        """Return when the program has ended, whatever the reason."""
        async with asyncio.timeout(timeout_s), self._log.changed:
            await self._log.changed.wait_for(lambda: not self.running)

    async def wait_until_asleep(self, *, timeout_s: float = 30.0) -> None:
        """Return when the chip sleeps deeply and nothing of its program is left; raises BoardExited, TimeoutError."""
        async with asyncio.timeout(timeout_s), self._log.changed:
            await self._log.changed.wait_for(lambda: not self._running or (self._asleep and self._process is None))
            if not self._running:
                raise BoardExited(self.log)

    async def execute(self, code: str) -> str:
        """Run one piece of code on the idle board, flash mounted and firmware importable; what it printed.

        Raises BoardBusy while main.py runs and BoardCodeFailed if the code ends with an exception.
        """
        if self._running:
            raise BoardBusy
        await self._chip.power_on()
        with tempfile.NamedTemporaryFile("w", suffix=".py", prefix="plainsight-execute-") as file:
            file.write(code)
            file.flush()
            process = await self._startup.start(self._chip.application(), [Path(file.name)])
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
                    await self._log.note("[simulator] asleep")
                    await self._woken.wait()
                    self._asleep = False
                    if self._off:  # there is no process whose end would tell
                        for notify in self.on_dark:
                            notify()
                cause, self._reset = self._reset, None
                if cause is not None and not self._off:
                    await self._log.note(f"[simulator] reset: {cause.name.lower()}")
        finally:
            if self.usb is not None:
                self.usb.disconnect()
                await self.usb.settled()
            async with self._log.changed:
                self._running = False
                self._log.changed.notify_all()

    async def _run_once(self, cause: Reset) -> None:
        """Start the chip, and return when what it started has ended."""
        output = None
        if self.usb is not None:
            output = asyncio.StreamReader(limit=_LONGEST_LINE_BYTES)
            self.usb.tap = output.feed_data
            if cause is not Reset.SOFT:
                self._repl = "friendly"
                await self.usb.connect()
        download = cause is not Reset.SOFT and (self._download or self.boot_held)
        self._download = False
        try:
            application = PLAINSIGHT if download else self._chip.application()
        except NotBootable as nothing:
            await self._wait_in_rom(rom_words.starts_nothing(cause, nothing.lines))
            return
        if download:
            await self._wait_in_rom(rom_words.waits(cause))
        else:
            await self._run_program(application, cause, output)

    async def _wait_in_rom(self, words: Sequence[str]) -> None:
        """Let the loader in ROM answer until the chip restarts or goes off."""
        await self._say(words)
        if self.usb is not None:
            self.usb.run_loader(self._chip.files(), lambda: self.reset(Reset.LOADER_WATCHDOG))
        self._in_rom = True
        self._woken.clear()
        if not self._off and self._reset is None:
            await self._woken.wait()
        self._in_rom = False
        if self.usb is not None:
            await self.usb.leave()

    async def _run_program(self, application: str, cause: Reset, output: asyncio.StreamReader | None) -> None:
        """Run MicroPython until it ends; with a cable, see whether that is a soft reset or a crash."""
        programs = self._startup.programs(application)
        if self.usb is None:
            process = await self._startup.start(application, programs)
        else:
            if cause is not Reset.SOFT:
                self.usb.say(rom_words.boots(cause))
            stdio = self.usb.run_program()
            process = await self._startup.start(application, programs, stdio=stdio, repl=self._repl)
        self._process = process
        if self._off or self._reset is not None:
            _kill_group(process)
        await self._follow(process, output)
        if self.usb is None:
            return
        if self._reset is None and process.returncode in _SOFT_RESETS:
            self._reset, self._repl = Reset.SOFT, _SOFT_RESETS[process.returncode]
            return
        if self._crashed(process.returncode):
            await self._say(rom_words.last_words(Reset.PANIC))
            self._reset = Reset.PANIC
        await self.usb.leave()

    async def _say(self, words: Sequence[str]) -> None:
        """The chip prints while no program does."""
        for word in words:
            await self._log.note(word)
        if self.usb is not None:
            self.usb.tap = None
            self.usb.say(words)

    def _crashed(self, returncode: int | None) -> bool:
        """The interpreter itself failed; nobody ended it."""
        ended = self._reset is not None or self._asleep or self.unpowered
        return not ended and returncode is not None and returncode < 0

    async def _follow(self, process: asyncio.subprocess.Process, terminal: asyncio.StreamReader | None) -> None:
        """Keep the log of one process until it ends, and leave nothing of it."""
        output = terminal or process.stdout
        assert output is not None
        ended = None if terminal is None else asyncio.create_task(self._end_of_output(process, terminal))
        try:
            while line := await output.readline():
                await self._log.note(line.decode(errors="replace").rstrip("\r\n"))
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
        if self.usb is not None:
            self.usb.drain()
            self.usb.tap = None
        terminal.feed_eof()

    def _end(self) -> None:
        if self._process is not None:
            _kill_group(self._process)
            self._link.hang_up()


def _kill_group(process: asyncio.subprocess.Process) -> None:
    """Kill the process and all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
