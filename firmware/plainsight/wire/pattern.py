"""The bytes that a link test moves."""

_PATTERN_PERIOD = 256
_PATTERN_INVERSE = 223  # 31 * 223 = 1 (mod 256): adding 1 to every byte is the same as moving on by 223 bytes
_PATTERN = bytes((index * 31) & 0xFF for index in range(2 * _PATTERN_PERIOD))


def test_pattern(out: bytearray | memoryview, offset: int) -> None:
    """Fill `out` with the bytes that belong at `offset`: byte i is i*31+(i>>8) mod 256, block by block from a table."""
    filled = 0
    while filled < len(out):
        position = offset + filled
        column = position % _PATTERN_PERIOD
        count = min(_PATTERN_PERIOD - column, len(out) - filled)
        start = (_PATTERN_INVERSE * (position >> 8) + column) % _PATTERN_PERIOD
        out[filled : filled + count] = _PATTERN[start : start + count]
        filled += count
