"""How long a session may still last: two clocks must agree that it is not over."""

from __future__ import annotations

from dataclasses import dataclass

from companion_app.sharing.yes import Clocks

_LOOKS_EVERY_S = 0.5


@dataclass(frozen=True)
class SessionClock:
    """Begins when it is made."""

    clocks: Clocks
    seconds: int
    began_wall_s: float
    began_steady_s: float

    @classmethod
    def begin(cls, clocks: Clocks, seconds: int) -> SessionClock:
        """It runs from now on."""
        return cls(clocks, seconds, clocks.wall_s(), clocks.steady_s())

    @property
    def left_s(self) -> float:
        """Seconds to its end, 0 at the end. Set back, the wall clock gains nothing; set forward, it ends the session:
        that is also what happens after a phone slept, while the steady clock stood still."""
        wall_s = self.clocks.wall_s() - self.began_wall_s
        steady_s = self.clocks.steady_s() - self.began_steady_s
        return max(0.0, self.seconds - max(wall_s, steady_s))

    async def run_out(self) -> None:
        """Returns within a second of the end."""
        while (left_s := self.left_s) > 0:
            await self.clocks.sleep(min(left_s, _LOOKS_EVERY_S))
