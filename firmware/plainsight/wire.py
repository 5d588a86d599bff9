"""The wire format: frames, operations, events, errors and GATT identifiers, in tables that both ends and docs/protocol.md use.

A frame is a 5-byte header (body length u16, type u8, request id u16, little-endian) and a body. Every length is
bounded before it is believed. One frame never exceeds one TLS record of 4096 bytes, the ESP32 port's output limit.
"""

import binascii
import json
import struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

VERSION = 1
HEADER_BYTES = 5
MAX_FRAME = 4096
MAX_BODY = MAX_FRAME - HEADER_BYTES
MEDIA_CHUNK = 4080  # bytes of media in one MEDIA frame, after its u32 offset
MAX_ITEM_BYTES = 4 * 1024 * 1024
MIN_WINDOW = 4096  # bytes in flight that have not been acknowledged
MAX_WINDOW = 65536
DEFAULT_WINDOW = 16384
MAX_JSON_DEPTH = 6

# The knock, before TLS: hello from the phone, nonce from the glasses, proof from the phone.
KNOCK_HELLO = b"PLS1"
KNOCK_NONCE_BYTES = 16
KNOCK_PROOF_BYTES = 16

# GATT: one service; notifications out on TX; write-without-response in on four RX characteristics used in turn;
# CREDIT notifies, as a cumulative u32, how many RX packets the glasses have taken.
SERVICE_UUID = "4f5a0001-9c1e-4b7d-8a53-6d1f0e2b7c90"
TX_UUID = "4f5a0002-9c1e-4b7d-8a53-6d1f0e2b7c90"
CREDIT_UUID = "4f5a0003-9c1e-4b7d-8a53-6d1f0e2b7c90"
RX_UUIDS = (
    "4f5a0010-9c1e-4b7d-8a53-6d1f0e2b7c90",
    "4f5a0011-9c1e-4b7d-8a53-6d1f0e2b7c90",
    "4f5a0012-9c1e-4b7d-8a53-6d1f0e2b7c90",
    "4f5a0013-9c1e-4b7d-8a53-6d1f0e2b7c90",
)

REQUEST = 1
RESPONSE = 2
EVENT = 3
MEDIA = 4
ACK = 5
CANCEL = 6
PING = 7
PONG = 8
AUDIO = 9

TO_GLASSES = "phone to glasses"
TO_PHONE = "glasses to phone"
BOTH_WAYS = "both ways"

# type: (name, direction, body, smallest body, largest body, meaning)
FRAMES = {
    REQUEST: ("REQUEST", TO_GLASSES, "JSON object", 2, MAX_BODY, 'asks for one operation: {"op": name, fields…}'),
    RESPONSE: ("RESPONSE", TO_PHONE, "JSON object", 2, MAX_BODY, 'answers one request: {fields…} or {"error": code, …}'),
    EVENT: ("EVENT", TO_PHONE, "JSON object", 2, MAX_BODY, 'something happened: {"event": name, fields…}; request id 0'),
    MEDIA: ("MEDIA", BOTH_WAYS, "u32 offset, bytes", 5, 4 + MEDIA_CHUNK, "a piece of the transfer that the request id names"),
    ACK: ("ACK", BOTH_WAYS, "u32 offset", 4, 4, "everything before the offset has arrived"),
    CANCEL: ("CANCEL", TO_GLASSES, "empty", 0, 0, "stop the transfer that the request id names"),
    PING: ("PING", BOTH_WAYS, "u32", 4, 4, "are you there"),
    PONG: ("PONG", BOTH_WAYS, "u32", 4, 4, "the same number back"),
    AUDIO: ("AUDIO", TO_PHONE, "PCM s16le, 16 kHz, mono", 2, 2048, "voice, only while the voice policy allows it"),
}

ITEM_FIELDS = (
    ("id", "int", 1, 0x7FFFFFFF),
    ("time_s", "int", 0, 0x7FFFFFFFFFFF),
    ("trigger", "str", 1, 16),
    ("sealed_bytes", "int", 1, MAX_ITEM_BYTES),
    ("sealed_sha256", "hex", 32),
    ("light", "obj"),
)

