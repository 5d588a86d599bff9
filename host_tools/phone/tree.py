"""The app as a phone gets it: the app's own package, the one package of the firmware that both sides share, a start."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).parents[2]
_MARK = ".plainsight-phone"
_MAIN = '''"""The start on a phone: python-for-android runs the file of this name."""

import asyncio

from companion_app.main import main
from companion_app.paths import default_folder

asyncio.run(main(default_folder()))
'''
_NOT_CODE = shutil.ignore_patterns("__pycache__", "*.pyc", "*.po", "*.pot", "buildozer.spec")


class FolderInUse(Exception):
    """The folder holds something that this command did not put there; it is left as it is."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} holds other things: name a folder that is empty or does not exist yet")
        self.folder = folder


def lay_out(folder: Path) -> int:
    """Make `folder` what buildozer builds from; returns how many files it holds. Raises FolderInUse, OSError."""
    if folder.exists():
        if any(folder.iterdir()) and not (folder / _MARK).exists():
            raise FolderInUse(folder)
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / _MARK).touch()
    (folder / "main.py").write_text(_MAIN)
    (folder / "plainsight").mkdir()
    shutil.copytree(ROOT / "companion_app", folder / "companion_app", ignore=_NOT_CODE)
    shutil.copy(ROOT / "firmware" / "plainsight" / "__init__.py", folder / "plainsight")
    shutil.copytree(ROOT / "firmware" / "plainsight" / "wire", folder / "plainsight" / "wire", ignore=_NOT_CODE)
    shutil.copy(ROOT / "companion_app" / "buildozer.spec", folder)
    shutil.copytree(Path(__file__).parent / "recipes", folder / "recipes", ignore=_NOT_CODE)
    return sum(path.is_file() for path in folder.rglob("*"))
