"""Copying in plain Python: for CPython, and what the kernel in viper is compared with."""


def copy(out: "bytearray | memoryview", source: "bytearray | memoryview", to: int, at: int, size: int) -> None:
    """`size` bytes of one buffer into another; both are held to be long enough."""
    out[to : to + size] = source[at : at + size]