# name: (who may ask, request fields, response fields, meaning). A name that ends in "?" is optional.
# Kinds: int low high | str low high (characters) | hex bytes | bool | choice a b … | list most | obj
OPERATIONS = {
    "hello": (
        "paired",
        (("version", "int", 1, 255), ("time_s", "int", 0, 0x7FFFFFFFFFFF)),
        (
            ("version", "int", 1, 255),
            ("board", "str", 1, 64),
            ("firmware", "str", 1, 32),
            ("mode", "choice", "locked", "development"),
            ("level", "choice", "software", "current", "optical", "supply"),
            ("phone", "int", 1, 255),
            ("battery_mv", "int", 0, 10000),
            ("settings", "obj"),
            ("journal_count", "int", 0, 0x7FFFFFFF),
            ("journal_head", "hex", 32),
        ),
        "who is there; sets the clock of the glasses",
    ),
    "pair": (
        "pairing",
        (("proof", "hex", 32), ("name", "str", 1, 40), ("owner_key?", "hex", 32)),
        (("proof", "hex", 32), ("pair_key", "hex", 32), ("phone", "int", 1, 255), ("owner_key", "hex", 32)),
        "proves the one-time code, pins this phone, and for the first phone the owner's public key",
    ),
    "phones": ("paired", (), (("phones", "list", 5),), "the paired phones: id, name, paired_s, current"),
    "revoke": ("paired", (("phone", "int", 1, 255),), (("phone", "int", 1, 255),), "forgets one phone at once"),
    "invite": ("paired", (), (("code", "str", 26, 26),), "a new one-time code for a further phone"),
    "capture": ("paired", (), (("item", "obj"), ("jpeg_sha256", "hex", 32), ("jpeg_bytes", "int", 1, MAX_ITEM_BYTES)), "takes one photograph"),
    "items": ("paired", (("after", "int", 0, 0x7FFFFFFF),), (("items", "list", 8), ("more", "bool")), "stored items, oldest first"),
    "fetch": (
        "paired",
        (("item", "int", 1, 0x7FFFFFFF), ("offset", "int", 0, MAX_ITEM_BYTES), ("window", "int", MIN_WINDOW, MAX_WINDOW)),
        (("size", "int", 1, MAX_ITEM_BYTES), ("sha256", "hex", 32)),
        "sends one sealed item from the offset as MEDIA frames under this request id",
    ),
    "delete": ("paired", (("item", "int", 1, 0x7FFFFFFF),), (("item", "int", 1, 0x7FFFFFFF),), "erases one item and its salt"),
    "settings": (
        "paired",
        (("voice?", "choice", "off", "keyword", "stream"), ("consent", "hex", 32)),
        (("settings", "obj"),),
        "changes settings; consent is the hash of the record on the phone that allows it",
    ),
    "journal": ("paired", (("from", "int", 0, 0x7FFFFFFF),), (("records", "list", 16), ("more", "bool")), "records of the chain as text lines"),
    "countersign": (
        "paired",
        (("count", "int", 0, 0x7FFFFFFF), ("head", "hex", 32), ("mac", "hex", 32)),
        (("count", "int", 0, 0x7FFFFFFF),),
        "the phone has seen the chain up to here",
    ),
    "status": ("paired", (), (("battery_mv", "int", 0, 10000), ("free_bytes", "int", 0, 0x7FFFFFFFFFFF), ("items", "int", 0, 0x7FFFFFFF), ("heap_free", "int", 0, 0x7FFFFFFF)), "how the glasses are"),
    "link_test": (
        "paired",
        (("direction", "choice", "down", "up"), ("size", "int", 1, MAX_ITEM_BYTES), ("window", "int", MIN_WINDOW, MAX_WINDOW)),
        (("size", "int", 1, MAX_ITEM_BYTES), ("sha256", "hex", 32)),
        "moves a test pattern, byte i being i*31+(i>>8) mod 256; nothing is stored",
    ),
}

# name: (fields, meaning)
EVENTS = {
    "item": ((("item", "obj"), ("jpeg_sha256", "hex", 32), ("jpeg_bytes", "int", 1, MAX_ITEM_BYTES)), "a photograph was taken and stored"),
    "refusal": ((("reason", "str", 1, 40), ("trigger", "str", 1, 16), ("detail?", "obj")), "a trigger was refused"),
    "voice": ((("voice", "choice", "off", "keyword", "stream"),), "the voice policy changed"),
}

# code: meaning. The only words for a failure that cross the link.
ERRORS = {
    "bad_frame": "a frame broke the format; the session ends",
    "bad_request": "the request is not an object, or a field is missing, unknown or out of bounds",
    "unknown_operation": "no such operation",
    "not_paired": "this phone is not paired",
    "already_paired": "this phone is paired already",
    "pairing_closed": "no pairing window is open: press and hold the button on the glasses",
    "pairing_refused": "the code is wrong or was used",
    "too_many_phones": "five phones are paired; revoke one first",
    "no_owner": "no owner's key yet: pair a phone first",
    "busy": "the camera or a transfer is in use; try again",
    "light_open": "the capture light draws no current",
    "light_short": "the capture light draws too much current",
    "light_unseen": "the light sensor does not see the capture light",
    "light_lost": "the capture light was lost during the exposure",
    "light_stray": "the light sensor sees the capture light's rhythm while it is off",
    "camera_absent": "the camera does not answer",
    "camera_failed": "the camera raised an error",
    "camera_no_frame": "the camera returned no frame in time",
    "camera_bad_frame": "the camera returned half a picture",
    "storage_full": "no room for a picture; import or delete some",
    "storage_failed": "the storage could not be written",
    "battery_low": "the battery is too low to prove the light",
    "unknown_item": "no such item",
    "bad_offset": "the offset lies past the end",
    "unknown_phone": "no such phone",
    "journal_failed": "the journal could not be written, so nothing was done",
    "internal": "the glasses failed inside; their log says how",
}


