"""What crossed the virtual radio, what was sent again, and what the receiving board lost."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

TO_PHONE = "to_phone"
TO_GLASSES = "to_glasses"


def _counter() -> Counter[str]:
    return Counter()


@dataclass
class RadioStats:
    """Counters since creation: link-layer payload by direction, GATT values by characteristic UUID."""

    packets: int = 0
    retransmissions: int = 0
    connections: int = 0
    bytes_by_direction: Counter[str] = field(default_factory=_counter)
    notified_bytes: Counter[str] = field(default_factory=_counter)
    written_bytes: Counter[str] = field(default_factory=_counter)
    overruns: Counter[str] = field(default_factory=_counter)
    lost_bytes: Counter[str] = field(default_factory=_counter)
    enomem: int = 0

    def as_dict(self) -> dict[str, object]:
        """Plain data for a JSON answer."""
        counters: dict[str, int | Counter[str]] = vars(self)
        return {name: dict(value) if isinstance(value, Counter) else value for name, value in counters.items()}
