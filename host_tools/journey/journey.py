"""The whole main job in one process: virtual glasses, the app's services, and the steps between them."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from companion_app.companion import Companion
from companion_app.errors import AppError
from host_tools.exits import Exit, LinkError
from host_tools.journey import steps
from host_tools.journey.consent import Decide
from host_tools.journey.glasses import provisioned_glasses
from host_tools.journey.outcome import Stopped, of_app_error
from host_tools.journey.plan import Plan
from host_tools.journey.progress import Progress, Tell
from host_tools.journey.report import Reason, Report
from host_tools.simulator.radio.bleak_backend import VirtualAdapter, install, uninstall
from host_tools.worn.unlocking import virtual_vault


async def run_journey(plan: Plan, tell: Tell, decide: Decide) -> tuple[Report, Exit]:
    """Run the plan on fresh glasses and a fresh app in a folder that is thrown away. Raises HostError."""
    report = Report(plan.question, plan.level)
    progress = Progress(tell, report.timings_ms)
    with TemporaryDirectory(prefix="plainsight-demo-") as folder:
        try:
            await _run(plan, Path(folder), progress, report, decide)
        except Stopped as stop:
            report.reason = stop.reason
            return report, stop.exit_code
        except AppError as error:
            stop = of_app_error(error)
            report.reason = stop.reason
            return report, stop.exit_code
        except LinkError as error:
            report.reason = Reason("link", str(error))
            return report, error.exit_code
    return report, Exit.OK if report.hashes_agree else Exit.FAILED


async def _run(plan: Plan, folder: Path, progress: Progress, report: Report, decide: Decide) -> None:
    async with AsyncExitStack() as stack:
        with progress.step("provision", "wake and provision the glasses") as step:
            glasses = provisioned_glasses(plan.photo, plan.profile, plan.level, folder / "flash.img")
            simulator, code = await stack.enter_async_context(glasses)
            await simulator.board.start()
            step.note("one-time setup code made")
        install(VirtualAdapter(link=simulator.radio.link))
        stack.callback(uninstall)
        companion = await Companion.open(virtual_vault(folder / "app"))
        stack.push_async_callback(companion.close)
        parts = steps.Parts(plan, simulator, companion, progress, report)
        steps.answer_first_login(parts)
        assert code is not None, "fresh flash is always provisioned"
        await steps.pair(parts, code)
        picture = await steps.photograph(parts)
        await steps.share(parts, picture, decide)
