"""`network` where no access point is in reach: the radio switches on, and nothing answers."""

STA_IF = 0
AP_IF = 1
STAT_IDLE = 1000
STAT_CONNECTING = 1001
STAT_GOT_IP = 1010
STAT_NO_AP_FOUND = 201

_name = "mpy-esp32s3"


def hostname(name=None):
    global _name
    if name is None:
        return _name
    _name = name
    return None


class WLAN:
    IF_STA = STA_IF
    IF_AP = AP_IF

    def __init__(self, interface: int = STA_IF) -> None:
        self._active = False
        self._tried = False

    def active(self, on=None):
        if on is not None:
            self._active = bool(on)
        return self._active

    def scan(self) -> list:
        self._require_active()
        return []

    def connect(self, ssid=None, key=None, *, bssid=None) -> None:
        self._require_active()
        self._tried = True

    def disconnect(self) -> None:
        self._tried = False

    def isconnected(self) -> bool:
        return False

    def status(self, what=None) -> int:
        return STAT_NO_AP_FOUND if self._tried else STAT_IDLE

    def ifconfig(self):
        return ("0.0.0.0",) * 4  # noqa: S104 no address

    def _require_active(self) -> None:
        if not self._active:
            raise OSError("STA must be active")
