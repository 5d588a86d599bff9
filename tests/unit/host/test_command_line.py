"""Every silly command line gets one line on stderr and a documented exit code, and starts nothing."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path

import pytest

from host_tools.cli import demo, entry
from host_tools.cli.main import build_parser, main
from host_tools.exits import MEANINGS, Exit

COMMANDS = (
    *("demo", "app", "capture", "clip", "timelapse", "items", "import", "gallery", "journal", "settings", "status"),
    *("simulate", "press", "flash", "deploy", "provision", "cards", "bench", "hil", "probe", "doctor"),
    *("share", "ledger", "take-back", "diagnose", "erase-everything", "phones"),
)
URL = "https://example.org/v1"
HASH = "ab" * 32
NAMED = ["--recipient", "example.org", "--purpose", "answer", "--terms-sha256", HASH]

BAD_LINES = [
    [],
    ["--nonsense"],
    ["fly"],
    ["demo", "--level", "supply"],
    ["demo", "--level", "Optical"],
    ["demo", "--fault", "led-melted"],
    ["demo", "--question", "   "],
    ["demo", "--question", "x" * 1001],
    ["demo", "--endpoint", "", "--yes"],
    ["demo", "--endpoint", "ftp://example.org", *NAMED],
    ["demo", "--endpoint", "http://example.org/v1", *NAMED],
    ["demo", "--endpoint", "https://[::1", *NAMED],
    ["demo", "--endpoint", "https://user:secret@example.org", *NAMED],
    ["demo", "--endpoint", URL, "--yes"],
    ["demo", "--endpoint", URL, "--yes", *NAMED[:2]],
    ["demo", "--endpoint", URL, *NAMED[:4]],
    ["demo", "--endpoint", URL, *NAMED[2:]],
    ["demo", "--endpoint", URL, "--recipient", "", *NAMED[2:]],
    ["demo", "--yes", "--recipient", "this device"],
    ["demo", "stray"],
    ["flash", "--sha256", "12"],
    ["flash", "--image"],
    ["flash", "--image", "no-such-image", "--target", "/dev/null", "--any-board"],
    ["flash", "firmware.bin"],
    ["flash", "--yes", "--target", ""],
    ["deploy", "--target", "/dev/ttyACM0", "--flash", "x.img"],
    ["deploy", "--target", "sim", "--flash", "no/such/folder/x.img"],
    ["provision", "--target", "sim"],
    ["provision", "--target", "/dev/ttyACM0", "--reset-gesture"],
    ["provision", "--target", "/dev/ttyACM0", "--flash", "x.img"],
    ["provision", "--flash"],
    ["cards", "--endpoint", "http://example.org"],
    ["bench", "--only", "nothing"],
    ["bench", "--only", "goodput", "--profile", "carrier-pigeon"],
    ["app", "--profile", "carrier-pigeon"],
    ["simulate", "--profile", "carrier-pigeon"],
    ["simulate", "--image", "none"],
    ["simulate", "--cable", "/", "--image", "none"],
    ["simulate", "--cable", "--image", "windows"],
    ["press", "long"],
    ["press", "0"],
    ["press", "1000"],
    ["app", "--radio", "marine"],
    ["hil", "--json"],
    ["hil", "--restore"],
    ["hil", "--capabilities", "--restore"],
    ["hil", "--radio", "marine"],
    ["hil", "--capabilities", "--power", "steam"],
    ["probe"],
    ["probe", "try"],
    ["probe", "watch", "open"],
    ["probe", "watch", "--count", "0"],
    ["probe", "try", "open", "--seconds", "61"],
    ["probe", "try", "melt"],
]


def run(argv: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    try:
        code = main(argv)
    except SystemExit as end:  # argparse ends this way
        code = end.code if isinstance(end.code, int) else -1
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.mark.parametrize("argv", BAD_LINES, ids=lambda argv: " ".join(argv)[:60] or "nothing")
def test_bad_lines_get_one_line_and_the_usage_code(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(argv, capsys)
    assert code == Exit.USAGE
    assert out == ""
    assert len(err.strip().splitlines()) == 1
    assert "Traceback" not in err


def test_a_password_in_an_address_is_not_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, err = run(["demo", "--endpoint", "https://user:hunter2@example.org", *NAMED], capsys)
    assert "hunter2" not in out + err


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_examples_and_the_exit_codes(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run([command, "--help"], capsys)
    assert code == 0
    assert "examples:" in out
    assert re.search(r"exit codes:\n +0 +done", out)


def test_every_exit_code_has_a_meaning_and_its_own_number() -> None:
    assert set(MEANINGS) == set(Exit)
    assert len({code.value for code in Exit}) == len(Exit)


def test_the_options_of_the_demo_are_exactly_the_documented_ones() -> None:
    commands = next(a for a in build_parser()._actions if isinstance(a, argparse._SubParsersAction))
    options = {name for action in commands.choices["demo"]._actions for name in action.option_strings}
    assert options == {
        *("-h", "--help", "--photo", "--question", "--endpoint", "--level", "--yes", "--fault", "--json"),
        *("--recipient", "--purpose", "--terms-sha256"),
    }


def test_every_sub_command_is_offered_and_parses_alone_as_among_all() -> None:
    whole = subcommands(build_parser())
    written = [path for path in Path(entry.__file__).parent.glob("*") if "\ndef add_parser(" in source(path)]
    assert len(whole) == len(written)
    for name, parser in whole.items():
        assert {name: parser.format_help()} == {k: p.format_help() for k, p in subcommands(build_parser(name)).items()}


def subcommands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    (action,) = [each for each in parser._actions if isinstance(each, argparse._SubParsersAction)]
    return action.choices


def source(path: Path) -> str:
    file = path / "__init__.py" if path.is_dir() else path
    return file.read_text() if file.exists() else ""


def test_a_command_line_loads_no_radio_before_it_needs_one() -> None:
    code = (
        "import sys; from host_tools.cli import main; main.build_parser('doctor'); "
        "print(sorted({'bumble', 'httpx', 'numpy'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def parsed(*argv: str) -> argparse.Namespace:
    return build_parser().parse_args(["demo", *argv])


async def test_yes_never_agrees_to_a_url() -> None:
    from companion_app.sharing.cards import LOCAL
    from companion_app.sharing.endpoints.openai_compatible import OpenAICompatible

    decide, _ = demo.decision(parsed("--yes"))
    assert await decide(proposal(LOCAL)) is not None
    assert await decide(proposal(OpenAICompatible(URL).card)) is None
    assert await decide(proposal(OpenAICompatible("http://localhost:1").card)) is None


async def test_a_script_agrees_to_what_it_named_and_not_to_what_is_shown() -> None:
    from companion_app.sharing.endpoints.openai_compatible import OpenAICompatible

    decide, purpose = demo.decision(parsed("--endpoint", URL, *NAMED))
    agreement = await decide(proposal(OpenAICompatible(URL).card))
    assert purpose == "answer"
    assert agreement is not None
    assert (agreement.recipient, agreement.purpose, agreement.terms_sha256) == ("example.org", "answer", HASH)
    assert agreement.terms_sha256 != OpenAICompatible(URL).card.terms_sha256


def proposal(card):
    from companion_app.sharing.proposal import Proposal

    return Proposal(
        id="1",
        picture_id="1",
        bytes=b"jpeg",
        sha256="0" * 64,
        commitment="1" * 64,
        original={"sha256": "2" * 64},
        redactions=None,
        card=card,
        question="?",
        purpose="p",
        earlier=(),
    )


def test_a_url_without_terminal_needs_the_named_consent(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    code, _, err = run(["demo", "--endpoint", URL], capsys)
    assert code == Exit.USAGE
    assert "--terms-sha256" in err
    assert "plainsight cards" in err


def test_cards_print_the_hash_that_a_script_must_name(capsys: pytest.CaptureFixture[str]) -> None:
    from companion_app.sharing.endpoints.openai_compatible import OpenAICompatible

    code, out, _ = run(["cards", "--endpoint", URL], capsys)
    card = OpenAICompatible(URL).card
    assert code == 0
    assert f"--terms-sha256 {card.terms_sha256}" in out
    assert f"--recipient {card.recipient}" in out


def test_real_glasses_need_a_display(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    code, out, err = run(["app", "--radio", "system"], capsys)
    assert (code, out) == (Exit.HOST, "")
    assert err.startswith("plainsight app: a display is missing")


def test_interrupts_and_bugs_get_a_line_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from host_tools.cli import doctor

    def interrupt() -> None:
        raise KeyboardInterrupt

    def bug() -> None:
        raise RuntimeError("inside")

    monkeypatch.setattr(doctor, "_CHECKS", (interrupt,))
    assert run(["doctor"], capsys)[0] == Exit.INTERRUPTED
    monkeypatch.setattr(doctor, "_CHECKS", (bug,))
    code, _, err = run(["doctor"], capsys)
    assert code == Exit.FAILED
    assert err.strip().splitlines() == ["plainsight doctor: RuntimeError: inside (--verbose shows more)"]


def test_a_file_in_the_way_is_named_without_the_name_of_a_class(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from host_tools.cli import doctor

    def full() -> None:
        raise PermissionError(13, "Permission denied", "screens")

    monkeypatch.setattr(doctor, "_CHECKS", (full,))
    assert run(["doctor"], capsys) == (Exit.FAILED, "", "plainsight doctor: screens: Permission denied\n")


def test_a_flash_image_that_may_not_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "glasses.img").write_bytes(b"")
    monkeypatch.setattr("os.access", lambda *_: False)
    code, _, err = run(["provision", "--flash", str(tmp_path / "glasses.img")], capsys)
    assert code == Exit.USAGE
    assert "may not be read and written" in err
