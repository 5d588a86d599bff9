"""Which system this is: the one question that chooses between a port's backends."""

from __future__ import annotations

import os
import sys


def on_android() -> bool:
    """True inside an app that python-for-android packed: its start code sets this variable before Python runs."""
    return "ANDROID_ARGUMENT" in os.environ or sys.platform == "android"
