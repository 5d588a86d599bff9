"""ECDSA verification on P-256 (FIPS 186), one bit of both scalars between two pauses. Runs under MicroPython."""

import hashlib

_P = (1 << 256) - (1 << 224) + (1 << 192) + (1 << 96) - 1
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_BASE = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    1,
)


def _double(p):
    """Jacobian coordinates, a = -3."""
    x, y, z = p
    if z == 0:
        return p
    delta, gamma = z * z % _P, y * y % _P
    beta = x * gamma % _P
    alpha = 3 * (x - delta) * (x + delta) % _P
    x3 = (alpha * alpha - 8 * beta) % _P
    z3 = ((y + z) * (y + z) - gamma - delta) % _P
    return x3, (alpha * (4 * beta - x3) - 8 * gamma * gamma) % _P, z3


def _add(p, q):
    if p[2] == 0:
        return q
    z1, z2 = p[2] * p[2] % _P, q[2] * q[2] % _P
    u1, u2 = p[0] * z2 % _P, q[0] * z1 % _P
    s1, s2 = p[1] * z2 * q[2] % _P, q[1] * z1 * p[2] % _P
    if u1 == u2:
        return _double(p) if s1 == s2 else (1, 1, 0)
    h, r = u2 - u1, s2 - s1
    square = h * h % _P
    cube, v = h * square % _P, u1 * square % _P
    x3 = (r * r - cube - 2 * v) % _P
    return x3, (r * (v - x3) - s1 * cube) % _P, h * p[2] * q[2] % _P


async def verify(key, message, signature, pause):
    """`key` is x and y, `signature` r and s, each 32 bytes."""
    public = (int.from_bytes(key[:32], "big"), int.from_bytes(key[32:], "big"), 1)
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if (public[1] * public[1] - public[0] * (public[0] * public[0] - 3) - _B) % _P:
        return False
    if not 0 < r < _ORDER or not 0 < s < _ORDER:
        return False
    inverse = pow(s, _ORDER - 2, _ORDER)
    await pause()
    u1 = int.from_bytes(hashlib.sha256(message).digest(), "big") * inverse % _ORDER
    u2 = r * inverse % _ORDER
    both = _add(_BASE, public)
    found = (1, 1, 0)
    for bit in range(255, -1, -1):
        found = _double(found)
        which = u1 >> bit & 1, u2 >> bit & 1
        if which[0]:
            found = _add(found, both if which[1] else _BASE)
        elif which[1]:
            found = _add(found, public)
        await pause()
    if found[2] == 0:
        return False
    inverse = pow(found[2], _P - 2, _P)
    return found[0] * inverse * inverse % _P % _ORDER == r


_B = (_BASE[1] * _BASE[1] - _BASE[0] * (_BASE[0] * _BASE[0] - 3)) % _P
