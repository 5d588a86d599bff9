from collections.abc import Callable

class _Clock:
    def schedule_once(self, callback: Callable[[float], object], timeout: float = ...) -> object: ...
    def schedule_interval(self, callback: Callable[[float], object], timeout: float) -> object: ...

Clock: _Clock
