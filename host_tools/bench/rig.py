"""A paired and connected companion on virtual glasses, for as long as a bench needs it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from companion_app.companion import Companion
from host_tools.journey import steps
from host_tools.journey.glasses import provisioned_glasses
from host_tools.journey.plan import Plan, default_photo
from host_tools.journey.progress import Progress
from host_tools.journey.report import Report
from host_tools.simulator import Simulator
from host_tools.simulator.radio.bleak_backend import VirtualAdapter, install, uninstall
from host_tools.worn.unlocking import virtual_vault


@dataclass(frozen=True)
class Rig:
    """Both ends of one link, ready for requests."""

    simulator: Simulator
    companion: Companion


def _silent(line: str) -> None:
    """A bench prints rows, not steps."""
    del line


@asynccontextmanager
async def connected(profile: str, *, main: Path | None = None) -> AsyncGenerator[Rig]:
    """Fresh glasses (running `main` if given) and a fresh app, first login answered, paired, connected."""
    plan = Plan(default_photo(), profile=profile)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="plainsight-bench-")))
        simulator, code = await stack.enter_async_context(
            provisioned_glasses(plan.photo, profile, plan.level, folder / "flash.img", main=main)
        )
        await simulator.board.start()
        install(VirtualAdapter(link=simulator.radio.link))
        stack.callback(uninstall)
        companion = await Companion.open(virtual_vault(folder / "app"))
        stack.push_async_callback(companion.close)
        parts = steps.Parts(plan, simulator, companion, Progress(_silent), Report(plan.question, plan.level))
        steps.answer_first_login(parts)
        assert code is not None, "fresh flash is always provisioned"
        await steps.pair(parts, code)
        yield Rig(simulator, companion)
