from collections.abc import Callable
from typing import Any

from mpremote.transport import Transport

class SerialTransport(Transport):
    serial: Any
    device_name: str
    in_raw_repl: bool
    use_raw_paste: bool
    mounted: bool
    is_pty: bool
    def __init__(
        self, device: str, baudrate: int = ..., wait: int = ..., exclusive: bool = ..., timeout: float | None = ...
    ) -> None: ...
    def read_until(
        self,
        min_num_bytes: int,
        ending: bytes,
        timeout: float | None = ...,
        data_consumer: Callable[[bytes], None] | None = ...,
        timeout_overall: float | None = ...,
    ) -> bytes: ...
    def enter_raw_repl(self, soft_reset: bool = ..., timeout_overall: float = ...) -> None: ...
    def exit_raw_repl(self) -> None: ...
    def exec_raw_no_follow(self, command: str | bytes) -> None: ...
    def follow(
        self, timeout: float | None, data_consumer: Callable[[bytes], None] | None = ...
    ) -> tuple[bytes, bytes]: ...
