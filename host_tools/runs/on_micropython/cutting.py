"""Puts one persistent operation through everything that flash does to it, and judges what is left. For MicroPython.

A scenario has a `name` and these methods, called with the chip mounted and current:
    prepare()             makes the state before the operation, on an empty file system
    boot() -> state       opens what lies there, as the glasses do at power-on; recovers from a cut
    act(state)            the operation
    judge(state)          "old" or "new"; AssertionError for anything else
    use(state)            goes on working afterwards: AssertionError where that fails
    reported(state)       True where boot() found damage and says so (or the state has less and says why)
`gives_up`: the exceptions by which the operation may refuse on failing flash; `blocks`: size of the chip; `ends`: what
judge() says before and after.
"""

import gc
import os
import random
import sys

from faulty_flash import BLOCK_BYTES, FaultyFlash, PowerCut, formatted, mounted
from plainsight.errors import Refused

_BLOCKS = 64
_MOST_WRITES = 20_000


class Noticed(AssertionError):
    """Not what was written, and whoever reads it can tell: fatal after a cut, right after a bit has turned over."""


class Scenario:
    """What most operations need."""

    blocks = _BLOCKS
    gives_up = (Refused, OSError)
    ends = ("old", "new")

    def remember(self, state):
        """The state when all went well."""

    def use(self, state):
        """Nothing further to try."""

    def reported(self, state):
        """Nothing here reports damage but by refusing."""
        return False

    def judge_flipped(self, state):
        """What a bit that turned over has done."""
        if self.reported(state):
            return "reported"
        try:
            return self.judge(state)
        except Noticed:
            return "reported"


class Ledger:
    """Counts by name, and the failures in words that can be run again."""

    def __init__(self, name, seed):
        self.name = name
        self.seed = seed
        self.counts = {}
        self.failures = []

    def count(self, what):
        self.counts[what] = self.counts.get(what, 0) + 1

    def failed(self, how, error):
        self.count("failures")
        if len(self.failures) < 10:
            import io

            trace = io.StringIO()
            sys.print_exception(error, trace)
            self.failures.append("%s: %s, seed %d: %s" % (self.name, how, self.seed, trace.getvalue()))


