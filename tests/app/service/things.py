"""What is live, as a test says it; its end as the glasses and the sessions would bring it about."""

from __future__ import annotations

from collections.abc import Callable

from companion_app.observers import Observers
from companion_app.service.watching import Kind, LiveThing


class Things:
    """As `Watching`, of nobody."""

    def __init__(self) -> None:
        self.things: tuple[LiveThing, ...] = ()
        self.connected = True
        self.stopped = 0
        self._observers: Observers[tuple[LiveThing, ...]] = Observers()

    def are(self, *kinds: Kind, recipient: str = "") -> None:
        self.things = tuple(LiveThing(kind, recipient if kind is Kind.SHARING else "") for kind in kinds)
        self._observers.notify(self.things)

    def observe(self, callback: Callable[[tuple[LiveThing, ...]], None]) -> Callable[[], None]:
        return self._observers.add(callback)

    async def stop(self) -> None:
        self.stopped += 1
        self.are()

    def close(self) -> None:
        self.are()
