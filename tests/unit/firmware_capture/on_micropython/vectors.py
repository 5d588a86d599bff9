"""Runs the published vectors under this interpreter, MicroPython or CPython; their folder is the argument."""

import binascii
import json
import sys

from plainsight import hkdf, x25519


def unhex(text):
    return binascii.unhexlify(text)


def load(name):
    with open(sys.argv[1] + "/" + name) as file:
        return json.load(file)


def expanded(salt, secret, info, size):
    out = bytearray(size)
    hkdf.expand_into(out, hkdf.extract(salt or bytes(32), secret), info)
    return out


def check_x25519(rows):
    """`acceptable`: a protocol may refuse such keys; the product is right all the same, and seal.py refuses zero."""
    zero = 0
    for number, result, private, public, shared in rows:
        assert result in ("valid", "acceptable")
        got = x25519.shared_secret(unhex(private), unhex(public))
        assert got == unhex(shared), number
        zero += not any(got)
    return zero


def check_hkdf(rows):
    """`invalid` asks for more than 255 blocks: refused."""
    for number, result, secret, salt, info, size, out in rows:
        try:
            got = expanded(unhex(salt), unhex(secret), unhex(info), size)
        except ValueError:
            assert result == "invalid", number
            continue
        assert (result, got) == ("valid", unhex(out)), number


def check_hmac(rows):
    for number, result, key, message, tag in rows:
        for code in (hkdf.hmac_sha256(unhex(key), unhex(message)), hkdf.HmacKey(unhex(key)).code(unhex(message))):
            assert (code == unhex(tag)) == (result == "valid"), number


def check_rfcs(rows):
    for key, message, code in rows["rfc4231"]:
        assert hkdf.hmac_sha256(unhex(key), unhex(message)) == unhex(code)
    for secret, salt, info, size, key, out in rows["rfc5869"]:
        assert hkdf.extract(unhex(salt) or bytes(32), unhex(secret)) == unhex(key)
        assert expanded(unhex(salt), unhex(secret), unhex(info), size) == unhex(out)


wycheproof = load("wycheproof.json")
assert check_x25519(wycheproof["x25519"]) == 31
check_hkdf(wycheproof["hkdf"])
check_hmac(wycheproof["hmac"])
check_rfcs(load("rfc.json"))
print("ok", len(wycheproof["x25519"]), len(wycheproof["hkdf"]), len(wycheproof["hmac"]))
