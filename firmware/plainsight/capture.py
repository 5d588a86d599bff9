"""One photograph from trigger to stored item: policy, shutter, journal, store, and only then is anybody told."""

import binascii
import gc

from plainsight import compat, hkdf
from plainsight.compat import const
from plainsight.errors import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from plainsight.contract import Board, Clock
    from plainsight.journal import Journal
    from plainsight.shutter import Exposure, Shutter
    from plainsight.store import Store

_BATTERY_MIN_MV = const(3400)  # below it the light's supply sags and its evidence means nothing
_ROOM_MIN_BYTES = const(262144)  # the largest JPEG the camera's buffer holds (157 kB at XGA), and room for the journal
_SALT_BYTES = const(16)


class Capture:
    """Takes photographs one at a time for every trigger."""

    def __init__(self, board: "Board", clock: "Clock", shutter: "Shutter", store: "Store", journal: "Journal"):
        self._board = board
        self._clock = clock
        self._shutter = shutter
        self._store = store
        self._journal = journal
        self.busy = False

    async def take(self, trigger: str) -> dict[str, object]:
        """Take, seal, record and store one photograph: {"item", "jpeg_sha256" (hex), "jpeg_bytes"}.

        Raises Refused. The exposure or the refusal stands in the journal before this returns or raises.
        """
        if self.busy:
            raise self._refusal(Refused("busy"), trigger)
        self.busy = True
        try:
            self._check_policy()
            exposure = await self._shutter.take()
            return self._keep(exposure, trigger)
        except Refused as refused:
            raise self._refusal(refused, trigger)
        except (
            OSError,
            MemoryError,
        ) as error:  # a picture may have been exposed by now: that can't stay off the record
            raise self._refusal(Refused("storage_failed", {"errno": getattr(error, "errno", None) or 0}), trigger)
        finally:
            self.busy = False
            gc.collect()  # the frame is some 100 kB: give it back now, while a stall is expected

    def _check_policy(self) -> None:
        """Raises Refused before any light or camera is touched."""
        if not self._store.has_owner:
            raise Refused("no_owner")
        battery_mv = self._board.battery_mv()
        if battery_mv < _BATTERY_MIN_MV:
            raise Refused("battery_low", {"battery_mv": battery_mv})
        free_bytes = self._store.free_bytes()
        if free_bytes < _ROOM_MIN_BYTES:
            raise Refused("storage_full", {"free_bytes": free_bytes})

    def _keep(self, exposure: "Exposure", trigger: str) -> dict[str, object]:
        """Seal and write the item, record it, and only then let it be seen: no item without its record."""
        salt = compat.urandom(_SALT_BYTES)
        sha256 = _hex(exposure.sha256)
        meta = {
            "time_s": self._clock.unix_s(),
            "trigger": trigger,
            "jpeg_sha256": sha256,
            "salt": _hex(salt),
            "light": exposure.light,
        }
        item = self._store.stage(exposure.jpeg, meta)
        try:
            self._journal.append(
                "exposure",
                item=item["id"],
                commit=_hex(hkdf.hmac_sha256(salt, exposure.sha256)),
                level=exposure.light["level"],
                verdict=exposure.light["verdict"],
                trigger=trigger,
            )
        except Refused:
            self._store.unstage(item)
            raise
        self._store.commit(item)
        return {"item": item, "jpeg_sha256": sha256, "jpeg_bytes": len(exposure.jpeg)}

    def _refusal(self, refused: Refused, trigger: str) -> Refused:
        """The refusal to raise, once it stands in the journal; a journal that can't be written is the graver one."""
        try:
            self._journal.append("refusal", reason=refused.code, trigger=trigger, detail=refused.detail)
        except Refused as journal_failed:
            return journal_failed
        return refused


def _hex(data: bytes) -> str:
    return binascii.hexlify(data).decode()
