"""Times the front end and a model's steps, and counts their memory. Runs under MicroPython: MODEL PCM ROUNDS.

One line of JSON: microseconds of each hop that makes a frame and of each step (the least of the rounds: the computer
has other things to do too), bytes of the heap that the model's file and the detector take.
"""

import gc
import json
import sys
import time

from plainsight.frontend.frontend import HOP_SAMPLES, Frontend
from plainsight.keyword import model
from plainsight.keyword.detector import Detector
from plainsight.keyword.network import Network


def least(times, place, began):
    took = time.ticks_diff(time.ticks_us(), began)
    if place == len(times):
        times.append(took)
    times[place] = min(times[place], took)


def one_round(read, pcm, hop_us, step_us):
    listening, running = Frontend(), Network(read)
    hops = frames = 0
    for at in range(0, len(pcm) // 2 - HOP_SAMPLES + 1, HOP_SAMPLES):
        began = time.ticks_us()
        ready = listening.push(pcm, at)
        if not ready:
            continue
        least(hop_us, hops, began)
        hops += 1
        if frames % model.FRAMES == 0:
            put_us = 0
        began = time.ticks_us()
        running.put(frames % model.FRAMES, listening.features)
        put_us += time.ticks_diff(time.ticks_us(), began)
        frames += 1
        if frames % model.FRAMES == 0:
            began = time.ticks_us() - put_us
            running.step()
            least(step_us, frames // model.FRAMES - 1, began)


def live():
    gc.collect()
    return gc.mem_alloc()


def main(path, sound, rounds):
    with open(sound, "rb") as file:
        pcm = memoryview(file.read())
    before = live()
    with open(path, "rb") as file:
        read = model.read(file.read())
    with_model = live()
    detector = Detector(read)
    with_detector = live()
    hop_us, step_us = [], []
    for _ in range(int(rounds)):
        one_round(read, pcm, hop_us, step_us)
    found = {"hop_us": hop_us, "step_us": step_us, "model_bytes": with_model - before}
    found["detector_bytes"] = with_detector - with_model
    print(json.dumps(found))
    return detector


main(*sys.argv[1:])
