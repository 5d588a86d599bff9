"""A phone's camera through `android.hardware.Camera`, whose frames come to an interface that Python can implement.

`camera2` hands its frames to abstract classes, which pyjnius cannot extend. Never run on a phone.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

from companion_app.ports.android import JavaException, PythonJavaClass, autoclass, java_method, jnius
from companion_app.ports.camera import Frame
from companion_app.ports.errors import CameraDenied, CameraFailed, CameraMissing
from companion_app.ports.permissions import Permission, Standing
from companion_app.ports.permissions.android import AndroidPermissions

_BACK = 0
_NO_TEXTURE = 0  # frames go to the callback; nothing is drawn


class _Previews(PythonJavaClass):
    """Hears each preview on a thread of Java's and keeps the newest for the loop."""

    __javainterfaces__ = ("android/hardware/Camera$PreviewCallback",)
    __javacontext__ = "app"

    def __init__(self, width: int, height: int) -> None:
        super().__init__()
        self._size = (width, height)
        self._loop = asyncio.get_running_loop()
        self.newest: asyncio.Queue[Frame] = asyncio.Queue(1)

    @java_method("([BLandroid/hardware/Camera;)V")
    def onPreviewFrame(self, data: jnius.Bytes, camera: object) -> None:
        """NV21: the brightnesses come first, and that is all that a code needs."""
        del camera
        width, height = self._size
        frame = Frame(data.tostring()[: width * height], width, height)
        self._loop.call_soon_threadsafe(self._keep, frame)

    def _keep(self, frame: Frame) -> None:
        if self.newest.full():
            self.newest.get_nowait()
        self.newest.put_nowait(frame)


class AndroidCamera:
    """`Camera` of this phone: the one on its back."""

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[AsyncIterator[Frame]]:
        """Ask for the permission where it is missing, and switch the camera on for the block. Raises as Camera says."""
        if await AndroidPermissions().ask(Permission.CAMERA) is Standing.REFUSED:
            raise CameraDenied("the permission was not given")
        cameras = autoclass("android.hardware.Camera")
        if cameras.getNumberOfCameras() == 0:
            raise CameraMissing("this device has no camera")
        try:
            camera = cameras.open(_BACK)
        except JavaException as error:
            raise CameraFailed(error.classname) from error
        try:
            size = camera.getParameters().getPreviewSize()
            previews = _Previews(size.width, size.height)
            camera.setPreviewTexture(autoclass("android.graphics.SurfaceTexture")(_NO_TEXTURE))
            camera.setPreviewCallback(previews)
            camera.startPreview()
            yield _frames(previews)
        finally:
            camera.setPreviewCallback(None)
            camera.stopPreview()
            camera.release()


async def _frames(previews: _Previews) -> AsyncIterator[Frame]:
    while True:
        yield await previews.newest.get()
