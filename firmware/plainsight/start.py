"""From power-on to glasses that run: crash log, unfinished wipe, reset gesture, identity; and what follows their end.

Locked glasses take no Ctrl-C from the first line of the board's program on, and restart whatever ends it, so nobody
reaches the REPL with a cable. It is open on glasses without an identity, which have nothing to protect, and in
development. Glasses whose identity is damaged stay shut: the reset gesture is the way back.
"""

import asyncio

from plainsight import identity, wiping
from plainsight.clock import Clock
from plainsight.compat import const
from plainsight.crashes import Crashes
from plainsight.damage import Damage
from plainsight.glasses import Glasses, log
from plainsight.identity import NotProvisioned
from plainsight.power.status import StatusLight
from plainsight.storage.card import Card
from plainsight.tasks import TaskFailed
from plainsight.triggers.boot_hold import BootHold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from board import Board

_CARD_PATH = "/sd"
_IDLE_MS = const(20)


def run(board: "Board", root: str = ".") -> bool:
    """Boot; returns, when that has ended, whether the board must restart: only an open REPL may be reached."""
    return Start(board, root).run()


class Start:
    """One boot. `root` is the folder of the flash."""

    def __init__(self, board: "Board", root: str):
        self._board = board
        self._root = root
        self._clock = Clock(board)
        self._damage = Damage(log)
        self._crashes = Crashes(root + "/crashes.json", self._clock.unix_s, log)
        self._status = StatusLight(board, self._clock)
        self._open = False

    def run(self) -> bool:
        """See `run` of this module."""
        try:
            asyncio.run(self._boot())
        except TaskFailed as failed:
            self._crashes.fatal(failed.error, failed.name)
        except KeyboardInterrupt:
            return not self._open
        except Exception as error:  # noqa: BLE001 - the top of everything
            self._crashes.fatal(error)
        return True

    async def _boot(self) -> None:
        asyncio.get_event_loop().set_exception_handler(self._task_failed)
        self._crashes.begin(self._board.reset_cause(), self._damage.of("crashes.json"))
        if wiping.is_due(self._root) or await self._is_asked_to_wipe():
            await self._wipe()
        self._pause()
        try:
            found = identity.load(self._root)
        except NotProvisioned as missing:
            await self._wait_for_provisioning(missing.damaged)
        else:
            self._open_console(found.mode == "development")
            await Glasses(self._board, self._clock, self._root, self._crashes, self._damage).run()

    async def _is_asked_to_wipe(self) -> bool:
        """The reset gesture. Once it is confirmed the marker stands, and nothing but a wipe removes it."""
        asked = await BootHold(self._board, self._clock).confirmed(self._show_confirm, self._status.tick)
        if asked:
            log("reset gesture confirmed")
            wiping.begin(self._root, wiping.GESTURE, max(0, self._board.now_s()))
        return asked

    async def _wipe(self) -> None:
        log("wiping")
        self._status.show("wiping")
        self._status.tick()
        await self._wipe_card()
        wiping.finish(self._root, self._status.tick)
        self._crashes.begin("", self._damage.of("crashes.json"))
        self._status.hide("wiping")
        log("wiped: everything that belonged to the owner is gone")

    async def _wipe_card(self) -> None:
        """Our blobs on the card that is in; without it they stay there, sealed to a key that is nowhere here."""
        card = Card(self._board, _CARD_PATH if self._root == "." else self._root + _CARD_PATH)
        try:
            card.open(self._root + "/media/glasses.tag")
            card.look()
            card.wipe()
        except Exception as error:  # noqa: BLE001 - no card may keep the flash from being wiped
            log("card not wiped: %s" % type(error).__name__)

    def _show_confirm(self, armed: bool) -> None:
        if armed:
            log("reset gesture: let go, then press once more within 5 s to erase everything")
            self._status.show("confirm")
        else:
            log("reset gesture not confirmed: nothing was changed")
            self._status.hide("confirm")

    def _pause(self) -> None:
        """Boots that end badly one after the other must not drain the battery."""
        pause_ms = self._crashes.pause_ms()
        if pause_ms:
            log("too many boots ended badly: waiting %d ms, camera off" % pause_ms)
            self._board.rest(pause_ms)

    async def _wait_for_provisioning(self, damaged: str) -> None:
        """For ever, with nothing on but the status light."""
        if damaged:
            log("damaged: identity/%s; hold the button at boot to reset the glasses" % damaged)
        self._open_console(not damaged)
        log("not provisioned")
        self._status.show("not_provisioned")
        while True:
            self._status.tick()
            await self._clock.sleep_ms(_IDLE_MS)

    def _open_console(self, on: bool) -> None:
        self._open = on
        self._board.console(on)

    def _task_failed(self, _loop: object, context: dict) -> None:
        """A task that nobody waits for ended with an exception."""
        error = context.get("exception")
        if isinstance(error, Exception):
            self._crashes.survived("task", error)
