"""Opens to one connection after the other, and takes its time after strangers."""

from plainsight.compat import const
from plainsight.session import Session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from plainsight.beacon import Beacon
    from plainsight.bearer_ble import BleBearer
    from plainsight.clock import Clock
    from plainsight.pairing import Pairing
    from plainsight.phones import Phone
    from plainsight.service import Service
    from plainsight.tls_port import TlsEndpoint

_PAUSE_MS = const(100)
LONGEST_PAUSE_MS = const(2_000)  # what a flood of strangers can cost the owner's phone at most


def pause_ms(strangers: int) -> int:
    """How long nobody can connect after this many strangers in a row."""
    if strangers == 0:
        return 0
    return min(LONGEST_PAUSE_MS, _PAUSE_MS << min(strangers - 1, 8))


class Door:
    """Runs sessions one after the other; `session` is the one that is running."""

    def __init__(
        self,
        bearer: "BleBearer",
        beacon: "Beacon",
        endpoint: "TlsEndpoint",
        pairing: "Pairing",
        service: "Service",
        clock: "Clock",
        log: "Callable[[str], None]",
    ):
        self.session: Session | None = None
        self._bearer = bearer
        self._beacon = beacon
        self._endpoint = endpoint
        self._pairing = pairing
        self._service = service
        self._clock = clock
        self._log = log
        self._strangers = 0
        pairing.on_revoked = self._revoked

    async def run(self) -> None:
        """For ever."""
        while True:
            self._beacon.accept(True)
            connection = await self._bearer.accept()
            self._beacon.accept(False)
            self.session = Session(
                connection.stream, self._endpoint, self._pairing, self._service, self._clock, self._log
            )
            reason = await self.session.run()
            self._log("session ended: " + reason)
            self._strangers = 0 if self.session.recognised else self._strangers + 1
            self.session = None
            await self._bearer.close(connection)
            await self._clock.sleep_ms(pause_ms(self._strangers))

    def post(self, name: str, fields: dict) -> None:
        """Tell the phone that is connected, if it is paired."""
        if self.session is not None:
            self.session.post(name, fields)

    def phone_is_here(self) -> bool:
        """True while a paired phone is connected."""
        return self.session is not None and self.session.phone is not None

    def _revoked(self, phone: "Phone") -> None:
        if self.session is not None:
            self.session.revoked(phone)
