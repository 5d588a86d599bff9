"""Notices outside the app's window: one at a time, replaced by the next, with at most one button."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from companion_app.ports.system import on_android


@dataclass(frozen=True)
class Notice:
    """What is shown: plain text; `button` "" has none; `lasting` stays until it is withdrawn or its process ends."""

    title: str
    body: str
    button: str = ""
    lasting: bool = True


class Notices(Protocol):
    """The notice that this process shows."""

    async def show(self, notice: Notice) -> None:
        """Show it in place of the one before. Raises NoticesMissing."""
        ...

    async def withdraw(self) -> None:
        """Take back what is shown, if anything is. Raises NoticesMissing."""
        ...


class SystemNotices(Protocol):
    """Where notices are shown on this system."""

    def open(self, pressed: Callable[[], None]) -> AbstractAsyncContextManager[Notices]:
        """Connect for the block; `pressed` is called on the loop at each touch of the button. Raises NoticesMissing.

        A notice that is not `lasting` outlives the block."""
        ...


def system_notices() -> SystemNotices:
    """The notices of this system; opening tells whether there are any."""
    if on_android():
        from companion_app.ports.notices.android import AndroidNotices

        return AndroidNotices()
    if sys.platform == "linux":
        from companion_app.ports.notices.freedesktop import FreedesktopNotices

        return FreedesktopNotices()
    from companion_app.ports.notices.none import NoNotices

    return NoNotices()
