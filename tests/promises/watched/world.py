"""The world around the phone: `unshare --net --mount python -m tests.promises.watched.world FOLDER`.

Lays the cable, answers names and requests, lets those inside travel, and writes down what left: FOLDER/diary.pickle.
"""

from __future__ import annotations

import asyncio
import json
import os
import pickle
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import trustme

from host_tools.window.children import mortal
from tests.clouds.cloud import Cloud
from tests.clouds.dialects import ANTHROPIC, OPENAI
from tests.clouds.manners import MANNERS
from tests.promises.watched.account import Heard
from tests.promises.watched.capture import Capture, open_connections, sent_by_kernel_count
from tests.promises.watched.diary import Diary, Journey
from tests.promises.watched.name_server import NameServer
from tests.promises.watched.namespace import NAME_SERVER, lay_cable, name_servers

ROOT = Path(__file__).parents[3]
HTTPS = 443
RECIPIENTS = {"openai.example": ("203.0.113.10", HTTPS), "anthropic.example": ("203.0.113.20", HTTPS)}
_DIALECTS = {"openai.example": OPENAI, "anthropic.example": ANTHROPIC}
_TRAVELLERS = (
    ("tests.promises.watched.phone",),
    ("tests.promises.watched.commands",),
    ("tests.promises.watched.strays", "unguarded"),
    ("tests.promises.watched.strays", "guarded"),
)
ELSEWHERE = "198.51.100.9"  # nobody's
_LINE_BYTES = 1 << 20
_SETTLED_S = 20.0


class World:
    """Recipients, name server, capture and diary of one run."""

    def __init__(self, folder: Path, anchor: int) -> None:
        self._folder = folder
        self._anchor = anchor
        self._capture = Capture(anchor)
        self._before = self._seen_whole(self._capture.take)
        self._capture.housekeeping_bytes = 0
        self._clouds = {
            name: Cloud(trustme.CA(), MANNERS["streams"](dialect), name=name, dialect=dialect)
            for name, dialect in _DIALECTS.items()
        }
        self._heard_before: dict[str, int] = {}
        self._diary = Diary()

    async def open(self) -> None:
        """Bind every address."""
        with (self._folder / "ca.pem").open("wb") as file:
            for name, cloud in self._clouds.items():
                await cloud.start(*RECIPIENTS[name])
                file.write(cloud.authority.cert_pem.bytes())
        names = {name: address for name, (address, _) in RECIPIENTS.items()}
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(lambda: NameServer(names), local_addr=(NAME_SERVER, 53))

    async def accompany(self, *program: str) -> None:
        """Run one traveller to its end, and write its journeys down."""
        process = await asyncio.create_subprocess_exec(
            *("nsenter", "--target", str(self._anchor), "--net", sys.executable, "-m", *program),
            cwd=ROOT,
            env=_environment(self._folder),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=_LINE_BYTES,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        async for line in process.stdout:
            await self._note(json.loads(line))
            process.stdin.write(b"\n")
        if await process.wait() != 0:
            raise SystemExit(f"{' '.join(program)} ended with {process.returncode}")

    async def _note(self, message: dict[str, Any]) -> None:
        if "begin" in message:
            self._turn_page("between journeys")
            manner = message.get("manner", "streams")
            for name, cloud in self._clouds.items():
                cloud.manner = MANNERS[manner](_DIALECTS[name])
            return
        await self._settled()
        journey = self._turn_page(message["end"])
        journey.facts = message["facts"]

    async def _settled(self) -> None:
        """Wait until no connection is open any more, so that its last packets count for its own journey."""
        async with asyncio.timeout(_SETTLED_S):
            while open_connections(self._anchor):  # noqa: ASYNC110 (no event tells of the last packet)
                await asyncio.sleep(0.005)

    def _turn_page(self, name: str) -> Journey:
        """Whatever was sent and heard since the last page belongs to this one."""
        journey = self._diary.journeys.setdefault(name, Journey(name))
        journey.packets += self._capture.take()
        for recipient, cloud in self._clouds.items():
            new = cloud.exchanges[self._heard_before.get(recipient, 0) :]
            self._heard_before[recipient] = len(cloud.exchanges)
            journey.heard += [Heard(recipient, exchange.head, exchange.body) for exchange in new]
        return journey

    def _seen_whole(self, see: Callable[[], object]) -> dict[str, int]:
        """The kernel's counts at a moment when all of it was seen: neighbour discovery comes at any time."""
        while True:
            counted = sent_by_kernel_count(self._anchor)
            see()
            if sent_by_kernel_count(self._anchor) == counted:
                return counted

    async def close(self) -> None:
        """Stop everything and write the diary."""
        for cloud in self._clouds.values():
            await cloud.stop()
        after = self._seen_whole(lambda: self._turn_page("between journeys"))
        self._diary.counted = {name: sent - self._before.get(name, 0) for name, sent in after.items()}
        self._diary.housekeeping_bytes = self._capture.housekeeping_bytes
        (self._folder / "diary.pickle").write_bytes(pickle.dumps(self._diary))


def _environment(folder: Path) -> dict[str, str]:
    """What those inside find around them: with variables by which somebody may have told programs to go elsewhere."""
    return {
        **dict.fromkeys(("HTTPS_PROXY", "https_proxy", "ALL_PROXY"), f"http://{ELSEWHERE}:3128"),
        "PULSE_SERVER": f"tcp:{ELSEWHERE}:4713",
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TMPDIR": os.environ.get("TMPDIR", "/tmp"),
        "PYTHONPATH": f"{ROOT}:{ROOT / 'firmware'}",
        "PLAINSIGHT_CA_FILE": str(folder / "ca.pem"),
        "WATCHED_FOLDER": str(folder),
    }


@asynccontextmanager
async def _phones_namespace() -> AsyncGenerator[int]:
    """A process that does nothing but keep the phone's namespace alive; its id."""
    anchor = await asyncio.create_subprocess_exec(*mortal(["unshare", "--net", "sleep", "infinity"]))
    try:
        ours = os.stat("/proc/self/ns/net").st_ino
        while os.stat(f"/proc/{anchor.pid}/ns/net").st_ino == ours:  # noqa: ASYNC110 (no event tells)
            await asyncio.sleep(0.01)
        yield anchor.pid
    finally:
        anchor.kill()
        await anchor.wait()


async def main(folder: Path) -> None:
    """One run: every traveller, one after the other."""
    name_servers(folder / "resolv.conf")
    async with _phones_namespace() as anchor:
        lay_cable(anchor, [NAME_SERVER, *(address for address, _ in RECIPIENTS.values())])
        world = World(folder, anchor)
        await world.open()
        for program in _TRAVELLERS:
            await world.accompany(*program)
        await world.close()


if __name__ == "__main__":
    subprocess.run(["sysctl", "-qw", "net.ipv4.ip_unprivileged_port_start=0"], check=False, capture_output=True)
    asyncio.run(main(Path(sys.argv[1])))
