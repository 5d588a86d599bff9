"""The manifest: whatever it says, no path leaves the slot, no two files are one, no number is believed unbounded."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plainsight.update import manifest, versions
from plainsight.update.errors import BadRelease

from host_tools.release.release import canonical
from tests.unit.update.making import FILES, fields_of

HASH = "ab" * 32


def reason(text: bytes) -> str:
    """Why a manifest is refused; "" where it is not."""
    try:
        manifest.parse(text)
    except BadRelease as bad:
        return bad.reason
    return ""


def with_files(*rows: Any) -> bytes:
    return canonical(fields_of({}, files=[["plainsight/a.py", 0, HASH], *rows]))


def test_what_is_written_is_what_is_read() -> None:
    found = manifest.parse(canonical(fields_of(FILES, "1.20.3", floor="1.2.0")))
    assert (found.version, found.floor, found.board) == ("1.20.3", "1.2.0", "test board")
    assert [path for path, _, _ in found.files] == list(FILES)
    assert found.body_bytes == sum(len(content) for content in FILES.values())


@pytest.mark.parametrize(
    "path",
    [
        *("", "/", "/a.py", "a//b.py", "a/", "../a.py", "plainsight/../../a.py", "./a.py", ".hidden", "a/.b"),
        *("a b.py", "a\\b.py", "c:a.py", "ä.py", "a\0.py", "a\n.py", "x" * 65, "a/b/c/d/e.py", "a/" * 40),
        *("main.py", "main.mpy", "boot.py", "loader/__init__.py", "loader.py", "loader"),
        *(5, None, True, ["a.py"], {"a": 1}),
    ],
)
def test_a_path_that_leaves_the_slot_or_no_file_system_has(path: object) -> None:
    assert reason(with_files([path, 1, HASH])) == "bad_path"


@pytest.mark.parametrize("path", ["a.py", "plainsight/b_2/C.mpy", "a/b/c/d.bin", "models/okay.tflite", "x" * 64])
def test_a_path_inside(path: str) -> None:
    assert reason(with_files([path, 1, HASH])) == ""


@pytest.mark.parametrize(
    "path",
    ["plainsight/a.py", "plainsight/A.py", "plainsight/a.mpy", "PLAINSIGHT/a.py", "plainsight", "plainsight/a.py/b.py"],
)
def test_two_files_that_are_one(path: str) -> None:
    assert reason(with_files([path, 1, HASH])) == "duplicate"


@pytest.mark.parametrize("size", [-1, 256 * 1024 + 1, 2**63, 1.0, "1", None, True])
def test_a_size_that_can_not_be(size: object) -> None:
    assert reason(with_files(["b.py", size, HASH])) == "bad_size"


@pytest.mark.parametrize("sha256", ["", "ab" * 31, "AB" * 32, "xy" * 32, 5, None])
def test_a_hash_that_is_none(sha256: object) -> None:
    assert reason(with_files(["b.py", 1, sha256])) == "bad_sha256"


@pytest.mark.parametrize("row", [[], ["b.py"], ["b.py", 1], ["b.py", 1, HASH, 1], "b.py", 5, None, {}])
def test_a_row_that_is_none(row: object) -> None:
    assert reason(with_files(row)) == "bad_file"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"format": 2}, "unknown_format"),
        ({"format": True}, "unknown_format"),
        ({"format": "1"}, "unknown_format"),
        ({"board": ""}, "bad_board"),
        ({"board": "b" * 65}, "bad_board"),
        ({"board": 5}, "bad_board"),
        ({"version": "0.2"}, "bad_version"),
        ({"floor": "0.2.1"}, "floor_above_version"),
        ({"floor": "x"}, "bad_version"),
        ({"files": []}, "bad_files"),
        ({"files": {}}, "bad_files"),
        ({"files": None}, "bad_files"),
        ({"files": [["b.py", 1, HASH]]}, "no_plainsight"),
        ({"files": [[f"plainsight/f{n}.py", 1, HASH] for n in range(257)]}, "bad_files"),
        ({"extra": 1}, "bad_manifest"),
    ],
)
def test_fields_that_make_no_sense(changed: dict[str, Any], expected: str) -> None:
    assert reason(canonical(fields_of(FILES, **changed))) == expected


@pytest.mark.parametrize("missing", ["format", "version", "floor", "board", "files"])
def test_a_missing_field(missing: str) -> None:
    fields = fields_of(FILES)
    del fields[missing]
    assert reason(canonical(fields)) == "bad_manifest"


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"5", b"null", b"\xff", b'"a"', b"[" * 30_000, b'{"a":' * 5000])
def test_what_is_no_manifest(text: bytes) -> None:
    assert reason(text) in ("bad_json", "bad_manifest")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
)


@given(fields=st.dictionaries(st.sampled_from(["format", "version", "floor", "board", "files", "x"]), json_values))
def test_any_fields_are_refused_or_safe(fields: dict[str, Any]) -> None:
    text = json.dumps(fields_of(FILES) | fields).encode()
    if not reason(text):
        _is_safe(manifest.parse(text))


@given(paths=st.lists(st.text("abAB/._-\\\0é", max_size=12) | st.sampled_from(list(FILES)), max_size=6))
def test_any_paths_are_refused_or_stay_inside_and_apart(paths: list[str]) -> None:
    text = with_files(*[[path, 1, HASH] for path in paths])
    if not reason(text):
        _is_safe(manifest.parse(text))


@given(text=st.binary(max_size=200))
def test_noise_is_refused(text: bytes) -> None:
    assert reason(text)


def _is_safe(found: manifest.Manifest) -> None:
    names = [path.lower() for path, _, _ in found.files]
    assert len(set(names)) == len(names)
    for name in names:
        parts = name.split("/")
        assert all(part and not part.startswith(".") for part in parts)
        assert not any(other.startswith(name + "/") for other in names)
    assert versions.parse(found.floor) <= versions.parse(found.version)


@pytest.mark.parametrize(
    "text",
    [
        *("", "1", "1.2", "1.2.3.4", "1.2.", ".1.2", "1..2", "01.2.3", "1.02.3", "-1.2.3", "+1.2.3", "1.2.3 "),
        *(" 1.2.3", "1.2.x", "1.2.٣", "100000.0.0", "v1.2.3", None, 5, ["1", "2", "3"]),
    ],
)
def test_what_is_no_version(text: object) -> None:
    with pytest.raises(BadRelease):
        versions.parse(text)


@given(st.tuples(*[st.integers(0, 99_999)] * 3), st.tuples(*[st.integers(0, 99_999)] * 3))
def test_versions_compare_as_numbers(left: tuple[int, ...], right: tuple[int, ...]) -> None:
    texts = [".".join(str(part) for part in version) for version in (left, right)]
    assert (versions.parse(texts[0]) < versions.parse(texts[1])) == (left < right)
