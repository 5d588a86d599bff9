"""argv: scenario (or `names`), seed, cuts, doubles, flips, bad blocks. Prints RESULT and JSON. For MicroPython."""

import json
import sys

import cutting
from plainsight import compat

compat.urandom = lambda count: bytes([(7 * index + count) & 0xFF for index in range(count)])  # every run is the same

from scenarios import ALL  # noqa: E402 - what it imports takes urandom at once


def main(name, *numbers):
    """Run one scenario."""
    ledger = cutting.run(ALL[name](), *[int(number) for number in numbers])
    print("RESULT", json.dumps({"name": name, "counts": ledger.counts, "failures": ledger.failures}))


if sys.argv[1] == "names":
    print("RESULT", json.dumps(sorted(ALL)))
else:
    main(*sys.argv[1:])
