"""What the app stands on: its packages as they are installed here, and as they are locked for everybody."""

from __future__ import annotations

import ast
import functools
import re
import tomllib
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parents[2]


def normal(name: str) -> str:
    """A package's name in the one spelling that registries compare."""
    return re.sub(r"[-_.]+", "-", name).lower()


@functools.cache
def tree(path: Path) -> ast.Module:
    """A file of code, parsed once for every scan."""
    return ast.parse(path.read_text())


def app_packages() -> dict[str, metadata.Distribution]:
    """The app's requirements and everything below them, as installed here."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    waiting = [*project["dependencies"], *extras["answers"], *extras["desktop"]]
    found: dict[str, metadata.Distribution] = {}
    while waiting:
        requirement = waiting.pop()
        name = normal(re.match(r"[\w.-]+", requirement).group())  # type: ignore[union-attr]
        if name in found or "extra ==" in requirement:
            continue
        try:
            found[name] = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # for another system, or left out on purpose (requirements/overrides.txt)
        waiting += found[name].requires or []
    return found


def locked() -> dict[str, str]:
    """Every locked package's version, by normal name; tests' and tools' packages are among them."""
    lock = (ROOT / "requirements" / "lock.txt").read_text()
    return {normal(name): version for name, version in re.findall(r"^([\w.-]+)==(\S+)", lock, re.MULTILINE)}
