"""SHA-512 (FIPS 180-4) in Python, because MicroPython has none in C. Runs under MicroPython."""


def _primes(count):
    found = []
    number = 2
    while len(found) < count:
        if all([number % prime for prime in found]):
            found.append(number)
        number += 1
    return found


def _root(number, power):
    """The whole part of the `power`-th root."""
    low, high = 0, 1 << 73
    while low < high - 1:
        middle = (low + high) // 2
        if middle**power <= number:
            low = middle
        else:
            high = middle
    return low


_MASK = (1 << 64) - 1
# The first 64 bits of the fractional parts of the cube roots of the first 80 primes, and of 8 square roots.
_ROUNDS = [_root(prime << 192, 3) & _MASK for prime in _primes(80)]
_START = [_root(prime << 128, 2) & _MASK for prime in _primes(8)]


def _rotate(value, count):
    return (value >> count | value << (64 - count)) & _MASK


def sha512(data):
    """The digest of `data`."""
    padded = data + b"\x80" + bytes((111 - len(data)) % 128) + (8 * len(data)).to_bytes(16, "big")
    state = list(_START)
    for at in range(0, len(padded), 128):
        _block(state, padded[at : at + 128])
    return b"".join([word.to_bytes(8, "big") for word in state])


def _block(state, block):
    words = [int.from_bytes(block[at : at + 8], "big") for at in range(0, 128, 8)]
    for t in range(16, 80):
        x, y = words[t - 15], words[t - 2]
        low = _rotate(x, 1) ^ _rotate(x, 8) ^ x >> 7
        high = _rotate(y, 19) ^ _rotate(y, 61) ^ y >> 6
        words.append((words[t - 16] + low + words[t - 7] + high) & _MASK)
    a, b, c, d, e, f, g, h = state
    for t in range(80):
        one = _rotate(e, 14) ^ _rotate(e, 18) ^ _rotate(e, 41)
        first = h + one + (e & f ^ ~e & _MASK & g) + _ROUNDS[t] + words[t]
        two = _rotate(a, 28) ^ _rotate(a, 34) ^ _rotate(a, 39)
        second = two + (a & b ^ a & c ^ b & c)
        h, g, f, e, d, c, b, a = g, f, e, (d + first) & _MASK, c, b, a, (first + second) & _MASK
    for number, value in enumerate((a, b, c, d, e, f, g, h)):
        state[number] = (state[number] + value) & _MASK
