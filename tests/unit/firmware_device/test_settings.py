"""The file of the owner's decisions: whatever stands in it, what is not understood has its safe value and is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plainsight import settings as settings_module
from plainsight import wire
from plainsight.settings import VERSION, BadSetting, Settings, safe_values

from tests.unit.firmware_capture.cuts import Power, PowerCut


def loaded(path: Path) -> tuple[Settings, list[str]]:
    """What a boot makes of the file, and what it names."""
    decisions = Settings(str(path))
    named: list[str] = []
    decisions.load(named.append)
    return decisions, named


def stored(path: Path, content: dict[str, Any]) -> Path:
    """A file as a firmware of that version would have written it."""
    fields = {name: value for name, value in content.items() if name != "version"}
    if "version" in content:
        content = {**content, "check": settings_module._check(fields)}
    path.write_text(json.dumps(content))
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.json"


def test_the_safe_values_fit_their_rows_and_allow_nothing_that_listens() -> None:
    for name, (row, safe) in wire.SETTINGS.items():
        wire.check_fields({name: safe}, (row,))
    safe = safe_values()
    assert (safe["voice"], safe["clip_audio"], safe["keyword"]) == ("off", False, False)
    assert (safe["erase_after_import"], safe["when_full"]) == (False, "refuse")


def test_no_file_is_nothing_to_complain_about(path: Path) -> None:
    decisions, named = loaded(path)
    assert (decisions.values, named) == (safe_values(), [])
    decisions.repair()
    assert not path.exists()


def test_what_was_decided_is_there_after_a_restart(path: Path) -> None:
    Settings(str(path)).change({"voice": "stream", "clip_seconds": 300, "thumbnails": False})
    decisions, named = loaded(path)
    assert decisions.values == {**safe_values(), "voice": "stream", "clip_seconds": 300, "thumbnails": False}
    assert named == []
    written = json.loads(path.read_text())
    assert len(written.pop("check")) == 16
    assert written == {"version": VERSION, **decisions.values}


@pytest.mark.parametrize(("voice", "named"), [("keyword", []), ("loud", ["voice"]), (True, ["voice"])])
def test_the_unversioned_file_is_taken_over(path: Path, voice: object, named: list[str]) -> None:
    decisions, found = loaded(stored(path, {"voice": voice}))
    assert decisions.values == {**safe_values(), "voice": voice if not named else "off"}
    assert found == named
    decisions.repair()
    written = json.loads(path.read_text())
    assert len(written.pop("check")) == 16
    assert written == {"version": VERSION, **decisions.values}
    assert loaded(path)[1] == []


def test_every_earlier_version_has_a_way_here() -> None:
    assert sorted(settings_module.MIGRATIONS) == list(range(VERSION))


def test_versions_are_migrated_one_after_the_other(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings_module, "VERSION", 3)
    monkeypatch.setitem(settings_module.MIGRATIONS, 1, lambda fields: {"clip_seconds": fields["clip_s"] + 1})
    monkeypatch.setitem(settings_module.MIGRATIONS, 2, lambda fields: {"clip_seconds": fields["clip_seconds"] * 2})
    assert loaded(stored(path, {"version": 1, "clip_s": 4}))[0].values["clip_seconds"] == 10
    assert loaded(stored(path, {"version": 2, "clip_seconds": 4}))[0].values["clip_seconds"] == 8
    assert loaded(stored(path, {"version": 3, "clip_seconds": 4}))[0].values["clip_seconds"] == 4


@pytest.mark.parametrize("version", [VERSION + 1, -1, 2**31, True, "1", None, 1.0, [1]])
def test_a_version_from_elsewhere_means_safe_values(path: Path, version: object) -> None:
    decisions, named = loaded(stored(path, {"version": version, "voice": "stream", "clip_seconds": 60}))
    assert (decisions.values, named) == (safe_values(), ["version"])
    decisions.repair()
    assert loaded(path)[1] == []


def test_a_file_that_is_not_the_first_layout_is_not_taken_for_it(path: Path) -> None:
    """As a flipped bit in the word `version` would have it."""
    decisions, named = loaded(stored(path, {"versiom": VERSION, "voice": "stream", "clip_seconds": 60}))
    assert (decisions.values, named) == (safe_values(), ["version"])


def test_every_flipped_bit_is_named_and_safe(path: Path) -> None:
    Settings(str(path)).change({"voice": "stream", "clip_seconds": 300})
    whole = path.read_bytes()
    for place in range(len(whole)):
        for bit in range(8):
            flipped = bytearray(whole)
            flipped[place] ^= 1 << bit
            path.write_bytes(flipped)
            decisions, named = loaded(path)
            intact = decisions.values["voice"] == "stream" and not named
            assert intact == (json_or_none(flipped) == json.loads(whole)), (place, bit)
            assert intact or decisions.values == safe_values()


def json_or_none(data: bytes) -> object:
    try:
        return json.loads(data)
    except ValueError:
        return None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("voice", "STREAM"),
        ("voice", ["stream"]),
        ("clip_seconds", 0),
        ("clip_seconds", 301),
        ("clip_seconds", True),
        ("clip_seconds", 30.0),
        ("clip_audio", 1),
        ("clip_audio", "true"),
        ("storage", None),
        ("photo_size", "uxga"),
    ],
)
def test_one_bad_value_is_safe_and_named_and_spoils_no_other(path: Path, name: str, value: object) -> None:
    fields = {"version": VERSION, "clip_size": "vga", "buzzer": True, name: value}
    decisions, named = loaded(stored(path, fields))
    assert decisions.values == {**safe_values(), "clip_size": "vga", "buzzer": True}
    assert named == [name]


def test_an_unknown_name_is_named_without_repeating_it(path: Path) -> None:
    decisions, named = loaded(stored(path, {"version": VERSION, "secret-0123": "x", "clip_seconds": 7}))
    assert decisions.values == {**safe_values(), "clip_seconds": 7}
    assert named == ["unknown name"]


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"7", b"null", b"\xff", b'{"version": 1', b"[" * 5000, b" " * 9000]
)
def test_what_is_no_object_is_unreadable(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    decisions, named = loaded(path)
    assert (decisions.values, named) == (safe_values(), ["unreadable"])


def test_a_medium_that_cannot_be_read_is_no_end(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: str) -> None:
        raise OSError(5, "flash")

    monkeypatch.setattr(settings_module.files, "read", fail)
    decisions, named = loaded(stored(path, {"version": VERSION, "voice": "stream"}))
    assert (decisions.values, named) == (safe_values(), ["unreadable"])


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


@given(
    fields=st.dictionaries(
        st.sampled_from([*wire.SETTINGS, "version", "else"]), st.sampled_from([VERSION, 0, True, "off"]) | _ANYTHING
    )
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_object_loads_into_values_that_fit(
    tmp_path_factory: pytest.TempPathFactory, fields: dict[str, Any]
) -> None:
    path = stored(tmp_path_factory.mktemp("settings") / "settings.json", fields)
    decisions, _ = loaded(path)
    assert decisions.values.keys() == wire.SETTINGS.keys()
    settings_module.check(decisions.values)


@given(content=st.binary(max_size=60))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_content_of_the_file_loads(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("settings") / "settings.json"
    path.write_bytes(content)
    assert loaded(path)[0].values == safe_values()


@pytest.mark.parametrize("change", [{"voice": "loud"}, {"nonsense": 1}, {"voice": "stream", "nonsense": 1}])
def test_a_change_is_all_or_nothing(path: Path, change: dict[str, Any]) -> None:
    decisions = Settings(str(path))
    with pytest.raises(BadSetting) as caught:
        decisions.change(change)
    assert caught.value.name in change
    assert decisions.values == safe_values()
    assert not path.exists()


def test_a_power_cut_at_every_write_leaves_the_old_or_the_new(path: Path, power: Power) -> None:
    for cut in range(1, 10):
        power.cut(None)
        Settings(str(path)).change({"voice": "keyword", "clip_seconds": 10})
        power.cut(cut)
        try:
            Settings(str(path)).change({"voice": "stream", "clip_seconds": 20})
        except PowerCut:
            power.cut(None)
            values = loaded(path)[0].values
            assert (values["voice"], values["clip_seconds"]) in (("keyword", 10), ("off", 30), ("stream", 20))
            assert (values["voice"], values["clip_seconds"]) != ("off", 30), "neither"
        else:
            assert cut > 2
            break
    else:
        pytest.fail("the change never ended")


def test_the_values_are_one_dict_for_everybody_who_holds_it(path: Path) -> None:
    decisions = Settings(str(path))
    held = decisions.values
    decisions.change({"clip_seconds": 9})
    decisions.limit({"clip_seconds": 8})
    decisions.load(lambda what: None)
    assert held is decisions.values
    assert held["clip_seconds"] == 9
