"""The control socket: its verbs, and nothing else, whatever is sent."""

from __future__ import annotations

import asyncio
import io
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from host_tools.simulator import ControlClient, ControlLost, ControlRefused, Simulator
from host_tools.simulator.world.led import LedState


@pytest.fixture
async def control(simulator: Simulator):
    async with ControlClient(simulator.control_socket) as client:
        yield client


async def exchange(simulator: Simulator, line: bytes) -> dict[str, object] | None:
    """The answer to one raw line; None if the connection ends instead."""
    reader, writer = await asyncio.open_unix_connection(simulator.control_socket)
    writer.write(line)
    try:
        answer = await reader.readline()
    except ConnectionResetError:  # with bytes of ours unread at the other end
        return None
    finally:
        writer.close()
    return json.loads(answer) if answer else None


async def test_the_boards_life_over_the_socket(program):
    main = program("import time\nprint('up')\nwhile True:\n    time.sleep(1)\n")
    async with Simulator(main=main) as simulator, ControlClient(simulator.control_socket) as control:
        assert await control.ask("execute", code="print(6 * 7)") == "42\n"
        await control.ask("start")
        assert await control.ask("wait_for_log", text="u") == "up"
        status = await control.ask("status")
        assert (status["running"], status["simulated"], status["log"]) == (True, True, ["up"])
        with pytest.raises(ControlRefused) as raised:
            await control.ask("execute", code="pass")
        assert raised.value.error == "BoardBusy"
        await control.ask("kill")
        assert (await control.ask("status"))["running"] is False


async def test_code_that_fails_is_refused_with_its_traceback(control):
    with pytest.raises(ControlRefused, match="ZeroDivisionError") as raised:
        await control.ask("execute", code="1 / 0")
    assert raised.value.error == "BoardCodeFailed"


async def test_the_scene(control, tmp_path):
    picture = tmp_path / "picture.png"
    output = io.BytesIO()
    Image.new("RGB", (8, 8)).save(output, "PNG")
    picture.write_bytes(output.getvalue())
    assert await control.ask("show", path=str(picture)) is None
    picture.write_bytes(b"no")
    with pytest.raises(ControlRefused) as raised:
        await control.ask("show", path=str(picture))
    assert raised.value.error == "NotAPicture"
    with pytest.raises(ControlRefused) as raised:
        await control.ask("show", path=str(tmp_path / "missing"))
    assert raised.value.error == "FileNotFoundError"


async def test_the_button(control, simulator):
    levels: list[int] = []
    simulator.world.button.on_edge.append(levels.append)
    await control.ask("button", press="down")
    await control.ask("button", press="up")
    assert levels == [0, 1]
    await control.ask("button", press="tap", ms=1)
    assert levels[2] == 0


@pytest.mark.parametrize("fault", ["cut", "short", "replace", "cover"])
async def test_damage_to_the_led(control, simulator, fault):
    await control.ask("led", fault=fault)
    state = simulator.world.led.track.latest
    damage = {"cut": state.open, "short": state.shorted, "replace": state.replaced, "cover": state.covered}
    assert [name for name, is_so in damage.items() if is_so] == [fault]
    await control.ask("led", fault="mend")
    state = simulator.world.led.track.latest
    assert state == LedState(state.drive)


async def test_camera_battery_and_power(control, simulator):
    await control.ask("battery", mv=3100)
    assert simulator.world.battery.millivolts == 3100
    await control.ask("heat", celsius=72.5)
    assert simulator.world.heat.celsius == 72.5
    await control.ask("camera", fault="absent", calls=2)
    await control.ask("camera", fault="mend")
    code = "from camera import *\nCamera(pixel_format=PixelFormat.JPEG).deinit()\nopen('f', 'w').close()"
    await control.ask("execute", code=code)
    await control.ask("power", after_writes=0)
    with pytest.raises(ControlRefused):
        await control.ask("execute", code="open('g', 'w').close()")


async def test_keeping_a_dark_frame(control, simulator):
    await control.ask("execute", code="from camera import *\nc = Camera(pixel_format=PixelFormat.JPEG, fb_count=1)\n")
    before = (await control.ask("status"))["exposures_in_dark"]
    assert before >= 1
    exposure = simulator.world.exposures[0]
    await control.ask("keep", sha256=exposure.sha256)
    assert exposure.kept


@pytest.mark.parametrize(
    ("fields", "check"),
    [
        ({"fault": "profile", "profile": "lossy"}, lambda radio: radio.profile.name == "lossy"),
        ({"fault": "drop"}, lambda radio: radio.connected == 0),
        ({"fault": "latency", "value": 5}, lambda radio: radio.profile.latency_ms == 5),
    ],
)
async def test_radio_faults(control, simulator, fields, check):
    await control.ask("radio", **fields)
    assert check(simulator.radio)


@pytest.mark.parametrize(
    ("op", "fields", "error"),
    [
        ("__init__", {}, "UnknownOperation"),
        ("_board", {}, "UnknownOperation"),
        ("eval", {}, "UnknownOperation"),
        ("led", {"fault": "melt"}, "ValueError"),
        ("led", {}, "TypeError"),
        ("button", {"press": "tap", "world": 1}, "TypeError"),
        ("camera", {"fault": "flood"}, "ValueError"),
        ("battery", {"mv": "much"}, "ValueError"),
        ("radio", {"fault": "profile", "profile": "none"}, "UnknownProfile"),
        ("wait_for_log", {"text": "x"}, "BoardExited"),
    ],
)
async def test_only_the_verbs_and_their_fields(control, op, fields, error):
    with pytest.raises(ControlRefused) as raised:
        await control.ask(op, **fields)
    assert raised.value.error == error
    assert (await control.ask("status"))["simulated"] is True


@pytest.mark.parametrize(
    "line", [b"[]\n", b"1\n", b"{\n", b'{"op": ["show"]}\n', b'{"op": null}\n', b"\xff\xfe\n", b"{}\n"]
)
async def test_what_is_no_request_gets_an_answer(simulator, line):
    answer = await exchange(simulator, line)
    assert answer is not None
    assert answer["ok"] is False


async def test_a_line_that_is_too_long_ends_the_connection(simulator):
    assert await exchange(simulator, b" " * (1 << 21)) is None


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60).filter(lambda data: b"\n" not in data))
async def test_garbage_is_answered_and_changes_nothing(simulator, data):
    answer = await exchange(simulator, data + b"\n")
    assert answer is not None
    assert answer["ok"] is False


async def test_a_client_notices_the_end(tmp_path):
    async with Simulator() as simulator:
        client = ControlClient(simulator.control_socket)
        await client.__aenter__()
        await client.ask("status")
    with pytest.raises(ControlLost):
        await client.ask("status")
    await client.__aexit__()
    with pytest.raises(ControlLost):
        await client.ask("status")
