"""Which ports there are, which can be glasses, and what --target means among them."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from types import SimpleNamespace

import pytest
import serial
from hypothesis import given
from hypothesis import strategies as st
from serial.tools import list_ports

from host_tools.cable.errors import NoBoard, NotAPort, PermissionDenied, PortBusy, PortVanished, SeveralBoards
from host_tools.cable.line import open_port
from host_tools.cable.ports import PortInfo, info_of, is_simulated, ports, same_serial_number
from host_tools.cable.target import resolve
from host_tools.cable.usb_ids import Kind, kind_of

ROM = PortInfo("/dev/ttyACM0", 0x303A, 0x1001, "34:85:18:AA:BB:CC", "USB JTAG/serial debug unit", Kind.ESP_ROM)
GLASSES = PortInfo("/dev/ttyACM1", 0x303A, 0x4001, "348518ddeeff0000", "Espressif Device", Kind.MICROPYTHON)
PROBE = PortInfo("/dev/ttyACM2", 0x2E8A, 0x0005, "e6614103e7", "Board in FS mode", Kind.PICO)
ADAPTER = PortInfo("/dev/ttyUSB0", 0x10C4, 0xEA60, "0001", "CP2102", Kind.BRIDGE)


@pytest.mark.parametrize(
    ("ids", "kind"),
    [
        ((0x303A, 0x1001), Kind.ESP_ROM),
        ((0x303A, 0x4001), Kind.MICROPYTHON),
        ((0x2886, 0x0056), Kind.XIAO_S3),
        ((0x2E8A, 0x0005), Kind.PICO),
        ((0x1A86, 0x7523), Kind.BRIDGE),
        ((0x046D, 0xC31C), Kind.UNKNOWN),
        ((None, None), Kind.UNKNOWN),
    ],
)
def test_a_usb_id_says_who_answers(ids: tuple[int | None, int | None], kind: Kind) -> None:
    assert kind_of(*ids) == kind


def test_only_boards_that_glasses_can_be_are_taken_unnamed() -> None:
    assert {kind for kind in Kind if kind.may_be_glasses} == {Kind.ESP_ROM, Kind.MICROPYTHON, Kind.XIAO_S3}


def test_ports_are_the_usb_ones_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def port(device: str, vid: int | None, pid: int | None) -> SimpleNamespace:
        return SimpleNamespace(device=device, vid=vid, pid=pid, serial_number="1", product="p")

    found = [port("/dev/ttyACM1", 0x303A, 0x4001), port("/dev/ttyS0", None, None), port("/dev/ttyACM0", 0x303A, 0x1001)]
    monkeypatch.setattr(list_ports, "comports", lambda: found)
    assert [(one.device, one.kind) for one in ports()] == [
        ("/dev/ttyACM0", Kind.ESP_ROM),
        ("/dev/ttyACM1", Kind.MICROPYTHON),
    ]


def test_without_a_target_it_is_the_only_board() -> None:
    assert resolve(None, [GLASSES]) == GLASSES
    assert resolve(None, [PROBE, GLASSES, ADAPTER]) == GLASSES
    assert resolve("", [ROM]) == ROM


def test_two_boards_are_listed_with_what_names_them() -> None:
    with pytest.raises(SeveralBoards) as several:
        resolve(None, [ROM, GLASSES, PROBE])
    assert several.value.found == (str(ROM), str(GLASSES))
    assert "/dev/ttyACM0" in str(several.value)
    assert "348518ddeeff0000" in str(several.value)


@pytest.mark.parametrize("here", [[], [PROBE], [ADAPTER]])
def test_no_board_says_what_else_is_there(here: list[PortInfo]) -> None:
    with pytest.raises(NoBoard) as none:
        resolve(None, here)
    assert none.value.others == tuple(str(port) for port in here)
    for port in here:
        assert port.device in str(none.value)


@pytest.mark.parametrize("serial_number", ["348518ddeeff0000", "34:85:18:DD:EE:FF", "348518DDEEFF"])
def test_a_serial_number_is_the_same_as_rom_and_micropython_write_it(serial_number: str) -> None:
    assert resolve(serial_number, [ROM, GLASSES]) == GLASSES


def test_a_serial_number_that_is_nowhere_is_no_board() -> None:
    with pytest.raises(NoBoard) as none:
        resolve("348518000000", [ROM, GLASSES])
    assert none.value.target == "348518000000"


def test_a_port_that_is_named_is_taken_whatever_it_is(tmp_path: Path) -> None:
    assert resolve("/dev/ttyUSB0", [ADAPTER, GLASSES]) == ADAPTER
    link = tmp_path / "glasses"
    link.symlink_to("/dev/ttyACM1")
    assert resolve(str(link), [ROM, GLASSES]) == GLASSES
    other = resolve("/dev/ttyS7", [GLASSES])
    assert (other.device, other.kind, other.serial_number) == ("/dev/ttyS7", Kind.UNKNOWN, None)


def test_a_pseudo_terminal_is_simulated_by_any_name(tmp_path: Path) -> None:
    master, slave = os.openpty()
    link = tmp_path / "port"
    link.symlink_to(os.ttyname(slave))
    assert is_simulated(str(link))
    assert info_of(str(link), []).kind == Kind.SIMULATED
    assert not is_simulated("/dev/ttyACM0")
    os.close(master)
    os.close(slave)


def test_a_file_of_this_name_here_is_a_port_and_no_serial_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "port").symlink_to("/dev/null")
    assert resolve("port", [GLASSES]).device == "port"
    with pytest.raises(NoBoard):
        resolve("another", [GLASSES])


@given(st.text(max_size=20) | st.none(), st.text(max_size=20) | st.none())
def test_missing_serial_numbers_are_never_the_same(one: str | None, other: str | None) -> None:
    assert not same_serial_number(one, None)
    assert not same_serial_number("", other)
    assert same_serial_number(one, other) == same_serial_number(other, one)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("34:85:18:AB:CD:EF", "348518abcdef", True),
        ("34:85:18:AB:CD:EF", "348518abcdef0001", True),
        ("E6609103C3A45B21", "E6609103C3A45B21", True),
        ("E6609103C3A45B21", "E6609103C3A46C30", False),
        ("348518abcde", "348518abcdef", False),
    ],
)
def test_a_chip_is_known_by_its_mac_and_other_boards_by_all_their_digits(one: str, other: str, same: bool) -> None:
    assert same_serial_number(one, other) is same
    assert same_serial_number(other, one) is same


def test_a_port_is_opened_for_one_program_alone() -> None:
    master, slave = os.openpty()
    first = open_port(os.ttyname(slave))
    with pytest.raises(PortBusy):
        open_port(os.ttyname(slave))
    first.close()
    open_port(os.ttyname(slave)).close()
    os.close(master)
    os.close(slave)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.EBUSY, PortBusy),
        (errno.EACCES, PermissionDenied),
        (errno.EPERM, PermissionDenied),
        (errno.ENOENT, PortVanished),
        (errno.EIO, PortVanished),
        (errno.EISDIR, NotAPort),
        (None, NotAPort),
    ],
)
def test_each_reason_why_a_port_does_not_open_has_its_name(
    number: int | None, kind: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise serial.SerialException(number, "no") if number else serial.SerialException("Could not configure port")

    monkeypatch.setattr(serial, "Serial", refuse)
    with pytest.raises(kind):
        open_port("/dev/ttyACM0")


def test_a_file_and_a_missing_port_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no port")
    with pytest.raises(NotAPort):
        open_port(str(tmp_path / "file"))
    with pytest.raises(PortVanished):
        open_port(str(tmp_path / "nothing"))
