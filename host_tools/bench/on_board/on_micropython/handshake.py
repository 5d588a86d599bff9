"""A whole TLS handshake with both ends on this board; only the glasses' share is timed, flight by flight.

The bytes go from ring to ring and not over a radio: this is what the processor does, not how long a phone waits.
"""

import tls
from plainsight.stream import ByteStream
from plainsight.tls_port import TlsEndpoint

_RING_BYTES = 8192
_STEPS = 200


def _phone(certificate, key, stream):
    context = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
    context.verify_mode = tls.CERT_NONE
    context.load_cert_chain(certificate, key)
    return context.wrap_socket(stream, do_handshake_on_connect=False)


def _carry(source, target, scratch):
    count = source.outgoing.take(scratch)
    target.incoming.put(memoryview(scratch)[:count])


def _shaken(endpoint, certificate, key):
    """(microseconds of the glasses in all, of their longest flight)."""
    ours, theirs = ByteStream(_RING_BYTES, _RING_BYTES), ByteStream(_RING_BYTES, _RING_BYTES)
    glasses = endpoint.accept(ours)
    phone = _phone(certificate, key, theirs)
    scratch, word = bytearray(_RING_BYTES), bytearray(1)
    total_us = longest_us = 0
    for _ in range(_STEPS):
        phone.write(b"!")  # it completes its handshake first, then this goes out
        _carry(theirs, ours, scratch)
        begun = time.ticks_us()
        read = glasses.readinto(word)
        took_us = time.ticks_diff(time.ticks_us(), begun)
        total_us += took_us
        longest_us = max(longest_us, took_us)
        _carry(ours, theirs, scratch)
        if read:
            assert glasses.certificate_sha256 is not None
            glasses.close()
            return total_us, longest_us
    raise OSError("no handshake")


def main(certificate, key, rounds):
    certificate, key = bytes.fromhex(certificate), bytes.fromhex(key)
    endpoint = TlsEndpoint(certificate, key)
    found = []
    for _ in range(rounds):
        gc.collect()
        found.append(_shaken(endpoint, certificate, key))
    answer({"handshake_us": [each[0] for each in found], "flight_us": [each[1] for each in found]})
