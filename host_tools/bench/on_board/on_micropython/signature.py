"""Verifying the signature of a release: all of it, and the longest stretch in which nothing else can run."""

import asyncio

from plainsight.update import lms


class _Stretches:
    """A pause that measures what lies between two of it."""

    def __init__(self):
        self.longest_us = 0
        self._since = time.ticks_us()

    async def pause(self):
        now = time.ticks_us()
        self.longest_us = max(self.longest_us, time.ticks_diff(now, self._since))
        self._since = time.ticks_us()


def main(key, message, signature, rounds):
    key, message, signature = [bytes.fromhex(part) for part in (key, message, signature)]
    longest = []

    def verify():
        stretches = _Stretches()
        assert asyncio.run(lms.verify(key, message, signature, stretches.pause))
        longest.append(stretches.longest_us)

    spoilt = signature[:-1] + bytes((signature[-1] ^ 1,))
    assert not asyncio.run(lms.verify(key, message, spoilt, _Stretches().pause))
    answer({"verify_us": samples_us(verify, rounds), "stretch_us": longest})
