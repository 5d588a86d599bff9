"""Anthropic's shape: what is asked, and how any answer at all is read."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion_app.sharing.endpoints.anthropic import Anthropic, AnthropicDialect, request_body
from companion_app.sharing.endpoints.endpoint import Ask
from companion_app.sharing.errors import BadAnswer, BadKey, BadModelName, BadVersion, BrokeOff, DeliveryError
from tests.app.sharing.answers import run_read

_TEXT = {"type": "text", "text": "A pier."}


def whole(*blocks: object, stop_reason: object = "end_turn") -> bytes:
    """A message in one piece."""
    return json.dumps({"type": "message", "model": "m", "content": blocks, "stop_reason": stop_reason}).encode()


def events(*data: object) -> bytes:
    """A stream of events."""
    return b"".join(b"event: x\ndata: %s\n\n" % json.dumps(one).encode() for one in data)


@given(st.binary(max_size=300), st.text(max_size=100))
def test_a_request_holds_picture_and_question_and_nothing_else(jpeg: bytes, question: str) -> None:
    body = json.loads(request_body("m", Ask(jpeg, question)))

    [message] = body["messages"]
    picture, text = message["content"]
    assert text == {"type": "text", "text": question}
    assert base64.b64decode(picture["source"]["data"], validate=True) == jpeg
    assert body == {"model": "m", "max_tokens": 2000, "messages": [message], "stream": True}


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("https://h.example", "https://h.example/v1/messages"),
        ("https://h.example/", "https://h.example/v1/messages"),
        ("https://h.example/v1", "https://h.example/v1/messages"),
        ("https://h.example/v1/messages", "https://h.example/v1/messages"),
        ("https://h.example/claude", "https://h.example/claude/v1/messages"),
    ],
)
def test_the_path_follows_from_the_base(base: str, url: str) -> None:
    assert Anthropic(base).card.url == url
    assert Anthropic(base).card.id == f"anthropic:{url}"


def test_what_cannot_be_asked_with_is_refused_by_name() -> None:
    with pytest.raises(BadModelName):
        Anthropic("https://h.example", "")
    with pytest.raises(BadKey):
        Anthropic("https://h.example", "m", "a\nb")
    for version in ("", "latest", "2023-06-01\r\nX: y", "2023-6-1"):
        with pytest.raises(BadVersion):
            Anthropic("https://h.example", "m", version=version)


def test_blocks_of_text_stand_on_lines_of_their_own_and_thoughts_are_not_told() -> None:
    thought = {"type": "thinking", "thinking": "hmm", "signature": "s"}
    heard: list[str] = []
    said = run_read(whole(thought, _TEXT, {"type": "text", "text": "It is old."}), AnthropicDialect(), heard)
    assert said.text == "A pier.\nIt is old." == "".join(heard)


def test_a_stream_may_hold_kinds_of_events_that_come_to_be_later() -> None:
    stream = events(
        {"type": "message_start", "message": {"model": "m"}},
        {"type": "content_block_start", "content_block": {"type": "thinking", "thinking": ""}},
        {"type": "content_block_delta", "delta": {"type": "thinking_delta", "thinking": "hmm"}},
        {"type": "content_block_delta", "delta": {"type": "signature_delta", "signature": "s"}},
        {"type": "weather", "delta": {"text": "rain"}},
        {"type": "content_block_start", "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "delta": {"type": "text_delta", "text": "A pier."}},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}},
        {"type": "message_stop"},
    )
    said = run_read(stream + b"data: {never read", AnthropicDialect())
    assert (said.text, said.model) == ("A pier.", "m")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (whole(), "no words"),
        (whole({"type": "text", "text": "\u200b"}), "no words"),
        (whole(_TEXT, stop_reason="tool_use"), "asks for a tool"),
        (whole({"type": "server_tool_use", "name": "web_search"}), "asks for a tool"),
        (whole(_TEXT, stop_reason="refusal"), "the model would not answer"),
        (whole("text"), "asks for a tool"),
        (b'{"content": "text"}', "not a message"),
        (b"{}", "not a message"),
        (events({"type": "message_start", "message": {"model": "m"}}), "cut off"),
        (events([]), "not JSON"),
        (events({"type": "content_block_start", "content_block": 5}), "asks for a tool"),
    ],
)
def test_what_is_no_answer_is_named(answer: bytes, reason: str) -> None:
    with pytest.raises(BadAnswer) as caught:
        run_read(answer, AnthropicDialect())
    assert caught.value.data["reason"] == reason


def test_an_error_in_place_of_an_answer_is_told_in_its_words() -> None:
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "Over\x1bloaded"}}
    for answer in (json.dumps(error).encode(), events(error), events({"type": "error", "error": ["odd"]})):
        with pytest.raises(BrokeOff) as caught:
            run_read(answer, AnthropicDialect())
        assert caught.value.data["message"] in {"overloaded_error: Overloaded", "['odd']"}


FIELDS = ["type", "message", "delta", "content_block", "content", "text", "stop_reason", "error", "model"]
KINDS = [
    "message_start",
    "content_block_start",
    "content_block_delta",
    "message_delta",
    "message_stop",
    "error",
    "text",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10) | st.sampled_from(KINDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=5),
    max_leaves=20,
)


@given(
    st.binary(max_size=200)
    | JSON.map(lambda value: json.dumps(value).encode())
    | st.lists(JSON, max_size=5).map(lambda values: events(*values))
)
def test_any_bytes_are_an_answer_or_a_named_error(answer: bytes) -> None:
    try:
        text = run_read(answer, AnthropicDialect()).text
    except DeliveryError as error:
        text = str(error)
    assert 1 <= len(text) <= 8000
