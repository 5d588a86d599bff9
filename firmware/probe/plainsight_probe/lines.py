"""Lines from the host: bounded, and either a request or a named refusal."""

import json

LINE_BYTES = 200  # the longest request, without its newline
_NUMBER_MAX = 1 << 30
_NEWLINE = 10
_RETURN = 13


class BadRequest(Exception):
    """What the host sent is no request; `code` says why, `number` is the request's where it can be known."""

    def __init__(self, code: str, number: "int | None" = None):
        super().__init__(code)
        self.code = code
        self.number = number


class LineReader:
    """Puts bytes together to lines. What is too long is dropped up to its end and raised once as `too_long`."""

    def __init__(self):
        self._line = bytearray(LINE_BYTES)
        self._length = 0
        self._too_long = False

    def feed(self, byte: int) -> "bytes | None":
        """The line that this byte ends, else None. Raises BadRequest."""
        if byte == _NEWLINE:
            return self._end()
        if self._length < LINE_BYTES:
            self._line[self._length] = byte
            self._length += 1
        elif byte != _RETURN:
            self._too_long = True
        return None

    def _end(self) -> bytes:
        line, too_long = bytes(self._line[: self._length]), self._too_long
        self._length, self._too_long = 0, False
        if too_long:
            raise BadRequest("too_long")
        return line.strip()


def parse(line: bytes) -> dict:
    """A request {"id": number, "do": verb, …}. Raises BadRequest: not_json, not_an_object, no_id, no_verb."""
    try:
        request = json.loads(line)
    except (ValueError, UnicodeError):
        raise BadRequest("not_json")
    if not isinstance(request, dict):
        raise BadRequest("not_an_object")
    number = request.get("id")
    if type(number) is not int or not 0 <= number < _NUMBER_MAX:
        raise BadRequest("no_id")
    if not isinstance(request.get("do"), str):
        raise BadRequest("no_verb", number)
    return request
