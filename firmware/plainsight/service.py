"""What a paired phone can ask: finds the desk that answers. Every failure that a phone can cause is a Refused."""

from plainsight.errors import Refused
from plainsight.media import PatternSink, PatternSource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from plainsight.media import Source
    from plainsight.phones import Phone
    from plainsight.update.upload import Upload


class Service:
    """`desks` answer, say what leaves, and take what comes; `may_send_voice()` and `owner_is_here()` are asked."""

    def __init__(
        self,
        desks: list,
        may_send_voice: "Callable[[], bool]",
        owner_is_here: "Callable[[], None]",
        survived: "Callable[[str, BaseException], None]",
    ):
        self.may_send_voice = may_send_voice
        self.owner_is_here = owner_is_here
        self.survived = survived  # an exception that a task of a session was not prepared for
        self._answers: dict = {}
        self._slow: dict = {}
        self._sources: dict = {}
        self._sinks: dict = {}
        for desk in desks:
            self._answers.update(desk.answers)
            self._slow.update(desk.slow)
            self._sources.update(getattr(desk, "sources", {}))
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

    def source(self, operation: str, fields: dict, phone: "Phone") -> "Source":
        """What `fetch`, `live_frame` or `link_test` sends. Raises Refused."""
        if operation == "link_test":
            return PatternSource(fields["size"])
        if operation not in self._sources:
            raise Refused("unknown_operation")
        return self._sources[operation](fields, phone)

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
