"""Small pictures as textures: read and decoded beside the main thread, drawn by it, the longest unseen forgotten first.

What a list of thousands shows is never all in memory: `_BUDGET_BYTES` of textures at most, or what is seen now.
"""

from __future__ import annotations

import io
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from kivy.graphics.texture import Texture
from PIL import Image, ImageOps, UnidentifiedImageError

from companion_app.errors import AppError

_BUDGET_BYTES = 6 << 20
_AT_ONCE = 4  # more would make what is scrolled past wait in the queue before what is seen
_DRAWN_A_FRAME = 4  # textures: an upload costs the main thread about 0.2 ms
_BYTES_A_PIXEL = 3

Read = Callable[[str], bytes]  # the JPEG of a small picture by its id; called in a worker thread


def square(jpeg: bytes, side: int) -> bytes | None:
    """The middle of a JPEG as `side` × `side` RGB pixels, rows from the top; None for what is no picture."""
    try:
        with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as image:
            image.draft("RGB", (side, side))
            return ImageOps.fit(image.convert("RGB"), (side, side), Image.Resampling.BILINEAR).tobytes()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


class Thumbs:
    """One wall's textures, all of `side` pixels. `step` belongs into the main thread, once a frame."""

    def __init__(self, read: Read, side: int) -> None:
        self.side = max(1, side)
        self._read = read
        self._workers = ThreadPoolExecutor(1, thread_name_prefix="thumbs")
        self._textures: OrderedDict[str, Texture] = OrderedDict()
        self._failed: set[str] = set()
        self._wanted: Sequence[str] = ()
        self._coming: dict[str, Future[bytes | None]] = {}

    def get(self, picture: str) -> Texture | None:
        """Its texture, where it is here."""
        return self._textures.get(picture)

    def failed(self, picture: str) -> bool:
        """True where it could not be read, or is no picture."""
        return picture in self._failed

    def want(self, pictures: Sequence[str]) -> None:
        """What is to be here, the most urgent first: it is brought, and not forgotten as long as it is wanted."""
        self._wanted = pictures
        for picture in pictures:
            if picture in self._textures:
                self._textures.move_to_end(picture)

    @property
    def busy(self) -> bool:
        """True while `step` has something to do."""
        return bool(self._coming) or any(map(self._is_missing, self._wanted))

    def step(self) -> bool:
        """Draw what has come, ask for more; True where something has come."""
        came = [picture for picture, job in self._coming.items() if job.done()][:_DRAWN_A_FRAME]
        for picture in came:
            pixels = self._coming.pop(picture).result()
            if pixels is None:
                self._failed.add(picture)
            else:
                self._keep(picture, pixels)
        for picture in self._wanted:
            if len(self._coming) >= _AT_ONCE:
                break
            if self._is_missing(picture):
                self._coming[picture] = self._workers.submit(self._load, picture)
        return bool(came)

    def forget(self, picture: str) -> None:
        """It is gone, or another one now."""
        self._textures.pop(picture, None)
        self._failed.discard(picture)

    def close(self) -> None:
        """Forget all of them, and end the thread once it has finished what it is at."""
        self._workers.shutdown(wait=False, cancel_futures=True)
        self._textures.clear()
        self._coming.clear()
        self._wanted = ()

    def _is_missing(self, picture: str) -> bool:
        return picture not in self._textures and picture not in self._failed and picture not in self._coming

    def _load(self, picture: str) -> bytes | None:
        """In the worker thread."""
        try:
            return square(self._read(picture), self.side)
        except AppError:
            return None

    def _keep(self, picture: str, pixels: bytes) -> None:
        texture = self._spare() or self._new()
        texture.blit_buffer(pixels, colorfmt="rgb", bufferfmt="ubyte")
        self._textures[picture] = texture

    def _new(self) -> Texture:
        texture = Texture.create(size=(self.side, self.side), colorfmt="rgb")
        texture.flip_vertical()
        return texture

    def _spare(self) -> Texture | None:
        """The texture of what was not seen for longest, once there are too many: nothing new is made then."""
        most = max(_BUDGET_BYTES // (self.side * self.side * _BYTES_A_PIXEL), 2 * len(self._wanted))
        spare: Texture | None = None
        while len(self._textures) >= most:
            spare = self._textures.popitem(last=False)[1]
        return spare