def run(scenario, seed, cuts, doubles, flips, bad_blocks):
    """All of it: cuts at up to `cuts` writes, whole and torn; `doubles` pairs; `flips` bits; `bad_blocks` blocks."""
    ledger = Ledger(scenario.name, seed)
    random.seed(seed)
    base = formatted(scenario.blocks)
    with mounted(FaultyFlash(base)):
        scenario.prepare()
    done, writes, touched = _uncut(scenario, base, ledger)
    if done is not None:
        _single_cuts(scenario, base, writes, -(-writes // cuts), ledger)
        _double_cuts(scenario, base, writes, doubles, ledger)
        _flips(scenario, base, done, flips, ledger)
        _bad_blocks(scenario, base, touched, bad_blocks, ledger)
        _full(scenario, base, ledger)
    ledger.counts["writes"] = writes
    return ledger


def _uncut(scenario, base, ledger):
    """The memory after the operation, its number of writes, and the blocks it touched; None where it fails."""
    flash = FaultyFlash(bytearray(base))
    try:
        with mounted(flash):
            scenario.act(scenario.boot())
        writes, touched, done = flash.writes, sorted(flash.touched), bytearray(flash.memory)
        for memory, expected in zip((bytearray(base), bytearray(done)), scenario.ends):
            with mounted(FaultyFlash(memory)):
                state = scenario.boot()
                found = scenario.judge(state)
                scenario.remember(state)
                if found != expected:
                    raise AssertionError("%s, expected %s" % (found, expected))
                scenario.use(state)
    except Exception as error:
        ledger.failed("without any fault", error)
        return None, 0, []
    if not 0 < writes < _MOST_WRITES:
        raise AssertionError("%s: %d writes" % (scenario.name, writes))
    return done, writes, touched


def _cut(scenario, memory, at, torn, ledger, how):
    """Boot and act until the power goes; True where it did."""
    flash = FaultyFlash(memory)
    flash.cut_at, flash.torn = at, torn
    try:
        with mounted(flash):
            scenario.act(scenario.boot())
    except PowerCut:
        return True
    except Exception as error:
        ledger.failed(how, error)
    return False


def _settle(scenario, memory, ledger, how):
    """Boot once more, judge, and go on working."""
    try:
        with mounted(FaultyFlash(memory)):
            state = scenario.boot()
            ledger.count(scenario.judge(state))
            scenario.use(state)
        with mounted(FaultyFlash(memory)):  # what the recovery made of it must itself be whole
            scenario.boot()
    except Exception as error:
        ledger.failed(how, error)


def _single_cuts(scenario, base, writes, every, ledger):
    for torn in (False, True):
        for at in range(1, writes + 1, every):
            how = "%s at write %d of %d" % ("torn" if torn else "cut", at, writes)
            memory = bytearray(base)
            if _cut(scenario, memory, at, torn, ledger, how):
                ledger.count("torn" if torn else "cuts")
                _settle(scenario, memory, ledger, how)
            gc.collect()


def _double_cuts(scenario, base, writes, doubles, ledger):
    """A second cut in the boot that recovers from the first."""
    for _ in range(doubles):
        first, second, torn = random.randint(1, writes), random.randint(1, 8), random.randint(0, 1) == 1
        how = "cuts at writes %d and %d" % (first, second)
        memory = bytearray(base)
        if not _cut(scenario, memory, first, torn, ledger, how):
            continue
        flash = FaultyFlash(memory)
        flash.cut_at, flash.torn = second, torn
        try:
            with mounted(flash):
                scenario.boot()
        except PowerCut:
            ledger.count("double cuts")
        except Exception as error:
            ledger.failed(how, error)
            continue
        _settle(scenario, memory, ledger, how)
        gc.collect()


def _flips(scenario, base, done, flips, ledger):
    """One bit of what the operation wrote has turned over while the power was off."""
    written = [at for at in range(len(done)) if done[at] != base[at] and done[at] != 0xFF]
    for _ in range(flips):
        at, bit = random.choice(written), random.randint(0, 7)
        how = "bit %d of byte %d of block %d" % (bit, at % BLOCK_BYTES, at // BLOCK_BYTES)
        memory = bytearray(done)
        memory[at] ^= 1 << bit
        ledger.count("flips")
        try:
            with mounted(FaultyFlash(memory)):
                ledger.count("flips: " + scenario.judge_flipped(scenario.boot()))
        except OSError:
            ledger.count("flips: reported")
        except Exception as error:
            ledger.failed(how, error)
        gc.collect()


def _bad_blocks(scenario, base, touched, most, ledger):
    """Each block that the operation touched takes nothing any more, said or unsaid."""
    blocks = touched if len(touched) <= most else [random.choice(touched) for _ in range(most)]
    for told in (False, True):
        for block in blocks:
            flash = FaultyFlash(bytearray(base))
            flash.bad, flash.told = (block,), told
            _refuse_or_do(scenario, flash, "bad blocks", "bad block %d, told %s" % (block, told), ledger)


def _full(scenario, base, ledger):
    """No room: with nothing left, and with one, two … blocks left."""
    for left in range(4):
        memory = bytearray(base)
        with mounted(FaultyFlash(memory)):
            _fill(left)
        _refuse_or_do(scenario, FaultyFlash(memory), "full", "with %d blocks left" % left, ledger)


def _refuse_or_do(scenario, flash, what, how, ledger):
    """The operation may give up; what is then on the chip must still be old or new."""
    ledger.count(what)
    try:
        with mounted(flash):
            try:
                scenario.act(scenario.boot())
            except scenario.gives_up:
                ledger.count(what + " refused")
    except OSError:
        ledger.count(what + " unmountable")
        return
    except Exception as error:
        ledger.failed(how, error)
        return
    flash.bad = ()
    try:
        with mounted(flash):
            state = scenario.boot()
            if not scenario.reported(state):
                scenario.judge(state)
    except Exception as error:
        ledger.failed(how, error)


def _fill(left):
    """Write a file until no more than `left` blocks are free."""
    piece = bytes(512)
    with open("ballast", "wb") as file:
        while os.statvfs(".")[3] > left:
            try:
                file.write(piece)
                file.flush()
            except OSError:
                return
