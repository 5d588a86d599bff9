"""Addresses and the cards made from them: who is named, what is known, and what is said to be unknown."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion_app.sharing import OpenAICompatible, cards
from companion_app.sharing.address import parse
from companion_app.sharing.errors import BadAddress, InsecureAddress


@pytest.mark.parametrize(
    ("text", "url", "recipient"),
    [
        ("https://api.openai.com/v1", "https://api.openai.com/v1", "api.openai.com"),
        ("HTTPS://API.Example.ORG.:8443/v1/", "https://api.example.org:8443/v1", "api.example.org:8443"),
        ("https://example.org:443", "https://example.org", "example.org"),
        ("https://p\u0430ypal.com", "https://xn--pypal-4ve.com", "xn--pypal-4ve.com"),
        ("http://localhost:11434/v1", "http://localhost:11434/v1", "localhost:11434"),
        ("http://127.0.0.1/x", "http://127.0.0.1/x", "127.0.0.1"),
        ("http://127.255.0.9:8/x", "http://127.255.0.9:8/x", "127.255.0.9:8"),
        ("http://[::1]:8080", "http://[::1]:8080", "[::1]:8080"),
    ],
)
def test_an_address_has_one_spelling(text: str, url: str, recipient: str) -> None:
    address = parse(text)
    assert (address.url, address.recipient) == (url, recipient)
    assert parse(address.url) == address


@pytest.mark.parametrize(
    "text",
    [
        "http://api.example.org/v1",
        "http://192.168.1.5:8080",
        "http://0.0.0.0",
        "http://[::]:80",
        "http://localhost.example.org",
        "http://127.0.0.1.example.org",
        "http://[2001:db8::1]/",
    ],
)
def test_plain_http_is_for_this_computer_alone(text: str) -> None:
    with pytest.raises(InsecureAddress):
        parse(text)
    with pytest.raises(InsecureAddress):
        OpenAICompatible(text)


@pytest.mark.parametrize(
    "path",
    ["%0aTrains on it: no", "%E2%80%A8Trains%20on%20it:%20no", "%1b[2J", "%E2%80%AEmoc", "a%3fb", "a%23b", "a%2525",
     "..%2f..", "v1/../x/%2e%2e/y", "v1/./x", "\u2028y"],
)  # fmt: skip
def test_an_address_adds_no_line_to_a_card_and_reads_back_as_itself(path: str) -> None:
    try:
        address = parse(f"https://example.org/{path}")
    except BadAddress:
        return
    assert parse(address.url) == address
    assert "Trains" not in address.url
    assert address.url.isascii()
    assert address.url.isprintable()


@pytest.mark.parametrize(
    "text",
    ["", "api.openai.com", "ftp://example.org", "https://", "https://a b", "https://x:99999", "https://x/?key=1",
     "https://x/#f", "https://x\r\nHost: y", "file:///etc/passwd", "https://" + "x" * 400, "https://ex%61mple.org"],
)  # fmt: skip
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(BadAddress):
        parse(text)


def test_an_address_with_a_password_is_refused_without_quoting_it() -> None:
    for text in ("https://owner:hunter2@example.org", "https://owner:hunter2@exa mple.org"):
        with pytest.raises(BadAddress) as caught:
            parse(text)
        assert "hunter2" not in str(caught.value)


@given(st.text(max_size=80) | st.text(alphabet="htps:/[]@.%?#0a\u0430 ", max_size=40).map("https://".__add__))
def test_any_text_is_an_address_or_a_clear_error(text: str) -> None:
    try:
        address = parse(text)
    except BadAddress:
        return
    assert address.scheme == "https" or address.loopback
    assert address.host.isascii()
    assert parse(address.url) == address


def test_a_known_recipient_has_dated_terms() -> None:
    card = OpenAICompatible("https://api.openai.com/v1").card
    assert card.recipient == "api.openai.com"
    assert card.url == "https://api.openai.com/v1/chat/completions"
    assert card.trains.startswith("no, unless")
    assert datetime.date.fromisoformat(card.reviewed) <= datetime.date(2026, 11, 22)
    assert card.source.startswith("https://")


def test_what_nobody_read_is_said_to_be_unknown() -> None:
    for url in ("https://llm.example.org/v1", "https://api.openai.com.example.org", "https://api.openai.com:8443"):
        card = OpenAICompatible(url).card
        assert {card.trains, card.retention, card.human_review, card.region, card.reviewed} == {"unknown"}
        assert "assume that it keeps the picture" in card.terms


def test_this_computer_is_not_this_device() -> None:
    card = OpenAICompatible("http://localhost:11434/v1").card
    assert not card.stays_here
    assert "may pass it on" in card.terms
    assert card.trains == "unknown"


def test_the_local_card_says_that_nothing_leaves() -> None:
    assert cards.LOCAL.stays_here
    assert cards.LOCAL.url == ""
    assert "nothing leaves this device" in cards.LOCAL.terms


def test_the_terms_hash_is_of_the_terms() -> None:
    assert cards.LOCAL.terms_sha256 == hashlib.sha256(cards.LOCAL.terms.encode()).hexdigest()


@pytest.mark.parametrize("field", [f.name for f in dataclasses.fields(cards.EndpointCard) if f.name != "id"])
def test_whatever_changes_on_a_card_changes_its_terms(field: str) -> None:
    other: dict[str, object] = {"trains_inputs": None, "runs_here": False, "only_in": ("US",), "not_in": ("US",)}
    changed = dataclasses.replace(cards.LOCAL, **{field: other.get(field, "something else")})  # type: ignore[arg-type]
    assert changed.terms_sha256 != cards.LOCAL.terms_sha256


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("https://h.example", "https://h.example/v1/chat/completions"),
        ("https://h.example/", "https://h.example/v1/chat/completions"),
        ("https://h.example/v1", "https://h.example/v1/chat/completions"),
        ("https://h.example/api/v2/", "https://h.example/api/v2/chat/completions"),
        ("https://h.example/v1/chat/completions", "https://h.example/v1/chat/completions"),
    ],
)
def test_the_path_follows_from_the_base(base: str, url: str) -> None:
    assert OpenAICompatible(base).card.url == url
