"""This device's camera, for one thing: reading the setup code of the glasses. Its pictures are kept nowhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from companion_app.ports.system import on_android


@dataclass(frozen=True)
class Frame:
    """One look: `grey` holds width × height brightnesses of one byte, row by row from the top left."""

    grey: bytes
    width: int
    height: int


class Camera(Protocol):
    """The camera of this device."""

    def open(self) -> AbstractAsyncContextManager[AsyncIterator[Frame]]:
        """Switch it on for the block. The newest frame at each step; what was missed in between is gone.

        Raises CameraMissing, CameraDenied, CameraFailed, when entered or while iterated.
        """
        ...


def system_camera() -> Camera:
    """The camera of this system; opening it tells whether there is one."""
    if on_android():
        from companion_app.ports.camera.android import AndroidCamera

        return AndroidCamera()
    from companion_app.ports.camera.desktop import DesktopCamera

    return DesktopCamera()
