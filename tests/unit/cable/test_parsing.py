"""Whatever a board prints is read as what it is or refused: answers, its description, console lines, file lists."""

from __future__ import annotations

import base64
import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools.cable import board_files
from host_tools.cable.answers import ask, read_answer
from host_tools.cable.console import Lines, rom_words
from host_tools.cable.errors import BoardConfused, BrokenApplication, NoApplication, WrongBoard
from host_tools.cable.info import architecture, check_application, check_glasses, read_info
from host_tools.cable.line import Line
from tests.unit.cable.test_line import Device

MARK = "0123456789ab"
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
noise = st.text(alphabet=st.characters(exclude_characters="0")).map(lambda text: text + "\n")


@given(json_values, noise, noise)
def test_an_answer_is_found_in_any_noise(value: object, before: str, after: str) -> None:
    output = f"{before}\n{MARK}{json.dumps(value)}\n{after}"
    assert read_answer(output, MARK, port="p", step="s") == value


@given(st.text())
def test_what_is_no_answer_is_refused(output: str) -> None:
    with pytest.raises(BoardConfused):
        read_answer(output, MARK, port="p", step="s")


@pytest.mark.parametrize("output", [f"{MARK}1\n{MARK}1\n", f"{MARK}[1,\n", f"{MARK}{'[' * 100_000}", f"x{MARK}1\n"])
def test_two_answers_half_an_answer_or_one_in_the_middle_of_a_line_are_none(output: str) -> None:
    with pytest.raises(BoardConfused):
        read_answer(output, MARK, port="p", step="s")


class Scripted:
    """Answers each question with the next of `answers`, as JSON behind the mark that it was given."""

    port = "/dev/ttyX"

    def __init__(self, *answers: object) -> None:
        self.answers = list(answers)
        self.ran: list[str] = []

    def execute(self, code: str, *, timeout_s: float = 10.0) -> str:
        self.ran.append(code)
        if "def answer" not in code:
            return ""
        mark = code.split("print('")[1].split("'")[0]
        return f"noise\n{mark}{json.dumps(self.answers.pop(0))}\n"


def test_each_question_has_a_mark_of_its_own() -> None:
    board = Scripted(1, 2)
    assert [ask(board, "answer(1)", step="s"), ask(board, "answer(2)", step="s")] == [1, 2]
    assert board.ran[0].split("answer(1)")[0] != board.ran[1].split("answer(2)")[0]


GOOD = {"machine": "Generic ESP32S3 module with Octal-SPIRAM with ESP32S3", "release": "1.28.0", "mpy": 11014}


def test_a_description_is_read() -> None:
    info = read_info(
        {**GOOD, "flash_bytes": 8 << 20, "camera": True, "application": "0.1.0", "mode": None}, "/dev/ttyX"
    )
    assert (info.arch, info.mpy_version, info.flash_bytes, info.has_camera) == ("xtensawin", 6, 8 << 20, True)
    assert (info.application, info.mode, info.provisioned, info.simulated) == ("0.1.0", None, False, False)
    assert read_info({**GOOD, "machine": "ESP32S3, simulated"}, "/dev/ttyX").simulated
    assert read_info(GOOD, "/dev/ttyX").application is None


@pytest.mark.parametrize(
    ("mpy", "name"),
    [
        (6 | 2 << 10, "x64"),
        (6 | 10 << 10, "xtensawin"),
        (6, ""),
        (6 | 63 << 10, ""),
        (6 | 10 << 10 | 1 << 16, "xtensawin"),
    ],
)
def test_the_architecture_is_what_mpy_cross_calls_it(mpy: int, name: str) -> None:
    assert architecture(mpy) == name


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        "x",
        {},
        {**GOOD, "machine": 3},
        {**GOOD, "mpy": "6"},
        {**GOOD, "flash_bytes": True},
        {**GOOD, "files_free": -1},
    ],
)
def test_a_description_that_makes_no_sense_is_refused(answer: object) -> None:
    with pytest.raises(BoardConfused):
        read_info(answer, "/dev/ttyX")


@given(
    st.dictionaries(st.sampled_from([*GOOD, "unique_id", "camera", "mode", "application", "files_bytes"]), json_values)
)
def test_any_fields_are_a_description_or_refused(fields: dict[str, object]) -> None:
    try:
        info = read_info(fields, "/dev/ttyX")
    except BoardConfused:
        return
    assert info.machine
    assert info.flash_bytes >= 0
    assert info.has_camera is (fields.get("camera") is True)


def test_an_application_is_there_missing_or_broken() -> None:
    assert check_application(read_info({**GOOD, "application": "0.1.0"}, "p"), "p") == "0.1.0"
    with pytest.raises(NoApplication):
        check_application(read_info(GOOD, "p"), "p")
    with pytest.raises(BrokenApplication) as broken:
        check_application(read_info({**GOOD, "broken": "ValueError('x',)"}, "p"), "p")
    assert broken.value.problem == "ValueError('x',)"


