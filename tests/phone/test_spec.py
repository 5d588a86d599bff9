"""buildozer.spec against python-for-android's own graph of recipes, and against what the app asks a phone for.

No APK is built: Android's tools are not here.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import metadata

from pythonforandroid.bootstrap import Bootstrap
from pythonforandroid.build import Context
from pythonforandroid.graph import get_recipe_order_and_bootstrap
from pythonforandroid.recipe import Recipe

from tests.phone.spec import LEFT_OUT, OF_ANDROID, RECIPES, ROOT, app_needs, is_pure, listed, requirements, section


@cache
def resolved() -> tuple[Context, frozenset[str], frozenset[str]]:
    """What python-for-android would build by a recipe, and what it would leave to pip."""
    context = Context()
    context.local_recipes = str(RECIPES)
    bootstrap = Bootstrap.get_bootstrap(section()["p4a.bootstrap"], context)
    order, pure, _ = get_recipe_order_and_bootstrap(context, set(requirements()), bootstrap)
    return context, frozenset(order), frozenset(pure)


def test_everything_the_app_needs_is_listed_and_nothing_else() -> None:
    assert set(requirements()) == set(app_needs()) | OF_ANDROID


def test_versions_are_those_the_app_asks_for() -> None:
    for name, needed in app_needs().items():
        version = requirements()[name]
        assert not version or needed.specifier.contains(version), name


def test_each_requirement_has_a_recipe_or_is_pure_python() -> None:
    context, by_recipe, by_pip = resolved()
    for name in requirements():
        if name in by_recipe:
            continue
        assert name in by_pip, name
        assert is_pure(name), f"{name} has machine code, and python-for-android no recipe for it"
    ours = {path.name for path in RECIPES.iterdir() if path.is_dir() and not path.name.startswith("__")}
    assert ours == {"bleak", "materialyoucolor"}
    for name in ours:
        assert Recipe.get_recipe(name, context).__module__.startswith(f"pythonforandroid.recipes.{name}")


def test_what_the_recipes_build_is_new_enough() -> None:
    context, by_recipe, _ = resolved()
    for name, needed in app_needs().items():
        if name in by_recipe:
            version = requirements()[name] or Recipe.get_recipe(name, context).version
            assert needed.specifier.contains(version), f"{name} {version} is not {needed.specifier}"


def test_what_is_left_out_is_named_by_something() -> None:
    """A line of the table that nothing needs any more is an old reason."""
    named = " ".join(str(text) for name in app_needs() for text in _requires(name)).lower()
    assert [name for name in LEFT_OUT if name not in named.replace("_", "-")] == []


def _requires(name: str) -> list[str]:
    return metadata.requires(name) or []


def test_the_service_is_the_one_that_the_app_starts() -> None:
    (service,) = listed("services")
    name, entry, *options = service.split(":")
    assert options == ["foreground", "foregroundServiceType=connectedDevice"]
    assert (ROOT / entry).is_file()
    package = f"{section()['package.domain']}.{section()['package.name']}"
    started = (ROOT / "companion_app" / "service" / "starting.py").read_text()
    assert f'"{package}.Service{name.capitalize()}"' in started
    assert f'"{package}.STOP"' in (ROOT / "companion_app" / "ports" / "notices" / "android.py").read_text()


def test_every_permission_that_the_app_asks_for_is_declared_and_no_other() -> None:
    declared = set(re.findall(r"android\.permission\.(\w+)", " ".join(listed("android.permissions"))))
    asked = set(re.findall(r'"([A-Z_]{6,})"', (ROOT / "companion_app/ports/permissions/android.py").read_text()))
    silently = {"INTERNET", "FOREGROUND_SERVICE", "FOREGROUND_SERVICE_CONNECTED_DEVICE"}
    assert asked | {"CAMERA"} == declared - silently
    assert silently <= declared


def test_no_permission_to_listen_or_to_read_files_is_declared() -> None:
    declared = " ".join(listed("android.permissions"))
    for never in ("RECORD_AUDIO", "STORAGE", "READ_MEDIA", "CONTACTS", "BACKGROUND_LOCATION"):
        assert never not in declared
    assert section()["android.allow_backup"] == "False"
