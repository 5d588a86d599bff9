"""A computer's camera through OpenCV, by its number alone: an address would have OpenCV's FFmpeg fetch it."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Protocol

from companion_app.ports.camera import Frame
from companion_app.ports.errors import CameraFailed, CameraMissing

_FIRST = 0


class Device(Protocol):
    """What is used of OpenCV's VideoCapture."""

    def isOpened(self) -> bool: ...
    def read(self) -> tuple[bool, Any]: ...
    def release(self) -> None: ...


class DesktopCamera:
    """`Camera` of this computer. `device` makes what is read from; by default OpenCV's for the first camera."""

    def __init__(self, device: Callable[[], Device] | None = None) -> None:
        self._device = device or _first

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[AsyncIterator[Frame]]:
        """Switch the camera on for the block. Raises CameraMissing; CameraFailed while iterated."""
        device = await asyncio.to_thread(self._device)
        try:
            if not device.isOpened():
                raise CameraMissing("no camera answered")
            yield _frames(device)
        finally:
            await asyncio.to_thread(device.release)


async def _frames(device: Device) -> AsyncIterator[Frame]:
    while True:
        there, pixels = await asyncio.to_thread(device.read)
        if not there:
            raise CameraFailed("the camera gave no picture")
        yield _grey(pixels)


def _grey(pixels: Any) -> Frame:
    """OpenCV's rows × columns × (blue, green, red) as brightness by ITU-R BT.601, in integers."""
    blue, green, red = (pixels[:, :, channel].astype("uint32") for channel in range(3))
    grey = ((blue * 29 + green * 150 + red * 77) >> 8).astype("uint8")
    height, width = grey.shape
    return Frame(grey.tobytes(), width, height)


def _first() -> Device:
    """The first camera of this computer. Raises CameraMissing where OpenCV is not installed."""
    try:
        cv2 = importlib.import_module("cv2")
    except ImportError as error:
        raise CameraMissing("OpenCV is not installed") from error
    return cv2.VideoCapture(_FIRST)
