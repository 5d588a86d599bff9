"""Firmware of the probe: a second board that watches the glasses from outside and breaks them on demand.

`service.py` speaks the line protocol of docs/probe.md; `bench.py` decides; `driver_*.py` and `pins_*.py` know the
board. Everything but the drivers runs on CPython too.
"""

PROTOCOL = 1  # changes when an old client would misunderstand a new probe
VERSION = "1.0"
