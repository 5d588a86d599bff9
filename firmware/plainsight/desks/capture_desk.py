"""Triggers that come from the app."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from plainsight.capture import Capture
    from plainsight.phones import Phone


class CaptureDesk:
    """`capture`."""

    def __init__(self, capture: "Capture"):
        self._capture = capture
        self.answers = {}
        self.slow = {"capture": self._photograph}

    async def _photograph(self, _fields: dict, _phone: "Phone") -> dict:
        return await self._capture.take("app")
