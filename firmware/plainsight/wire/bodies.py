"""JSON bodies checked against their tables before anybody believes them."""

import binascii
import json

from plainsight.wire.errors import BadBody
from plainsight.wire.tables import ITEM_FIELDS, MAX_JSON_DEPTH, OPERATIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def parse_json(body: bytes | bytearray | memoryview) -> "dict[str, Any]":
    """A JSON object of bounded depth. Raises BadBody."""
    text = bytes(body)
    _check_depth(text)
    try:
        fields = json.loads(str(text, "utf-8"))
    except (ValueError, UnicodeError):
        raise BadBody("bad_json")
    if not isinstance(fields, dict):
        raise BadBody("not_an_object")
    if not all([isinstance(name, str) for name in fields]):  # MicroPython takes {1: 2}
        raise BadBody("bad_json")
    return fields


def _check_depth(text: bytes) -> None:
    """Raise BadBody where brackets outside strings nest deeper than MAX_JSON_DEPTH: the parser's stack is small."""
    depth = 0
    in_string = False
    escaped = False
    for byte in text:
        if in_string:
            if escaped:
                escaped = False
            elif byte == 0x5C:  # backslash
                escaped = True
            elif byte == 0x22:  # quote
                in_string = False
        elif byte == 0x22:
            in_string = True
        elif byte in (0x5B, 0x7B):
            depth += 1
            if depth > MAX_JSON_DEPTH:
                raise BadBody("too_deep")
        elif byte in (0x5D, 0x7D):
            depth -= 1
            if depth < 0:
                raise BadBody("bad_json")


def parse_request(body: bytes | bytearray | memoryview) -> "tuple[str, dict[str, Any]]":
    """Operation name and checked fields of a REQUEST. Raises BadBody; reason `unknown_operation` where that is it."""
    fields = parse_json(body)
    name = fields.pop("op", None)
    if not isinstance(name, str) or name not in OPERATIONS:
        raise BadBody("unknown_operation")
    check_fields(fields, OPERATIONS[name][1])
    return name, fields


def check_fields(fields: "dict[str, Any]", table: "tuple[Any, ...]", strict: bool = True) -> None:
    """Raise BadBody unless `fields` fits `table`; unknown names are refused where `strict`."""
    known = set()
    for row in table:
        name = row[0]
        optional = name.endswith("?")
        if optional:
            name = name[:-1]
        known.add(name)
        if name not in fields:
            if optional:
                continue
            raise BadBody("missing_" + name)
        if not _fits(fields[name], row):
            raise BadBody("bad_" + name)
    if strict:
        for name in fields:
            if name not in known:
                raise BadBody("unknown_field")


def _fits(value: object, row: "tuple[Any, ...]") -> bool:
    kind = row[1]
    if kind == "int":
        return isinstance(value, int) and not isinstance(value, bool) and row[2] <= value <= row[3]
    if kind == "str":
        return isinstance(value, str) and row[2] <= len(value) <= row[3]
    if kind == "hex":
        return is_hex(value, row[2])
    if kind == "bool":
        return isinstance(value, bool)
    if kind == "choice":
        return isinstance(value, str) and value in row[2:]
    if kind == "list":
        return isinstance(value, list) and len(value) <= row[2]
    return isinstance(value, dict)


def is_hex(value: object, size: int) -> bool:
    """True for a lower-case hexadecimal string of `size` bytes."""
    if not isinstance(value, str) or len(value) != 2 * size:
        return False
    try:
        return binascii.hexlify(binascii.unhexlify(value)).decode() == value
    except (ValueError, UnicodeError):
        return False


def check_item(fields: object) -> "dict[str, Any]":
    """An item as the glasses describe it. Raises BadBody."""
    if not isinstance(fields, dict):
        raise BadBody("bad_item")
    check_fields(fields, ITEM_FIELDS, strict=False)
    return fields
