"""A board on a bench with virtual time: light, sense, camera with one buffer, battery and button. Runs on both Pythons.

Every call to the board is numbered, takes time, and can have an action run right before it. The camera exposes in its
constructor and whenever its buffer is released, as the vendor's does, and its buffer is real memory.
"""

_TICKS = 1 << 30
_EXPOSURE_US = 80_000
_CALL_US = 50
_START_US = _TICKS - 150_000  # the ticks wrap during the first photograph


class Exposure:
    """What the world knows of one exposure."""

    def __init__(self, serial, commanded, visible):
        self.serial = serial
        self.size = ""
        self.commanded = commanded
        self.lit = visible
        self.left_behind = False
        self.kept = False


class Bench:
    """The board driver contract, with switches for whatever can go wrong."""

    name = "bench"
    light_hz = 4000
    light_sense_nominal_mv = 200

    def __init__(self):
        self.now_us = _START_US
        self.sizes = []  # what the camera was opened with and set to
        self.calls = []
        self.before_call = {}  # number of a call: action
        self.schedule = []  # (time in us, action), ascending
        self.driven = None  # None, "steady" or "flashing"
        self.cut = self.short = self.covered = False
        self.stray_hz = 0
        self.stray_mv = 0
        self.pulse_delays = []  # (us before, us after the count) for the next readings of the counter
        self.opening_errors = []
        self.frame_faults = []  # for the next frames: None, "none", "half", "raise", "garbage", "tiny"
        self.frame_bytes = [400, 500, 700, 900, 1000, 1010]  # the last one repeats
        self.small_bytes = [300]  # of frames that are not xga
        self.exposure_us = _EXPOSURE_US
        self.wipe_error = self.deinit_error = self.light_error = None
        self.exposures = []
        self.camera = None
        self.battery = 3900
        self.pressed = False
        self._flash_us_hz = 0  # flashes seen, in millionths

    def advance(self, duration_us):
        """Let time pass, with everything that is planned for it."""
        until = self.now_us + duration_us
        while self.schedule and self.schedule[0][0] <= until:
            moment, action = self.schedule.pop(0)
            self._pass(max(0, moment - self.now_us))
            action()
            self._pass(0)
        self._pass(until - self.now_us)

    def visible(self):
        """Can people see the light?"""
        return self.driven is not None and not (self.cut or self.short or self.covered)

    def _pass(self, duration_us):
        self.now_us += duration_us
        if self.driven == "flashing" and self.visible():
            self._flash_us_hz += duration_us * self.light_hz
        self._flash_us_hz += duration_us * self.stray_hz
        if self.camera is not None and self.camera.exposing is not None and not self.visible():
            self.camera.exposing.lit = False

    def _call(self, name):
        self.calls.append(name)
        action = self.before_call.get(len(self.calls))
        if action is not None:
            action()
        self.advance(_CALL_US)

    def open_camera(self, size):
        self._call("open_camera")
        self.sizes.append(size)
        if self.opening_errors:
            error = self.opening_errors.pop(0)
            if error is not None:
                raise error
        return BenchCamera(self, size)

    def resize_camera(self, camera, size):
        self._call("resize_camera")
        self.sizes.append(size)
        camera.set_frame_size(size)

    def light_on(self, modulated):
        self._call("light_on")
        self.driven = "flashing" if modulated else "steady"
        if self.light_error is not None:
            raise self.light_error

    def light_off(self):
        self._call("light_off")
        self.driven = None

    def light_sense_mv(self):
        self._call("light_sense_mv")
        if self.driven is None:
            return self.stray_mv
        return 0 if self.cut else 500 if self.short else 200

    def light_pulses(self):
        self._call("light_pulses")
        before, after = self.pulse_delays.pop(0) if self.pulse_delays else (0, 0)
        self.advance(before)
        pulses = self._flash_us_hz // 1_000_000
        self.advance(after)
        return pulses

    def wipe(self, view):
        self._call("wipe")
        if self.wipe_error is not None:
            raise self.wipe_error
        view[:] = bytes(len(view))  # the camera's, or a copy

    def battery_mv(self):
        self._call("battery_mv")
        return self.battery

    def button_pressed(self):
        return self.pressed

    def now_s(self):
        return 1_800_000_000 + self.now_us // 1_000_000

    def keep(self, jpeg):
        """The system under test kept this photograph."""
        for exposure in self.exposures:
            exposure.kept = exposure.kept or exposure.serial == jpeg[2]

    def in_the_dark(self):
        """Exposures that nobody could see, and that were uncommanded, left in memory, or kept."""
        return [e for e in self.exposures if not e.lit and (not e.commanded or e.left_behind or e.kept)]


