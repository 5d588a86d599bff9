"""The app as a phone carries it, started where everything else is hidden: other packages, the repository, the tools."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from host_tools.phone.tree import FolderInUse, lay_out
from tests.phone.spec import BROUGHT, app_needs

_RUN_S = 100

# Runs before anything of the app. A package that a phone does not have is found nowhere, whoever looks for it.
HIDE = """
import importlib.metadata, json, os, re, sys

normal = lambda name: re.sub("[-_.]+", "-", name).lower()
carried = set(json.loads(os.environ["CARRIED"]))
tops = importlib.metadata.packages_distributions()
hidden = {top for top, owners in tops.items() if not carried & {normal(owner) for owner in owners}}

class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in hidden or name.partition(".")[0] in ("tkinter", "curses", "host_tools", "tests"):
            raise ModuleNotFoundError(f"{name} is not on a phone", name=name)
        return None

sys.meta_path.insert(0, Hidden())
"""

WALK = """
import pkgutil, companion_app
desktop = ("companion_app.ports.notices.freedesktop",)
android = ("companion_app.ports.android", ".android")
walked, failed = [], {}
for module in pkgutil.walk_packages(companion_app.__path__, "companion_app."):
    if module.name in desktop or module.name.endswith(android) or module.name == "companion_app.service.__main__":
        continue
    if module.name.startswith("companion_app.recipes"):
        continue
    walked.append(module.name)
    try:
        __import__(module.name)
    except ImportError as error:
        failed[module.name] = repr(error)
print(json.dumps({"walked": walked, "failed": failed, "where": companion_app.__file__}))
"""

# The window itself, over an empty folder, until its first frame: what a phone shows first.
START = """
import asyncio, pathlib
from companion_app import main
from companion_app.ui.view_models.door import DoorModel
from companion_app.ui.view_models.preferences import PreferencesModel
from companion_app.ports.keystore import system_keystore

async def start():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir()
    door = DoorModel.of_folder(folder, system_keystore(), PreferencesModel.open(folder))
    running = asyncio.create_task(main.show(door, kivy_home=folder / "kivy"))
    from kivy.app import App
    while not (App.get_running_app() and App.get_running_app().root_window):
        await asyncio.sleep(0.01)
        if running.done():
            running.result()
    await App.get_running_app().settled()
    from companion_app.ui.widgets.text import Text
    words = [widget.text for widget in App.get_running_app().page.walk() if isinstance(widget, Text)]
    App.get_running_app().stop()
    await running
    print(json.dumps({"words": words}))

asyncio.run(start())
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that buildozer would pack."""
    folder = tmp_path_factory.mktemp("phone") / "tree"
    assert lay_out(folder) > 300
    return folder


def on_a_phone(tree: Path, script: str, *arguments: str) -> dict[str, object]:
    """Run `script` over the tree alone; it prints one JSON object."""
    environment = {
        **os.environ,
        "CARRIED": json.dumps(sorted({*app_needs(), *BROUGHT})),
        "PYTHONPATH": str(tree),
        "KIVY_NO_ARGS": "1",
        "KIVY_NO_FILELOG": "1",
        "KIVY_LOG_MODE": "PYTHON",
    }
    run = subprocess.run(
        [sys.executable, "-P", "-c", HIDE + script, *arguments],
        cwd=tree,
        env=environment,
        capture_output=True,
        text=True,
        timeout=_RUN_S,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout.splitlines()[-1])


def test_every_module_of_the_app_is_found_with_nothing_but_what_a_phone_carries(tree: Path, kivy: None) -> None:
    told = on_a_phone(tree, WALK)

    assert told["failed"] == {}
    assert str(told["where"]).startswith(str(tree))
    assert len(told["walked"]) > 250  # type: ignore[arg-type]


@pytest.mark.window
def test_the_window_opens_with_nothing_but_what_a_phone_carries(tree: Path, kivy: None, tmp_path: Path) -> None:
    told = on_a_phone(tree, START, str(tmp_path / "app"))

    assert "Lock your pictures and records" in told["words"]  # type: ignore[operator]


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters").write_text("mine")
    with pytest.raises(FolderInUse):
        lay_out(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letters"]


def test_laying_out_again_leaves_nothing_of_before(tree: Path) -> None:
    (tree / "companion_app" / "gone.py").touch()
    lay_out(tree)
    assert not (tree / "companion_app" / "gone.py").exists()
    assert not list(tree.rglob("*.po"))
    assert (tree / "plainsight" / "wire" / "__init__.py").exists()
    assert not (tree / "plainsight" / "shutter.py").exists()
