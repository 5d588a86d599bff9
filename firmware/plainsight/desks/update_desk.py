"""Releases that a phone brings."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from plainsight.phones import Phone
    from plainsight.update.updates import Updates
    from plainsight.update.upload import Upload


class UpdateDesk:
    """`install`, and where the bytes of an `update` go."""

    def __init__(self, updates: "Updates"):
        self._updates = updates
        self.answers = {}
        self.slow = {"install": self._install}
        self.sinks = {"update": self._take}

    async def _install(self, fields: dict, phone: "Phone") -> dict:
        return {"version": await self._updates.install(fields["sha256"], phone)}

    async def _take(self, fields: dict, phone: "Phone") -> "Upload":
        return await self._updates.take(fields["size"], phone)
