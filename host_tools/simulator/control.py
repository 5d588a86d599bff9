"""The control socket: JSON lines by which another process scripts the world. Only the verbs in this file exist.

A request is {"op": verb, …fields}; the answer {"ok": true, "result": …} or {"ok": false, "error": name, "message": …}.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, cast

from host_tools.simulator.boardprocess import BoardBusy, BoardCodeFailed, BoardExited, BoardProcess
from host_tools.simulator.flash import FormatFailed
from host_tools.simulator.probe.probe import VirtualProbe
from host_tools.simulator.radio.profiles import UnknownProfile
from host_tools.simulator.radio.radio import VirtualRadio
from host_tools.simulator.usb.verbs import CableVerbs
from host_tools.simulator.world.scene import NotAPicture, PictureTooLarge
from host_tools.simulator.world.world import World

_MAX_LINE_BYTES = 1 << 20
_LOG_LINES = 200
_LET_GO_POLLS = 20
# What a request may provoke; anything else is a fault of the simulator and ends the connection.
_EXPECTED = (
    BoardBusy, BoardCodeFailed, BoardExited, FormatFailed, NotAPicture, PictureTooLarge, UnknownProfile, OSError,
    TypeError, ValueError, KeyError, TimeoutError,
)  # fmt: skip


class UnknownOperation(ValueError):
    """The request names no verb of this socket."""


class Verbs(CableVerbs):
    """One method for each verb; keyword arguments are the request's fields."""

    def __init__(self, world: World, radio: VirtualRadio, board: BoardProcess, probe: VirtualProbe | None) -> None:
        super().__init__(board)
        self._world = world
        self._radio = radio
        self._board = board
        self._probe = probe

    async def start(self) -> None:
        """Switch the board on."""
        await self._board.start()

    async def kill(self) -> None:
        """Switch the board off."""
        await self._board.kill()

    async def execute(self, *, code: str) -> str:
        """Run MicroPython on the idle board; what it printed."""
        return await self._board.execute(code)

    async def wait_for_log(self, *, text: str, timeout_s: float = 30.0) -> str:
        """The first line of the board's log with `text`."""
        return await self._board.wait_for_log(text, timeout_s=timeout_s)

    def status(self) -> dict[str, Any]:
        """What a person would ask first."""
        return {
            "simulated": True,
            "running": self._board.running,
            "in_rom": self._board.in_rom,
            "port": None if self._board.usb is None else str(self._board.usb.port.path),
            "capture_light": self._world.led.lit,
            "status_light": self._world.pins.status_light,
            "asleep": self._board.asleep,
            "exposures": len(self._world.exposures),
            "exposures_in_dark": self._world.exposures_in_dark,
            "connected": self._radio.connected,
            "probe_port": None if self._probe is None else str(self._probe.port),
            "log": self._board.log[-_LOG_LINES:],
            "log_from": max(0, len(self._board.log) - _LOG_LINES),
        }

    def show(self, *, path: str) -> None:
        """Put a picture in front of the lens."""
        self._world.show(Path(path))

    def say(self, *, path: str) -> float:
        """Let a recording be heard at the microphone; its seconds."""
        return self._world.say(Path(path))

    def keep(self, *, sha256: str) -> None:
        """The frame with this hash was kept."""
        self._world.keep(sha256)

    def button(self, *, press: str, ms: int = 80) -> None:
        """press: tap (for `ms`), down, up, or again (up, and down as soon as the firmware has seen that)."""
        button = self._world.button

        def again() -> None:
            button.release()
            self._world.at_call(_LET_GO_POLLS, button.press, _reads_a_pin)

        choices = {"tap": lambda: button.tap(int(ms)), "down": button.press, "up": button.release, "again": again}
        _choose(press, choices)

    def led(self, *, fault: str, on: bool = True) -> None:
        """fault: cut short replace cover, each until it is switched off again, or mend for all."""
        led = self._world.led
        faults: dict[str, Callable[[], None]] = {
            "cut": lambda: led.damage(open=on),
            "short": lambda: led.damage(shorted=on),
            "replace": lambda: led.damage(replaced=on),
            "cover": lambda: led.damage(covered=on),
            "mend": led.mend,
        }
        _choose(fault, faults)

    def camera(self, *, fault: str, calls: int = 1) -> None:
        """fault: absent none half raise enomem slow, or mend."""
        if fault == "mend":
            self._world.camera.mend()
        else:
            self._world.camera.fail(fault, int(calls))

    def card(self, *, what: str, value: int = 0) -> None:
        """what: insert, pull, pull_after (blocks), protect, fill (bytes left), foreign, blank, bad (block), mend."""
        card = self._world.card
        acts: dict[str, Callable[[], object]] = {
            "insert": card.insert,
            "pull": card.pull,
            "pull_after": lambda: card.pull_after(int(value)),
            "protect": card.protect,
            "fill": lambda: card.fill(int(value)),
            "foreign": card.foreign,
            "blank": card.blank,
            "bad": lambda: card.bad_block(int(value)),
            "mend": card.mend,
        }
        _choose(what, acts)

    async def probe(self, *, what: str) -> None:
        """what: reset. ValueError without a probe."""
        if self._probe is None or what != "reset":
            raise ValueError(f"no probe here that could {what}")
        await self._probe.board.reset()

    def battery(self, *, mv: int) -> None:
        """The cell's voltage."""
        self._world.battery.set_mv(int(mv))

    def heat(self, *, celsius: float) -> None:
        """How warm the chip is."""
        self._world.heat.set_c(float(celsius))

    def power(self, *, after_writes: int | None = None, torn: bool = False) -> None:
        """Lose power now, or at a flash operation."""
        if after_writes is None:
            self._world.power.off()
        else:
            self._world.power.cut(int(after_writes), torn=bool(torn))

    def radio(self, *, fault: str, value: float = 0, profile: str = "") -> None:
        """fault: drop, drop_after (bytes), loss (fraction), latency (ms), range (0 out, 1 in), profile."""
        radio = self._radio
        faults: dict[str, Callable[[], object]] = {
            "drop": radio.drop,
            "drop_after": lambda: radio.drop_after(int(value)),
            "loss": lambda: radio.set_loss(float(value)),
            "latency": lambda: radio.set_latency(float(value)),
            "range": lambda: radio.set_out_of_range(not value),
            "profile": lambda: radio.set_profile(profile),
        }
        _choose(fault, faults)


