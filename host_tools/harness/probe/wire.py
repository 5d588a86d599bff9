"""Requests and answers over the probe's port, one at a time, from any thread."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable

from host_tools.cable.errors import BoardSilent
from host_tools.cable.line import Line
from host_tools.harness.probe.clock import SharedClock
from host_tools.harness.probe.errors import (
    NotAProbe,
    ProbeCrashed,
    ProbeGarbled,
    ProbeRefused,
    ProbeSilent,
    ProbeVersion,
)
from host_tools.harness.probe.messages import PROTOCOL, Answer, MissingField, parse_line

_ANSWER_S = 3.0
_NOISE_LINES = 40
_NUMBERS = 1 << 29  # the probe takes numbers up to twice this
_SHOWN = 80
_TRACEBACK = "Traceback (most recent call last)"


class Wire:
    """`ask` one thing, get its answer; what else the port said is kept for the message of an error."""

    def __init__(
        self, line: Line, now_s: Callable[[], float] = time.monotonic, *, patience_s: float = _ANSWER_S
    ) -> None:
        self.port = line.port
        self.clock = SharedClock()
        self._line = line
        self._now_s = now_s
        self._patience_s = patience_s
        self._turn = threading.Lock()
        # Not from 0 on: answers to a client that went away may still be in the port.
        self._number = secrets.randbelow(_NUMBERS)
        self._known = False  # it has answered as a probe does
        self._noise: deque[str] = deque(maxlen=_NOISE_LINES)

    def ask(self, verb: str, **fields: int | bool | str) -> Answer:
        """Raises a ProbeError, or CableLost."""
        with self._turn:
            self._number += 1
            request = json.dumps({"id": self._number, "do": verb, **fields})
            begun_s = self._now_s()
            try:
                with self._line.within(self._patience_s, verb):
                    # The newline before it ends whatever half line a former client has left.
                    self._line.write(b"\n" + request.encode() + b"\n")
                    answer = self._answer()
            except BoardSilent:
                raise self._silence(verb) from None
            self.clock.add(begun_s, self._now_s(), answer.us)
        self._known = True
        if not answer.ok:
            raise ProbeRefused(self.port, verb, answer.error)
        return answer

    def garbled(self, answer: Answer, missing: MissingField) -> ProbeGarbled:
        """The error for an answer without a field."""
        return ProbeGarbled(self.port, f"{missing} in {dict(answer.fields)}"[:_SHOWN])

    def close(self) -> None:
        """Let go of the port."""
        self._line.close()

    def _answer(self) -> Answer:
        """The answer to the last request; former ones come too late for somebody who gave up."""
        while True:
            line = self._line.read_until(b"\n").strip()
            answer = parse_line(line)
            if answer is None:
                self._noise.append(line.decode(errors="replace"))
            elif answer.protocol != PROTOCOL:
                raise ProbeVersion(self.port, answer.protocol, PROTOCOL)
            elif answer.number == self._number:
                return answer

    def _silence(self, verb: str) -> ProbeCrashed | NotAProbe | ProbeSilent:
        """What is known about why no answer came."""
        self._noise.append(self._line.take_heard().decode(errors="replace"))
        said = "\n".join(self._noise)
        if _TRACEBACK in said:
            return ProbeCrashed(self.port, said[said.index(_TRACEBACK) :].replace("\n>>> ", ""))
        if not self._known:
            return NotAProbe(self.port, said.strip()[-_SHOWN:])
        return ProbeSilent(self.port, verb, self._patience_s)
