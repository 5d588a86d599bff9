"""Sound in a clip: when and only when the owner's policy allows it, and not one sample longer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from plainsight.errors import Refused

from tests.unit.recording.rig import Rig

ALLOWED = {"voice": "stream", "clip_audio": True}
FORBIDDEN = [
    {"voice": "off", "clip_audio": True},
    {"voice": "keyword", "clip_audio": True},
    {"voice": "stream", "clip_audio": False},
]


def record(rig: Rig, *, audio: bool | None = None, at_frame: dict[int, Callable[[], None]] | None = None) -> bool:
    """A clip of ten frames with 100 samples heard before each; True where it was told to have sound."""
    frames = 0
    acts = at_frame or {}

    def must_end() -> None:
        nonlocal frames
        frames += 1
        rig.ear.ready = [384, 100, 0]
        acts.get(frames, lambda: None)()
        if frames == 9:  # heard after this one, seen after the next
            rig.recorder.stop("app")

    rig.power.must_end = must_end
    rig.ear.ready = [384] * 12 + [0]  # while light and exposure settled

    async def whole() -> bool:
        _, _, sound = rig.recorder.begin_clip("app", 30, audio)
        await rig.until_idle()
        return sound

    sound = asyncio.run(whole())
    assert not rig.ear.is_open
    return sound


def test_sound_is_in_the_clip_in_order_and_in_time(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.settings.change(ALLOWED)
    assert record(rig)
    opened = rig.unsealed(1)
    heard = b"".join(body for _, body in opened.audio)
    assert len(heard) == 9 * 2 * (384 + 100)  # before the first frame, and after the last, nothing
    assert heard == bytes((heard[0] + index) % 256 for index in range(len(heard)))
    times = [time_ms for time_ms, _ in opened.audio]
    assert times == sorted(times)
    assert 0 <= times[0] < times[-1] <= opened.frames[-1][0] + 100
    [told] = rig.told("item")
    assert told["media_bytes"] == sum(len(jpeg) for _, jpeg in opened.frames) + len(heard)
    assert told["media_sha256"] == opened.media_sha256


def test_nothing_from_before_the_first_frame_is_kept(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.settings.change(ALLOWED)
    assert record(rig)
    first = rig.unsealed(1).audio[0][1]
    assert first[0] == 12 * 384 * 2 % 256, "the first byte after what was heard until then"


@pytest.mark.parametrize("values", FORBIDDEN)
def test_without_the_owners_yes_there_is_none(tmp_path: Path, values: dict[str, object]) -> None:
    rig = Rig(tmp_path)
    rig.settings.change(values)
    rig.ear.fault = Refused("internal")  # it is not even opened
    assert not record(rig)
    assert rig.unsealed(1).audio == []
    with pytest.raises(Refused) as caught:
        rig.recorder.begin_clip("app", 1, audio=True)
    assert caught.value.code == "voice_off"
    assert rig.records()[-1][1]["reason"] == "voice_off"
    assert rig.recorder.doing == "nothing"


def test_who_wants_none_gets_none(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.settings.change(ALLOWED)
    assert not record(rig, audio=False)
    assert rig.ear.heard == 0


@pytest.mark.parametrize("values", FORBIDDEN)
def test_a_withdrawal_ends_the_sound_at_once_and_not_the_clip(tmp_path: Path, values: dict[str, object]) -> None:
    rig = Rig(tmp_path)
    rig.settings.change(ALLOWED)
    assert record(rig, at_frame={4: lambda: rig.settings.change(values)})
    opened = rig.unsealed(1)
    assert len(opened.frames) == 10
    assert len(b"".join(body for _, body in opened.audio)) == 3 * 2 * (384 + 100)


def test_a_withdrawal_between_hearing_and_writing_is_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(tmp_path)
    rig.settings.change(ALLOWED)
    hear = rig.ear.next

    def withdrawn_meanwhile() -> int:
        samples = hear()
        if samples == 100:
            rig.settings.change({"voice": "off"})
        return samples

    monkeypatch.setattr(rig.ear, "next", withdrawn_meanwhile)
    assert record(rig)
    assert len(b"".join(body for _, body in rig.unsealed(1).audio)) == 2 * 384


def test_a_microphone_that_ends_itself_ends_the_sound(tmp_path: Path) -> None:
    """The mute switch: the microphone closes at its next read."""
    rig = Rig(tmp_path)
    rig.settings.change(ALLOWED)
    assert record(rig, at_frame={3: rig.ear.close})
    assert len(rig.unsealed(1).frames) == 10
    assert len(b"".join(body for _, body in rig.unsealed(1).audio)) == 2 * 2 * (384 + 100)


@pytest.mark.parametrize("code", ["voice_off", "microphone_failed", "busy"])
def test_a_microphone_that_does_not_open_is_a_refusal_only_where_sound_was_asked_for(tmp_path: Path, code: str) -> None:
    rig = Rig(tmp_path)
    rig.settings.change(ALLOWED)
    rig.ear.fault = Refused(code)
    with pytest.raises(Refused, match=code):
        rig.recorder.begin_clip("app", 1, audio=True)
    assert rig.recorder.doing == "nothing"
    assert not record(rig)


def test_a_clip_that_cannot_begin_lets_the_microphone_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(tmp_path)
    rig.settings.change(ALLOWED)

    def fail(*_: object) -> None:
        raise OSError(5, "flash")

    monkeypatch.setattr(rig.store, "begin", fail)
    with pytest.raises(Refused, match="storage_failed"):
        rig.recorder.begin_clip("app", 1)
    assert not rig.ear.is_open


def test_a_light_that_fails_lets_the_microphone_go(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.settings.change(ALLOWED)
    rig.bench.cut = True
    record(rig)
    assert rig.store.count == 0
