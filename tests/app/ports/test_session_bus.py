"""The door to the session bus: open for the ports, while they ask, to that one socket."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from companion_app.ports import session_bus
from companion_app.ports.session_bus import asking, covers
from tests.app.sharing.test_egress import run_guarded

pytestmark = pytest.mark.promise(2)

BUS = "/run/user/1000/bus"


@pytest.fixture(autouse=True)
def address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={BUS},guid=00")


def test_the_door_is_shut_but_while_a_port_asks() -> None:
    assert not covers(BUS)
    with asking():
        assert covers(BUS)
        assert not covers("/run/user/1000/pulse/native")
        assert not covers("")
    assert not covers(BUS)


async def test_what_outlives_the_asking_finds_the_door_shut() -> None:
    with asking():
        later = asyncio.create_task(asyncio.sleep(0, result=None))
        still = asyncio.create_task(_covers_after(later))
    assert not await still


async def _covers_after(first: asyncio.Task[None]) -> bool:
    await first
    return covers(BUS)


@pytest.mark.parametrize(
    ("address", "sockets"),
    [
        ("unix:path=/run/user/1000/bus", {"/run/user/1000/bus"}),
        ("unix:abstract=/tmp/dbus-x,guid=1", {"\0/tmp/dbus-x"}),
        ("unix:path=/tmp/a%20b;unix:path=/c", {"/tmp/a b", "/c"}),
        ("tcp:host=example.org,port=1", set[str]()),
        ("unixexec:path=/bin/sh", set[str]()),
        ("unix:path=", set[str]()),
        ("", set[str]()),
    ],
)
def test_only_local_sockets_of_the_session_s_address_count(address: str, sockets: set[str]) -> None:
    assert session_bus._sockets(address) == sockets


ATTEMPTS = """
import json, os, socket, sys, tempfile
from companion_app.ports.session_bus import asking
from companion_app.sharing.errors import EgressRefused
results = {}

def attempt(name, path):
    with socket.socket(socket.AF_UNIX) as sock:
        try:
            sock.connect(path)
            results[name] = "went through"
        except EgressRefused:
            results[name] = "refused"
        except OSError as error:
            results[name] = type(error).__name__

bus, other = sys.argv[1], sys.argv[2]
os.environ["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={bus}"
attempt("without asking", bus)
with asking():
    attempt("asking", bus)
    attempt("asking another", other)
attempt("afterwards", bus)
print(json.dumps(results))
"""


async def test_the_guard_of_the_process_asks_that_door(tmp_path: Path) -> None:
    results = await run_guarded(ATTEMPTS, str(tmp_path / "bus"), str(tmp_path / "other"))

    assert results == {
        "without asking": "refused",
        "asking": "FileNotFoundError",
        "asking another": "refused",
        "afterwards": "refused",
    }
