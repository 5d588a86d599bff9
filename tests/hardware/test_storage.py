"""Flash that is full, and power or reset in the middle of a write: refused or lost is never more than what was new."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from companion_app.gallery import Picture
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


def cut_clip(worn: Worn, cut: Callable[[], None]) -> Picture:
    """A clip that ended by `cut` while it was written: what the phone got of it afterwards."""
    with worn.arriving() as arrived, worn.recording(20) as clip:
        cut()
        worn.restarted()
        found = arrived()
        clip.cancel()
        worn.phone.drop()
    worn.meet()
    return found


def check_cut(worn: Worn, clip: Picture) -> None:
    """Some of it is there, it is said to be cut, and the glasses go on."""
    assert (clip.kind, clip.whole) == ("clip", False)
    assert clip.frames > 0
    assert clip.read()
    ended = worn.records("exposure")[-1]
    assert (ended["item"], ended["state"], ended["kept"]) == (clip.item, "cut", True)
    assert worn.take().item == clip.item + 1


@pytest.mark.needs("power_cycle")
@pytest.mark.status("littlefs under power cuts")
def test_a_power_cut_while_a_clip_is_written_costs_its_last_chunk_at_most(worn: Worn) -> None:
    held = worn.take()
    check_cut(worn, cut_clip(worn, worn.board.power_cycle))
    assert held.read()


def test_a_reset_while_a_clip_is_written_costs_its_last_chunk_at_most(worn: Worn) -> None:
    check_cut(worn, cut_clip(worn, worn.board.hard_reset))


@pytest.mark.needs("power_cycle")
@pytest.mark.status("littlefs under power cuts")
def test_power_cuts_in_a_row_leave_a_sound_record(worn: Worn) -> None:
    boots = len(worn.records("boot"))
    for _ in range(3):
        worn.board.power_cycle()
        worn.restarted()
    assert len(worn.records("boot")) == boots + 3
