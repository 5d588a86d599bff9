"""The machine: loads .mpy files, holds buffers, runs viper functions and says what they did."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import SupportsIndex

from host_tools.xtensa.blocks import blocks_of
from host_tools.xtensa.compiling import compiled
from host_tools.xtensa.cycles import CycleModel, block_times, total
from host_tools.xtensa.decoding import LOADS, STORES
from host_tools.xtensa.errors import BadMpy, Fault, NoSuchFunction, UnsupportedCode
from host_tools.xtensa.memory import Buffer, Memory
from host_tools.xtensa.mpy import Code, read
from host_tools.xtensa.runtime import Runtime, RuntimeProblem
from host_tools.xtensa.translating import SOURCE_NAME, translate

_MEMORY_BYTES = 512 << 10


class Machine:
    """One processor with its memory, `memory_bytes` of it; every function that it loads shares both."""

    def __init__(self, memory_bytes: int = _MEMORY_BYTES, model: CycleModel | None = None) -> None:
        self.memory = Memory(memory_bytes)
        self.runtime = Runtime(self.memory)
        self._model = model or CycleModel()
        self._functions: list[Function] = []

    def load(self, path: Path | str) -> Functions:
        """The viper functions of a .py or .mpy file by name; raises BadMpy, DoesNotCompile."""
        path = Path(path)
        try:
            mpy = read(path.read_bytes() if path.suffix == ".mpy" else compiled(path))
        except BadMpy as bad:
            raise BadMpy(bad.reason, path) from None
        except OSError as problem:
            raise BadMpy(problem.strerror or "can't be read", path) from None
        return Functions(mpy.functions, self.add)

    def add(self, name: str, code: Code) -> Function:
        """A function from its code, counted with the others; raises XtensaError where it can't be run here."""
        self._functions.append(Function(self, name, code, self._model))
        return self._functions[-1]

    def buffer(self, content: bytes | bytearray | memoryview | int, *, writable: bool = True) -> Buffer:
        """New memory with that content, or that many zeroes; not `writable`: as flash is."""
        raw = bytes(content) if isinstance(content, int) else content
        return self.memory.allocate(raw, writable=writable)

    @property
    def cycles(self) -> int:
        """MODELLED, of everything that ran since the machine was made."""
        return sum(function.cycles for function in self._functions)

    @property
    def instructions(self) -> int:
        """Counted, of everything that ran."""
        return sum(function.instructions for function in self._functions)


class Functions(Mapping[str, "Function"]):
    """A file's viper functions by name; each is made when it is asked for, so that one can't spoil the others."""

    def __init__(self, codes: Mapping[str, Code], make: Callable[[str, Code], Function]) -> None:
        self.codes = codes
        self._make = make
        self._made: dict[str, Function] = {}

    def __getitem__(self, name: str) -> Function:
        if name not in self.codes:
            raise NoSuchFunction(name, tuple(self.codes))
        if name not in self._made:
            self._made[name] = self._make(name, self.codes[name])
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self.codes

    def __iter__(self) -> Iterator[str]:
        return iter(self.codes)

    def __len__(self) -> int:
        return len(self.codes)


class Function:
    """One viper function; call it with numbers and buffers. It counts over all its calls."""

    def __init__(self, machine: Machine, name: str, code: Code, model: CycleModel) -> None:
        if code.scope:
            raise UnsupportedCode(f"{name}: a native module's code", 0)
        self.name = name
        self.code = code.content
        self.blocks = blocks_of(code.content)
        self.times = block_times(self.blocks, model)
        self.runs = [0] * len(self.blocks)
        self.taken = [0] * len(self.blocks)
        self._machine = machine
        self._translation = translate(code.content, self.blocks, machine.memory, machine.runtime.call)

    def __call__(self, *arguments: SupportsIndex) -> int | None:
        """Run it: `int` results have a sign, `uint` ones and addresses have none; raises Fault."""
        passed = b"".join((argument.__index__() & 0xFFFF_FFFF).to_bytes(4, "little") for argument in arguments)
        runtime = self._machine.runtime
        place = self._machine.memory.place_arguments(passed)
        try:
            result, runs, taken = self._translation.run(runtime.function_object, len(arguments), 0, place)
        except (IndexError, TypeError, NameError, RuntimeProblem) as problem:
            raise self._fault(problem) from problem
        self.runs = [before + now for before, now in zip(self.runs, runs, strict=True)]
        self.taken = [before + now for before, now in zip(self.taken, taken, strict=True)]
        return runtime.result(result)

    @property
    def cycles(self) -> int:
        """MODELLED, of all calls."""
        return total(self.times, self.runs, self.taken)

    @property
    def instructions(self) -> int:
        """Counted, of all calls."""
        return sum(len(block.instructions) * ran for block, ran in zip(self.blocks, self.runs, strict=True))

    def _fault(self, problem: Exception) -> Fault:
        """What went wrong in the words of the machine: the line of the translation tells which instruction it was."""
        frame = _frame_of_translation(problem.__traceback__)
        line, values = frame.tb_lineno, frame.tb_frame.f_locals
        instruction = self._translation.instruction_at[line]
        text = str(problem) if isinstance(problem, RuntimeProblem) else "uses a register that nothing has set"
        size = LOADS.get(instruction.name) or STORES.get(instruction.name)
        base = values.get(f"a{instruction.sources[0]}") if instruction.sources else None
        if size and isinstance(base, int):
            address = base + instruction.immediate
            text = self._machine.memory.problem(address, size, write=instruction.name in STORES)
        return Fault(self.name, instruction.address, str(instruction), text)


def _frame_of_translation(found: TracebackType | None) -> TracebackType:
    while found is not None:
        if found.tb_frame.f_code.co_filename == SOURCE_NAME:
            return found
        found = found.tb_next
    raise AssertionError("not from translated code")
