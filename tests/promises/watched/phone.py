"""The whole app beside its virtual glasses, inside the namespace: `python -m tests.promises.watched.phone`."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from companion_app.sharing import egress
from host_tools.simulator.interpreter import BEGINNING
from tests.promises.rig import make_home, worn
from tests.promises.watched.diary import Traveller
from tests.promises.watched.journeys import MEDDLING, ON_THIS_COMPUTER, QUIET, QUIET_AFTERWARDS, SHARES
from tests.promises.watched.parts import inventory


async def main(folder: Path) -> None:
    """Open the app and travel."""
    traveller = Traveller()
    egress.install([BEGINNING])
    with traveller.journey("provision and open"):
        home = await make_home(folder / "home", paired=False)
    async with worn(home) as both:
        for journey in (*QUIET, *SHARES, *ON_THIS_COMPUTER, *QUIET_AFTERWARDS, *MEDDLING):
            with traveller.journey(journey.name, manner=journey.manner) as facts:
                await journey.act(both, facts)
    with traveller.journey("close") as facts:
        facts["parts"] = inventory()


if __name__ == "__main__":
    asyncio.run(main(Path(os.environ["WATCHED_FOLDER"])))
