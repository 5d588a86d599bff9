"""What can be wrong with a probe; each text is one line with the way out."""

from __future__ import annotations

from host_tools.exits import Exit, HostError

_RESET = "press the probe's reset button"


class ProbeError(HostError):
    """Base of them all; `port` is the probe's."""

    exit_code = Exit.BOARD

    def __init__(self, port: str, text: str) -> None:
        super().__init__(text)
        self.port = port


class NotAProbe(ProbeError):
    """Something is on the port, but not the probe's program; `said` is the end of what it said."""

    def __init__(self, port: str, said: str) -> None:
        heard = f" (it said {said!r})" if said else ""
        super().__init__(
            port, f"no probe answers on {port}{heard}: name its port, or install its firmware (docs/probe.md)"
        )
        self.said = said


class GlassesOnPort(ProbeError):
    """The probe's firmware was to be put onto glasses; `found` is what gave them away."""

    def __init__(self, port: str, found: str) -> None:
        super().__init__(port, f"there are glasses on {port} ({found} lies on them), no probe: name the probe's port")
        self.found = found


class ProbeSilent(ProbeError):
    """A probe that had answered before does not any more."""

    def __init__(self, port: str, verb: str, seconds: float) -> None:
        super().__init__(
            port, f"the probe on {port} gave no answer to {verb} for {seconds:g} s: {_RESET} and run again"
        )
        self.verb = verb
        self.seconds = seconds


class ProbeCrashed(ProbeError):
    """The probe's program ended with an exception; `said` holds its traceback."""

    def __init__(self, port: str, said: str) -> None:
        last = said.strip().splitlines()[-1] if said.strip() else "no reason given"
        super().__init__(port, f"the program of the probe on {port} ended ({last}), its faults are mended: {_RESET}")
        self.said = said


class ProbeGarbled(ProbeError):
    """An answer lacks what it must have; `line` is the answer."""

    def __init__(self, port: str, line: str) -> None:
        super().__init__(
            port, f"the probe on {port} gave an answer that makes no sense ({line!r}): install its firmware again"
        )
        self.line = line


class ProbeRefused(ProbeError):
    """The probe knows no such thing; `code` is its reason."""

    def __init__(self, port: str, verb: str, code: str) -> None:
        super().__init__(
            port, f"the probe on {port} refused {verb} ({code}): its firmware is another version; install it again"
        )
        self.verb = verb
        self.code = code


class ProbeVersion(ProbeError):
    """The probe speaks another version of the protocol."""

    def __init__(self, port: str, found: int, wanted: int) -> None:
        super().__init__(
            port,
            f"the probe on {port} speaks protocol {found}, not {wanted}: install its firmware again (docs/probe.md)",
        )
        self.found = found
        self.wanted = wanted


class ProbeRestarted(ProbeError):
    """The probe started anew meanwhile: its clock, its edges and its faults are not those of before."""

    def __init__(self, port: str) -> None:
        super().__init__(port, f"the probe on {port} restarted during the test: see to its cable and supply, run again")


class ProbeLapsed(ProbeError):
    """The probe mended a fault by itself since it had not heard this computer in time: the test proves nothing."""

    def __init__(self, port: str) -> None:
        super().__init__(port, f"the probe on {port} mended a fault too early, this computer was too slow: run again")
