"""A photograph that nobody waits for with an answer: phone, log, eyes and ears are told how it went."""

from plainsight.errors import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from plainsight.recording.recorder import Recorder


class Photographing:
    """For the trigger of this name. `take` is run in a task of its own and never raises."""

    def __init__(
        self,
        trigger: str,
        recorder: "Recorder",
        log: "Callable[[str], None]",
        survived: "Callable[[str, Exception], None]",
    ):
        self._trigger = trigger
        self._recorder = recorder
        self._log = log
        self._survived = survived

    async def take(self) -> "dict[str, Any] | None":
        """The item as in wire.ITEM_FIELDS, or None where it was refused."""
        try:
            taken = await self._recorder.photo(self._trigger)
        except Refused as refused:
            self.refuse(refused)
        except Exception as error:  # noqa: BLE001 - the top of a task
            self._survived(self._trigger, error)
            self._recorder.post("refusal", {"reason": "internal", "trigger": self._trigger})
        else:
            taken["reason"] = "done"
            self._recorder.post("item", taken)
            return taken["item"]
        return None

    def refuse(self, refused: Refused) -> None:
        """Say no to the wearer and the phone; the recorder has it on record."""
        self._log("%s refused: %s" % (self._trigger, refused.code))
        self._recorder.post("refusal", {"reason": refused.code, "trigger": self._trigger, "detail": refused.detail})
