"""Key agreement on Curve25519 in Python: one, and what a boot of paired glasses computes."""

from plainsight import compat, seal, x25519


def main(rounds):
    private = compat.urandom(x25519.KEY_BYTES)
    owner = x25519.public_key(private)
    answer(
        {
            "agreement_us": samples_us(lambda: x25519.shared_secret(private, owner), rounds),
            "ratchet_us": samples_us(lambda: seal.Ratchet(owner), rounds),
        }
    )
