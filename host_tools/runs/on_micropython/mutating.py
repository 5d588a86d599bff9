"""Makes valid input, and then bad input that is nearly valid. Runs under both interpreters.

JSON is spoilt as a tree as often as it is spoilt as text: keys go, come twice, change places; values become others of
the wrong kind or of a length beside its bound.
"""

import json
import random

_TOKENS = (b"{", b"}", b"[", b"]", b'"', b":", b",", b"\\u", b"\\", b"1e999", b"-", b"null", b"\xff", b"\xed\xa0\x80")
_TEXTS = ("", "x", "x" * 41, "0" * 64, "-1", "\x00", "é", "../..", "ab" * 32, "AB" * 32, "off", "1.2.3")
_NUMBERS = (0, 1, -1, 2, 127, 128, 255, 256, 65535, 65536, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 1 << 53, -(1 << 31))
_EDGES = (b"\x00\x00", b"\xff\xff", b"\x00\x00\x00\x00", b"\xff\xff\xff\xff", b"\x00\x00\x00\x80", b"\x01\x00\x00\x00")
_DEEP = 9


def fields_for(table):
    """Fields that fit a table of the wire, optional ones now and then."""
    fields = {}
    for row in table:
        name = row[0]
        if name[-1] == "?":
            if random.getrandbits(1):
                continue
            name = name[:-1]
        fields[name] = _value_for(row)
    return fields


def _value_for(row):
    kind = row[1]
    if kind == "int":
        return (row[2], row[3], min(row[3], row[2] + random.getrandbits(7)))[random.randint(0, 2)]
    if kind == "str":
        return "n" * (row[2], row[3], min(row[3], row[2] + 5))[random.randint(0, 2)]
    if kind == "hex":
        return "%02x" % random.getrandbits(8) * row[2]
    if kind == "bool":
        return random.getrandbits(1) == 1
    if kind == "choice":
        return row[2 + random.randint(0, len(row) - 3)]
    return [] if kind == "list" else {}


def pick(options):
    """One of a sequence."""
    return options[random.randint(0, len(options) - 1)]


def mutated(data):
    """`data` as it is, or spoilt in up to four places."""
    if data[:1] in (b"{", b"[") and random.getrandbits(1):
        data = _spoilt_tree(data)
    out = bytearray(data)
    for _ in range(random.randint(0, 4) if random.getrandbits(1) else 0):
        out = _spoilt(out)
    return bytes(out)


def _spoilt(out):
    at = random.randint(0, len(out))
    choice = random.randint(0, 6)
    if choice == 0 and at < len(out):
        out[at] ^= 1 << random.randint(0, 7)
    elif choice == 1:
        return out[:at] + pick(_TOKENS) * random.randint(1, 9) + out[at:]
    elif choice == 2:
        return out[:at]
    elif choice == 3:
        return out[:at] + out[at + random.randint(1, 5) :]
    elif choice == 4:  # a length that says something else
        edge = pick(_EDGES)
        return out[:at] + edge + out[at + len(edge) :]
    elif choice == 5:
        return out[:at] + out[max(0, at - random.randint(1, 40)) : at] + out[at:]
    elif at < len(out):
        out[at] = random.getrandbits(8)
    return out


def _spoilt_tree(data):
    """The same JSON but for one or two nodes; as it is where it is none."""
    try:
        tree = json.loads(data)
    except ValueError:
        return data
    for _ in range(random.randint(1, 2)):
        tree = _spoilt_node(tree)
    return json.dumps(tree).encode()


def _spoilt_node(node):
    if isinstance(node, dict) and node and random.randint(0, 7):
        return _spoilt_object(node)
    if isinstance(node, list) and node and random.randint(0, 3):
        at = random.randint(0, len(node) - 1)
        return node[:at] + [_spoilt_node(node[at])] + node[at + random.randint(1, 2) :]
    return _odd()


def _spoilt_object(node):
    changed = dict(node)
    name = pick(sorted(node))
    choice = random.randint(0, 5)
    if choice == 0:
        del changed[name]
    elif choice == 1:
        changed[pick(_TEXTS)] = _odd()
    elif choice == 2:
        changed[name] = node[pick(sorted(node))]
    elif choice == 3:
        changed[name] = _odd()
    else:
        changed[name] = _spoilt_node(node[name])
    return changed


def _odd():
    choice = random.randint(0, 6)
    if choice == 0:
        return pick((None, True, False, 1.5, 1e300))
    if choice == 1:
        deep = []
        for _ in range(random.randint(0, _DEEP)):
            deep = [deep]
        return deep
    if choice == 2:
        return {}
    return pick(_TEXTS) if choice < 5 else pick(_NUMBERS)
