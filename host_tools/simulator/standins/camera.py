"""`camera` as cnadler86's micropython-camera-API offers it, JPEG only, over the world's esp32-camera driver.

The constructor initialises the driver and takes a frame, even with init=False, and keeps it. capture() blocks all of
Python, gives the former frame back to the driver and returns a read-only view of the driver's own memory.
"""

import uctypes
import worldlink
from camera_tables import SETTINGS, SIZES, FrameSize, GainCeiling, GrabMode, PixelFormat

__all__ = ("Camera", "FrameSize", "GainCeiling", "GrabMode", "PixelFormat")

_EOPNOTSUPP = 95
_ENOENT = 2
_ESP_NAMES = {-261: "ESP_ERR_NOT_FOUND"}
_ADJUSTABLE = {"frame_size", "quality"}
# The driver's memory, by size: PSRAM that is handed out again and again without being cleared.
_memory: dict = {}


class Camera:
    def __init__(
        self, *, data_pins=None, pclk_pin=-1, vsync_pin=-1, href_pin=-1, sda_pin=-1, scl_pin=-1, xclk_pin=-1,
        xclk_freq=20_000_000, powerdown_pin=-1, reset_pin=-1, pixel_format=PixelFormat.RGB565,
        frame_size=FrameSize.QQVGA, jpeg_quality=85, fb_count=2, grab_mode=GrabMode.LATEST, init=True,
    ) -> None:  # fmt: skip
        if not 0 <= jpeg_quality <= 100:
            raise ValueError("jpeg quality must be in range 0-100")
        if xclk_freq > 40_000_000:
            raise ValueError("xclk frequency cannot be grather than 40MHz")
        if grab_mode not in (GrabMode.WHEN_EMPTY, GrabMode.LATEST):
            raise ValueError("Invalid grab_mode")
        self._settings = dict(SETTINGS)
        self._settings.update(
            frame_size=frame_size, pixel_format=pixel_format, quality=jpeg_quality,
            fb_count=min(2, max(1, fb_count)), grab_mode=grab_mode,
        )  # fmt: skip
        self._buffers: list = []
        self._held = -1
        self.init()
        if self.capture() is None:
            self.deinit()
            raise OSError("Failed to capture initial frame. Construct a new object with appropriate configuration.")
        if not init:
            self.deinit()

    def init(self) -> None:
        if self._buffers:
            return
        if self._settings["pixel_format"] != PixelFormat.JPEG:
            raise OSError(_EOPNOTSUPP, "ESP_ERR_NOT_SUPPORTED")
        width, height = SIZES[self._settings["frame_size"]]
        count, latest = self._settings["fb_count"], self._settings["grab_mode"] == GrabMode.LATEST
        try:
            worldlink.call("camera", "open", width, height, self._settings["quality"], count, latest)
        except OSError as error:
            if error.errno in _ESP_NAMES:
                raise OSError(error.errno, _ESP_NAMES[error.errno])
            raise
        self._buffers = _allocate(count, width * height // 5)
        self._held = -1

    def deinit(self) -> None:
        if self._buffers:
            worldlink.call("camera", "close", tuple(_extent(buffer) for buffer in self._buffers))
            self._buffers = []
            self._held = -1

    __del__ = deinit

    def __enter__(self):
        return self

    def __exit__(self, *exception) -> None:
        self.deinit()

    def capture(self):
        """A read-only memoryview of the JPEG, or None. (Read bytes, not items: the real view's items are signed.)"""
        self._require_init()
        extent = self._held_extent()
        self._held = -1
        answer = worldlink.call("camera", "capture", extent)
        if answer is None:
            return None
        index, jpeg = answer
        self._held = index
        buffer = self._buffers[index]
        uctypes.bytearray_at(uctypes.addressof(buffer), len(jpeg))[:] = jpeg
        return memoryview(buffer)[: len(jpeg)]

    def free_buffer(self) -> None:
        self._require_init()
        worldlink.call("camera", "free", self._held_extent())
        self._held = -1

    def frame_available(self) -> bool:
        self._require_init()
        return worldlink.call("camera", "available")

    def reconfigure(self, *, frame_size=None, pixel_format=None, grab_mode=None, fb_count=None) -> None:
        self._require_init()
        changes = {"frame_size": frame_size, "pixel_format": pixel_format, "grab_mode": grab_mode, "fb_count": fb_count}
        self.deinit()
        self._settings.update({name: value for name, value in changes.items() if value is not None})
        self.init()

    def _require_init(self) -> None:
        if not self._buffers:
            raise OSError(_ENOENT)

    def _held_extent(self) -> int:
        return 0 if self._held < 0 else _extent(self._buffers[self._held])

    def _set(self, name: str, value) -> None:
        self._require_init()
        if name == "frame_size" and self._held >= 0:  # the vendor's set_frame_size() returns every buffer first
            self.free_buffer()
        self._settings[name] = value
        if name in _ADJUSTABLE:
            width, height = SIZES[self._settings["frame_size"]]
            worldlink.call("camera", "adjust", width, height, self._settings["quality"])


def _accessors(name: str):
    def get(self):
        self._require_init()
        return self._settings[name]

    def set(self, value) -> None:
        self._set(name, value)

    return get, set


for _name in SETTINGS:
    _get, _set = _accessors(_name)
    setattr(Camera, "get_" + _name, _get)
    setattr(Camera, "set_" + _name, _set)


def Version() -> str:
    return "0.4.1, simulated"


def _allocate(count: int, size: int) -> list:
    """`bytes`, because a view of them is read-only; the driver writes through their address, as DMA does."""
    if (count, size) not in _memory:
        _memory[(count, size)] = [bytes(size) for _ in range(count)]
    return list(_memory[(count, size)])


@micropython.native  # noqa: F821 the compiler knows it without an import
def _extent(buffer) -> int:
    """The length of the buffer up to its last byte that is not zero."""
    end = len(buffer)
    while end > 0 and buffer[end - 1] == 0:
        end -= 1
    return end
