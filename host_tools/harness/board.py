"""The board as a test has it: its console, its REPL, its reset line, its power."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Protocol

from host_tools.cable.errors import CableLost, ReplClosed
from host_tools.cable.reconnecting import pause
from host_tools.harness.console import Console
from host_tools.harness.errors import FatalLine, NotSeen
from host_tools.harness.fatal import FATAL, KINDS, RESTART, Fatal, kind_of
from host_tools.harness.log import HARNESS, PORT, BoardLog, Line
from host_tools.harness.target import Target

if TYPE_CHECKING:
    from host_tools.cable.cable import Cable
    from host_tools.harness.power.protocol import Power
    from host_tools.provisioning.setup_code import SetupCode

_READY = r"plainsight: (ready|not provisioned)"
_READY_S = 60.0
_BACK_S = 30.0  # a board on USB is a new device after a reset
_GONE_S = 3.0
_QUIET_S = 0.3  # after a fatal line: registers and backtrace belong into the message
_AFTERMATH_S = 2.0
_TAP_S = 0.15  # longer than the button bounces, shorter than a hold (plainsight/triggers/button.py)


class Button(Protocol):
    """Whatever is at the glasses' button."""

    def press(self) -> None: ...
    def release(self) -> None: ...


class HilBoard:
    """`expect` looks at each line of the console once, in order; resets begin after what was said before them."""

    def __init__(
        self,
        cable: Cable,
        target: Target,
        log: BoardLog,
        power: Power | None = None,
        button: Button | None = None,
        level: str = "software",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.cable = cable
        self.target = target
        self.log = log
        self._power = power
        self._button = button
        self.level = level  # how its light can be proven, as far as is known
        self._clock = clock
        self._console = Console(cable, log)
        self._seen = 0  # lines of the log that were looked at
        self._allowed: set[str] = set()

    def expect(
        self, pattern: str | re.Pattern[str], timeout_s: float = 30.0, *, not_matching: Sequence[Fatal] = FATAL
    ) -> re.Match[str]:
        """The first line that matches. Raises NotSeen, FatalLine (a line of `not_matching` came first), CableLost."""
        __tracebackhide__ = True
        wanted = re.compile(pattern)
        doing = f"waiting for {wanted.pattern!r}"
        self.log.note(doing)
        self._console.listen()
        until_s = self._clock() + timeout_s
        while True:
            for line in self._unseen():
                if found := wanted.search(line.text):
                    return found
                self._refuse_fatal(line, doing, not_matching)
            if self._console.failure is not None and self.log.length == self._seen:
                raise self._console.failure
            left_s = until_s - self._clock()
            if left_s <= 0:
                raise NotSeen(wanted.pattern, timeout_s, self.log.tail(), self.log.path)
            self.log.wait_for_more(self._seen, left_s)

    def ready(self, timeout_s: float = _READY_S) -> str:
        """Wait until the program says that it runs: "ready" or "not provisioned"."""
        __tracebackhide__ = True
        return self.expect(_READY, timeout_s).group(1)

    def allow(self, *kinds: str) -> None:
        """These ways of falling over are what the test is about: until its end they, and restarts, fail nothing."""
        unknown = set(kinds) - set(KINDS)
        if unknown:
            raise ValueError(f"{', '.join(sorted(unknown))}: none of {', '.join(KINDS)}")
        self._allowed.update(kinds)

    def check(self, doing: str = "after the last expectation") -> None:
        """Look at what was said since the last `expect`. Raises FatalLine."""
        __tracebackhide__ = True
        for line in self._unseen():
            self._refuse_fatal(line, doing, FATAL)

    def soft_reset(self) -> None:
        """Run the program from its beginning; chip and radio stay as they are."""

        def reset() -> None:
            self._interrupt()
            self.cable.soft_reset()

        self._anew("soft reset", reset)

    def hard_reset(self) -> None:
        """Reset the chip, as its reset button does; the supply stays on."""

        control = self.target.control

        def reset() -> None:
            if control is not None:
                control.ask("reset", cause="hard")
                self._wait_until_gone()
                self.cable.reattach(_BACK_S)
                return
            with suppress(ReplClosed):  # one that hears nothing any more has its reset line at last
                self._interrupt()
            self.cable.hard_reset()

        self._anew("hard reset", reset)

    def power_cycle(self, off_s: float = 1.0) -> None:
        """Take the supply away and give it back. Raises MissingCapability without a switch."""
        self.target.require("power_cycle")
        power = self._power
        assert power is not None, "a target that can power cycle has a switch"

        def cycle() -> None:
            power.cycle(off_s)
            self.cable.reattach(_BACK_S)

        self._anew(f"power cycle by {power.name}, off for {off_s:g} s", cycle)

    @contextmanager
    def button_held(self) -> Generator[None]:
        """The glasses' button is down while the block runs. Raises MissingCapability."""
        self.target.require("button")
        assert self._button is not None, "a target with a button has something that presses it"
        self._button.press()
        try:
            yield
        finally:
            self._button.release()

    def tap(self) -> None:
        """A short press of the button. Raises MissingCapability."""
        with self.button_held():
            pause(_TAP_S)

    @contextmanager
    def repl(self, *, soft_reset: bool = True) -> Generator[Cable]:
        """Interrupt the program and have the REPL; the board stays there until it is reset. Raises ReplClosed.

        Without `soft_reset` the interpreter is the one that the program ran in: so is what the chip says of its reset.
        """
        self.check("before the REPL was entered")
        self._console.hush()
        self.log.note("REPL")
        self.cable.enter_repl(soft_reset=soft_reset)
        yield self.cable

    def execute(self, code: str, *, timeout_s: float = 10.0, soft_reset: bool = True) -> str:
        """Run MicroPython at the REPL, `loader` entered so that plainsight can be imported; what it printed."""
        with self.repl(soft_reset=soft_reset) as cable:
            self.log.note(f"execute: {code.strip().splitlines()[0]}")
            output = cable.execute("import loader\nloader.visit()\n" + code, timeout_s=timeout_s)
        for line in output.splitlines():
            self.log.note(f"printed: {line}")
        return output

    def provision(self, *, level: str | None = None) -> SetupCode:
        """Wipe the board and give it a new identity, then start its program; the code that a phone pairs by.

        The identity is one for development: a board that is locked could not be given back. `level`: how its light is
        proven; by default as the identity said that it was found with, else "software".
        """
        from host_tools.provisioning.over_cable import give_identity

        with self.repl() as cable:
            self.log.note("a new identity")
            code = give_identity(cable, level=level or self.level)
        self.hard_reset()
        self.expect("plainsight: ready")
        return code

    def begin(self, test: str) -> None:
        """A test starts."""
        self.log.begin(test)
        self._seen = 0
        self._allowed.clear()

    def close(self) -> None:
        """Stop listening; the cable is somebody else's."""
        self._console.hush()

    def _anew(self, what: str, act: Callable[[], None]) -> None:
        """Start the program anew by `act`, with what was said before it behind."""
        self.check(f"before the {what}")
        self._console.hush()
        self.check(f"before the {what}")
        self.log.note(what)
        act()
        self._console.listen()

    def _wait_until_gone(self) -> None:
        """Return when the port has hung up, or stayed: one behind a USB serial adapter does."""
        with suppress(CableLost):
            for line in self.cable.read_lines(_GONE_S):
                self.log.board_said(line)

    def _interrupt(self) -> None:
        """Get to the REPL: a board on its own USB port has no reset line, only `machine.reset()`."""
        if not self.cable.at_repl:
            self.cable.enter_repl(soft_reset=False)

    def _unseen(self) -> Generator[Line]:
        """What the board said or did and nobody looked at; each line is looked at once."""
        while lines := self.log.since(self._seen):
            for line in lines:
                self._seen = line.number + 1
                if line.source != HARNESS:
                    yield line

    def _refuse_fatal(self, line: Line, doing: str, kinds: Sequence[Fatal]) -> None:
        __tracebackhide__ = True
        kind = self._kind_of(line, kinds)
        if kind is None or kind in self._allowed:
            return
        self._let_finish()
        self._seen = self.log.length  # what follows belongs to this
        raise FatalLine(kind, line.text, doing, self.log.tail(), self.log.path)

    def _kind_of(self, line: Line, kinds: Sequence[Fatal]) -> str | None:
        """How the board fell over by this line. Whatever may happen at all may end in a restart."""
        if line.source == PORT:
            return RESTART if kinds and not self._allowed else None
        return kind_of(line.text, kinds)

    def _let_finish(self) -> None:
        """Wait until the board has said all about its fall: nothing new for a moment, or long enough."""
        until_s = self._clock() + _AFTERMATH_S
        while self._console.listening and self._clock() < until_s:
            if not self.log.wait_for_more(self.log.length, _QUIET_S):
                return
