"""The words that the application listens for, over made-up sound, hop by hop; the microphone itself stays off."""

from plainsight.frontend.frontend import HOP_SAMPLES
from plainsight.keyword import words

_HOPS_A_STEP = 3


def _sound(hops):
    """Noise that swells and fades: s16le, the same every time."""
    samples = bytearray(2 * HOP_SAMPLES * hops)
    state = 1
    for at in range(0, len(samples), 2):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        level = (state >> 16) * (1 + at % 6400) >> 13
        samples[at] = level & 255
        samples[at + 1] = (level >> 8) & 127
    return samples


def _detector():
    """The application's, or None where it has no model."""
    try:
        return words.load().detector
    except words.NoWords as missing:
        if missing.state != words.NO_MODEL:
            raise
        return None


def main(steps):
    found = {"no_words": [1]}
    detector = _detector()
    if detector:
        found = _listened(detector, steps)
    answer(found)


def _listened(detector, steps):
    """Microseconds of each hop without, and with, a step of the network."""
    sound = memoryview(_sound(3 * _HOPS_A_STEP))
    size = 2 * HOP_SAMPLES
    found = {"hop_us": [], "step_us": []}
    at = 0
    detector.reset()
    for _ in range(_HOPS_A_STEP * (steps + 1)):
        before = detector.steps
        hop = sound[at : at + size]
        took = samples_us(lambda hop=hop: detector.feed(hop, HOP_SAMPLES), 1)
        found["step_us" if detector.steps > before else "hop_us"] += took
        at = (at + size) % len(sound)
    detector.reset()
    return found
