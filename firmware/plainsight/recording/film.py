"""The driver's one frame buffer, and what its errors mean. Used by the shutter alone."""

from plainsight.compat import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from plainsight.contract import Board, Camera

_ENOMEM = const(12)
_BYTE = const(0xFF)  # the driver's view has signed items
_SOI = const(0xD8)
_EOI = const(0xD9)

# What the vendor's driver raises; anything else is our own bug and ends in the task's log, after the same clean-up.
DRIVER_ERRORS = (OSError, RuntimeError, ValueError, MemoryError)


class Film:
    """Never empty: it holds the constructor's frame, one under way, or the one seen. Allocates nothing per frame."""

    def __init__(self, board: "Board", camera: "Camera"):
        self._board = board
        self._camera = camera
        # The driver's own memory. Empty at first: the constructor's frame lies where Python has no view of it.
        self.frame: bytes | memoryview = b""
        self._unseen = True  # the buffer may hold a picture that there was no view of yet

    def expose(self) -> None:
        """Zero the frame at hand and give the buffer back: the driver exposes the next frame into it."""
        self._wipe()
        self._unseen = True
        self._camera.free_buffer()

    def blank(self) -> None:
        """Zero the frame at hand and keep the buffer: nothing is exposed before `expose`."""
        self._wipe()

    def resize(self, size: str) -> None:
        """As `expose`, with frames of another size (not above the first) from the next but one on."""
        self._unseen = True
        self._wipe()
        self._board.resize_camera(self._camera, size)

    def ready(self) -> bool:
        """True when `develop` will not block."""
        return self._camera.frame_available()

    def develop(self) -> str:
        """Get the exposed frame into `frame`; a wire.ERRORS code for one that is missing or no whole JPEG, or ""."""
        try:
            self.frame = self._camera.capture() or b""
        except DRIVER_ERRORS:
            return "camera_failed"
        view = self.frame
        if not view:
            return "camera_no_frame"
        self._unseen = False
        last = len(view) - 1
        # Item by item: slices would be allocated for every frame.
        if last < 3 or view[0] & _BYTE != _BYTE or view[1] & _BYTE != _SOI:
            return "camera_bad_frame"
        if view[last - 1] & _BYTE != _BYTE or view[last] & _BYTE != _EOI:
            return "camera_bad_frame"
        return ""

    def close(self) -> None:
        """Zero whatever was exposed and stop the sensor, whatever fails on the way."""
        try:
            if self._unseen:
                self._reach()
            self._wipe()
        finally:
            self._camera.deinit()

    def _reach(self) -> None:
        """Get a view of a frame that is in the buffer but was never seen, so that it can be zeroed.

        For the constructor's frame this costs one more exposure into the same buffer, under the light as far as
        it still goes, never kept: better than leaving a picture in freed memory.
        """
        try:
            self.frame = self._camera.capture() or b""
        except DRIVER_ERRORS:
            return  # no frame, so nothing to zero

    def _wipe(self) -> None:
        if self.frame:
            self._board.wipe(self.frame)
            self.frame = b""


def errno(error: Exception) -> int:
    """The number in what a driver raised, or 0."""
    number = getattr(error, "errno", None)
    return number if isinstance(number, int) else 0


def opening_fault(error: Exception) -> str:
    """The code for what the constructor raised: it names a missing first frame in words and other faults by number."""
    if isinstance(error, MemoryError) or errno(error) == _ENOMEM or not isinstance(error, OSError):
        return "camera_failed"
    return "camera_absent" if errno(error) else "camera_no_frame"