_VERBS = frozenset(name for name, _ in inspect.getmembers(Verbs, inspect.isfunction) if not name.startswith("_"))


def _reads_a_pin(service: str, method: str) -> bool:
    return (service, method) == ("pin", "read")


def _choose(name: str, choices: Mapping[str, Callable[[], object]]) -> None:
    if name not in choices:
        raise ValueError(f"{name!r} is none of {', '.join(choices)}")
    choices[name]()


class ControlServer:
    """Serves any number of clients on one unix socket, each client's requests in order."""

    def __init__(
        self, path: Path, world: World, radio: VirtualRadio, board: BoardProcess, probe: VirtualProbe | None = None
    ) -> None:
        self._path = path
        self._verbs = Verbs(world, radio, board, probe)
        self._server: asyncio.Server | None = None
        self._clients: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen."""
        self._server = await asyncio.start_unix_server(self._accept, self._path, limit=_MAX_LINE_BYTES)

    async def close(self) -> None:
        """Stop listening and drop the clients."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for client in self._clients:
            client.cancel()
        await asyncio.gather(*self._clients, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = asyncio.create_task(self._serve(reader, writer))
        self._clients.add(client)
        client.add_done_callback(self._clients.discard)
        # Here and not in the task: one that is cancelled before its first step runs no line of its own.
        client.add_done_callback(lambda _: writer.close())

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, ValueError):
            # readline() raises ValueError for a line beyond the limit: such a client is dropped.
            while line := await reader.readline():
                answer = await self._answer(line)
                writer.write(json.dumps(answer).encode() + b"\n")
                await writer.drain()

    async def _answer(self, line: bytes) -> dict[str, Any]:
        try:
            return {"ok": True, "result": await self._perform(line)}
        except _EXPECTED as error:
            return {"ok": False, "error": type(error).__name__, "message": str(error)}

    async def _perform(self, line: bytes) -> object:
        parsed: object = json.loads(line)
        if not isinstance(parsed, dict):
            raise ValueError("a request is an object")
        request = cast("dict[str, Any]", parsed)
        op = request.pop("op", None)
        if op not in _VERBS:
            raise UnknownOperation(f"{op!r} is none of {', '.join(sorted(_VERBS))}")
        verb: Callable[..., Awaitable[object] | object] = getattr(self._verbs, op)
        result = verb(**request)
        return await result if inspect.isawaitable(result) else result


class ControlRefused(Exception):
    """The simulator answered with an error; `error` names its class there."""

    def __init__(self, error: str, message: str) -> None:
        super().__init__(f"{error}: {message}")
        self.error = error
        self.message = message


class ControlLost(ConnectionError):
    """The simulator is gone."""


class ControlClient:
    """`async with ControlClient(path) as control: await control.ask("button", press="tap")`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._turn = asyncio.Lock()

    async def __aenter__(self) -> ControlClient:
        self._streams = await asyncio.open_unix_connection(self._path, limit=_MAX_LINE_BYTES)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def ask(self, op: str, **fields: Any) -> Any:
        """The verb's result; raises ControlRefused or ControlLost."""
        if self._streams is None:
            raise ControlLost("not connected")
        reader, writer = self._streams
        async with self._turn:
            try:
                writer.write(json.dumps({"op": op, **fields}).encode() + b"\n")
                line = await reader.readline()
            except ConnectionError as error:
                raise ControlLost("the simulator ended") from error
        if not line:
            raise ControlLost("the simulator ended")
        answer = json.loads(line)
        if not answer["ok"]:
            raise ControlRefused(answer["error"], answer["message"])
        return answer["result"]
