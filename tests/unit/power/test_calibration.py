"""Calibration: from a meter or a full cell to numbers that survive, and numbers that can't be."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plainsight import files
from plainsight.power import calibration
from plainsight.power.calibration import BadCalibration
from plainsight.storage import checked

from tests.unit.firmware_capture.cuts import Power, PowerCut


def unread(what: str) -> None:
    raise AssertionError(what)


@given(read_mv=st.integers(3200, 4200), error_ppm=st.integers(-25_000, 25_000), offset_mv=st.integers(-30, 30))
def test_one_comparison_makes_the_voltage_true(read_mv: int, error_ppm: int, offset_mv: int) -> None:
    true_mv = read_mv + read_mv * error_ppm // 1_000_000 + offset_mv
    if not 3000 <= true_mv <= 4300:
        return
    scale_ppm = calibration.from_reference(read_mv, true_mv, offset_mv)
    assert abs(calibration.Calibration(offset_mv, scale_ppm).true_mv(read_mv) - true_mv) <= 1


@pytest.mark.parametrize(("read_mv", "true_mv"), [(2000, 4200), (4200, 2999), (4200, 4301), (0, 4200), (-5, 4200)])
def test_what_no_tolerance_explains_is_refused(read_mv: int, true_mv: int) -> None:
    with pytest.raises(BadCalibration):
        calibration.from_reference(read_mv, true_mv)


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    assert not calibration.load(str(tmp_path), unread).known
    calibration.save(str(tmp_path), -12, 3400)
    loaded = calibration.load(str(tmp_path), unread)
    assert (loaded.offset_mv, loaded.scale_ppm, loaded.known) == (-12, 3400, True)


@pytest.mark.parametrize(("offset_mv", "scale_ppm"), [(201, 0), (-201, 0), (0, 60_001), (0, -60_001)])
def test_absurd_numbers_are_neither_saved_nor_obeyed(tmp_path: Path, offset_mv: int, scale_ppm: int) -> None:
    with pytest.raises(BadCalibration):
        calibration.save(str(tmp_path), offset_mv, scale_ppm)
    assert list(tmp_path.iterdir()) == []
    text = f'{{"version": 1, "offset_mv": {offset_mv}, "scale_ppm": {scale_ppm}}}'
    checked.write(str(tmp_path / "battery.json"), text.encode())
    noted: list[str] = []
    assert calibration.load(str(tmp_path), noted.append).true_mv(4000) == 4000
    assert noted == ["unreadable"]


@given(bit=st.integers(0, 8 * 60 - 1))
def test_a_flipped_bit_is_told_and_not_obeyed(tmp_path_factory: pytest.TempPathFactory, bit: int) -> None:
    folder = tmp_path_factory.mktemp("flipped")
    calibration.save(str(folder), -12, 3400)
    file = folder / "battery.json"
    content = bytearray(file.read_bytes())
    content[bit // 8] ^= 1 << bit % 8
    file.write_bytes(content)
    noted: list[str] = []
    assert not calibration.load(str(folder), noted.append).known
    assert noted == ["unreadable"]


_NONSENSE = (b'{"offset_mv": true, "scale_ppm": 0}', b"[]", b"{}", b"7", b"null", b"")


@pytest.mark.parametrize("with_checksum", [False, True])
@given(content=st.binary(max_size=60) | st.sampled_from(_NONSENSE))
def test_a_damaged_file_calibrates_nothing(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, with_checksum: bool
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    (folder / "battery.json").write_bytes(checked.checked(content) if with_checksum else content)
    noted: list[str] = []
    loaded = calibration.load(str(folder), noted.append)
    assert (loaded.known, loaded.true_mv(4000), noted) == (False, 4000, ["unreadable"])


def test_a_power_cut_leaves_the_old_calibration_or_the_new(tmp_path: Path, power: Power) -> None:
    calibration.save(str(tmp_path), 5, 100)
    for operation in (1, 2):
        power.cut(operation)
        with pytest.raises(PowerCut):
            calibration.save(str(tmp_path), 9, 900)
        power.cut(None)
        assert calibration.load(str(tmp_path), unread).offset_mv == 5
    calibration.save(str(tmp_path), 9, 900)
    assert calibration.load(str(tmp_path), unread).offset_mv == 9
    assert files.names(str(tmp_path)) == ["battery.json"]
