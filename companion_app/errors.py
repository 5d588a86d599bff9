"""The root of the app's error tree; each service keeps its branch in its own `errors.py`."""

from __future__ import annotations


class AppError(Exception):
    """Base of everything the services raise; subclasses carry data, the screens find the words."""
