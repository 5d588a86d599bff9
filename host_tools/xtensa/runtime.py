"""What MicroPython offers to native code through its table of functions: the few of them that arithmetic needs.

The table's order is py/nativeglue.h's. Whatever else a function asks for needs a whole MicroPython: a fault.
"""

from __future__ import annotations

from collections.abc import Iterable

from host_tools.xtensa.memory import Memory

TABLE_ADDRESSES = 0xF000_0000  # entry n of the table is this address plus n: no memory is there
_ENTRIES = 96

_ORDER = """
const_none const_false const_true native_from_obj native_to_obj swap_globals load_name load_global load_build_class
load_attr load_method load_super_method store_name store_global store_attr obj_subscr obj_is_true unary_op binary_op
new_tuple new_list new_dict new_set set_store list_append dict_store make_function_from_proto_fun call_function_n_kw
call_method_n_kw call_method_n_kw_var getiter iternext nlr_push nlr_pop raise import_name import_from import_all
new_slice unpack_sequence unpack_ex delete_name delete_global make_closure_from_proto_fun arg_check_num_sig
setup_code_state small_int_floor_divide small_int_modulo yield_from
"""
NAMES = tuple(_ORDER.split())
_OBJECTS = (None, False, True)  # the table's first entries
_UINT_TYPE = 3
_SIGN = 1 << 31


class RuntimeProblem(Exception):
    """A call that can't be answered; the text says which."""


class Runtime:
    """The function table and the objects that lead to it, in `memory`; answers the calls."""

    def __init__(self, memory: Memory) -> None:
        table = memory.allocate(_words(TABLE_ADDRESSES + entry for entry in range(_ENTRIES)), writable=False)
        constants = memory.allocate(_words((table.address,)), writable=False)
        # mp_module_context_t: type, globals, table of names, table of constants: the first constant is the table.
        context = memory.allocate(_words((0, 0, 0, constants.address)), writable=False)
        # mp_obj_fun_bc_t: type, context, children, code.
        self.function_object = memory.allocate(_words((0, context.address, 0, 0)), writable=False).address
        self.calls = 0
        self._result_type: int | None = None

    def call(self, address: int, first: int, second: int, third: int) -> int:
        """One call of the table's function at `address`; raises RuntimeProblem."""
        self.calls += 1
        index = address - TABLE_ADDRESSES
        name = NAMES[index] if 0 <= index < len(NAMES) else f"function {index} of the runtime"
        if name == "native_from_obj":
            return first
        if name == "native_to_obj":
            self._result_type = second
            return first
        if name in ("small_int_floor_divide", "small_int_modulo"):
            return _divided(name, _signed(first), _signed(second))
        if name == "arg_check_num_sig":
            raise RuntimeProblem(f"called with {first} arguments, which is not what it takes ({third >> 17})")
        raise RuntimeProblem(f"calls {name}, which only a whole MicroPython has")

    def result(self, word: int) -> int | None:
        """What a function's caller gets for the word that it returned: a number that it converted, or an object."""
        kind, self._result_type = self._result_type, None
        if kind is None and TABLE_ADDRESSES <= word < TABLE_ADDRESSES + len(_OBJECTS):
            return _OBJECTS[word - TABLE_ADDRESSES]
        return word if kind == _UINT_TYPE else _signed(word)


def _divided(name: str, numerator: int, denominator: int) -> int:
    if not denominator:
        raise RuntimeProblem("divides by zero, which MicroPython's own routine does not check")
    result = numerator // denominator if name == "small_int_floor_divide" else numerator % denominator
    return result & 0xFFFF_FFFF


def _signed(word: int) -> int:
    return (word ^ _SIGN) - _SIGN


def _words(values: Iterable[int]) -> bytes:
    return b"".join(value.to_bytes(4, "little") for value in values)
