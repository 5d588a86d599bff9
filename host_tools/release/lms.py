"""The signing half of RFC 8554 (LMS, SHA-256), with the pseudorandom private keys of its appendix A.

Every signature spends one of 2**height one-time keys. Spending one twice gives a forger what it needs: callers go
through `key_file`, which writes down that a number is spent before the signature exists.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from plainsight.update.lms import digits

HASH_BYTES = 32
_PUBLIC, _MESSAGE, _LEAF, _INNER = b"\x80\x80", b"\x81\x81", b"\x82\x82", b"\x83\x83"
_TREE_TYPES = {5: 5, 10: 6}  # height: LMS_SHA256_M32_H5, _H10
_ONE_TIME_TYPES = {4: (3, 67, 4), 8: (4, 34, 0)}  # width: type, chains, shift of the checksum


def _sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


@dataclass(frozen=True)
class PrivateKey:
    """`seed` (32 bytes) is the secret; `identifier` (16 bytes) tells keys apart; height 5 or 10, width 4 or 8."""

    seed: bytes
    identifier: bytes
    height: int = 10
    width: int = 4

    @property
    def signatures(self) -> int:
        """How many one-time keys there are."""
        return 1 << self.height

    def tree(self) -> list[bytes]:
        """Every node by its number, the root at 1; takes about two seconds at height 10."""
        nodes = [b""] * (2 * self.signatures)
        for number in range(self.signatures):
            node = number + self.signatures
            nodes[node] = _sha256(self.identifier, node.to_bytes(4, "big"), _LEAF, self._one_time_public(number))
        for node in range(self.signatures - 1, 0, -1):
            nodes[node] = _sha256(
                self.identifier, node.to_bytes(4, "big"), _INNER, nodes[2 * node], nodes[2 * node + 1]
            )
        return nodes

    def public(self, tree: list[bytes] | None = None) -> bytes:
        """The public key: 56 bytes, to be pinned on the glasses."""
        root = (tree or self.tree())[1]
        one_time, _, _ = _ONE_TIME_TYPES[self.width]
        return _TREE_TYPES[self.height].to_bytes(4, "big") + one_time.to_bytes(4, "big") + self.identifier + root

    def sign(self, number: int, message: bytes, randomizer: bytes) -> bytes:
        """A signature with one-time key `number`, which must never have signed anything else. Raises ValueError."""
        if not 0 <= number < self.signatures or len(randomizer) != HASH_BYTES:
            raise ValueError("number or randomizer")
        one_time, _, shift = _ONE_TIME_TYPES[self.width]
        prefix = self.identifier + number.to_bytes(4, "big")
        digest = _sha256(prefix, _MESSAGE, randomizer, message)
        chains = [self._chain(prefix, chain, digit) for chain, digit in enumerate(digits(digest, self.width, shift))]
        tree = self.tree()
        path = [tree[((number + self.signatures) >> level) ^ 1] for level in range(self.height)]
        head = number.to_bytes(4, "big") + one_time.to_bytes(4, "big") + randomizer
        return head + b"".join(chains) + _TREE_TYPES[self.height].to_bytes(4, "big") + b"".join(path)

    def _one_time_public(self, number: int) -> bytes:
        prefix = self.identifier + number.to_bytes(4, "big")
        _, chains, _ = _ONE_TIME_TYPES[self.width]
        top = (1 << self.width) - 1
        return _sha256(prefix, _PUBLIC, *(self._chain(prefix, chain, top) for chain in range(chains)))

    def _chain(self, prefix: bytes, chain: int, end: int) -> bytes:
        """The value of a chain after step `end`, from its secret beginning on."""
        head = prefix + chain.to_bytes(2, "big")
        value = _sha256(head, b"\xff", self.seed)
        sha256 = hashlib.sha256
        for step in range(end):
            value = sha256(head + bytes((step,)) + value).digest()
        return value
