"""The board's process: boots, restarts, ends, and never stays behind."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import pytest

from host_tools.simulator import BoardBusy, BoardCodeFailed, BoardExited, ControlClient, Simulator
from host_tools.simulator.reset import Reset
from host_tools.simulator.startup import HEAP_BYTES

FOR_EVER = "import time\nprint('up')\nwhile True:\n    time.sleep(1)\n"
BUSY = "print('up')\nwhile True:\n    pass\n"


def alive(pid: int) -> bool:
    """The process exists and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def gone(pid: int) -> None:
    async with asyncio.timeout(20):
        while alive(pid):  # noqa: ASYNC110 nobody tells when another process's child has ended
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("code", [FOR_EVER, BUSY])
async def test_kill_leaves_nothing(program, code):
    async with Simulator(main=program(code)) as simulator:
        await simulator.board.start()
        await simulator.board.wait_for_log("up")
        pid = simulator.board.pid
        assert pid is not None
        assert alive(pid)
        await simulator.board.kill()
        assert not alive(pid)
        assert not simulator.board.running
        assert simulator.board.pid is None


@pytest.mark.parametrize("code", [FOR_EVER, BUSY])
async def test_leaving_the_simulator_ends_the_board(program, code):
    async with Simulator(main=program(code)) as simulator:
        await simulator.board.start()
        await simulator.board.wait_for_log("up")
        pid = simulator.board.pid
    assert pid is not None
    assert not alive(pid)


async def test_a_failing_test_ends_the_board_too(program):
    pids: list[int | None] = []

    async def failing() -> None:
        async with Simulator(main=program(BUSY)) as simulator:
            await simulator.board.start()
            await simulator.board.wait_for_log("up")
            pids.append(simulator.board.pid)
            raise RuntimeError("test")

    with pytest.raises(RuntimeError, match="test"):
        await failing()
    assert pids[0] is not None
    assert not alive(pids[0])


