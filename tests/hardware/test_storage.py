"""Flash that is full, and power or reset in the middle of a write: refused or lost is never more than what was new."""

from __future__ import annotations

import pytest

from companion_app.link.errors import LinkError
from host_tools.harness.faults import Faults
from tests.hardware.worn import Worn

pytestmark = pytest.mark.needs("application", "development", "camera", "radio", "button")


def test_a_full_flash_refuses_loses_nothing_and_recovers(worn: Worn, faults: Faults) -> None:
    held = worn.take()
    records = len(worn.records("exposure"))
    with faults.disk_full():
        worn.restarted()
        with pytest.raises(LinkError) as refused:
            worn.phone.call(lambda app: app.capture())
        assert getattr(refused.value, "code", "") in ("storage_full", "journal_failed")
        assert worn.status().recording == "nothing"
    worn.restarted()
    assert held.read()
    assert len(worn.records("exposure")) == records
    assert worn.take().whole