def test_glasses_run_on_one_chip_alone() -> None:
    check_glasses(read_info(GOOD, "/dev/ttyX"), "/dev/ttyX")
    with pytest.raises(WrongBoard) as wrong:
        check_glasses(read_info({**GOOD, "machine": "Raspberry Pi Pico 2 with RP2350"}, "/dev/ttyX"), "/dev/ttyX")
    assert "Pico 2" in wrong.value.found


@given(st.lists(st.binary(max_size=10), max_size=20))
def test_lines_are_whole_however_they_arrive(pieces: list[bytes]) -> None:
    device = Device([piece for piece in pieces if piece])
    line = Line("/dev/ttyX", device, device.clock)
    lines, seen = Lines(line), list[bytes]()
    while line.listen():
        seen += lines.whole()
    whole = b"".join(pieces).split(b"\n")
    assert seen == [one.rstrip(b"\r") for one in whole[:-1]]
    assert lines.partial == whole[-1]


def test_a_line_without_end_is_cut_rather_than_kept() -> None:
    device = Device([b"x" * 5000] * 10)
    line = Line("/dev/ttyX", device, device.clock)
    lines, seen = Lines(line), bytearray()
    while line.listen():
        for one in lines.whole():
            seen += one
        assert len(lines.partial) <= 20_000
    assert len(seen) + len(lines.partial) == 50_000


@pytest.mark.parametrize(
    "said", [b"x\r\ninvalid header: 0xffffffff\r\n", b"boot:0x0 (DOWNLOAD(USB/UART0))\r\nwaiting for download"]
)
def test_the_rom_is_known_by_its_words(said: bytes) -> None:
    assert rom_words(said)
    assert rom_words(said).encode() in said


@given(st.binary())
def test_other_words_are_not_the_roms(said: bytes) -> None:
    words = (b"invalid header: 0x", b"DOWNLOAD", b"No boot", b"waiting for download")
    assert bool(rom_words(said)) <= any(word in said for word in words)


CONTENT = bytes(range(256)) * 20


def test_put_counts_what_the_board_wrote_and_tells_its_progress() -> None:
    told: list[tuple[int, int]] = []
    board = Scripted(3072, 2048)
    board_files.put(board, "/a", CONTENT, lambda done, size: told.append((done, size)))
    assert told == [(3072, 5120), (5120, 5120)]
    assert "open('/a.new', 'wb')" in board.ran[0]
    assert "os.rename('/a.new', '/a')" in board.ran[-1]


@pytest.mark.parametrize("wrote", [3071, None, "3072", True])
def test_put_that_wrote_something_else_is_refused_before_the_rename(wrote: object) -> None:
    board = Scripted(wrote, 2048)
    with pytest.raises(BoardConfused):
        board_files.put(board, "/a", CONTENT)
    assert not any("os.rename" in code for code in board.ran)


def pieces(content: bytes) -> list[str]:
    return [base64.b64encode(content[at : at + 100]).decode() for at in range(0, len(content), 100)] + [""]


def test_get_compares_what_came_with_what_was_read() -> None:
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    assert board_files.get(Scripted(*pieces(CONTENT), sha256), "/a") == CONTENT
    with pytest.raises(BoardConfused):
        board_files.get(Scripted(*pieces(CONTENT[:-1]), sha256), "/a")


@given(json_values)
def test_get_of_anything_else_is_refused(answer: object) -> None:
    with pytest.raises(BoardConfused):
        board_files.get(Scripted(answer, "", "no hash"), "/a")


@given(json_values)
def test_a_list_of_files_has_names_and_sizes_or_is_refused(answer: object) -> None:
    try:
        found = board_files.files(Scripted(answer), "/")
    except BoardConfused:
        return
    assert all(type(size) is int and size >= 0 for size in found.values())


def test_lists_and_hashes_are_what_the_board_says() -> None:
    assert board_files.files(Scripted({"/a": 3}), "/") == {"/a": 3}
    sha256 = hashlib.sha256(b"").hexdigest()
    assert board_files.hashes(Scripted({"/a": sha256}), ["/a", "/b"]) == {"/a": sha256}
    for nonsense in ({"/a": sha256[1:]}, {"/a": sha256 + "\n"}, {"/a": 3}, None):
        with pytest.raises(BoardConfused):
            board_files.hashes(Scripted(nonsense), ["/a"])
    for nonsense in ({"/a": -1}, {"/a": "3"}, [], {"/a": True}):
        with pytest.raises(BoardConfused):
            board_files.files(Scripted(nonsense), "/")