class BenchCamera:
    """The part of the vendor's Camera that the shutter uses, with fb_count=1 and GrabMode.WHEN_EMPTY."""

    def __init__(self, bench, size):
        self._bench = bench
        self._size = size
        self._held = False
        self._ready_us = 0
        self._bytes = 0
        self.buffer = bytearray(2048)
        self.exposing = None
        self.open = True
        bench.camera = self
        self._expose()
        self._wait()
        self._held = True

    def free_buffer(self):
        self._bench._call("free_buffer")
        self._release()

    def set_frame_size(self, size):
        """Gives the frame back; the exposure that begins with that still has the former size."""
        self._release()
        self._size = size

    def _release(self):
        if self._held:
            self._held = False
            self._expose()

    def frame_available(self):
        self._bench._call("frame_available")
        return not self._held and self._bench.now_us >= self._ready_us

    def capture(self):
        self._bench._call("capture")
        if self._held:
            self._held = False
            self._expose()
        self._wait()
        fault = self._bench.frame_faults.pop(0) if self._bench.frame_faults else None
        if fault == "raise":
            raise OSError(5)
        if fault == "none":
            return None
        self._held = True
        if fault == "half":
            return memoryview(self.buffer)[: self._bytes // 2]
        if fault == "tiny":
            return memoryview(self.buffer)[:1]
        if fault == "garbage":
            return memoryview(self.buffer)[1 : self._bytes]
        return memoryview(self.buffer)[: self._bytes]

    def deinit(self):
        bench = self._bench
        bench._call("deinit")
        self._settle()
        self.open = False
        serials = set(self.buffer)
        for exposure in bench.exposures:
            exposure.left_behind = exposure.left_behind or exposure.serial in serials
        bench.camera = None
        if bench.deinit_error is not None:
            raise bench.deinit_error

    def _expose(self):
        bench = self._bench
        self._settle()
        serial = 1 + len(bench.exposures)
        self.exposing = Exposure(serial, bench.driven is not None, bench.visible())
        bench.exposures.append(self.exposing)
        self._ready_us = bench.now_us + bench.exposure_us
        sizes = bench.frame_bytes if self._size == "xga" else bench.small_bytes
        self.exposing.size = self._size
        self._bytes = sizes[min(serial, len(sizes)) - 1]

    def _wait(self):
        self._bench.advance(max(0, self._ready_us - self._bench.now_us))
        self._settle()

    def _settle(self):
        """What has been exposed so far lies in memory."""
        if self.exposing is None:
            return
        body = bytes((self.exposing.serial,)) * (self._bytes - 4)
        self.buffer[: self._bytes] = b"\xff\xd8" + body + b"\xff\xd9"
        if self._bench.now_us >= self._ready_us:
            self.exposing = None


class BenchClock:
    """The injected clock, on the bench's time; ticks wrap as the ESP32's do."""

    def __init__(self, bench):
        self._bench = bench
        self.sleeps = 0
        self.before_sleep = {}  # number of a sleep: action

    def ms(self):
        return self._bench.now_us // 1000 % _TICKS

    def us(self):
        self._bench.advance(1)
        return self._bench.now_us % _TICKS

    def diff(self, end, start):
        return (end - start + _TICKS // 2) % _TICKS - _TICKS // 2

    async def sleep_ms(self, duration_ms):
        self.sleeps += 1
        action = self.before_sleep.get(self.sleeps)
        if action is not None:
            action()
        self._bench.advance(duration_ms * 1000)

    def unix_s(self):
        return self._bench.now_s()
