"""The virtual board's USB port under the tools that people use: mpremote, and a terminal."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from host_tools.simulator import Simulator, console
from host_tools.simulator.reset import Reset
from tests.simulated.serial_host import SerialHost, appears, mpremote, tool

pytestmark = pytest.mark.simulated

LOOP = "import time\nprint('up')\nwhile True:\n    time.sleep_ms(10)\n"


@pytest.fixture
async def bare() -> AsyncIterator[Simulator]:
    """A board with MicroPython alone on it, at its prompt."""
    async with Simulator(cable=True, image="micropython") as sim:
        await sim.board.start()
        await appears(sim.port)
        yield sim


async def test_mpremote_runs_code_and_moves_files(bare: Simulator, tmp_path: Path) -> None:
    assert (await mpremote(bare.port, "exec", "print(1)")).split() == ["1"]
    script = tmp_path / "script.py"
    script.write_text("import sys\nfor number in range(3):\n    print('line', number)\n")
    assert (await mpremote(bare.port, "run", str(script))).split("\n")[:3] == ["line 0\r", "line 1\r", "line 2\r"]
    content = os.urandom(3000)
    (tmp_path / "blob").write_bytes(content)
    await mpremote(bare.port, "fs", "cp", str(tmp_path / "blob"), ":blob")
    assert hashlib.sha256(content).hexdigest() in await mpremote(bare.port, "fs", "sha256sum", ":blob")
    assert re.search(r"3000 blob\b", await mpremote(bare.port, "fs", "ls"))
    await mpremote(bare.port, "fs", "cp", ":blob", str(tmp_path / "back"))
    assert (tmp_path / "back").read_bytes() == content


async def test_an_error_on_the_board_is_the_tool_s_error_and_shows_the_board_s_frames_only(bare: Simulator) -> None:
    code, output = await tool("mpremote", "connect", str(bare.port), "exec", "def f():\n 1/0\nf()")
    assert code == 1
    assert output.split("\n")[:4] == [
        "Traceback (most recent call last):\r",
        '  File "<stdin>", line 3, in <module>\r',
        '  File "<stdin>", line 2, in f\r',
        "ZeroDivisionError: divide by zero\r",
    ]


async def test_the_first_boot_makes_the_file_system_as_the_port_does(bare: Simulator) -> None:
    assert "boot.py" in await mpremote(bare.port, "fs", "ls")
    assert any("Performing initial setup" in line for line in bare.board.log)
    await mpremote(bare.port, "exec", "open('kept', 'w').close()")
    async with SerialHost(bare.port) as host:
        bare.board.reset(Reset.HARD)
        await host.gone.wait()
    assert "kept" in await mpremote(bare.port, "fs", "ls")
    assert sum("Performing initial setup" in line for line in bare.board.log) == 1


async def test_files_of_the_flash_run_at_power_on_and_after_a_soft_reset(bare: Simulator, tmp_path: Path) -> None:
    for name, text in (("part.py", "WORD = 7\n"), ("main.py", "import part\nprint('main', part.WORD)\n")):
        (tmp_path / name).write_text(text)
    await mpremote(bare.port, "fs", "cp", str(tmp_path / "part.py"), str(tmp_path / "main.py"), ":")
    seen = len(bare.board.log)
    assert (await mpremote(bare.port, "exec", "print('raw')")).split() == ["raw"]
    assert not any("main 7" in line for line in bare.board.log[seen:]), "for the raw REPL main.py is not run"
    async with SerialHost(bare.port) as host:
        host.send(b"\x04")
        await host.expect(b"MPY: soft reboot\r\n")
        await host.expect(b"main 7\r\n")
        await host.expect(b">>> ")
        assert await host.enter(b"part.WORD + 1") == b"8\r\n"
        bare.board.reset(Reset.HARD)
        await host.gone.wait()
    await bare.board.wait_for_log("main 7", after=seen)


async def test_a_hard_reset_hangs_the_port_up_and_a_soft_one_does_not(bare: Simulator) -> None:
    async with SerialHost(bare.port) as host:
        before = bare.port.readlink()
        host.send(b"\x04")
        await host.expect(b"soft reboot\r\n")
        await host.expect(b">>> ")
        assert bare.port.readlink() == before
        host.send(b"import machine; machine.reset()\r")
        await host.gone.wait()
        after = await appears(bare.port)
        assert after != before, "the old name is taken while somebody holds it"
    assert [one for one in bare.board.resets if one is not Reset.SOFT] == [Reset.POWER_ON, Reset.HARD]
    async with SerialHost(bare.port) as host:
        assert await host.enter(b"import machine; machine.reset_cause()") == b"2\r\n"


async def test_ctrl_c_ends_a_program_that_hears_it(bare: Simulator) -> None:
    async with SerialHost(bare.port) as host:
        host.send(b"\x05" + LOOP.encode() + b"\x04")
        await host.expect(b"\r\nup\r\n")
        host.send(b"\x03\x03")  # as impatient people do
        await host.expect(b"KeyboardInterrupt: \r\n>>> ")
        assert await host.enter(b"print('alive')") == b"alive\r\n"


async def test_ctrl_c_never_tears_what_board_and_world_say_to_each_other(
    bare: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console, "_TAKES_S", 60.0)  # a signal might; it is for programs that never look
    busy = b"""
