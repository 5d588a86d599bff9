"""One frame of a session, proven to somebody who sees none of the others: its line, and the way up to the root."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, cast

from companion_app.sharing.live import merkle
from companion_app.sharing.live.errors import NoSuchFrame
from companion_app.sharing.live.frame_log import FRAME, parsed

SCHEMA = "plainsight-frame-proof-1"
_HASH = re.compile(r"[0-9a-f]{64}")
_LONGEST_PATH = 64


@dataclass(frozen=True)
class FrameProof:
    """`line` is number `index` of the `leaves` lines under `root`; `path`: the hashes beside its way up (all hex)."""

    receipt_id: str
    line: str
    index: int
    leaves: int
    path: tuple[str, ...]
    root: str

    @property
    def holds(self) -> bool:
        """True when the line is under the root. That the root is the ledger's, the ledger says."""
        path = [bytes.fromhex(step) for step in self.path]
        return merkle.is_included(self.line.encode(), self.index, self.leaves, path, bytes.fromhex(self.root))

    def as_json(self) -> dict[str, Any]:
        """For a file that `parse` takes."""
        return {"schema": SCHEMA, **asdict(self), "path": list(self.path)}


def prove(receipt_id: str, lines: Sequence[bytes], frame: int) -> FrameProof:
    """The proof of one frame's line in a session's log. Raises NoSuchFrame."""
    for index, line in enumerate(lines):
        record = parsed(line)
        if record is not None and record["record"] == FRAME and record["frame"] == frame:
            leaves = [merkle.leaf_hash(one) for one in lines]
            path = tuple(step.hex() for step in merkle.inclusion_proof(index, leaves))
            return FrameProof(receipt_id, line.decode(), index, len(lines), path, merkle.root(leaves).hex())
    raise NoSuchFrame(receipt=receipt_id, frame=frame)


def parse(value: object) -> FrameProof | None:
    """A proof from JSON values; None where it has another form."""
    fields = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    path = fields.get("path")
    if fields.get("schema") != SCHEMA or not isinstance(path, list):
        return None
    match [fields.get(name) for name in ("receipt_id", "line", "index", "leaves", "root")]:
        case [str(receipt_id), str(line), int(index), int(leaves), str(root)] if line.isascii():
            steps = [step for step in cast("list[object]", path) if isinstance(step, str) and _HASH.fullmatch(step)]
        case _:
            return None
    if len(steps) != len(cast("list[object]", path)) or len(steps) > _LONGEST_PATH or not _HASH.fullmatch(root):
        return None
    return FrameProof(receipt_id, line, index, leaves, tuple(steps), root)
