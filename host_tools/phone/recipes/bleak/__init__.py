"""Bleak of the locked version: the recipe that it ships builds whatever its main branch holds that day."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from pythonforandroid.recipe import PyProjectRecipe


class BleakRecipe(PyProjectRecipe):
    """Pure Python, and two small Java classes that Android calls back."""

    name = "bleak"
    version = "3.1.0"
    url = "https://github.com/hbldh/bleak/archive/refs/tags/v{version}.tar.gz"
    depends = ["pyjnius"]  # noqa: RUF012 (p4a appends to it)

    def postbuild_arch(self, arch: Any) -> None:
        """Put the Java classes where the app is compiled."""
        super().postbuild_arch(arch)
        java = Path(self.get_build_dir(arch.arch)) / "bleak" / "backends" / "p4android" / "java"
        shutil.copytree(java, self.ctx.javaclass_dir, dirs_exist_ok=True)


recipe = BleakRecipe()