import machine
rtc = machine.RTC()
rtc.memory(bytes(2048))
def busy():
    while True:
        rtc.memory()
"""
    async with SerialHost(bare.port) as host:
        await host.expect(b">>> ")
        host.send(b"\x05" + busy + b"\x04")
        await host.expect(b">>> ")
        for _ in range(20):
            host.send(b"print('b', 'usy'); busy()\r")
            await host.expect(b"b usy\r\n")
            host.send(b"\x03")
            await host.expect(b"KeyboardInterrupt: \r\n>>> ")
            assert await host.enter(b"len(rtc.memory())") == b"2048\r\n"


async def test_an_interrupted_event_loop_still_hears_the_world_when_it_is_run_again(bare: Simulator) -> None:
    program = b"""
import asyncio
from machine import Pin
pin = Pin(3, Pin.IN, Pin.PULL_UP)
pin.irq(lambda pin: print('edge'), Pin.IRQ_FALLING)
async def wait():
    print('wait', 'ing')
    await asyncio.sleep(60)
"""
    async with SerialHost(bare.port) as host:
        await host.expect(b">>> ")
        host.send(b"\x05" + program + b"\x04")
        await host.expect(b">>> ")
        for _ in range(2):
            host.send(b"asyncio.run(wait())\r")
            await host.expect(b"wait ing\r\n")
            bare.world.button.press()
            await host.expect(b"edge\r\n")
            bare.world.button.release()
            host.send(b"\x03")
            assert b"standins" not in await host.expect(b"KeyboardInterrupt: \r\n>>> "), "what is C on a board"


async def test_bytes_leave_untouched_and_text_with_carriage_returns(bare: Simulator) -> None:
    async with SerialHost(bare.port) as host:
        await host.expect(b">>> ")
        await host.enter(b"import sys")
        assert await host.enter(b"n = sys.stdout.buffer.write(bytes(range(256)))") == bytes(range(256))
        assert await host.enter(b"n = sys.stdout.buffer.write(b'a\\nb', 2); print('c', file=sys.stdout)") == b"a\nc\r\n"


async def test_mpremote_mounts_a_folder_of_the_computer(bare: Simulator, tmp_path: Path) -> None:
    (tmp_path / "far.py").write_text("\n".join(f"LINE{number} = {number}" for number in range(60)))
    look = "import far; print(far.LINE10 + far.LINE59)"
    assert "69" in (await mpremote(bare.port, "mount", str(tmp_path), "exec", look)).split()


async def test_a_person_can_type_at_the_prompt(bare: Simulator) -> None:
    async with SerialHost(bare.port) as host:
        await host.expect(b">>> ")
        host.send(b"def double(x):\r    return 2 * x\r\rdouble(2q\x7f1)\r")
        await host.expect(b"... \r\n>>> ")
        await host.expect(b"\r\n42\r\n>>> ")
        host.send(b"1 +\r")
        assert b"SyntaxError" in await host.expect(b">>> ")
        host.send(b"(1,\r\x03")
        assert (await host.expect(b"\r\n>>> ")).endswith(b"... \r\n>>> ")
        host.send(b"\x02")
        assert b"simulated" in await host.expect(b'Type "help()" for more information.\r\n>>> ')


async def test_ctrl_c_is_a_character_to_a_program_that_turned_it_off(bare: Simulator) -> None:
    reads = "import micropython, sys\nmicropython.kbd_intr(-1)\nprint('up')\nprint(sys.stdin.buffer.read(2))\n"
    async with SerialHost(bare.port) as host:
        host.send(b"\x05" + reads.encode() + b"\x04")
        await host.expect(b"\r\nup\r\n")
        host.send(b"\x03x")
        await host.expect(b"b'\\x03x'\r\n>>> ")


async def test_the_world_s_events_arrive_at_the_prompt(bare: Simulator) -> None:
    async with SerialHost(bare.port) as host:
        await host.enter(b"from machine import Pin; p = Pin(3, Pin.IN, Pin.PULL_UP)")
        await host.enter(b"p.irq(lambda pin: print('edge'), Pin.IRQ_FALLING)")
        bare.world.button.press()
        await host.expect(b"edge\r\n")


async def test_the_raw_repl_speaks_the_protocol_byte_by_byte(bare: Simulator) -> None:
    async with SerialHost(bare.port) as host:
        await host.expect(b">>> ")
        host.send(b"\x01")
        assert (await host.expect(b"\r\n>")).endswith(b"raw REPL; CTRL-B to exit\r\n>")
        host.send(b"print(2)\x04")
        assert await host.expect(b"\x04\x04>") == b"OK2\r\n\x04\x04>"
        host.send(b"nonsense\x03\x04")
        assert await host.expect(b">") == b"OK\r\nMPY: soft reboot\r\nraw REPL; CTRL-B to exit\r\n>", (
            "nothing typed: reset"
        )
        host.send(b"\x05A\x01")
        assert await host.expect(b"R\x01\x80\x00\x01") == b"R\x01\x80\x00\x01"
        host.send(b"#" * 127 + b"\n")
        assert await host.expect(b"\x01") == b"\x01", "a window for each that was read"
        host.send(b"print(3)\x04")
        assert await host.expect(b"\x04\x04>") == b"\x043\r\n\x04\x04>"
        host.send(b"\x05A\x01")
        await host.expect(b"R\x01\x80\x00\x01")
        host.send(b"print(4)\x03")
        assert b"KeyboardInterrupt" in await host.expect(b"\x04>")
        host.send(b"\x05B\x01")
        await host.expect(b"R\x00")
        host.send(b"\x02")
        await host.expect(b">>> ")


async def test_a_host_that_opens_the_port_later_gets_the_latest_that_was_printed(tmp_path: Path) -> None:
    program = tmp_path / "main.py"
    program.write_text("for number in range(100):\n    print('line', number)\n")
    async with Simulator(cable=True, main=program) as sim:
        await sim.board.start()
        await sim.board.wait_for_log("line 99")
        async with SerialHost(sim.port) as host:
            found = await host.expect(b"line 99\r\n")
            assert b"line 0\r\n" not in found
            await host.expect(b">>> ")


async def test_a_program_that_exits_is_run_again_as_on_the_port(tmp_path: Path) -> None:
    program = tmp_path / "main.py"
    program.write_text("import machine\nprint('cause', machine.reset_cause())\nmachine.soft_reset()\n")
    async with Simulator(cable=True, main=program) as sim:
        await sim.board.start()
        await sim.board.wait_for_log("cause 5")
        assert sim.board.resets[:2] == [Reset.POWER_ON, Reset.SOFT]


async def test_the_watchdog_outlives_a_soft_reset(bare: Simulator) -> None:
    async with SerialHost(bare.port) as host:
        await host.enter(b"import machine; w = machine.WDT(timeout=1000)")
        host.send(b"\x04")
        await host.expect(b"soft reboot\r\n")
        assert b"Rebooting..." in await host.expect(b"Rebooting...\r\n")
        await host.gone.wait()
    await bare.board.wait_for_log("rst:0x7 (TG0WDT_SYS_RST)")


@pytest.mark.parametrize(
    ("cause", "words", "told"),
    [
        (Reset.PANIC, b"Guru Meditation Error", b"2"),
        (Reset.BROWN_OUT, b"Brownout detector was triggered", b"3"),
    ],
)
async def test_a_bad_end_says_so_before_the_port_goes(bare: Simulator, cause: Reset, words: bytes, told: bytes) -> None:
    async with SerialHost(bare.port) as host:
        await host.expect(b">>> ")
        bare.board.reset(cause)
        await host.expect(words)
        await host.gone.wait()
    async with SerialHost(bare.port) as host:
        assert await host.enter(b"import machine; machine.reset_cause()") == told + b"\r\n"


async def test_an_interpreter_that_dies_is_a_panic_and_restarts(bare: Simulator) -> None:
    async with SerialHost(bare.port) as host:
        await host.expect(b">>> ")
        assert bare.board.pid is not None
        os.kill(bare.board.pid, 11)
        await host.expect(b"Guru Meditation Error")
        await host.gone.wait()
    assert (await mpremote(bare.port, "exec", "print('back')")).split() == ["back"]


async def test_the_cable_can_be_pulled_and_put_back_while_the_program_runs(bare: Simulator) -> None:
    assert bare.board.usb is not None
    async with SerialHost(bare.port) as host:
        await host.enter(b"kept = 41")
        bare.board.usb.unplug()
        await host.gone.wait()
        assert not bare.port.is_symlink()
        assert bare.board.running
    bare.board.usb.plug()
    async with SerialHost(bare.port) as host:
        assert await host.enter(b"kept + 1") == b"42\r\n"
        bare.board.usb.pull_after(4)
        host.send(b"x = 5 + 5\r")
        await host.gone.wait()
    bare.board.usb.plug()
    async with SerialHost(bare.port) as host:
        host.send(b"\r")
        await host.expect(b"x = \r\n")


async def test_the_port_goes_with_the_power_and_with_deep_sleep(bare: Simulator) -> None:
    async with SerialHost(bare.port) as host:
        host.send(b"import machine; machine.deepsleep(300)\r")
        await host.gone.wait()
        await bare.board.wait_until_asleep()
        assert not bare.port.is_symlink()
    await appears(bare.port)
    await bare.board.kill()
    assert not bare.port.is_symlink()
    await bare.board.start()
    await appears(bare.port)
