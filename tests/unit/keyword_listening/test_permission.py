"""Who must say yes before a word is waited for: every combination of answers."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from plainsight.keyword.permission import Permission
from plainsight.listening import VoicePolicy
from plainsight.settings import Settings


class Around:
    """Board and power."""

    switch = False
    state = "listening"
    asleep = ""
    unsteady = False

    def muted(self) -> bool:
        return self.switch


@pytest.mark.promise(6)
def test_only_where_everybody_says_yes(tmp_path: Path) -> None:
    settings, around = Settings(str(tmp_path / "settings.json")), Around()
    permission: Any = Permission(around, VoicePolicy(settings), around, lambda: around.unsteady)
    allowed: list[tuple[object, ...]] = []
    combinations = itertools.product(
        ("off", "keyword", "stream"),
        (False, True),
        (False, True),
        ("listening", "connectable", "shelf"),
        ("", "idle"),
        (False, True),
    )
    for voice, keyword, switch, state, asleep, unsteady in combinations:
        settings.values.update(voice=voice, keyword=keyword)
        around.switch, around.state, around.asleep, around.unsteady = switch, state, asleep, unsteady
        why = permission.why_not()
        if not why:
            allowed.append((voice, keyword, switch, state, asleep, unsteady))
        elif voice == "off" or not keyword:
            assert why == "off"
        else:
            assert why == ("muted" if switch else "resting")
    assert allowed == [
        ("keyword", True, False, "listening", "", False),
        ("stream", True, False, "listening", "", False),
    ]


@pytest.mark.promise(6)
def test_fresh_from_the_box_nobody_listens(tmp_path: Path) -> None:
    voice = VoicePolicy(Settings(str(tmp_path / "settings.json")))
    assert not voice.awaits_word()
