"""Prints what this interpreter computes, for the other one to compare: X25519, HMAC, HKDF, a sealed item, `same`."""

import binascii

from plainsight import compat, hkdf, seal, x25519


def show(name, data):
    print(name, binascii.hexlify(data).decode())


private = bytes(range(32))
owner = x25519.public_key(private)
show("public", owner)
show("shared", x25519.shared_secret(bytes(range(32, 64)), owner))
show("hmac", hkdf.hmac_sha256(b"k" * 80, b"message"))
out = bytearray(80)
hkdf.expand_into(out, b"k" * 32, b"info")
show("expand", out)
ratchet = seal.Ratchet(owner, lambda count: bytes(range(64, 64 + count)))
sealer = seal.Sealer()
for size in (1, 13, 1022, 16384, 16385, 40000):
    blob = bytearray()
    sealer.begin(blob.extend, ratchet)
    sealer.put(bytes(range(size % 251)))
    sealer.put(bytes(size))
    show("digest", sealer.finish())
    show("blob", blob)
kept = hkdf.HmacKey(b"k" * 32)
show("code", kept.code(b"a", b"message"))
assert compat.same(b"abc", bytearray(b"abc"))
assert not compat.same(b"abc", b"abd")
assert not compat.same(b"abc", b"ab")
assert not compat.same(b"", b"a")
