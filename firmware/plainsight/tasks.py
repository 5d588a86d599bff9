"""Every task that lasts as long as the glasses run. There is no other way to start one, so that none is forgotten."""

import asyncio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from plainsight.health import Health


class TaskFailed(Exception):
    """The task `name` ended with `error`, or by itself, which none may."""

    def __init__(self, name: str, error: BaseException):
        super().__init__(name)
        self.name = name
        self.error = error


class Ended(Exception):
    """A task that should last for ever returned."""


class Tasks:
    """The tasks by name."""

    def __init__(self, health: "Health"):
        self._health = health
        self._coroutines: dict[str, Coroutine[Any, Any, None]] = {}
        self._may_end: list[str] = []

    @property
    def names(self) -> list[str]:
        """Of all tasks, in the order in which they were added."""
        return list(self._coroutines)

    def add(self, name: str, within_ms: int, run: "Callable[[Callable[[], None]], Coroutine[Any, Any, None]]") -> None:
        """A task that works in rounds: run(alive) calls alive() at least every `within_ms`, or the glasses restart."""
        self._health.expect(name, within_ms)
        self._coroutines[name] = run(lambda: self._health.alive(name))

    def add_waiting(self, name: str, run: "Callable[[], Coroutine[Any, Any, None]]") -> None:
        """A task that may wait for something for ever; it is only watched for its end."""
        self._coroutines[name] = run()

    def add_passing(self, name: str, run: "Callable[[], Coroutine[Any, Any, None]]") -> None:
        """A task that ends when it has done its work."""
        self._may_end.append(name)
        self._coroutines[name] = run()

    async def run(self) -> None:
        """All of them, until the first fails. Raises TaskFailed."""
        await asyncio.gather(*[self._last(name, coroutine) for name, coroutine in self._coroutines.items()])

    async def _last(self, name: str, coroutine: "Coroutine[Any, Any, None]") -> None:
        try:
            await coroutine
        except Exception as error:  # noqa: BLE001 - the top of every task
            raise TaskFailed(name, error)
        if name not in self._may_end:
            raise TaskFailed(name, Ended())
