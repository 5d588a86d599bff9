"""The cycle that all switches share."""

from __future__ import annotations

import abc
import time
from collections.abc import Callable


class Switch(abc.ABC):
    """off(), on() and what follows from them."""

    def __init__(self, sleep: Callable[[float], None] = time.sleep) -> None:
        self._sleep = sleep

    @abc.abstractmethod
    def off(self) -> None:
        """See Power."""

    @abc.abstractmethod
    def on(self) -> None:
        """See Power."""

    def cycle(self, off_s: float = 1.0) -> None:
        """See Power."""
        try:
            self.off()
            self._sleep(off_s)
        finally:
            self.on()
