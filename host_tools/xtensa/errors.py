"""What can go wrong with a .mpy file or with the code in it."""

from __future__ import annotations

from host_tools.exits import Exit, HostError


class XtensaError(HostError):
    """Base of this room."""


class BadMpy(XtensaError):
    """A file that is no .mpy of this version for this processor; `reason` in words, `path` where it came from."""

    exit_code = Exit.USAGE

    def __init__(self, reason: str, path: object = None) -> None:
        super().__init__(f"{path}: {reason}" if path is not None else reason)
        self.reason = reason
        self.path = path


class DoesNotCompile(XtensaError):
    """mpy-cross refused a source; `problem` is the last line it said."""

    exit_code = Exit.USAGE

    def __init__(self, path: object, problem: str) -> None:
        super().__init__(f"{path} does not compile for xtensawin: {problem}")
        self.path = path
        self.problem = problem


class NoSuchFunction(XtensaError):
    """The file has no viper function of that name; `names` are those that it has."""

    exit_code = Exit.USAGE

    def __init__(self, name: str, names: tuple[str, ...]) -> None:
        super().__init__(f"no viper function {name} here; there is {', '.join(names) or 'none'}")
        self.name = name
        self.names = names


class UnknownInstruction(XtensaError):
    """Bytes that are no instruction of the set that viper code is made of; `address` from the function's start."""

    def __init__(self, address: int, word: int) -> None:
        super().__init__(f"no instruction that viper emits: {word:06x} at {address:#x}")
        self.address = address
        self.word = word


class UnsupportedCode(XtensaError):
    """Code that does what only a whole MicroPython could answer; `what` names it."""

    def __init__(self, what: str, address: int) -> None:
        super().__init__(f"at {address:#x}: {what} can't be run without MicroPython itself")
        self.what = what
        self.address = address


class Fault(XtensaError):
    """The code did what would crash a board, or silently do harm there; `function`, `address`: the instruction."""

    def __init__(self, function: str, address: int, text: str, problem: str) -> None:
        super().__init__(f"{function}+{address:#x}: {text}: {problem}")
        self.function = function
        self.address = address
        self.problem = problem


class OutOfMemory(XtensaError):
    """The machine's memory can't hold another `size` bytes."""

    def __init__(self, size: int) -> None:
        super().__init__(f"no room for {size} more bytes: make the machine with a larger memory")
        self.size = size


class TooManyArguments(XtensaError):
    """A call with more arguments than this machine passes."""

    def __init__(self, count: int, most: int) -> None:
        super().__init__(f"called with {count} arguments: {most} are the most that can be passed here")
        self.count = count
        self.most = most
