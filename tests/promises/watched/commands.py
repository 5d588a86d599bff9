"""The command line inside the namespace: what helps to find a fault, what exports, and a share by a script."""

from __future__ import annotations

import contextlib
import io
import json
import os
from pathlib import Path

from companion_app.sharing import egress
from host_tools.cli.main import main as plainsight
from host_tools.journey.plan import default_photo
from host_tools.simulator.interpreter import BEGINNING
from tests.promises.watched.diary import Traveller
from tests.promises.watched.journeys import KEY, OPENAI, QUESTION

SHARE = "share by a script"


def quiet(folder: Path) -> dict[str, list[str]]:
    """Name to arguments of the commands that must not send anything."""
    data = ["--folder", str(folder / "home")]
    return {
        "doctor": ["doctor"],
        "cards": ["cards", *data],
        "ledger list": ["ledger", "list", *data],
        "ledger export": ["ledger", "export", str(folder / "home" / "export.json"), *data],
        "ledger verify": ["ledger", "verify", str(folder / "home" / "export.json")],
        "share on this device": ["share", str(default_photo()), "--question", QUESTION, "--yes", *data],
    }


def share(folder: Path) -> list[str]:
    """A script's share, as its documentation has it."""
    place = ["--endpoint", OPENAI, "--folder", str(folder / "home")]
    return ["share", str(default_photo()), "--question", QUESTION, "--yes", "--json", *place]


def run(arguments: list[str]) -> tuple[int, str]:
    """Exit code and output of one command in this process."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = plainsight(arguments)
    return code, out.getvalue()


def main(folder: Path) -> None:
    """Each command is a journey of its own."""
    traveller = Traveller()
    egress.install([BEGINNING])
    os.environ["PLAINSIGHT_API_KEY"] = KEY
    for name, arguments in quiet(folder).items():
        with traveller.journey(f"plainsight {name}") as facts:
            facts["code"], facts["out"] = run(arguments)
    with traveller.journey(SHARE) as facts:
        facts["code"], out = run(share(folder))
        left = json.loads(out)["left"]
        facts["covered"] = [{"recipient": "openai.example", "question": QUESTION, **left}]


if __name__ == "__main__":
    main(Path(os.environ["WATCHED_FOLDER"]))
