"""One thing that was looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

COMPUTER = "computer"


@dataclass(frozen=True)
class Finding:
    """A thing that is not `needed` limits what can be done, and is no failure. `do`: the way out, "" if all is well."""

    name: str
    present: bool
    needed: bool
    detail: str
    do: str = ""
    place: str = COMPUTER

    @property
    def fails(self) -> bool:
        """Something cannot work before this is put right."""
        return self.needed and not self.present

    def __str__(self) -> str:
        mark = "ok     " if self.present else ("MISSING" if self.needed else "without")
        return f"{mark}  {self.name}: {self.detail}" + (f": {self.do}" if self.do else "")


Check = Callable[[], Finding]