@pytest.mark.parametrize("code", [FOR_EVER, BUSY])
async def test_a_board_whose_simulator_was_killed_dies_with_it(program, tmp_path: Path, code):
    script = (
        "import asyncio, sys\nfrom pathlib import Path\nfrom host_tools.simulator import Simulator\n"
        "async def main():\n"
        f"    async with Simulator(main=Path({str(program(code))!r})) as simulator:\n"
        "        await simulator.board.start()\n        await simulator.board.wait_for_log('up')\n"
        "        print(simulator.board.pid, flush=True)\n        await asyncio.sleep(3600)\n"
        "asyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    pid = int(await process.stdout.readline())
    assert alive(pid)
    process.send_signal(signal.SIGKILL)
    await process.wait()
    await gone(pid)


async def test_start_twice_and_execute_meanwhile_are_refused(program):
    async with Simulator(main=program(FOR_EVER)) as simulator:
        await simulator.board.start()
        with pytest.raises(BoardBusy):
            await simulator.board.start()
        with pytest.raises(BoardBusy):
            await simulator.board.execute("print(1)")


async def test_power_off_then_start_again(program):
    async with Simulator(main=program(FOR_EVER)) as simulator:
        for starts in (1, 2):
            await simulator.board.start()
            await simulator.board.wait_for_log("up", after=len(simulator.board.log))
            simulator.world.power.off()
            assert simulator.board.resets == [Reset.POWER_ON] * starts
        await simulator.board.start()
        assert simulator.board.running


async def test_an_uncaught_error_ends_the_program_and_stands_in_the_log(program):
    async with Simulator(main=program("print('one')\n1 / 0\n")) as simulator:
        await simulator.board.start()
        with pytest.raises(BoardExited) as raised:
            await simulator.board.wait_for_log("two")
        assert raised.value.log[0] == "one"
        assert raised.value.log[-1].startswith("ZeroDivisionError")
        assert "main.py" in "".join(raised.value.log)
        assert not simulator.board.running
        assert not simulator.board.unpowered


async def test_wait_for_log_looks_from_where_it_is_told(program):
    async with Simulator(main=program("print('a1')\nprint('a2')\n" + FOR_EVER)) as simulator:
        await simulator.board.start()
        await simulator.board.wait_for_log("up")
        assert await simulator.board.wait_for_log("a") == "a1"
        assert await simulator.board.wait_for_log("a", after=1) == "a2"
        with pytest.raises(TimeoutError):
            await simulator.board.wait_for_log("a", after=2, timeout_s=0.05)


async def test_execute_returns_what_was_printed_or_raises_with_the_traceback(simulator: Simulator):
    assert await simulator.board.execute("print('one')\nprint('two')") == "one\ntwo\n"
    with pytest.raises(BoardCodeFailed, match="ZeroDivisionError"):
        await simulator.board.execute("1 / 0")
    assert await simulator.board.execute("import plainsight.wire as w\nprint(w.VERSION)") == "1\n"


async def test_the_program_sees_the_board_and_not_the_computer(simulator: Simulator):
    code = (
        "import os, sys\n"
        "print(sys.argv, __name__, hasattr(os, 'system'), hasattr(os, 'getenv'))\n"
        "try:\n    open('/etc/passwd')\nexcept OSError as error:\n    print(error.errno)\n"
    )
    assert await simulator.board.execute(code) == "[] __main__ False False\n2\n"


async def test_the_board_says_that_it_is_simulated(simulator: Simulator):
    code = "import os, camera\nprint(os.uname().machine)\nprint(os.uname().version)\nprint(camera.Version())\n"
    lines = (await simulator.board.execute(code)).splitlines()
    assert all("simulated" in line for line in lines)
    assert "ESP32S3" in lines[0]


async def test_the_heap_is_the_boards(simulator: Simulator):
    code = (
        "import gc\ngc.collect()\nprint(gc.mem_free() + gc.mem_alloc())\n"
        "try:\n    bytearray(8 << 20)\nexcept MemoryError:\n    print('full')\n"
    )
    total, full = (await simulator.board.execute(code)).split()
    assert HEAP_BYTES * 0.95 < int(total) <= HEAP_BYTES
    assert full == "full"


async def test_the_process_is_bounded(program):
    async with Simulator(main=program(FOR_EVER)) as simulator:
        await simulator.board.start()
        await simulator.board.wait_for_log("up")
        limits = Path(f"/proc/{simulator.board.pid}/limits").read_text()
        rows = {line[:26].strip(): line[26:].split()[0] for line in limits.splitlines()[1:]}
        assert int(rows["Max address space"]) == 512 * 1024 * 1024
        assert int(rows["Max cpu time"]) == 3600
        assert int(rows["Max core file size"]) == 0


async def test_environ_reaches_the_program(program):
    async with Simulator(
        main=program("import uos\nprint('got', uos.getenv('CHUNK'))"), environ={"CHUNK": "42"}
    ) as simulator:
        await simulator.board.start()
        assert await simulator.board.wait_for_log("got") == "got 42"


RESETS = """
import machine
print('cause', machine.reset_cause())
if machine.reset_cause() == {before}:
    {action}
print('stayed', machine.RTC().datetime()[0])
{forever}
"""


@pytest.mark.parametrize(("action", "cause"), [("machine.reset()", Reset.HARD), ("machine.soft_reset()", Reset.SOFT)])
async def test_a_reset_starts_the_program_again(program, action, cause):
    action = f"machine.RTC().datetime((2030, 1, 1, 0, 0, 0, 0, 0)); {action}"
    main = program(RESETS.format(before=Reset.POWER_ON.value, action=action, forever=FOR_EVER))
    async with Simulator(main=main) as simulator:
        await simulator.board.start()
        assert await simulator.board.wait_for_log("stayed") == "stayed 2030"  # the clock outlives a reset
        assert simulator.board.resets == [Reset.POWER_ON, cause]
        assert simulator.board.log[:3] == [
            "cause 1",
            f"[simulator] reset: {cause.name.lower()}",
            f"cause {cause.value}",
        ]


async def test_a_starved_watchdog_restarts_the_board_even_from_a_busy_loop(program):
    action = "machine.WDT(timeout=1000)\n    while True:\n        pass"
    main = program(RESETS.format(before=Reset.POWER_ON.value, action=action, forever=FOR_EVER))
    async with Simulator(main=main) as simulator:
        await simulator.board.start()
        await simulator.board.wait_for_log("stayed")
        assert simulator.board.resets == [Reset.POWER_ON, Reset.WATCHDOG]


async def test_a_fed_watchdog_does_not_bite(program):
    code = (
        "import machine, time\nw = machine.WDT(timeout=1000)\n"
        "for _ in range(8):\n    time.sleep_ms(200)\n    w.feed()\nprint('fed')\n" + FOR_EVER
    )
    async with Simulator(main=program(code)) as simulator:
        await simulator.board.start()
        await simulator.board.wait_for_log("fed")
        assert simulator.board.resets == [Reset.POWER_ON]


async def test_kill_during_resets_wins(program):
    async with Simulator(main=program("import machine\nprint('again')\nmachine.reset()\n")) as simulator:
        await simulator.board.start()
        await simulator.board.wait_for_log("again", after=4)
        await simulator.board.kill()
        resets = len(simulator.board.resets)
        assert not simulator.board.running
        assert simulator.board.pid is None
        assert len(simulator.board.resets) == resets


async def service(main: Path) -> tuple[asyncio.subprocess.Process, dict[str, str]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "host_tools.simulator", "--start", "--main", str(main),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=os.getcwd(),
    )  # fmt: skip
    assert process.stdout is not None
    ready = json.loads(await process.stdout.readline())
    async with ControlClient(Path(ready["control_socket"])) as control:
        await control.ask("wait_for_log", text="up")
    return process, ready


def board_of(pid: int) -> list[int]:
    """The children of a process."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.parametrize("ending", ["stdin", "term", "int"])
async def test_the_service_ends_cleanly(ending, program):
    process, ready = await service(program(FOR_EVER))
    assert ready["simulated"] is True
    boards = board_of(process.pid)
    assert len(boards) == 1
    folder = Path(ready["hci_socket"]).parent
    assert Path(ready["control_socket"]).is_socket()
    assert process.stdin is not None
    match ending:
        case "stdin":
            process.stdin.close()
        case "term":
            process.terminate()
        case _:
            process.send_signal(signal.SIGINT)
    assert await asyncio.wait_for(process.wait(), 20) == 0
    assert not alive(boards[0])
    assert not folder.exists()


async def test_a_killed_service_takes_its_board_along(program):
    process, _ = await service(program(FOR_EVER))
    (board,) = board_of(process.pid)
    process.kill()
    await process.wait()
    await gone(board)
