"""What each instruction computes, as Python expressions over registers of 32 bits without a sign.

`{d}` is the destination register, `{s}` and `{t}` the sources in the manual's order, `{i}` the immediate. A register
that viper never writes with more than 32 bits is never masked: every expression here yields 0 to 2 ** 32 - 1.
The shift amount register lives in `sar`. Meaning: Xtensa ISA Reference Manual, chapter 6.
"""

from __future__ import annotations

_SIGN = "0x80000000"
_ONES = "0xFFFFFFFF"


def _signed(register: str) -> str:
    """A register's value as a signed number."""
    return f"(({register} ^ {_SIGN}) - {_SIGN})"


EXPRESSIONS: dict[str, str] = {
    "mov": "{s}",
    "movi": "{i}",
    "add": f"({{s}} + {{t}}) & {_ONES}",
    "addi": f"({{s}} + {{i}}) & {_ONES}",
    "addx2": f"(({{s}} << 1) + {{t}}) & {_ONES}",
    "addx4": f"(({{s}} << 2) + {{t}}) & {_ONES}",
    "addx8": f"(({{s}} << 3) + {{t}}) & {_ONES}",
    "sub": f"({{s}} - {{t}}) & {_ONES}",
    "subx2": f"(({{s}} << 1) - {{t}}) & {_ONES}",
    "subx4": f"(({{s}} << 2) - {{t}}) & {_ONES}",
    "subx8": f"(({{s}} << 3) - {{t}}) & {_ONES}",
    "and": "{s} & {t}",
    "or": "{s} | {t}",
    "xor": "{s} ^ {t}",
    "neg": f"-{{s}} & {_ONES}",
    "abs": f"abs({_signed('{s}')})",
    "mull": f"({{s}} * {{t}}) & {_ONES}",
    "muluh": "({s} * {t}) >> 32",
    "mulsh": f"({_signed('{s}')} * {_signed('{t}')}) >> 32 & {_ONES}",
    "slli": f"({{s}} << {{i}}) & {_ONES}",
    "srli": "{s} >> {i}",
    "srai": f"({_signed('{s}')} >> {{i}}) & {_ONES}",
    "sll": f"({{s}} << 32 - sar) & {_ONES}",
    "srl": "{s} >> sar",
    "sra": f"({_signed('{s}')} >> sar) & {_ONES}",
    "src": f"(({{s}} << 32 | {{t}}) >> sar) & {_ONES}",
}

# What goes into the shift amount register.
SHIFT_AMOUNTS: dict[str, str] = {"ssr": "{s} & 31", "ssl": "32 - ({s} & 31)", "ssai": "{i}"}

# When a branch is taken.
CONDITIONS: dict[str, str] = {
    "beqz": "not {s}",
    "bnez": "{s}",
    "bltz": f"{{s}} >= {_SIGN}",
    "bgez": f"{{s}} < {_SIGN}",
    "beqi": "{s} == {u}",
    "bnei": "{s} != {u}",
    "blti": f"{_signed('{s}')} < {{i}}",
    "bgei": f"{_signed('{s}')} >= {{i}}",
    "bltui": "{s} < {i}",
    "bgeui": "{s} >= {i}",
    "beq": "{s} == {t}",
    "bne": "{s} != {t}",
    "blt": f"{{s}} ^ {_SIGN} < {{t}} ^ {_SIGN}",
    "bge": f"{{s}} ^ {_SIGN} >= {{t}} ^ {_SIGN}",
    "bltu": "{s} < {t}",
    "bgeu": "{s} >= {t}",
    "bany": "{s} & {t}",
    "bnone": "not {s} & {t}",
    "ball": "not ~{s} & {t}",
    "bnall": "~{s} & {t}",
    "bbc": "not {s} >> ({t} & 31) & 1",
    "bbs": "{s} >> ({t} & 31) & 1",
    "bbci": "not {s} >> {i} & 1",
    "bbsi": "{s} >> {i} & 1",
}
