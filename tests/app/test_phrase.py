"""The recovery phrase: 24 words and the key are the same thing, and a slip of the pen is named."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from mnemonic import Mnemonic

from companion_app.keys.errors import PhraseWrong
from companion_app.keys.phrase import key_of, phrase_of, recovery_code

RAW = bytes(range(32))
KEY = X25519PrivateKey.from_private_bytes(RAW)
WORDS = phrase_of(KEY).split()


@given(st.binary(min_size=32, max_size=32))
def test_a_phrase_is_its_key(raw: bytes) -> None:
    phrase = phrase_of(X25519PrivateKey.from_private_bytes(raw))
    assert len(phrase.split()) == 24
    assert key_of(phrase).private_bytes_raw() == raw


def test_the_phrase_is_that_of_bip_39() -> None:
    """Vector of the standard: 32 zero bytes."""
    assert phrase_of(X25519PrivateKey.from_private_bytes(bytes(32))) == "abandon " * 23 + "art"
    assert Mnemonic("english").to_entropy(" ".join(WORDS)) == bytearray(RAW)


@pytest.mark.parametrize(
    "typed",
    [
        " ".join(WORDS).upper(),
        "\n".join(f"{number}. {word}" for number, word in enumerate(WORDS, 1)),
        ", ".join(WORDS) + ".",
        "  " + "\t".join(WORDS) + "\n",
    ],
)
def test_how_it_is_typed_does_not_matter(typed: str) -> None:
    assert key_of(typed).private_bytes_raw() == RAW


@pytest.mark.parametrize("position", [1, 12, 24])
def test_a_word_that_does_not_exist_is_named(position: int) -> None:
    words = [*WORDS]
    words[position - 1] = "plainsight"
    with pytest.raises(PhraseWrong) as raised:
        key_of(" ".join(words))
    assert (raised.value.fault, raised.value.word, raised.value.position) == ("unknown_word", "plainsight", position)
    assert f"word {position}" in str(raised.value)
    assert "“plainsight”" in str(raised.value)


@pytest.mark.parametrize(("typed", "meant"), [("abandonn", "abandon"), ("abuot", "about"), ("zooo", "zoo")])
def test_what_may_be_meant_is_said(typed: str, meant: str) -> None:
    with pytest.raises(PhraseWrong) as raised:
        key_of(" ".join([*WORDS[:23], typed]))
    assert meant in raised.value.near
    assert meant in str(raised.value)


def test_a_word_nobody_can_guess_is_named_without_a_guess() -> None:
    with pytest.raises(PhraseWrong) as raised:
        key_of(" ".join([*WORDS[:23], "qqqqqqq"]))
    assert raised.value.near == ()


def test_words_that_changed_places_or_a_wrong_one_are_told_by_the_checksum() -> None:
    swapped = [WORDS[1], WORDS[0], *WORDS[2:]]
    wrong = ["zoo", *WORDS[1:]]
    for words in (swapped, wrong):
        with pytest.raises(PhraseWrong) as raised:
            key_of(" ".join(words))
        assert raised.value.fault == "checksum"
        assert "changed places" in str(raised.value)


@pytest.mark.parametrize("count", [0, 1, 12, 23, 25])
def test_too_few_and_too_many_words_are_counted(count: int) -> None:
    with pytest.raises(PhraseWrong) as raised:
        key_of(" ".join((WORDS * 2)[:count]))
    assert (raised.value.fault, raised.value.position) == ("word_count", count)
    assert str(count) in str(raised.value)


@given(st.text(max_size=200))
def test_any_text_is_a_key_or_a_named_fault(text: str) -> None:
    with pytest.raises(PhraseWrong):
        key_of(text)


def test_the_code_follows_from_the_key_and_does_not_tell_it() -> None:
    code = recovery_code(KEY)
    assert len(code) == 16
    assert code == recovery_code(key_of(" ".join(WORDS)))
    assert code != recovery_code(X25519PrivateKey.generate())
    assert code not in RAW
    assert code not in KEY.public_key().public_bytes_raw()
