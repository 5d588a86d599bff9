"""Kivy reads its environment at import: this must run first. No Kivy import here."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

PHONE_SIZE_DP = (412, 892)
# Kivy tells with tracebacks that these are missing: pasting by the middle button, and touch pads read past the window.
_NOT_USED = ("Cutbuffer:", "Input: MTDev")


def prepare(home: Path) -> None:
    """Keep Kivy's own files under `home`, its log in Python's logging, and its hands off the command line and devices.

    Does nothing where Kivy was imported already: whoever did that decided.
    """
    if "kivy" in sys.modules:
        return
    home.mkdir(parents=True, exist_ok=True)
    os.environ["KIVY_HOME"] = str(home)
    os.environ["KIVY_NO_ARGS"] = "1"
    os.environ["KIVY_NO_FILELOG"] = "1"
    os.environ["KIVY_LOG_MODE"] = "PYTHON"
    os.environ.setdefault("KIVY_CLIPBOARD", "sdl2")  # the window's own; the others are programs that may be missing
    logging.getLogger("kivy").addFilter(_not_about_what_is_not_used)
    os.environ["KIVY_NO_CONFIG"] = "1"  # nobody's ~/.kivy decides how consent is asked for
    _configure()


def _not_about_what_is_not_used(record: logging.LogRecord) -> bool:
    return not record.getMessage().startswith(_NOT_USED)


def _configure() -> None:
    from kivy.config import Config

    for device, _ in Config.items("input"):
        if device != "mouse":  # the others read raw input devices, past the window
            Config.remove_option("input", device)
    Config.set("input", "mouse", "mouse,disable_multitouch")
    Config.set("kivy", "exit_on_escape", "0")  # Escape closes what is open, never the app
    Config.set("graphics", "width", str(PHONE_SIZE_DP[0]))
    Config.set("graphics", "height", str(PHONE_SIZE_DP[1]))
    Config.set("graphics", "minimum_width", "320")
    Config.set("graphics", "minimum_height", "480")
    Config.set("graphics", "multisamples", "0")
