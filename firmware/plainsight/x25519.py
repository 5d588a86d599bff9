"""X25519 (RFC 7748): key agreement on Curve25519, which no module of the ESP32 port offers.

The sequence of operations is the same for every key: a Montgomery ladder with arithmetic swaps and an inversion by a
fixed chain. Python's big integers are not constant in time, so this is for one agreement per boot, with nobody
measuring, not for a service that strangers may call.
"""

_P = (1 << 255) - 19
_A24 = 121665
_BASE_POINT = b"\x09" + bytes(31)
KEY_BYTES = 32


def public_key(private: bytes | bytearray) -> bytes:
    """The public half of 32 random bytes."""
    return shared_secret(private, _BASE_POINT)


def shared_secret(private: bytes | bytearray, public: bytes | bytearray) -> bytes:
    """The 32 bytes that both sides get. All zero where `public` is a point of small order: refuse that."""
    return _ladder(_clamp(private), _coordinate(public)).to_bytes(KEY_BYTES, "little")


def _clamp(private: bytes | bytearray) -> int:
    """The scalar of RFC 7748 section 5: bits 0 to 2 and 255 cleared, bit 254 set."""
    scalar = int.from_bytes(private, "little")
    return (scalar & ((1 << 254) - 8)) | (1 << 254)


def _coordinate(public: bytes | bytearray) -> int:
    """The u-coordinate: the top bit is ignored, values above p are taken modulo p."""
    return (int.from_bytes(public, "little") & ((1 << 255) - 1)) % _P


def _ladder(scalar: int, u: int) -> int:
    x2, z2, x3, z3 = 1, 0, u, 1
    swapped = 0
    for bit in range(254, -1, -1):
        one = (scalar >> bit) & 1
        swap = swapped ^ one
        swapped = one
        difference = swap * (x2 ^ x3)
        x2 ^= difference
        x3 ^= difference
        difference = swap * (z2 ^ z3)
        z2 ^= difference
        z3 ^= difference
        x2, z2, x3, z3 = _step(u, x2, z2, x3, z3)
    difference = swapped * (x2 ^ x3)
    x2 ^= difference
    difference = swapped * (z2 ^ z3)
    z2 ^= difference
    return x2 * _inverse(z2) % _P


def _step(u: int, x2: int, z2: int, x3: int, z3: int) -> tuple:
    """One differential addition and one doubling, in the names of RFC 7748."""
    a = x2 + z2
    b = x2 - z2
    aa = a * a % _P
    bb = b * b % _P
    e = aa - bb
    da = (x3 - z3) * a % _P
    cb = (x3 + z3) * b % _P
    sum_ = da + cb
    difference = da - cb
    return (
        aa * bb % _P,
        e * (aa + _A24 * e) % _P,
        sum_ * sum_ % _P,
        u * (difference * difference % _P) % _P,
    )


def _inverse(z: int) -> int:
    """z ** (p - 2): the usual chain of 254 squarings and 11 products."""
    z2 = z * z % _P
    z9 = _square(z2, 2) * z % _P
    z11 = z9 * z2 % _P
    z_5_0 = _square(z11, 1) * z9 % _P
    z_10_0 = _square(z_5_0, 5) * z_5_0 % _P
    z_20_0 = _square(z_10_0, 10) * z_10_0 % _P
    z_40_0 = _square(z_20_0, 20) * z_20_0 % _P
    z_50_0 = _square(z_40_0, 10) * z_10_0 % _P
    z_100_0 = _square(z_50_0, 50) * z_50_0 % _P
    z_200_0 = _square(z_100_0, 100) * z_100_0 % _P
    z_250_0 = _square(z_200_0, 50) * z_50_0 % _P
    return _square(z_250_0, 5) * z11 % _P


def _square(z: int, times: int) -> int:
    for _ in range(times):
        z = z * z % _P
    return z
