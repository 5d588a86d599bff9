"""Frames are chosen because the view changed, never because time passed."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from companion_app.sharing.live.changes import ChangeSampler
from companion_app.sharing.live.errors import BadFrame
from companion_app.sharing.live.signature import MAX_FRAME_BYTES, Signature, difference, signature
from tests.app.live.views import frame


def chosen(*frames: bytes) -> list[bool]:
    sampler = ChangeSampler()
    return [sampler.chooses(signature(jpeg)) for jpeg in frames]


def test_a_view_that_stays_is_asked_about_once_however_long() -> None:
    still = [frame(seed=seed, noise=12) for seed in range(12)]
    assert chosen(*still) == [True] + [False] * 11


@pytest.mark.parametrize(
    "same",
    [
        pytest.param({"light": 0.7}, id="darker"),
        pytest.param({"light": 1.2}, id="brighter"),
        pytest.param({"left": 110, "top": 66}, id="a head's sway"),
        pytest.param({"left": 140, "top": 80}, id="more sway"),
    ],
)
def test_light_and_sway_are_no_change(same: dict[str, float]) -> None:
    assert difference(signature(frame()), signature(frame(seed=2, **same))) < 0.03  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"left": 300, "top": 200}, id="turned away"),
        pytest.param({"left": 500, "top": 700}, id="somewhere else"),
        pytest.param({"held": (240, 150)}, id="a tenth of the view held up"),
    ],
)
def test_another_view_is_chosen_once_it_is_at_rest(other: dict[str, object]) -> None:
    new = [frame(seed=seed, **other) for seed in range(2, 6)]  # type: ignore[arg-type]
    assert chosen(frame(), frame(seed=9), *new) == [True, False, False, True, False, False]


def test_while_the_view_races_by_a_frame_is_chosen_now_and_then() -> None:
    racing = [frame(left=100 + 130 * (step % 5), top=60 + 250 * (step % 4)) for step in range(1, 13)]
    picked = chosen(frame(), *racing)[1:]
    assert picked[:4] == [False, False, False, True]
    assert 1 <= sum(picked) <= 3


def test_a_glance_that_comes_back_asks_nothing() -> None:
    assert chosen(frame(), frame(left=500, top=700), frame(seed=3), frame(seed=4)) == [True, False, False, False]


def test_at_the_border_of_change_nothing_flickers() -> None:
    """Between the two thresholds the judgement that stands goes on standing."""
    base = [0.0] * (32 * 24)
    low, high = list(base), list(base)
    low[5 * 32 + 4 : 5 * 32 + 28] = [2.0] * 24  # 24 of 560 cells: 0.043
    for row in (5, 6, 7):
        high[row * 32 + 4 : row * 32 + 28] = [2.0] * 24  # 72 of 560: 0.129
    zero, some, much = (Signature(tuple(cells)) for cells in (base, low, high))
    sampler = ChangeSampler()
    assert [sampler.chooses(view) for view in (zero, some, some)] == [True, False, False]
    assert [sampler.chooses(view) for view in (much, some)] == [False, False]
    assert sampler.chooses(some)


def _jpeg(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("L", (width, height)).save(out, "JPEG")
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xd8", b"not a picture", frame()[:2000], b"\xff\xd8" + bytes(MAX_FRAME_BYTES), _jpeg(30_000, 8)],
    ids=["nothing", "only a beginning", "text", "cut", "huge", "wide"],
)
def test_what_is_no_frame_is_refused_by_name(content: bytes) -> None:
    with pytest.raises(BadFrame):
        signature(content)


@given(st.binary(max_size=300), st.integers(0, 600))
def test_damaged_frames_never_raise_anything_else(garbage: bytes, at: int) -> None:
    content = frame()
    damaged = content[:at] + garbage + content[at + len(garbage) :]
    try:
        view = signature(damaged)
    except BadFrame:
        return
    assert len(view.cells) == 32 * 24
