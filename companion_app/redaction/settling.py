"""Which of several findings in one place counts."""

from __future__ import annotations

from collections.abc import Sequence

from companion_app.redaction.area import covered
from companion_app.redaction.kind import Kind
from companion_app.redaction.region import Seen

_PART_OF = 0.7


def settle(found: Sequence[Seen]) -> list[Seen]:
    """Without plain text that lies in a code: its modules look like letters, and its digits say what it says. Otherwise
    a kept code would be covered by a mask. Whatever is more than plain text stays."""
    codes = [one.area for one in found if one.kind is Kind.CODE]
    return [one for one in found if one.kind is not Kind.TEXT or covered(one.area, codes) < _PART_OF]
