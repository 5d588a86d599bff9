"""The line protocol: one JSON object a line each way, answered in order; docs/probe.md has its table."""

import json
import os

from plainsight_probe import PROTOCOL
from plainsight_probe.bench import Bench
from plainsight_probe.lines import BadRequest, LineReader, parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from plainsight_probe.contract import Driver, Port

LOOK_MS = 2  # between two looks at the light; the photodiode's filter has 1 ms
_VERBS = ("hello", "state", "sense", "edges", "led", "button", "power", "mend")


def run(driver: "Driver", port: "Port") -> None:
    """Serve until an exception (Ctrl-C is one) ends it; everything is at rest then."""
    service = Service(driver, port)
    try:
        while True:
            service.turn()
    finally:
        driver.rest()


class Service:
    """Looks at the light, then at the host, in turns."""

    def __init__(self, driver: "Driver", port: "Port"):
        self._bench = Bench(driver, int.from_bytes(os.urandom(3), "big"))
        self._port = port
        self._lines = LineReader()

    def turn(self) -> None:
        """One look, and what the host has said meanwhile, at most one line of it."""
        self._bench.look()
        wait_ms = LOOK_MS
        while True:
            byte = self._port.byte(wait_ms)
            if byte < 0:
                return
            wait_ms = 0
            try:
                line = self._lines.feed(byte)
                if line is None:
                    continue
                answer = self._answer(line) if line else None
            except BadRequest as bad:
                answer = {"id": bad.number, "ok": False, "error": bad.code}
            if answer is not None:
                answer["probe"] = PROTOCOL
                answer["us"] = self._bench.clock.us()
                self._port.send(json.dumps(answer))
            return

    def _answer(self, line: bytes) -> dict:
        """Raises BadRequest."""
        request = parse(line)
        self._bench.heard()
        if request["do"] not in _VERBS:
            raise BadRequest("unknown_verb", request["id"])
        try:
            answer = getattr(self._bench, request["do"])(request)
        except BadRequest as bad:
            raise BadRequest(bad.code, request["id"])
        answer["id"], answer["ok"] = request["id"], True
        return answer
