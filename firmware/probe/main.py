"""Runs the probe. Ctrl-C ends it with every fault mended, and leaves the REPL for a new version."""

import sys

from plainsight_probe.console import Console
from plainsight_probe.service import run

if sys.platform == "rp2":
    from plainsight_probe.driver_rp2 import Driver
else:
    from plainsight_probe.driver_esp32 import Driver

run(Driver(), Console())
