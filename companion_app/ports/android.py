"""Android's Java side, reached through pyjnius, which exists there alone: no other file imports it.

None of the app's Android code has run on a phone: it is checked against the types in typings/jnius, and in part run
against stand-ins of the Java classes (tests/app/ports).
"""

from __future__ import annotations

import jnius  # pyright: ignore[reportMissingModuleSource]
from jnius import (  # pyright: ignore[reportMissingModuleSource]
    JavaException,
    PythonJavaClass,
    autoclass,
    java_method,
)

__all__ = ["JavaException", "PythonJavaClass", "api_level", "autoclass", "context", "java_method", "jnius", "service"]


def api_level() -> int:
    """The system's API level: 31 is Android 12, 33 is Android 13, 34 is Android 14."""
    return autoclass("android.os.Build$VERSION").SDK_INT


def context() -> jnius.Context:
    """The running activity, or in the service's own process the service."""
    return autoclass("org.kivy.android.PythonActivity").mActivity or service()


def service() -> jnius.Service:
    """This process' service. Raises RuntimeError in the activity's process."""
    found = autoclass("org.kivy.android.PythonService").mService
    if found is None:
        raise RuntimeError("neither an activity nor a service runs in this process")
    return found
