"""The Merkle tree of RFC 6962 (section 2.1): one hash for a whole log, and short proofs that a record is in it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

HASH_BYTES = 32
# A leaf and a node can never be taken for one another: without this, two records could pose as one.
_LEAF = b"\x00"
_NODE = b"\x01"


def leaf_hash(record: bytes) -> bytes:
    """The hash of one record."""
    return hashlib.sha256(_LEAF + record).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash above two hashes."""
    return hashlib.sha256(_NODE + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes, in their order; of none the hash of nothing."""
    if not leaves:
        return hashlib.sha256().digest()
    level = list(leaves)
    while len(level) > 1:
        level = _level_above(level)
    return level[0]


def inclusion_proof(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """The hashes beside the way from leaf `index` to the root, lowest first. Raises IndexError."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    level, proof = list(leaves), list[bytes]()
    while len(level) > 1:
        beside = index ^ 1
        if beside < len(level):
            proof.append(level[beside])
        level, index = _level_above(level), index // 2
    return proof


def is_included(record: bytes, index: int, size: int, proof: Sequence[bytes], expected_root: bytes) -> bool:
    """True when `proof` shows that `record` is number `index` of the `size` records under `expected_root`."""
    if not 0 <= index < size:
        return False
    digest, last, rest = leaf_hash(record), size - 1, list(proof)
    while last:
        # The last of an odd level has nothing beside it and goes up as it is.
        if index & 1 or index < last:
            if not rest:
                return False
            beside = rest.pop(0)
            digest = node_hash(beside, digest) if index & 1 else node_hash(digest, beside)
        index, last = index // 2, last // 2
    return not rest and digest == expected_root


def _level_above(level: list[bytes]) -> list[bytes]:
    """Pairs are hashed; an odd one out is carried up, which splits at powers of two as the RFC says."""
    pairs = [node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
    return [*pairs, level[-1]] if len(level) % 2 else pairs
