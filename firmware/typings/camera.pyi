"""The part of cnadler86's micropython-camera-API that the board driver uses. Its frames come in the driver's memory."""

class FrameSize:
    QVGA: int
    VGA: int
    SVGA: int
    XGA: int

class GrabMode:
    WHEN_EMPTY: int
    LATEST: int

class PixelFormat:
    JPEG: int

class Camera:
    def __init__(
        self,
        *,
        data_pins: list[int] | None = None,
        pclk_pin: int = ...,
        vsync_pin: int = ...,
        href_pin: int = ...,
        sda_pin: int = ...,
        scl_pin: int = ...,
        xclk_pin: int = ...,
        xclk_freq: int = ...,
        pixel_format: int = ...,
        frame_size: int = ...,
        jpeg_quality: int = ...,
        fb_count: int = ...,
        grab_mode: int = ...,
    ) -> None: ...
    def set_frame_size(self, value: int) -> None: ...
    def free_buffer(self) -> None: ...
    def frame_available(self) -> bool: ...
    def capture(self) -> memoryview | None: ...
    def deinit(self) -> None: ...
