"""Makes somebody who tries passphrases at the screen wait. Who has the file guesses elsewhere: scrypt is for them."""

from __future__ import annotations

import time
from collections.abc import Callable

from companion_app.vault.errors import TooManyAttempts

_FREE = 3
_FIRST_WAIT_S = 2.0
_LONGEST_WAIT_S = 300.0


class Attempts:
    """After three wrong ones the wait doubles with each; the right one clears it. `steady_s`: a monotonic clock."""

    def __init__(self, steady_s: Callable[[], float] = time.monotonic) -> None:
        self._steady_s = steady_s
        self._wrong = 0
        self._not_before_s = 0.0

    def check(self) -> None:
        """Raises TooManyAttempts while it is too early for another."""
        left_s = self._not_before_s - self._steady_s()
        if self._wrong >= _FREE and left_s > 0:
            raise TooManyAttempts(left_s)

    def failed(self) -> None:
        """One more wrong one."""
        self._wrong += 1
        if self._wrong >= _FREE:
            doublings = min(self._wrong - _FREE, 16)
            self._not_before_s = self._steady_s() + min(_FIRST_WAIT_S * 2**doublings, _LONGEST_WAIT_S)

    def passed(self) -> None:
        """The right one."""
        self._wrong = 0
