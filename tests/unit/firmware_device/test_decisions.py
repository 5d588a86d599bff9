"""Promise 6 on the glasses: the microphone is shut until the owner opens it, and shuts before anything else happens.

The same for every setting: what allows more is on record before it counts, what allows less counts before it is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from plainsight.decisions import Decisions
from plainsight.errors import Refused
from plainsight.listening import VoicePolicy
from plainsight.settings import Settings, encoded, safe_values

from tests.unit.firmware_capture.cuts import Power

CONSENT = "ab" * 32


class Record:
    """A journal that notes what the settings were when it was written to."""

    def __init__(self, decisions: Settings):
        self.decisions = decisions
        self.lines: list[tuple[str, dict[str, Any], dict[str, Any]]] = []
        self.failing = False

    def append(self, kind: str, **data: Any) -> None:
        if self.failing:
            raise Refused("journal_failed")
        self.lines.append((kind, data, dict(self.decisions.values)))


class Gate:
    """The voice policy, the settings behind it, and the only way to change them."""

    def __init__(self, folder: Path, stored: dict[str, Any] | None = None):
        path = folder / "settings.json"
        if stored is not None:
            path.write_bytes(encoded(stored))
        self.settings = Settings(str(path))
        self.settings.load(lambda what: None)
        self.record = Record(self.settings)
        self.voice = VoicePolicy(self.settings)
        self._decisions = Decisions(self.settings, self.record)

    def change(self, consent: str = CONSENT, **changes: Any) -> None:
        self._decisions.change(changes, consent)

    @property
    def allowed(self) -> tuple[bool, bool]:
        return self.voice.may_listen(), self.voice.may_send()


def test_off_until_the_owner_says_otherwise(tmp_path: Path) -> None:
    gate = Gate(tmp_path)
    assert gate.voice.policy == "off"
    assert gate.allowed == (False, False)
    assert not gate.voice.may_record()


@pytest.mark.parametrize(
    ("choice", "permission"), [("off", (False, False)), ("keyword", (True, False)), ("stream", (True, True))]
)
def test_what_each_choice_allows(tmp_path: Path, choice: str, permission: tuple[bool, bool]) -> None:
    gate = Gate(tmp_path)
    gate.change(voice=choice)
    assert gate.voice.policy == choice
    assert gate.allowed == permission
    assert [(kind, data) for kind, data, _ in gate.record.lines] == [
        ("settings", {"voice": choice, "consent": CONSENT})
    ]
    assert Gate(tmp_path).allowed == permission, "still so after a restart"


@pytest.mark.parametrize("voice", ["off", "keyword", "stream"])
@pytest.mark.parametrize("clip_audio", [False, True])
def test_a_clip_has_sound_only_where_audio_may_leave_and_the_owner_wants_it(
    tmp_path: Path, voice: str, clip_audio: bool
) -> None:
    gate = Gate(tmp_path, {"voice": voice, "clip_audio": clip_audio})
    assert gate.voice.may_record() == (voice == "stream" and clip_audio)


@pytest.mark.parametrize(
    ("choice", "consent"), [("yes", CONSENT), ("", CONSENT), ("stream", ""), ("stream", "AB" * 32), ("off", "")]
)
def test_no_change_without_a_choice_and_a_record_of_consent(tmp_path: Path, choice: str, consent: str) -> None:
    gate = Gate(tmp_path)
    with pytest.raises(Refused) as caught:
        gate.change(consent, voice=choice, clip_seconds=9)
    assert caught.value.code == "bad_request"
    assert gate.settings.values == safe_values()
    assert gate.record.lines == []


@pytest.mark.parametrize("before", ["off", "keyword", "stream"])
@pytest.mark.parametrize("after", ["off", "keyword", "stream"])
def test_more_is_recorded_first_and_less_takes_effect_first(tmp_path: Path, before: str, after: str) -> None:
    gate = Gate(tmp_path, {"voice": before})
    gate.change(voice=after)
    ranks = ["off", "keyword", "stream"]
    assert [values["voice"] for _, _, values in gate.record.lines] == [min(before, after, key=ranks.index)]


@pytest.mark.parametrize(
    ("name", "less", "more"),
    [
        ("clip_audio", False, True),
        ("clip_seconds", 10, 20),
        ("button", False, True),
        ("app", False, True),
        ("interval", False, True),
        ("burst", False, True),
        ("keyword", False, True),
    ],
)
def test_every_permission_follows_the_same_rule(tmp_path: Path, name: str, less: object, more: object) -> None:
    gate = Gate(tmp_path, {name: less})
    gate.change("", **{name: more})
    gate.change("", **{name: less})
    assert [(data, values[name]) for _, data, values in gate.record.lines] == [
        ({name: more}, less),
        ({name: less}, less),
    ]


def test_what_is_no_permission_is_recorded_first(tmp_path: Path) -> None:
    gate = Gate(tmp_path)
    gate.change("", erase_after_import=True, photo_size="vga")
    gate.change("", erase_after_import=False)
    assert [values["erase_after_import"] for _, _, values in gate.record.lines] == [False, True]


def test_what_does_not_change_leaves_no_record(tmp_path: Path) -> None:
    gate = Gate(tmp_path, {"clip_seconds": 20})
    gate.change("", clip_seconds=20, buzzer=False)
    assert gate.record.lines == []


def test_a_permission_that_cannot_be_recorded_is_not_given(tmp_path: Path) -> None:
    gate = Gate(tmp_path)
    gate.record.failing = True
    with pytest.raises(Refused) as caught:
        gate.change(voice="stream", clip_audio=True)
    assert caught.value.code == "journal_failed"
    assert gate.settings.values == safe_values() == Gate(tmp_path).settings.values


def test_a_withdrawal_that_cannot_be_recorded_holds(tmp_path: Path) -> None:
    gate = Gate(tmp_path, {"voice": "stream"})
    gate.record.failing = True
    with pytest.raises(Refused):
        gate.change(voice="off")
    assert gate.allowed == (False, False) == Gate(tmp_path).allowed


def test_a_mixed_change_that_cannot_be_recorded_leaves_only_what_allows_less(tmp_path: Path) -> None:
    gate = Gate(tmp_path, {"voice": "stream", "clip_seconds": 10})
    gate.record.failing = True
    with pytest.raises(Refused):
        gate.change(voice="keyword", clip_seconds=60, photo_size="vga")
    for values in (gate.settings.values, Gate(tmp_path).settings.values):
        assert (values["voice"], values["clip_seconds"], values["photo_size"]) == ("keyword", 10, "xga")


def test_a_mixed_change_withdraws_before_its_record_and_permits_after_it(tmp_path: Path) -> None:
    gate = Gate(tmp_path, {"voice": "stream", "clip_seconds": 10})
    gate.change(voice="off", clip_seconds=60)
    ((_, data, then),) = gate.record.lines
    assert data == {"voice": "off", "clip_seconds": 60, "consent": CONSENT}
    assert (then["voice"], then["clip_seconds"]) == ("off", 10)
    assert Gate(tmp_path).settings.values["clip_seconds"] == 60


def test_what_was_withdrawn_can_be_given_again(tmp_path: Path) -> None:
    gate = Gate(tmp_path)
    for choice, permission in [("stream", (True, True)), ("off", (False, False)), ("keyword", (True, False))]:
        gate.change(voice=choice)
        assert gate.allowed == permission
    gate.change(voice="stream")
    assert gate.allowed == (True, True)


def test_a_medium_that_fails_keeps_the_old_file(tmp_path: Path, power: Power) -> None:
    gate = Gate(tmp_path, {"voice": "keyword"})
    power.failing = OSError(28, "full")
    power.cut(2)
    with pytest.raises(Refused) as caught:
        gate.change(voice="stream")
    assert caught.value.code == "storage_failed"
    assert gate.allowed == (True, False) == Gate(tmp_path).allowed


def test_a_withdrawal_that_cannot_be_written_still_shuts_the_gate_and_is_on_record(
    tmp_path: Path, power: Power
) -> None:
    gate = Gate(tmp_path, {"voice": "stream"})
    power.failing = OSError(28, "full")
    power.cut(1)
    with pytest.raises(Refused):
        gate.change(voice="off")
    assert gate.allowed == (False, False)
    assert [data["voice"] for _, data, _ in gate.record.lines] == ["off"]
