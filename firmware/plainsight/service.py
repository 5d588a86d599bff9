"""What a paired phone can ask: finds the desk that answers. Every failure that a phone can cause is a Refused."""

from plainsight.errors import Refused
from plainsight.media import PatternSink, pattern_into, pattern_sha256

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from plainsight.desks.store_desk import ItemSource, StoreDesk
    from plainsight.phones import Phone
    from plainsight.update.upload import Upload


class Service:
    """`desks` answer; `store_desk` also says what a fetch sends; `may_send_voice()` and `owner_is_here()` are asked."""

    def __init__(
        self,
        desks: list,
        store_desk: "StoreDesk",
        may_send_voice: "Callable[[], bool]",
        owner_is_here: "Callable[[], None]",
        survived: "Callable[[str, BaseException], None]",
    ):
        self.may_send_voice = may_send_voice
        self.owner_is_here = owner_is_here
        self.survived = survived  # an exception that a task of a session was not prepared for
        self._store_desk = store_desk
        self._answers: dict = {}
        self._slow: dict = {}
        self._sinks: dict = {}
        for desk in desks:
            self._answers.update(desk.answers)
            self._slow.update(desk.slow)
            self._sinks.update(getattr(desk, "sinks", {}))

    def is_slow(self, operation: str) -> bool:
        """True for what `perform` answers."""
        return operation in self._slow

    def answer(self, operation: str, fields: dict, phone: "Phone") -> dict:
        """The answer to one request that is answered at once. Raises Refused."""
        if operation not in self._answers:  # in the wire's table, but these glasses lack that part
            raise Refused("unknown_operation")
        try:
            return self._answers[operation](fields, phone)
        except OSError as error:
            raise Refused("storage_failed", {"errno": error.errno})

    async def perform(self, operation: str, fields: dict, phone: "Phone") -> dict:
        """The answer to one request that takes its time. Raises Refused."""
        try:
            return await self._slow[operation](fields, phone)
        except OSError as error:
            raise Refused("storage_failed", {"errno": error.errno})

    def source(self, operation: str, fields: dict, phone: "Phone") -> "ItemSource | PatternSource":
        """What `fetch` or `link_test` sends. Raises Refused."""
        if operation == "link_test":
            return PatternSource(fields["size"])
        return self._store_desk.source(fields, phone)

    async def sink(self, operation: str, fields: dict, phone: "Phone") -> "Upload | PatternSink":
        """Where the bytes go that come in with `update` or `link_test`. Raises Refused."""
        if operation == "link_test":
            return PatternSink(fields["size"])
        if operation not in self._sinks:
            raise Refused("unknown_operation")
        try:
            return await self._sinks[operation](fields, phone)
        except OSError as error:
            raise Refused("storage_failed", {"errno": error.errno})


class PatternSource:
    """The link-test pattern."""

    def __init__(self, size: int):
        self.size = size
        self.read_into = pattern_into

    async def sha256(self, scratch: bytearray) -> str:
        """Hash of the whole, in hex."""
        return await pattern_sha256(self.size, scratch)
