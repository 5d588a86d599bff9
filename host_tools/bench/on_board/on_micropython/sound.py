"""The microphone's decimator, block by block; the microphone itself stays off."""

from plainsight.sound.decimator import Decimator
from plainsight.sound.microphone import BLOCK_BYTES, BLOCK_SAMPLES
from plainsight.sound.pdm import PCM_HZ, PDM_BYTES_PER_PCM


def main(blocks):
    decimator = Decimator(BLOCK_SAMPLES)
    pcm = bytearray(BLOCK_BYTES)
    size = BLOCK_SAMPLES * PDM_BYTES_PER_PCM
    assert decimator.run(size, pcm) == BLOCK_SAMPLES
    answer(
        {
            "block_us": samples_us(lambda: decimator.run(size, pcm), blocks),
            "lasts_us": [BLOCK_SAMPLES * 1_000_000 // PCM_HZ],
        }
    )
