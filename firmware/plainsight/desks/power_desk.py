"""Power: the app moves the glasses between their states."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from plainsight.phones import Phone
    from plainsight.power.power import Power


class PowerDesk:
    """`power`. Going to the shelf is answered once what runs has finished and the record stands; the sleep follows."""

    def __init__(self, power: "Power"):
        self._power = power
        self.answers = {}
        self.slow = {"power": self._change}

    async def _change(self, fields: dict, _phone: "Phone") -> dict:
        state = fields["state"]
        if state == "shelf":
            await self._power.shelve("app")
        else:
            self._power.change(state, "app")
        return {"state": state}
