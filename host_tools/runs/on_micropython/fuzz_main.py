"""argv: parser, seed, count, folder. Prints RESULT and JSON. For MicroPython."""

import json
import sys

import fuzzing
from parsers import PARSERS


def main(name, seed, count, folder):
    """Feed one parser."""
    print("RESULT", json.dumps(fuzzing.feed(PARSERS[name](folder), int(seed), int(count))))


main(*sys.argv[1:])
