"""Reading the setup code with this device's camera: the newest look, and the code in it. Nothing of it is kept."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable

from PIL import Image

from companion_app.errors import AppError
from companion_app.language import _
from companion_app.link.errors import BadSetupCode
from companion_app.link.setup_code import parse_setup_code
from companion_app.ports.camera import Camera, Frame, system_camera
from companion_app.seeing.qr_text import qr_texts
from companion_app.ui.view_models.observable import Observable
from companion_app.ui.view_models.words.errors import problem
from companion_app.ui.view_models.words.problem import Problem

_SECONDS = 60.0
_PREVIEW_PX = 480  # longest side
Read = Callable[[bytes, int, int], tuple[str, ...]]


class CodeReading(Observable):
    """`looking` while the camera is on; `look` is the newest picture as JPEG, for aiming."""

    def __init__(self, camera: Callable[[], Camera] = system_camera, read: Read = qr_texts) -> None:
        super().__init__()
        self._camera = camera
        self._read = read
        self._stopped = asyncio.Event()
        self.looking = False
        self.look: bytes | None = None
        self.hint = ""
        self.problem: Problem | None = None

    async def find(self) -> str | None:
        """Switch the camera on until a setup code was read, `stop` was called, or a minute passed."""
        if self.looking:
            return None
        self.looking, self.look, self.hint, self.problem = True, None, "", None
        self._stopped = asyncio.Event()
        self.changed()
        try:
            async with asyncio.timeout(_SECONDS):
                return await self._until_found()
        except TimeoutError:
            self.problem = Problem(
                _("No setup code was seen."), _("Hold the code flat, in good light, and try again. Or type it.")
            )
        except AppError as error:
            self.problem = problem(error)
        finally:
            self.looking, self.look = False, None
            self.changed()
        return None

    def stop(self) -> None:
        """Switch the camera off."""
        self._stopped.set()

    async def _until_found(self) -> str | None:
        async with self._camera().open() as frames:
            async for frame in frames:
                if self._stopped.is_set():
                    break
                texts = await asyncio.to_thread(self._read, frame.grey, frame.width, frame.height)
                code, self.hint = _code_in(texts)
                if code is not None:
                    return code
                self.look = await asyncio.to_thread(_jpeg, frame)
                self.changed()
        return None


def _code_in(texts: tuple[str, ...]) -> tuple[str | None, str]:
    """The first setup code among what was read, else what to say of it."""
    for text in texts:
        try:
            parse_setup_code(text)
        except BadSetupCode:
            continue
        return text, ""
    return None, _("That is another kind of code. Show the one that came with the glasses.") if texts else ""


def _jpeg(frame: Frame) -> bytes:
    image = Image.frombytes("L", (frame.width, frame.height), frame.grey)
    image.thumbnail((_PREVIEW_PX, _PREVIEW_PX))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=70)
    return out.getvalue()
