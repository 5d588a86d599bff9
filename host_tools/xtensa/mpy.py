"""Reads .mpy files, version 6.3, for their native functions: docs.micropython.org, reference/mpyfiles."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from host_tools.xtensa.errors import BadMpy
from host_tools.xtensa.opcodes import made_functions
from host_tools.xtensa.static_names import STATIC_NAMES

VERSION, SUB_VERSION = 6, 3
XTENSAWIN = 10
_ARCH_FLAGS_FOLLOW = 0x40
_MAX_DEPTH = 8


class Kind(IntEnum):
    """What a piece of code is."""

    BYTECODE = 0
    NATIVE = 1
    VIPER = 2
    ASSEMBLER = 3


class Scope(IntEnum):
    """Flags of a viper function's scope that say what follows its code in the file."""

    RELOCATIONS = 0x10
    RODATA = 0x20
    BSS = 0x40


@dataclass(frozen=True)
class Code:
    """One function or module body; `bss_size` in bytes, `relocations` as they lie in the file."""

    kind: Kind
    content: bytes
    scope: int = 0
    rodata: bytes = b""
    bss_size: int = 0
    relocations: bytes = b""
    children: tuple[Code, ...] = ()


@dataclass(frozen=True)
class Mpy:
    """A whole file: the names and objects that its code refers to, and the module's body."""

    architecture: int
    names: tuple[str, ...]
    objects: int
    module: Code
    functions: dict[str, Code] = field(default_factory=dict[str, Code])


def read(content: bytes) -> Mpy:
    """The file's native functions by name, those defined at the top of the module; raises BadMpy."""
    reader = _Reader(content)
    magic, version, features, _small_int_bits = reader.take(4)
    architecture = (features & ~_ARCH_FLAGS_FOLLOW) >> 2
    if magic != ord("M"):
        raise BadMpy("no .mpy file")
    if version != VERSION or features & 3 != SUB_VERSION:
        raise BadMpy(f"a .mpy of version {version}.{features & 3}; this reads {VERSION}.{SUB_VERSION}")
    if architecture != XTENSAWIN:
        raise BadMpy(f"native code for architecture {architecture}, not for xtensawin ({XTENSAWIN})")
    if features & _ARCH_FLAGS_FOLLOW:
        reader.number()
    name_count, object_count = reader.number(), reader.number()
    names = tuple(reader.name() for _ in range(name_count))
    for _ in range(object_count):
        reader.skip_object()
    module = reader.code()
    if reader.left:
        raise BadMpy(f"{reader.left} bytes after the end of the code")
    return Mpy(architecture, names, object_count, module, _native_functions(module, names))


def _native_functions(module: Code, names: tuple[str, ...]) -> dict[str, Code]:
    found: dict[str, Code] = {}
    if module.kind is not Kind.BYTECODE:
        return found
    for child, name in made_functions(module.content):
        if child >= len(module.children) or name >= len(names):
            raise BadMpy("the module's body makes a function that the file lacks")
        code = module.children[child]
        if code.kind is Kind.VIPER:
            found[names[name]] = code
    return found


class _Reader:
    """The elements of the format, from left to right."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    @property
    def left(self) -> int:
        """How many bytes were not read yet."""
        return len(self._content) - self._at

    def take(self, count: int) -> bytes:
        """The next `count` bytes."""
        if count > self.left:
            raise BadMpy(f"truncated: {count} bytes wanted at {self._at}, {self.left} there")
        self._at += count
        return self._content[self._at - count : self._at]

    def number(self) -> int:
        """An unsigned number, seven bits a byte, the highest first."""
        value = 0
        while True:
            byte = self.take(1)[0]
            value = value << 7 | byte & 0x7F
            if value >> 32:
                raise BadMpy(f"a number beyond 32 bits at {self._at}")
            if not byte & 0x80:
                return value

    def name(self) -> str:
        """An entry of the table of names: an index of a name that every MicroPython has, or the text."""
        size = self.number()
        if size & 1:
            return STATIC_NAMES.get(size >> 1, f"static name {size >> 1}")
        text = self.take((size >> 1) + 1)
        if text[-1]:
            raise BadMpy(f"a name without its end at {self._at}")
        try:
            return text[:-1].decode()
        except UnicodeDecodeError:
            raise BadMpy(f"a name that is no text at {self._at}") from None

    def skip_object(self, depth: int = 0) -> None:
        """A constant object: its kind, and for most a length and that many bytes."""
        kind = self.take(1)[0]
        if kind <= 4:
            return
        size = self.number()
        if kind in (5, 6):
            self.take(size + 1)
        elif kind in (7, 8, 9):
            self.take(size)
        elif kind == 10 and depth < _MAX_DEPTH:
            for _ in range(size):
                self.skip_object(depth + 1)
        else:
            raise BadMpy(f"a constant of unknown kind {kind} at {self._at}")

    def code(self, depth: int = 0) -> Code:
        """A piece of code and those within it."""
        if depth > _MAX_DEPTH:
            raise BadMpy(f"functions within functions, more than {_MAX_DEPTH} deep")
        head = self.number()
        kind, has_children = Kind(head & 3), bool(head & 4)
        content = self.take(head >> 3)
        scope = rodata_size = bss_size = 0
        if kind is Kind.NATIVE:
            self.number()  # where its prelude lies
        elif kind is not Kind.BYTECODE:
            scope = self.number()
        if kind is Kind.ASSEMBLER:
            self.number()  # how many arguments
            self.number()  # their types
        if kind is Kind.VIPER:
            rodata_size = self.number() if scope & Scope.RODATA else 0
            bss_size = self.number() if scope & Scope.BSS else 0
        rodata = self.take(rodata_size)
        relocations = self._relocations() if kind is Kind.VIPER and scope & Scope.RELOCATIONS else b""
        children = tuple(self.code(depth + 1) for _ in range(self.number())) if has_children else ()
        return Code(kind, content, scope, rodata, bss_size, relocations, children)

    def _relocations(self) -> bytes:
        """The adjustments of a native module's code up to their end, 0xFF."""
        start = self._at
        while (adjustment := self.take(1)[0]) != 0xFF:
            if adjustment & 1:
                self.number()  # where
            if adjustment >> 1 <= 5 and adjustment >> 1 & 1:
                self.number()  # how often
        return self._content[start : self._at]
