"""A thousand attempts make one record."""

from __future__ import annotations

from typing import Any

from plainsight.errors import Refused
from plainsight.failures import RECORD_EVERY_MS

from tests.unit.firmware_link.glasses_side import Glasses


def test_a_flood_makes_at_most_six_records_an_hour(glasses: Glasses) -> None:
    for _ in range(3600):
        glasses.pairing.attempt_failed("knock")
        glasses.clock.now_ms += 1000
        glasses.failures.record_if_due()
    records = glasses.records("pairing_failures")
    assert 5 <= len(records) <= 6
    assert sum(record["knock"] for record in records) >= 3600 - 600
    assert RECORD_EVERY_MS == 600_000


def test_counts_wait_for_their_time_and_start_anew(glasses: Glasses) -> None:
    glasses.failures.count("knock")
    glasses.clock.now_ms += RECORD_EVERY_MS - 1
    glasses.failures.count("proof")
    glasses.failures.count("proof")
    glasses.failures.record_if_due()
    assert glasses.records("pairing_failures") == []
    glasses.clock.now_ms += 1
    glasses.failures.record_if_due()
    assert glasses.records("pairing_failures") == [{"knock": 1, "proof": 2}]
    glasses.failures.record()
    assert len(glasses.records("pairing_failures")) == 1
    glasses.failures.count("knock")
    glasses.failures.record_if_due()
    assert len(glasses.records("pairing_failures")) == 1


def test_a_journal_that_fails_loses_no_count(glasses: Glasses) -> None:
    append = glasses.journal.append

    def fail(kind: str, **data: Any) -> None:
        raise Refused("journal_failed")

    glasses.failures.count("knock")
    glasses.journal.append = fail  # type: ignore[method-assign]
    glasses.failures.record()
    glasses.journal.append = append  # type: ignore[method-assign]
    glasses.failures.record()
    assert glasses.records("pairing_failures") == [{"knock": 1}]


def test_a_flash_that_is_full_is_not_written_to_at_every_look(glasses: Glasses) -> None:
    tries: list[str] = []

    def fail(kind: str, **data: Any) -> None:
        tries.append(kind)
        raise Refused("journal_failed")

    glasses.failures.count("knock")
    glasses.journal.append = fail  # type: ignore[method-assign]
    for _ in range(2 * RECORD_EVERY_MS // 250 + 1):
        glasses.clock.now_ms += 250
        glasses.failures.record_if_due()
    assert len(tries) == 2
