"""A press of the glasses' button, and what comes of it in the app."""

from __future__ import annotations

import asyncio

from companion_app.companion import Companion
from companion_app.errors import AppError
from companion_app.gallery import Picture
from companion_app.link.errors import LinkError
from companion_app.link.events import Refusal
from host_tools.exits import Exit
from host_tools.journey.glasses import board_errors
from host_tools.journey.outcome import Stopped, refused
from host_tools.journey.report import Reason
from host_tools.simulator import Simulator

_OPENS_S = 7.0  # the glasses open the pairing window after five seconds of a held button
TAP_MS = 150
LET_GO_S = 0.3  # longer than the button bounces
_PICTURE_S = 120.0  # a lost link may need a minute to come back


async def hold_button(simulator: Simulator) -> None:
    """Keep the button down until the glasses say that their pairing window is open. Raises LinkError.

    Glasses that were just starting take no notice of a button that was down already, so a person tries twice.
    """
    with board_errors("pairing"):
        await simulator.board.wait_for_log("ready")
        try:
            await _hold_once(simulator)
        except TimeoutError:
            await asyncio.sleep(LET_GO_S)
            await _hold_once(simulator)


async def _hold_once(simulator: Simulator) -> None:
    simulator.world.button.press()
    try:
        await simulator.board.wait_for_log("pairing window open", timeout_s=_OPENS_S)
    finally:
        simulator.world.button.release()


async def picture_by_button(simulator: Simulator, companion: Companion) -> Picture:
    """Press the button shortly and wait for the picture in the gallery.

    Raises Stopped when the glasses refuse or nothing comes, AppError when the import fails.
    """
    arrived: asyncio.Future[Picture] = asyncio.get_running_loop().create_future()

    def on_picture(picture: Picture) -> None:
        if not arrived.done():
            arrived.set_result(picture)

    def on_refusal(refusal: Refusal) -> None:
        fail(refused(refusal.reason, refusal.detail))

    def on_problem(error: AppError) -> None:
        if not isinstance(error, LinkError):  # the app itself goes on after a lost link
            fail(error)

    def fail(error: Exception) -> None:
        if not arrived.done():
            arrived.set_exception(error)

    unsubscribe = (
        companion.on_picture(on_picture),
        companion.on_refusal(on_refusal),
        companion.on_problem(on_problem),
    )
    try:
        simulator.world.button.tap(TAP_MS)
        return await asyncio.wait_for(arrived, _PICTURE_S)
    except TimeoutError as error:
        message = f"no picture and no refusal within {_PICTURE_S:.0f} s"
        raise Stopped(Reason("no_picture", message), Exit.LINK) from error
    finally:
        for end in unsubscribe:
            end()
