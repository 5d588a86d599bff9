"""When a word counts as recognised: the mean of the network's last outputs against the word's cutoff.

The rule of the published runtimes of these models, in integers: the sum of the last `window` outputs must be greater
than `limit` (the cutoff of the model's manifest x 256 x `window`). What is heard in the first second is not judged:
the front end's estimate of the noise and the network's memory are empty then. After a word as long is let pass as the
model says, and that time stands still while the output is above the cutoff: one long word is one word.
"""

from plainsight.compat import const

STEP_MS = const(30)  # three frames of the front end
WARM_UP_STEPS = const(34)  # a little over a second


class Decision:
    """One word's; `put` what the network says at each step."""

    def __init__(self, limit: int, window: int, refractory_ms: int):
        self._limit = limit
        self._window = window
        self._rest_steps = (refractory_ms + STEP_MS - 1) // STEP_MS
        self._recent = bytearray(window)
        self.reset()

    def reset(self) -> None:
        """Forget what was said; begin with the warm-up."""
        self._clear()
        self._unjudged = WARM_UP_STEPS

    def put(self, output: int) -> bool:
        """True at the step at which the word is recognised; `output`: 0 to 255."""
        at = self._at
        self._sum += output - self._recent[at]
        self._recent[at] = output
        at += 1
        self._at = 0 if at == self._window else at
        if self._unjudged:
            if output * self._window <= self._limit:
                self._unjudged -= 1
            return False
        if self._sum <= self._limit:
            return False
        self._clear()
        self._unjudged = self._rest_steps
        return True

    def _clear(self) -> None:
        recent = self._recent
        for index in range(self._window):
            recent[index] = 0
        self._sum = 0
        self._at = 0