class WireError(Exception):
    """Base of what is wrong with bytes from the other end; `reason` is a short word for tests and logs."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


class BadFrame(WireError):
    """The stream can't be trusted any more: the session must end."""


class BadBody(WireError):
    """One body breaks its table: answer `bad_request`, the session may go on."""


def pack_header(out: bytearray, kind: int, request: int, length: int) -> None:
    """Write the header of a frame with a body of `length` bytes into out[0:5]."""
    struct.pack_into("<HBH", out, 0, length, kind, request)


def frame(kind: int, request: int, body: bytes | bytearray = b"") -> bytes:
    """One whole frame. Raises BadFrame if the body is outside the bounds of its type."""
    check_length(kind, len(body))
    out = bytearray(HEADER_BYTES)
    pack_header(out, kind, request, len(body))
    return bytes(out) + bytes(body)


def json_frame(kind: int, request: int, fields: "dict[str, Any]") -> bytes:
    """One frame with a JSON object as its body."""
    return frame(kind, request, json.dumps(fields, separators=(",", ":")).encode())


def media_frame(request: int, offset: int, data: bytes | bytearray) -> bytes:
    """One MEDIA frame: `data` (1 to MEDIA_CHUNK bytes) belongs at `offset`."""
    return frame(MEDIA, request, struct.pack("<I", offset) + bytes(data))


def u32_frame(kind: int, request: int, value: int) -> bytes:
    """One ACK, PING or PONG frame."""
    return frame(kind, request, struct.pack("<I", value))


def u32(body: bytes | bytearray | memoryview) -> int:
    """The number at the start of an ACK, PING, PONG or MEDIA body."""
    return struct.unpack_from("<I", body, 0)[0]


def check_length(kind: int, length: int) -> None:
    """Raise BadFrame unless `length` is allowed for a frame of type `kind`."""
    row = FRAMES.get(kind)
    if row is None:
        raise BadFrame("unknown_type")
    if not row[3] <= length <= row[4]:
        raise BadFrame("bad_length")


class FrameReader:
    """Cuts a byte stream into frames; `toward` is the direction whose frames are allowed. Holds at most one frame."""

    def __init__(self, toward: str):
        self._toward = toward
        self._buffer = bytearray(MAX_FRAME)
        self._have = 0
        self._need = HEADER_BYTES
        self._kind = 0
        self._request = 0

    def feed(self, data: bytes | bytearray | memoryview) -> int:
        """Take bytes up to the end of the current frame; returns how many were taken. Raises BadFrame."""
        taken = min(len(data), self._need - self._have)
        self._buffer[self._have : self._have + taken] = data[:taken]
        self._have += taken
        if self._have == HEADER_BYTES and self._need == HEADER_BYTES:
            length, self._kind, self._request = struct.unpack_from("<HBH", self._buffer, 0)
            check_length(self._kind, length)
            if FRAMES[self._kind][1] not in (self._toward, BOTH_WAYS):
                raise BadFrame("wrong_direction")
            self._need = HEADER_BYTES + length
        return taken

    def ready(self) -> bool:
        """True when a whole frame waits for `take`."""
        return self._need == self._have and (self._have > HEADER_BYTES or self._kind == CANCEL)

    def take(self) -> tuple[int, int, memoryview]:
        """The frame that is ready: type, request id, body. The body is valid until the next `feed`."""
        body = memoryview(self._buffer)[HEADER_BYTES : self._have]
        kind, request = self._kind, self._request
        self._have = 0
        self._need = HEADER_BYTES
        self._kind = 0
        return kind, request, body


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
    return fields


def _check_depth(text: bytes) -> None:
    """Raise BadBody where brackets outside strings nest deeper than MAX_JSON_DEPTH: the parser's stack is not ours to spend."""
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


_PATTERN_PERIOD = 256
_PATTERN_INVERSE = 223  # 31 * 223 = 1 (mod 256): adding 1 to every byte is the same as moving on by 223 bytes
_PATTERN = bytes((index * 31) & 0xFF for index in range(2 * _PATTERN_PERIOD))


def test_pattern(out: bytearray | memoryview, offset: int) -> None:
    """Fill `out` with the link-test bytes that belong at `offset`: byte i is i*31+(i>>8) mod 256, block by block from a table."""
    filled = 0
    while filled < len(out):
        position = offset + filled
        column = position % _PATTERN_PERIOD
        count = min(_PATTERN_PERIOD - column, len(out) - filled)
        start = (_PATTERN_INVERSE * (position >> 8) + column) % _PATTERN_PERIOD
        out[filled : filled + count] = _PATTERN[start : start + count]
        filled += count
