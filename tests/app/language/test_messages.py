"""Saying a text: by the catalogue, else in English; filled, counted, and never a traceback for a bad translation."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from companion_app import language
from companion_app.language import N_, NN_, _, known, listed, ngettext, pgettext, spoken

Forms = str | tuple[str, ...]


def catalogue(folder: Path, code: str, words: dict[str | tuple[str, str], Forms]) -> Path:
    """A folder with a compiled catalogue of `words` in the language `code`."""
    made = Catalog(locale=code, charset="utf-8", fuzzy=False)
    for message, said in words.items():
        made.add(message, said)
    path = folder / code / "LC_MESSAGES" / f"{spoken.DOMAIN}.mo"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_mo(file, made)
    return folder


class TestSaying:
    def test_english_says_the_source(self) -> None:
        assert _("Live to {who}", who="nobody") == "Live to nobody"
        assert ngettext("{n} frame", "{n} frames", 1) == "1 frame"
        assert ngettext("{n} frame", "{n} frames", 0) == "0 frames"
        assert N_("Kept") == "Kept"
        assert NN_("{n} face", "{n} faces") == ("{n} face", "{n} faces")
        assert listed(["a", "b"]) == "a, b"

    def test_a_text_without_values_keeps_its_braces(self) -> None:
        assert _("a {brace} and {another") == "a {brace} and {another"

    def test_an_empty_text_is_empty_in_every_language(self) -> None:
        language.use("de")
        assert _("") == ""

    def test_a_catalogue_is_said(self, tmp_path: Path) -> None:
        folder = catalogue(
            tmp_path, "de", {"Live to {who}": "Live an {who}", ("{n} day", "{n} days"): ("{n} Tag", "{n} Tage")}
        )
        assert language.use("de", folder).code == "de"
        assert _("Live to {who}", who="mich") == "Live an mich"
        assert ngettext("{n} day", "{n} days", 2) == "2 Tage"
        assert ngettext("{n} day", "{n} days", 1, n="one") == "one Tag"

    def test_what_a_catalogue_lacks_is_said_in_english(self, tmp_path: Path) -> None:
        language.use("de", catalogue(tmp_path, "de", {"Yes": "Ja"}))
        assert _("Yes") == "Ja"
        assert _("No {n}", n=1) == "No 1"
        assert pgettext("a place", "Yes") == "Yes"
        assert ngettext("{n} cat", "{n} cats", 3) == "3 cats"

    def test_a_translation_that_names_what_is_not_there_gives_way_to_english(self, tmp_path: Path) -> None:
        language.use("de", catalogue(tmp_path, "de", {"Live to {who}": "Live an {wen}", "At {n}": "Bei {n"}))
        assert _("Live to {who}", who="us") == "Live to us"
        assert _("At {n}", n=4) == "At 4"

    def test_values_are_not_formatted_again(self) -> None:
        assert _("Asked: {question}", question="what is {n}?") == "Asked: what is {n}?"

    @pytest.mark.parametrize(
        ("n", "said"),
        [(0, "0 يوم"), (1, "قبل يوم"), (2, "قبل يومين"), (3, "3 أيام"), (11, "11 يومًا"), (100, "100 يوم")],
    )
    def test_arabic_counts_in_six_forms(self, n: int, said: str) -> None:
        language.use("ar")
        assert ngettext("{n} day ago", "{n} days ago", n).endswith(said)


class TestChoosing:
    @pytest.mark.parametrize(
        ("wanted", "code"),
        [("de", "de"), ("de_AT.UTF-8", "de"), ("ar-EG", "ar"), ("AR", "ar"), ("C", "en"), ("", "en"), ("fr_FR", "en")],
    )
    def test_the_nearest_language_is_found(self, wanted: str, code: str) -> None:
        assert language.nearest(wanted).code == code

    def test_a_missing_catalogue_leaves_english(self, tmp_path: Path) -> None:
        assert language.use("de", tmp_path) == language.SOURCE
        assert language.current() == language.SOURCE

    @pytest.mark.parametrize("bytes_", [b"", b"not a catalogue", b"\xde\x12\x04\x95" + b"\xff" * 40])
    def test_a_damaged_catalogue_leaves_english(self, tmp_path: Path, bytes_: bytes) -> None:
        path = tmp_path / "de" / "LC_MESSAGES" / f"{spoken.DOMAIN}.mo"
        path.parent.mkdir(parents=True)
        path.write_bytes(bytes_)
        language.use("ar")
        assert language.use("de", tmp_path) == language.SOURCE
        assert _("Stop") == "Stop"

    def test_a_cut_catalogue_never_raises(self, tmp_path: Path) -> None:
        whole = (spoken.CATALOGUES / "de" / "LC_MESSAGES" / f"{spoken.DOMAIN}.mo").read_bytes()
        for end in range(0, len(whole), len(whole) // 40):
            folder = tmp_path / str(end)
            path = folder / "de" / "LC_MESSAGES" / f"{spoken.DOMAIN}.mo"
            path.parent.mkdir(parents=True)
            path.write_bytes(whole[:end])
            assert language.use("de", folder) in (language.SOURCE, known.KNOWN["de"])

    def test_observers_hear_of_a_change_and_of_nothing_else(self) -> None:
        heard: list[str] = []
        leave = language.observe(lambda: heard.append(language.current().code))
        language.use("de")
        language.use("de")
        language.use("ar")
        leave()
        leave()
        language.use("en")
        assert heard == ["de", "ar"]

    def test_the_system_says_its_language_in_the_order_of_posix(self) -> None:
        environment = {"LANG": "ar_EG.UTF-8", "LC_ALL": "", "LC_MESSAGES": "de_DE.UTF-8"}
        assert language.system_language(environment) == "de_DE.UTF-8"
        assert language.system_language({**environment, "LC_ALL": "en_GB"}) == "en_GB"

    def test_the_catalogue_is_gettexts_own(self) -> None:
        language.use("de")
        assert isinstance(spoken.catalogue(), gettext.GNUTranslations)
