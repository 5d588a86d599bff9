"""A press of the glasses' button, and what comes of it in the app."""

from __future__ import annotations

import asyncio

from companion_app.companion import Companion
from companion_app.gallery import Picture
from companion_app.link.answers import Refusal
from host_tools.exits import Exit
from host_tools.journey.outcome import Stopped, refused
from host_tools.journey.report import Reason
from host_tools.simulator import Simulator

HOLD_MS = 3300  # the glasses open the pairing window after three seconds
TAP_MS = 150
_PICTURE_S = 60.0


async def picture_by_button(simulator: Simulator, companion: Companion) -> Picture:
    """Press the button shortly and wait for the picture in the gallery. Raises Stopped when the glasses refuse."""
    arrived: asyncio.Future[Picture] = asyncio.get_running_loop().create_future()

    def on_refusal(refusal: Refusal) -> None:
        if not arrived.done():
            arrived.set_exception(refused(refusal.reason, refusal.detail))

    def on_picture(picture: Picture) -> None:
        if not arrived.done():
            arrived.set_result(picture)

    unsubscribe = (companion.on_picture(on_picture), companion.on_refusal(on_refusal))
    try:
        simulator.world.button.tap(TAP_MS)
        return await asyncio.wait_for(arrived, _PICTURE_S)
    except TimeoutError as error:
        message = f"no picture and no refusal within {_PICTURE_S:.0f} s"
        raise Stopped(Reason("no_picture", message), Exit.LINK) from error
    finally:
        for end in unsubscribe:
            end()
