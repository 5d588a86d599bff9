"""Ed25519 verification (RFC 8032), one bit of both scalars between two pauses. Runs under MicroPython."""

from sha512 import sha512

_P = (1 << 255) - 19
_ORDER = (1 << 252) + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT_OF_MINUS_ONE = pow(2, (_P - 1) // 4, _P)
_NEUTRAL = (0, 1, 1, 0)


def _recover_x(y, sign):
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT_OF_MINUS_ONE % _P
    if (x * x - square) % _P:
        return None
    return _P - x if x & 1 != sign else x


def _point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    x = _recover_x(y, sign) if y < _P else None
    return None if x is None else (x, y, 1, x * y % _P)


def _add(p, q):
    """Both in extended coordinates (x, y, z, t)."""
    a = (p[1] - p[0]) * (q[1] - q[0]) % _P
    b = (p[1] + p[0]) * (q[1] + q[0]) % _P
    c = 2 * p[3] * q[3] * _D % _P
    d = 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _double(p):
    a = p[0] * p[0] % _P
    b = p[1] * p[1] % _P
    c = 2 * p[2] * p[2] % _P
    h = a + b
    e = h - (p[0] + p[1]) * (p[0] + p[1]) % _P
    g = a - b
    f = c + g
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


_BASE_Y = 4 * pow(5, _P - 2, _P) % _P
_BASE = _point(_BASE_Y.to_bytes(32, "little"))


async def verify(key, message, signature, pause):
    """True where s*B - k*A is R."""
    negative, s = _point(key), int.from_bytes(signature[32:], "little")
    if negative is None or s >= _ORDER:
        return False
    await pause()
    negative = (_P - negative[0], negative[1], 1, _P - negative[3])
    k = int.from_bytes(sha512(signature[:32] + key + message), "little") % _ORDER
    await pause()
    both = _add(_BASE, negative)
    found = _NEUTRAL
    for bit in range(252, -1, -1):
        found = _double(found)
        which = s >> bit & 1, k >> bit & 1
        if which[0]:
            found = _add(found, both if which[1] else _BASE)
        elif which[1]:
            found = _add(found, negative)
        await pause()
    inverse = pow(found[2], _P - 2, _P)
    y = found[1] * inverse % _P
    return (y | (found[0] * inverse % _P & 1) << 255).to_bytes(32, "little") == signature[:32]
