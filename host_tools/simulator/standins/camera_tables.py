"""Names and numbers of the camera API, for an OV2640."""


class FrameSize:
    R96X96 = 0
    QQVGA = 1
    R128x128 = 2
    QCIF = 3
    HQVGA = 4
    R240X240 = 5
    QVGA = 6
    R320X320 = 7
    CIF = 8
    HVGA = 9
    VGA = 10
    SVGA = 11
    XGA = 12
    HD = 13
    SXGA = 14
    UXGA = 15


class GrabMode:
    WHEN_EMPTY = 0
    LATEST = 1


class PixelFormat:
    RGB565 = 0
    YUV422 = 1
    YUV420 = 2
    GRAYSCALE = 3
    JPEG = 4
    RGB888 = 5
    RAW = 6
    RGB444 = 7
    RGB555 = 8


class GainCeiling:
    X2 = 0
    X4 = 1
    X8 = 2
    X16 = 3
    X32 = 4
    X64 = 5
    X128 = 6


# Width and height in pixels, by FrameSize.
SIZES = (
    (96, 96), (160, 120), (128, 128), (176, 144), (240, 176), (240, 240), (320, 240), (320, 320), (400, 296),
    (480, 320), (640, 480), (800, 600), (1024, 768), (1280, 720), (1280, 1024), (1600, 1200),
)  # fmt: skip

# What get_… and set_… know, with the driver's values after a reset.
SETTINGS = {
    "frame_size": FrameSize.QQVGA,
    "pixel_format": PixelFormat.JPEG,
    "quality": 85,
    "fb_count": 2,
    "grab_mode": GrabMode.LATEST,
    "sensor_name": "OV2640, simulated",
    "contrast": 0,
    "brightness": 0,
    "saturation": 0,
    "sharpness": 0,
    "denoise": 0,
    "gainceiling": GainCeiling.X2,
    "colorbar": False,
    "whitebal": True,
    "gain_ctrl": True,
    "exposure_ctrl": True,
    "hmirror": False,
    "vflip": False,
    "aec2": False,
    "awb_gain": True,
    "agc_gain": 0,
    "aec_value": 168,
    "special_effect": 0,
    "wb_mode": 0,
    "ae_level": 0,
    "dcw": True,
    "bpc": False,
    "wpc": True,
    "raw_gma": True,
    "lenc": True,
}
