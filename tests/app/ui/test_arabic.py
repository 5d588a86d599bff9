"""Arabic in a real window: what is said stays as it reads; what is drawn is joined, turned, in a font that has it."""

from __future__ import annotations

import pytest

from companion_app import language
from companion_app.ui.widgets.action import Action
from companion_app.ui.widgets.fonts import WIDE_STRONG_FONT
from companion_app.ui.widgets.script import drawn, runs_from_the_right
from companion_app.ui.widgets.script_label import ScriptLabel
from tests.app.ui.conftest import OpenWindow

pytestmark = pytest.mark.window


async def test_a_page_is_drawn_as_arabic_is_written(open_window: OpenWindow) -> None:
    window = await open_window()
    window.models.preferences.change(language="ar")
    await window.settle()
    assert language.current().code == "ar"
    page = [one for one in window.labels() if isinstance(one, ScriptLabel) and runs_from_the_right(one.text)]
    assert len(page) >= 4
    for one in page:
        lines = one._label.text.split("\n")
        assert not any(line in one.text for line in lines), "drawn as it reads"
        joined = "".join(sorted("".join(lines).replace(" ", "")))
        assert joined == "".join(sorted(drawn(one.text, right_to_left=True).replace(" ", "").replace("\n", "")))
        assert one.halign == "right"
        assert one._label.options["font_name"].startswith("PlainsightWide")
    buttons = [one for one in window.widgets(Action) if runs_from_the_right(one.caption)]
    assert buttons
    assert all(f"[font={WIDE_STRONG_FONT}]" in one.text and one.caption not in one.text for one in buttons)
    window.models.preferences.change(language="en")
    await window.settle()
    assert not any(runs_from_the_right(one.text) for one in window.labels())
