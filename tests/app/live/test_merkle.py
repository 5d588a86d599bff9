"""The Merkle tree: the published vectors, the RFC's own recursive definition, and proofs that cannot be bent."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion_app.sharing.live.merkle import inclusion_proof, is_included, leaf_hash, root

pytestmark = pytest.mark.promise(3)

# The records and roots of Certificate Transparency's own reference tests (merkle_tree_test.cc).
_RECORDS = [
    bytes.fromhex(text)
    for text in (
        *("", "00", "10", "2021", "3031", "40414243", "5051525354555657"),
        "606162636465666768696a6b6c6d6e6f",
    )
]
_ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)

records_of_a_log = st.lists(st.binary(max_size=4), min_size=1, max_size=40)


def hashes(records: list[bytes]) -> list[bytes]:
    return [leaf_hash(record) for record in records]


def by_definition(records: list[bytes]) -> bytes:
    """MTH of RFC 6962, word for word: split at the largest power of two smaller than n."""
    if not records:
        return hashlib.sha256(b"").digest()
    if len(records) == 1:
        return hashlib.sha256(b"\x00" + records[0]).digest()
    split = 1
    while split * 2 < len(records):
        split *= 2
    return hashlib.sha256(b"\x01" + by_definition(records[:split]) + by_definition(records[split:])).digest()


@pytest.mark.parametrize("size", range(len(_ROOTS)))
def test_the_published_roots(size: int) -> None:
    assert root(hashes(_RECORDS[:size])).hex() == _ROOTS[size]


@given(st.lists(st.binary(max_size=4), max_size=70))
def test_the_root_is_the_one_of_the_definition(records: list[bytes]) -> None:
    assert root(hashes(records)) == by_definition(records)


@given(records_of_a_log, st.data())
def test_each_record_is_proven_and_nothing_else_is(records: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(records) - 1))
    leaves = hashes(records)
    proof, expected = inclusion_proof(index, leaves), root(leaves)

    assert is_included(records[index], index, len(records), proof, expected)
    assert not is_included(records[index] + b"!", index, len(records), proof, expected)
    assert not is_included(records[index], index, len(records), [*proof, bytes(32)], expected)
    if proof:
        assert not is_included(records[index], index, len(records), proof[:-1], expected)
        bent = [bytes(32), *proof[1:]]
        assert not is_included(records[index], index, len(records), bent, expected)
    for other in set(range(len(records))) - {index}:
        assert is_included(records[index], other, len(records), proof, expected) <= (records[other] == records[index])


@given(records_of_a_log, st.data())
def test_a_record_that_is_changed_moved_removed_or_added_changes_the_root(
    records: list[bytes], data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(records) - 1))
    moved = [*records[1:], records[0]]
    expected = root(hashes(records))

    assert root(hashes([*records[:index], records[index] + b"!", *records[index + 1 :]])) != expected
    assert root(hashes([*records[:index], *records[index + 1 :]])) != expected
    assert root(hashes([*records, records[index]])) != expected
    assert (root(hashes(moved)) == expected) == (moved == records)


def test_a_node_cannot_pose_as_a_record() -> None:
    leaves = hashes(_RECORDS[:4])
    above = leaf_hash(leaves[0] + leaves[1]), leaf_hash(leaves[2] + leaves[3])
    assert root(above) != root(leaves)


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_what_is_not_there_is_not_proven(index: int, size: int) -> None:
    leaves = hashes(_RECORDS[:size])
    assert not is_included(_RECORDS[0], index, size, [], root(leaves))
    with pytest.raises(IndexError):
        inclusion_proof(index, leaves)
