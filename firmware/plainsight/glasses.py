"""The whole device, put together from its parts, and the tasks that it runs."""

import asyncio

from plainsight import identity
from plainsight.beacon import Beacon
from plainsight.bearer_ble import BleBearer
from plainsight.compat import const
from plainsight.door import Door
from plainsight.errors import Refused
from plainsight.health import Health
from plainsight.parts import Parts
from plainsight.tls_port import TlsEndpoint
from plainsight.triggers import Button

TYPE_CHECKING = False
if TYPE_CHECKING:
    from board import Board

    from plainsight.clock import Clock

_WATCHDOG_MS = const(10_000)  # longer than the camera driver can block
_BUTTON_WITHIN_MS = const(8_000)
_BEACON_WITHIN_MS = const(8_000)
_HOUSE_MS = const(250)


def log(text: str) -> None:
    """One line on the console of the board: reasons and codes, never secrets."""
    print("plainsight: " + text)  # noqa: T201 - the console is where a log goes


class Glasses:
    """Built once at boot from a board and a clock; `root` is the folder of the flash."""

    def __init__(self, board: "Board", clock: "Clock", root: str = "."):
        self._board = board
        self._clock = clock
        self._root = root

    async def run(self) -> None:
        """For ever. Raises NotProvisioned on a flash without an identity."""
        self._identity = identity.load(self._root)
        radio = self._board.gatt_radio()
        bearer = BleBearer(radio, self._clock)
        bearer.start()  # random numbers are only good once the radio is on
        self._parts = Parts(self._board, self._clock, self._root, self._identity, log)
        service = self._parts.service(self._voice_changed)
        self._window = self._parts.window
        beacon = Beacon(radio, self._parts.phones, self._clock, lambda: self._parts.capture.busy, self._window.is_open)
        endpoint = TlsEndpoint(self._identity.certificate, self._identity.key)
        self._door = Door(bearer, beacon, endpoint, self._parts.pairing, service, self._clock, log)
        health = self._watch()
        button = Button(self._board, self._clock)
        watching = asyncio.Event()

        def button_alive() -> None:
            watching.set()
            health.alive("button")

        await asyncio.gather(
            bearer.run(),
            self._door.run(),
            beacon.run(lambda: health.alive("beacon")),
            self._keep_house(),
            button.run(self._pressed, self._held, button_alive),
            health.run(),
            self._announce(watching),
        )

    async def _announce(self, watching: asyncio.Event) -> None:
        """Say that the glasses are ready, once a finger on the button would be seen."""
        await watching.wait()
        log("ready: %s, level %s" % (self._identity.mode, self._identity.level))

    def _watch(self) -> Health:
        health = Health(self._board.watchdog(_WATCHDOG_MS), self._clock)
        health.expect("button", _BUTTON_WITHIN_MS)
        health.expect("beacon", _BEACON_WITHIN_MS)
        return health

    async def _keep_house(self) -> None:
        """Show the pairing window, close it in time, and record what strangers tried."""
        while True:
            self._board.status_light(self._window.is_open())
            self._parts.failures.record_if_due()
            await self._clock.sleep_ms(_HOUSE_MS)

    def _pressed(self) -> None:
        asyncio.create_task(self._photograph("button"))

    def _held(self) -> None:
        self._window.open()
        log("pairing window open")

    def _voice_changed(self, voice: str) -> None:
        self._door.post("voice", {"voice": voice})

    async def _photograph(self, trigger: str) -> None:
        """Take a photograph that nobody asked for over the link, and tell the phone what became of it."""
        try:
            taken = await self._parts.capture.take(trigger)
        except Refused as refused:
            log("%s refused: %s" % (trigger, refused.code))
            self._door.post("refusal", {"reason": refused.code, "trigger": trigger, "detail": refused.detail})
        except Exception as error:  # noqa: BLE001 - the top of a task
            log("%s failed: %r" % (trigger, error))
            self._door.post("refusal", {"reason": "internal", "trigger": trigger})
        else:
            self._door.post("item", taken)
