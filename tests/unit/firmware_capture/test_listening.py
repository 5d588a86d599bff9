"""Promise 6 on the glasses: the microphone is shut until the owner opens it, and shuts before anything else happens."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plainsight.errors import Refused
from plainsight.listening import VoicePolicy
from plainsight.settings import SETTINGS, BadSetting, Settings

from tests.unit.firmware_capture.cuts import Power

CONSENT = "ab" * 32


class Record:
    """A journal that notes what the settings were when it was written to."""

    def __init__(self, decisions: Settings):
        self.decisions = decisions
        self.lines: list[tuple[str, dict[str, Any], str]] = []
        self.failing = False

    def append(self, kind: str, **data: Any) -> None:
        if self.failing:
            raise Refused("journal_failed")
        self.lines.append((kind, data, self.decisions.values["voice"]))


def gate(folder: Path, *, stored: object = None) -> tuple[VoicePolicy, Settings, Record]:
    path = folder / "settings.json"
    if stored is not None:
        path.write_text(json.dumps(stored))
    decisions = Settings(str(path))
    decisions.load()
    record = Record(decisions)
    return VoicePolicy(decisions, record), decisions, record


def allowed(policy: VoicePolicy) -> tuple[bool, bool]:
    return policy.may_listen(), policy.may_send()


def test_off_until_the_owner_says_otherwise(tmp_path: Path) -> None:
    policy, _, _ = gate(tmp_path)
    assert policy.policy == "off"
    assert allowed(policy) == (False, False)
    assert Settings(str(tmp_path / "never loaded")).values == {"voice": "off"}


@pytest.mark.parametrize(
    ("choice", "permission"), [("off", (False, False)), ("keyword", (True, False)), ("stream", (True, True))]
)
def test_what_each_choice_allows(tmp_path: Path, choice: str, permission: tuple[bool, bool]) -> None:
    policy, decisions, record = gate(tmp_path)
    policy.set(choice, CONSENT)
    assert policy.policy == choice
    assert allowed(policy) == permission
    assert [(kind, data) for kind, data, _ in record.lines] == [("settings", {"voice": choice, "consent": CONSENT})]
    assert allowed(gate(tmp_path)[0]) == permission, "still so after a restart"
    assert decisions.values == {"voice": choice}


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"voice": "yes"},
        {"voice": "STREAM"},
        {"voice": True},
        {"voice": None},
        {"voice": ["stream"]},
        {"voice": {"stream": 1}},
        ["voice", "stream"],
        "stream",
        7,
    ],
)
def test_what_makes_no_sense_is_off(tmp_path: Path, stored: object) -> None:
    assert allowed(gate(tmp_path, stored=stored)[0]) == (False, False)


@given(content=st.binary(max_size=60))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_content_of_the_file_loads(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("settings") / "settings.json"
    path.write_bytes(content)
    decisions = Settings(str(path))
    decisions.load()
    assert decisions.values == {"voice": "off"}


@pytest.mark.parametrize(
    ("choice", "consent"), [("yes", CONSENT), ("", CONSENT), ("stream", ""), ("stream", "AB" * 32)]
)
def test_no_change_without_a_choice_and_a_record_of_consent(tmp_path: Path, choice: str, consent: str) -> None:
    policy, _, record = gate(tmp_path)
    with pytest.raises(Refused) as caught:
        policy.set(choice, consent)
    assert caught.value.code == "bad_request"
    assert policy.policy == "off"
    assert record.lines == []


@pytest.mark.parametrize("before", ["off", "keyword", "stream"])
@pytest.mark.parametrize("after", ["off", "keyword", "stream"])
def test_more_is_recorded_first_and_less_takes_effect_first(tmp_path: Path, before: str, after: str) -> None:
    policy, _, record = gate(tmp_path, stored={"voice": before})
    policy.set(after, CONSENT)
    ranks = ["off", "keyword", "stream"]
    less_of_both = min(before, after, key=ranks.index)
    assert [voice for _, _, voice in record.lines] == [less_of_both]


def test_a_permission_that_cannot_be_recorded_is_not_given(tmp_path: Path) -> None:
    policy, _, record = gate(tmp_path)
    record.failing = True
    with pytest.raises(Refused) as caught:
        policy.set("stream", CONSENT)
    assert caught.value.code == "journal_failed"
    assert allowed(policy) == (False, False) == allowed(gate(tmp_path)[0])


def test_a_withdrawal_that_cannot_be_recorded_holds(tmp_path: Path) -> None:
    policy, _, record = gate(tmp_path, stored={"voice": "stream"})
    record.failing = True
    with pytest.raises(Refused):
        policy.set("off", CONSENT)
    assert allowed(policy) == (False, False) == allowed(gate(tmp_path)[0])


def test_what_was_withdrawn_can_be_given_again(tmp_path: Path) -> None:
    policy, _, _ = gate(tmp_path)
    for choice, permission in [("stream", (True, True)), ("off", (False, False)), ("keyword", (True, False))]:
        policy.set(choice, CONSENT)
        assert allowed(policy) == permission
    policy.set("stream", CONSENT)
    assert allowed(policy) == (True, True)


def test_a_medium_that_fails_keeps_the_old_file(tmp_path: Path, power: Power) -> None:
    policy, _, _ = gate(tmp_path, stored={"voice": "keyword"})
    power.failing = OSError(28, "full")
    power.cut(2)
    with pytest.raises(Refused) as caught:
        policy.set("stream", CONSENT)
    assert caught.value.code == "storage_failed"
    assert allowed(policy) == (True, False) == allowed(gate(tmp_path)[0])


@pytest.mark.parametrize("change", [{"voice": "loud"}, {"nonsense": 1}, {"voice": "stream", "nonsense": 1}])
def test_settings_change_all_or_nothing(tmp_path: Path, change: dict[str, Any]) -> None:
    decisions = Settings(str(tmp_path / "settings.json"))
    with pytest.raises(BadSetting) as caught:
        decisions.change(**change)
    assert caught.value.name in change
    assert decisions.values == {"voice": "off"}
    assert not (tmp_path / "settings.json").exists()


def test_every_setting_has_a_safe_value_among_its_values() -> None:
    assert SETTINGS["voice"][1] == "off"
    assert all(safe in values for values, safe in SETTINGS.values())


def test_a_withdrawal_that_cannot_be_written_still_shuts_the_gate(tmp_path: Path, power: Power) -> None:
    policy, _, _ = gate(tmp_path, stored={"voice": "stream"})
    power.failing = OSError(28, "full")
    power.cut(1)
    with pytest.raises(Refused):
        policy.set("off", CONSENT)
    assert allowed(policy) == (False, False)
