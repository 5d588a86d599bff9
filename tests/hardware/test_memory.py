"""The heap over many photographs: what each takes comes back."""

from __future__ import annotations

import pytest

from tests.hardware.worn import Worn

pytestmark = pytest.mark.needs("application", "development", "camera", "radio", "button")

_SIMULATED = 5
_MEASURED = 40
_SLACK_BYTES = 32_768  # a list of records that grew; one leaked frame is 7 to 157 kB


def test_the_heap_is_as_free_after_many_photographs_as_after_the_first(worn: Worn) -> None:
    free: list[int] = []
    for _ in range(_SIMULATED if worn.board.target.simulated else _MEASURED):
        picture = worn.take()
        worn.phone.call(lambda app, taken=picture: app.delete(taken))
        free.append(worn.status().heap_free)
    assert free[-1] > free[0] - _SLACK_BYTES, free


@pytest.mark.status("eight frames of 157 kB each in PSRAM beside a running camera")
def test_eight_frames_fit_into_memory_at_once(worn: Worn) -> None:
    pictures = worn.phone.call(lambda app: app.burst(8))
    assert len({picture.sha256 for picture in pictures}) == len(pictures) == 8
    assert worn.status().recording == "nothing"
