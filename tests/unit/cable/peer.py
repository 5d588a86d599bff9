"""The far end of a pseudo-terminal that speaks MicroPython's raw REPL as shared/runtime/pyexec.c does, or fails to."""

from __future__ import annotations

import contextlib
import os
import select
import threading
import tty
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

Run = Callable[[str], tuple[str, str]]  # code to (output, traceback)

_BANNER = b"raw REPL; CTRL-B to exit\r\n>"
_WINDOW_BYTES = 32


class Pulled(Exception):
    """The cable was pulled."""


@dataclass
class Peer:
    """`run` answers code. `pull_after`: hang up after so many bytes from the computer. `locked`: never at the REPL."""

    run: Run = lambda code: ("", "")
    locked: bool = False
    raw_paste: bool = True
    pull_after: int | None = None
    chatter: bytes = b""  # printed at each byte that a locked board gets
    hold: float = 0.0  # seconds that code takes
    loader: bool = False  # the ROM's, which understands SYNC alone
    nonsense: bool = False  # answers the request for raw-paste with something else
    heard: bytearray = field(default_factory=bytearray)
    ran: list[str] = field(default_factory=list)
    resets: int = 0
    port: str = ""
    _gone: threading.Event = field(default_factory=threading.Event)
    master: int = -1
    _stop: int = -1

    def serve(self) -> None:
        """Until the cable is pulled or the test ends."""
        with contextlib.suppress(Pulled, OSError):
            self._program()

    def _loader(self) -> None:
        while True:
            while self._read() != b"\xc0":
                pass
            frame = bytearray()
            while (byte := self._read()) != b"\xc0":
                frame += byte
            if frame[:4] == b"\x00\x08\x24\x00" and frame[8:] == b"\x07\x07\x12\x20" + b"\x55" * 32:
                self._write(b"\xc0\x01\x08\x04\x00\x07\x07\x12\x20\x00\x00\x00\x00\xc0")

    def _program(self) -> None:
        if self.loader:
            self._loader()
        while True:
            byte = self._read()
            if self.locked:
                self._write(self.chatter)
            elif byte == b"\x01":
                self._raw_repl()

    def _raw_repl(self) -> None:
        self._write(_BANNER)
        code = bytearray()
        while True:
            byte = self._read()
            if self.locked:
                continue
            if byte == b"\x05":
                kind = self._read() + self._read()
                assert kind == b"A\x01"
                if self.nonsense:
                    self._write(b"R\x01\x20\x00what?")
                elif self.raw_paste:
                    self._write(b"R\x01" + _WINDOW_BYTES.to_bytes(2, "little"))
                    self._execute(self._paste())
                else:
                    self._write(b"R\x00")
            elif byte == b"\x01":
                self._write(_BANNER)
            elif byte == b"\x02":
                return
            elif byte == b"\x04" and code.strip(b"\r\x03"):
                self._write(b"OK")
                self._execute(bytes(code))
                code.clear()
            elif byte == b"\x04":
                self.resets += 1
                self._write(b"OK\r\nMPY: soft reboot\r\n" + _BANNER)
                code.clear()
            else:
                code += byte

    def _paste(self) -> bytes:
        code, room = bytearray(), _WINDOW_BYTES
        while (byte := self._read()) != b"\x04":
            code += byte
            room -= 1
            if room == 0:
                self._write(b"\x01")
                room = _WINDOW_BYTES
        self._write(b"\x04")
        return bytes(code)

    def _execute(self, code: bytes) -> None:
        self.ran.append(code.decode())
        self._gone.wait(self.hold)
        output, traceback = self.run(code.decode())
        self._write(output.replace("\n", "\r\n").encode() + b"\x04" + traceback.encode() + b"\x04>")

    def _read(self) -> bytes:
        if self.pull_after is not None and len(self.heard) >= self.pull_after:
            raise Pulled
        ready, _, _ = select.select([self.master, self._stop], [], [])
        if self._stop in ready:
            raise Pulled
        byte = os.read(self.master, 1)
        self.heard += byte
        return byte

    def _write(self, data: bytes) -> None:
        os.write(self.master, data)


@contextmanager
def plugged_in(peer: Peer) -> Generator[Peer]:
    """The peer at work, its `port` a pseudo-terminal of its own."""
    master, slave = os.openpty()
    tty.setraw(slave)
    peer.port = os.ttyname(slave)
    stop_read, stop_write = os.pipe()
    peer.master, peer._stop = master, stop_read

    def work() -> None:
        peer.serve()
        os.close(master)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield peer
    finally:
        os.close(stop_write)
        thread.join()
        os.close(slave)
        os.close(stop_read)
