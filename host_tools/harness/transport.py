"""Counts failures of the cable: after three in a row the rest of the session would only repeat them."""

from __future__ import annotations

LIMIT = 3


def is_transport_failure(error: BaseException | None) -> bool:
    """The board could not be reached or did not answer; not: it answered that something is wrong."""
    from host_tools.cable.errors import BoardCodeFailed, CableError
    from host_tools.cable.world import WorldGone

    return isinstance(error, (CableError, WorldGone)) and not isinstance(error, BoardCodeFailed)


class TransportFailures:
    """`reason` says why the session stops, once it must."""

    def __init__(self) -> None:
        self.reason = ""
        self._in_a_row = 0

    def ended(self, test: str, errors: list[BaseException]) -> None:
        """A test is over, with what it raised in its phases."""
        failures = [error for error in errors if is_transport_failure(error)]
        if not failures:
            self._in_a_row = 0
            return
        self._in_a_row += 1
        if self._in_a_row >= LIMIT:
            first_line = str(failures[0]).splitlines()[0]
            self.reason = f"{LIMIT} transport failures in a row, the last in {test}: {first_line}"
