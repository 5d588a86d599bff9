"""What was erased, where and when, and what could not be: data that survives in a folder of the owner's choice."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, cast

SCHEMA = "plainsight-erasure-receipt-1"


class State(StrEnum):
    """ASKING: glasses and recipients. DESTROYING: the point of no return is passed. DONE: nothing is left to do."""

    ASKING = "asking"
    DESTROYING = "destroying"
    DONE = "done"


@dataclass(frozen=True)
class OnGlasses:
    """One pair. `asked` False: they were not reached, `why_not` is a short word. `journal_count`, `journal_head`: of
    their journal, as they stated it after the last deletion."""

    glasses: str
    asked: bool
    items_erased: int = 0
    items_left: int = 0
    phones_removed: int = 0
    journal_count: int | None = None
    journal_head: str | None = None
    why_not: str = ""


@dataclass(frozen=True)
class AskedBackRow:
    """One request for erasure that was written; `file` lies beside the receipt. The owner sends it; `due_s`: when an
    answer is due."""

    receipt_id: str
    recipient: str
    contact: str
    asked_s: int
    due_s: int
    file: str


@dataclass(frozen=True)
class ErasureReceipt:
    """Times are Unix seconds. `keystore`: what became of secrets in the system's keystore; `left`: names of files that
    could not be removed, unreadable without the key."""

    begun_s: int
    state: State = State.ASKING
    pictures: int = 0
    shares: int = 0
    records: int = 0
    ledger_head: str = ""
    glasses: tuple[OnGlasses, ...] = ()
    requests: tuple[AskedBackRow, ...] = ()
    key_destroyed_s: int | None = None
    keystore: str = ""
    files_removed: int = 0
    left: tuple[str, ...] = ()
    done_s: int | None = None

    def to_json(self) -> dict[str, Any]:
        """As it lies in the file."""
        return {"schema": SCHEMA, **asdict(self)}

    @classmethod
    def from_json(cls, value: object) -> ErasureReceipt:
        """Raises ValueError for what is none."""
        if not isinstance(value, dict):
            raise ValueError("not an object")
        fields = dict(cast("dict[str, Any]", value))
        if fields.pop("schema", None) != SCHEMA:
            raise ValueError("not a receipt of an erasure")
        try:
            glasses = tuple(OnGlasses(**row) for row in fields.pop("glasses"))
            requests = tuple(AskedBackRow(**row) for row in fields.pop("requests"))
            state, left = State(fields.pop("state")), tuple(str(name) for name in fields.pop("left"))
            receipt = cls(**fields, state=state, glasses=glasses, requests=requests, left=left)
        except (KeyError, TypeError) as error:
            raise ValueError("not a receipt of an erasure") from error
        if type(receipt.begun_s) is not int:
            raise ValueError("not a time")
        return receipt
