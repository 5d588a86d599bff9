"""The catalogues that come with the app: whole, with the same placeholders, and in letters that its fonts have."""

from __future__ import annotations

import string
from collections.abc import Iterator
from pathlib import Path

import kivymd
import pytest
from babel.messages.catalog import Catalog, Message
from fontTools.ttLib import TTFont

from companion_app.language import KNOWN
from companion_app.language.spoken import CATALOGUES
from companion_app.ui.widgets.script import drawn
from host_tools.words import catalogues
from host_tools.words.sources import kv_texts, template

TRANSLATED = [code for code in KNOWN if code != "en"]
# Forms of "one" and "two" that say the number as a word, as Arabic does.
IN_WORDS = frozenset({"n"})


@pytest.fixture(scope="module")
def sources() -> Catalog:
    return template()


def translated(code: str) -> Catalog:
    return catalogues.read(catalogues.po_path(code), code)


def words(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (str(message.string),)


def source(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[1]


def names(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def messages(code: str) -> Iterator[Message]:
    yield from (message for message in translated(code) if message.id)


def letters_of(font: Path) -> set[int]:
    return set(TTFont(font).getBestCmap())


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_text_of_the_sources_is_translated(code: str, sources: Catalog) -> None:
    catalogue = translated(code)
    missing = [
        source(message)
        for message in sources
        if message.id
        and ((known := catalogue.get(message.id, message.context)) is None or not catalogues.is_whole(known))
    ]
    some = "\n".join(missing[:20])
    assert not missing, f"{len(missing)} texts are not translated to {code}: run `make docs`, then translate\n{some}"


@pytest.mark.parametrize("code", TRANSLATED)
def test_placeholders_are_those_of_the_source(code: str) -> None:
    for message in messages(code):
        wanted = names(source(message))
        for said in words(message):
            spoken_out = IN_WORDS if message.pluralizable else frozenset[str]()
            assert wanted - spoken_out <= names(said) <= wanted, f"{source(message)!r} became {said!r}"


@pytest.mark.parametrize("code", TRANSLATED)
def test_paragraphs_and_endings_are_kept(code: str) -> None:
    """A sentence stays a sentence, and paragraphs stay as many: layouts count on both."""
    for message in messages(code):
        for said in words(message):
            assert said.count("\n") == source(message).count("\n"), said
            assert said == said.strip() or source(message) != source(message).strip(), said
            assert said.rstrip('“”»"').endswith("…") == source(message).rstrip('“”"').endswith("…"), said


@pytest.mark.parametrize("code", TRANSLATED)
def test_what_is_compiled_is_what_is_translated(code: str) -> None:
    compiled = catalogues.po_path(code).with_suffix(".mo").read_bytes()
    assert compiled == catalogues.compiled(translated(code)), "run `make docs`"


def test_the_fonts_have_every_letter_that_is_said(sources: Catalog) -> None:
    """By the rule of `fonts.font_for`: Roboto, or DejaVu Sans for a text with signs beyond it."""
    fonts = Path(kivymd.fonts_path)
    roboto = set(TTFont(fonts / "Roboto-Regular.ttf").getBestCmap()) & set(
        TTFont(fonts / "Roboto-Medium.ttf").getBestCmap()
    )
    own = CATALOGUES.parent / "fonts"
    wide = set(TTFont(own / "DejaVuSans.ttf").getBestCmap()) & set(TTFont(own / "DejaVuSans-Bold.ttf").getBestCmap())
    said = [source(message) for message in sources if message.id]
    said += [form for code in TRANSLATED for message in messages(code) for form in words(message)]
    for text in said:
        letters = {ord(letter) for letter in drawn(text, right_to_left=True) if letter != "\n"}
        assert letters <= roboto or letters <= wide, f"{sorted(map(chr, letters - wide))} in {text!r}"


def test_what_is_half_translated_is_said_in_english() -> None:
    catalogue = Catalog(locale="ar")
    catalogue.add("Stop", "")
    half = catalogue.add(("{n} day", "{n} days"), ("", "يوم", "", "", "", ""))
    assert not catalogues.is_whole(half)
    assert catalogues.compiled(catalogue) == catalogues.compiled(Catalog(locale="ar"))


def test_texts_of_kv_rules_are_found() -> None:
    rules = """
    text: _("Pair with \\"yours\\"") if root.x else _('Go on')
    on_release: app.start(root.model.not_(1))
    title: root.words_("no")
    """
    assert list(kv_texts(rules)) == ['Pair with "yours"', "Go on"]


def test_what_nobody_says_any_more_is_dropped_and_what_is_said_stays() -> None:
    found, old = Catalog(), Catalog(locale="de")
    found.add("Stop")
    found.add("New")
    old.add("Stop", "Stopp")
    old.add("Gone", "Weg")
    merged = catalogues.merged(found, old, "de")
    assert {message.id: message.string for message in merged if message.id} == {"Stop": "Stopp", "New": None}
