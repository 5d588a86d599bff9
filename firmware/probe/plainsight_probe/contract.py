"""What the service asks of a board and of a console; for the type checker and for whoever adds a board."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    class Driver(Protocol):
        """One board's pins. Making it puts everything at rest."""

        board: str
        lit_uv: int
        dark_uv: int

        def machine(self) -> str:
            """`os.uname().machine`; says so where it is simulated."""
            ...

        def ticks_us(self) -> int:
            """As `time.ticks_us`."""
            ...

        def ticks_diff(self, later: int, earlier: int) -> int:
            """As `time.ticks_diff`."""
            ...

        def light_uv(self) -> int:
            """The photodiode's level, averaged over about 1 ms."""
            ...

        def current_ua(self) -> int:
            """Through the glasses' capture LED, averaged over about 1 ms."""
            ...

        def pulses(self) -> int:
            """Flashes that the photodiode has seen; right if read every 8 s."""
            ...

        def switch(self, name: str, on: bool) -> None:
            """One of `faults.SETTLES_MS`."""
            ...

        def rest(self) -> None:
            """Every switch released; must not raise."""
            ...

        def on_frame_mark(self, handler: "Callable[[int, int], None]") -> None:
            """Call handler(ticks, level) as an interrupt at each edge of the frame mark, where one is wired."""
            ...

    class Port(Protocol):
        """The USB console."""

        def byte(self, wait_ms: int) -> int:
            """The next byte from the host, or -1 when none came in this time."""
            ...

        def send(self, line: str) -> None:
            """One line to the host."""
            ...
