"""What buildozer.spec says, and what the app's packages say of themselves."""

from __future__ import annotations

import configparser
import re
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
SPEC = ROOT / "companion_app" / "buildozer.spec"
RECIPES = ROOT / "host_tools" / "phone" / "recipes"

# Who answers a package's markers on the phone: the Python that python-for-android builds.
PHONE = dict(default_environment()) | {
    "python_version": "3.14",
    "python_full_version": "3.14.2",
    "sys_platform": "android",
    "platform_system": "Android",
    "extra": "",
}
# Of the phone alone: parts of Python, and the two ways to Java.
OF_ANDROID = frozenset({"python3", "openssl", "sqlite3", "android", "pyjnius"})
# Named by a package and used by nothing that the app imports, which the walk below proves by hiding them.
LEFT_OUT = {
    "materialshapes": "one loading indicator of KivyMD's, which is not shown (requirements/overrides.txt)",
    "docutils": "Kivy's reader of reStructuredText",
    "pygments": "Kivy's editor of code",
    "kivy-garden": "Kivy's installer of further widgets",
    "requests": "Kivy's garden; its recipe brings it all the same",
}
# Named by a package, used by it, and brought by its recipe.
BROUGHT = frozenset({"cffi", "filetype", "pycparser"})


def section() -> dict[str, str]:
    """The [app] section."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(SPEC)
    return dict(parser["app"])


def listed(key: str) -> list[str]:
    """A list of the spec, which parts it by commas and lines."""
    return [part for part in re.split(r"[,\n]\s*", section()[key]) if part]


def requirements() -> dict[str, str]:
    """Package, by normal name, to its version, or to "" where the spec leaves that to the recipe."""
    found = (part.partition("==") for part in listed("requirements"))
    return {canonicalize_name(name): version for name, _, version in found}


def app_needs() -> dict[str, Requirement]:
    """Everything that the app's packages need on a phone, by normal name, from pyproject.toml downwards."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    waiting = [Requirement(text) for text in project["dependencies"]]
    found: dict[str, Requirement] = {}
    while waiting:
        needed = waiting.pop()
        name = canonicalize_name(needed.name)
        if name in found or name in {*LEFT_OUT, *BROUGHT} or (needed.marker and not needed.marker.evaluate(PHONE)):
            continue
        found[name] = needed
        waiting += [Requirement(text) for text in metadata.requires(name) or []]
    return found


def is_pure(name: str) -> bool:
    """Whether the installed wheel of a package holds no machine code."""
    return "Root-Is-Purelib: true" in (metadata.distribution(name).read_text("WHEEL") or "")
