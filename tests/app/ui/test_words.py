"""Every state, reason, refusal and error has words, and no doubtful light is called proven."""

from __future__ import annotations

import importlib
import itertools
import pkgutil
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plainsight import wire

import companion_app
from companion_app.errors import AppError
from companion_app.keys.errors import PhraseWrong
from companion_app.link.connection import ConnectionState, Reason
from companion_app.onboarding import VoicePolicy
from companion_app.sharing.errors import ConnectionLost
from companion_app.sharing.outcome import Outcome
from companion_app.ui.theme.contrast import ratio
from companion_app.ui.theme.tones import KINDS, tones
from companion_app.ui.view_models.words.connection import connection_words
from companion_app.ui.view_models.words.errors import has_own_words, problem
from companion_app.ui.view_models.words.light import light_words
from companion_app.ui.view_models.words.measures import age, byte_count
from companion_app.ui.view_models.words.refusals import known_codes, refusal
from companion_app.ui.view_models.words.voice import voice_words


def error_classes() -> Iterator[type[AppError]]:
    """Every error that the services define."""
    for module in pkgutil.walk_packages(companion_app.__path__, "companion_app."):
        if module.name.endswith("errors") and ".ui." not in module.name:
            importlib.import_module(module.name)
    waiting = [AppError]
    while waiting:
        kind = waiting.pop()
        if kind.__module__.startswith("companion_app."):
            yield kind
        waiting.extend(kind.__subclasses__())


@pytest.mark.parametrize("kind", sorted(set(error_classes()) - {AppError}, key=lambda kind: kind.__name__))
def test_every_error_has_words_of_its_own_or_of_its_family(kind: type[AppError]) -> None:
    assert has_own_words(kind)


def test_every_code_of_the_wire_has_words_and_no_other() -> None:
    assert known_codes() == set(wire.ERRORS)


def test_a_wrong_recovery_phrase_says_which_word() -> None:
    told = problem(PhraseWrong("unknown_word", "aplle", 3, ("apple",)))
    assert "Word 3, “aplle”" in told.what
    assert "apple" in told.next_step


def test_an_unknown_code_is_named() -> None:
    told = refusal("flux_capacitor")
    assert "flux_capacitor" in told.what
    assert told.next_step


def test_every_connection_has_words() -> None:
    for state, reason in itertools.product(ConnectionState, Reason):
        words = connection_words(state, reason)
        assert words.title
        assert words.why.endswith(".")


def test_every_voice_policy_has_words_of_its_own() -> None:
    assert len({voice_words(policy) for policy in VoicePolicy}) == len(VoicePolicy)


@pytest.mark.parametrize("outcome", [Outcome.NOT_SENT, Outcome.UNKNOWN, Outcome.SENT])
def test_a_failed_upload_says_what_is_known_of_it(outcome: Outcome) -> None:
    told = problem(ConnectionLost(outcome=outcome, recipient="example", reason="reset"))
    fate = {
        Outcome.NOT_SENT: "did not leave",
        Outcome.UNKNOWN: "may have been sent",
        Outcome.SENT: "was sent",
    }
    assert fate[outcome] in told.what


@pytest.mark.promise(1)
@pytest.mark.parametrize("level", ["current", "optical", "supply"])
def test_a_proven_light_says_what_it_does_not_catch(level: str) -> None:
    words = light_words({"level": level, "verdict": "proven"})
    assert words.proven
    assert "UNPROVEN" not in words.title
    assert words.detail


@pytest.mark.promise(1)
@given(
    st.dictionaries(
        st.sampled_from(["level", "verdict", "evidence"]),
        st.one_of(st.none(), st.booleans(), st.text(max_size=9), st.sampled_from(["software", "unproven", "Proven"])),
    )
)
def test_what_is_not_clearly_proven_is_called_unproven(light: dict[str, object]) -> None:
    words = light_words(light)
    assert words.proven is (light.get("verdict") == "proven" and light.get("level") in ("current", "optical", "supply"))
    assert ("UNPROVEN" in words.title) is not words.proven


@pytest.mark.promise(1)
def test_software_level_can_never_be_proven() -> None:
    assert not light_words({"level": "software", "verdict": "proven"}).proven


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-3600, "time unknown: the clocks disagree"),
        (-5, "just now"),
        (4.9, "just now"),
        (5, "5 seconds ago"),
        (59.9, "59 seconds ago"),
        (60, "1 minute ago"),
        (3599, "59 minutes ago"),
        (3600, "1 hour ago"),
        (86400, "1 day ago"),
        (20 * 86400, "20 days ago"),
    ],
)
def test_ages(seconds: float, words: str) -> None:
    assert age(seconds) == words


def test_byte_counts_are_exact() -> None:
    assert [byte_count(count) for count in (0, 1, 999, 48213)] == ["0 bytes", "1 byte", "999 bytes", "48,213 bytes"]


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("high_contrast", [False, True])
def test_tones_can_be_read(dark: bool, high_contrast: bool) -> None:
    shades = tones(dark=dark, high_contrast=high_contrast)
    assert set(shades) == set(KINDS)
    for kind, tone in shades.items():
        fill, ink = ([int(code[at : at + 2], 16) / 255 for at in (1, 3, 5)] for code in (tone.fill, tone.ink))
        assert ratio(fill, ink) >= 7, kind


def test_contrast_of_black_on_white_is_21() -> None:
    assert ratio((0, 0, 0), (1, 1, 1)) == pytest.approx(21)
    assert ratio((1, 1, 1), (1, 1, 1)) == 1
