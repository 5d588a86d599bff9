from collections.abc import Sequence
from types import TracebackType
from typing import Any

from kivy.graphics.texture import Texture

class ClearColor:
    def __init__(self, red: float, green: float, blue: float, alpha: float) -> None: ...

class ClearBuffers:
    def __init__(self, *, clear_color: bool, clear_depth: bool, clear_stencil: bool) -> None: ...

class Fbo:
    pixels: bytes
    def __init__(self, *, size: tuple[int, int], with_stencilbuffer: bool = ...) -> None: ...
    def __enter__(self) -> None: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    def add(self, canvas: Any) -> None: ...
    def remove(self, canvas: Any) -> None: ...
    def draw(self) -> None: ...

class Color:
    def __init__(self, red: float, green: float, blue: float, alpha: float) -> None: ...

class Line:
    def __init__(
        self,
        *,
        rectangle: Sequence[float] = ...,
        points: Any = ...,
        width: float = ...,
        dash_length: int = ...,
        dash_offset: int = ...,
    ) -> None: ...

class Rectangle:
    def __init__(
        self, *, texture: Texture | None = ..., pos: tuple[float, float], size: tuple[float, float]
    ) -> None: ...

class RoundedRectangle:
    def __init__(self, *, pos: tuple[float, float], size: tuple[float, float], radius: Sequence[float]) -> None: ...

class InstructionGroup:
    def add(self, instruction: Any) -> None: ...
    def clear(self) -> None: ...
