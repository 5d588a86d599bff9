"""A slice of the cut run: every operation, some of its writes. The whole of it is `plainsight bench --only cuts`."""

from __future__ import annotations

import pytest

from host_tools.runs import cuts

_SEED = 20261122
_SLOW = "journal: prune"  # two thousand records are read at each boot
_OPERATIONS = (
    "crash log: one more",
    "journal: append",
    "journal: append, new segment",
    "journal: countersign",
    _SLOW,
    "pairing: first phone",
    "pairing: leave a wrapped key",
    "pairing: new code",
    "pairing: revoke",
    "pairing: second phone",
    "pairing: take a wrapped key",
    "reset: wipe",
    "settings: permit more",
    "settings: withdraw",
    "store: clip that was cut, settled",
    "store: clip, frame by frame",
    "store: delete",
    "store: import, then erase",
    "store: mark imported",
    "store: owner's key",
    "store: photograph with thumbnail",
    "time: set by the phone",
    "update: confirm",
    "update: install and switch",
    "update: loader starts the trial",
    "update: upload",
)


async def test_every_operation_is_in_the_run() -> None:
    assert tuple(await cuts.names()) == _OPERATIONS


@pytest.mark.parametrize("operation", [name for name in _OPERATIONS if name != _SLOW])
async def test_after_any_cut_the_old_or_the_new_is_there(operation: str) -> None:
    (outcome,) = await cuts.run(cuts.SLICE, _SEED, [operation])
    assert outcome.failures == ()
    assert outcome.counts["cuts"] >= 1
    assert outcome.counts["torn"] >= 1
    assert outcome.counts["flips"] == cuts.SLICE.flips
    assert outcome.counts["full"] == 4
