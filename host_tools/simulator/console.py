"""The serial console of the virtual board, as mpremote uses it: Ctrl-C, and the REPL, if that ended the program."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal

from host_tools.simulator.boardlink import BoardLink
from host_tools.simulator.boardprocess import BoardProcess

_CTRL_C = 3
# A program that neither calls the world nor awaits gets a signal. Only such a one: the unix port raises the exception
# right in the handler (MICROPY_ASYNC_KBD_INTR), which would tear a message of the board link in two.
_TAKES_S = 0.2
_PATIENCE_S = 5.0


class ConsoleLocked(Exception):
    """Ctrl-C did not end the program on the board: no REPL can be reached."""


class Console:
    """Serves "console" on the board link. `hears`: Ctrl-C would raise KeyboardInterrupt in the program now."""

    def __init__(self, link: BoardLink, board: BoardProcess) -> None:
        self.hears = False
        self._board = board
        self._link = link
        self._signal: asyncio.TimerHandle | None = None  # a Ctrl-C that the program has not taken yet
        link.register("console", self)
        link.on_detach.append(self._program_ended)

    @property
    def repl_open(self) -> bool:
        """The program has ended with the power on: what is typed now is executed."""
        return self._board.at_prompt

    def interrupt(self) -> None:
        """Type Ctrl-C; a program that does not listen takes it for a character like any other."""
        if self.hears and self._signal is None:
            self._link.event("console")
            self._signal = asyncio.get_running_loop().call_later(_TAKES_S, self._insist)

    def typed(self, data: bytes) -> bytes:
        """What of the bytes that a host sends reaches the program as characters: a Ctrl-C that it hears does not."""
        characters = bytearray()
        for character in data:
            if character == _CTRL_C and self.hears:
                self.interrupt()
            else:
                characters.append(character)
        return bytes(characters)

    async def execute(self, code: str) -> str:
        """Interrupt what runs and execute `code` at the REPL; what it printed.

        Raises ConsoleLocked, BoardCodeFailed.
        """
        if self._board.running:
            self.interrupt()
            try:
                await self._board.wait_until_off(timeout_s=_PATIENCE_S)
            except TimeoutError:
                raise ConsoleLocked from None
        if not self.repl_open:
            raise ConsoleLocked
        return await self._board.execute(code)

    def board_kbd_intr(self, character: int) -> None:
        """micropython.kbd_intr(), and the start and the end of each program."""
        self.hears = character == _CTRL_C
        if not self.hears:
            self._forget()

    def board_takes_interrupt(self) -> bool:
        """The program has come to where it sees a Ctrl-C: does it count?"""
        self._forget()
        return self.hears

    def _insist(self) -> None:
        self._signal = None
        if self.hears and self._board.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._board.pid, signal.SIGINT)

    def _forget(self) -> None:
        if self._signal is not None:
            self._signal.cancel()
            self._signal = None

    def _program_ended(self) -> None:
        self.hears = False
        self._forget()
