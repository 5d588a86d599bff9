"""OpenAI's shape: what is asked, and how any answer at all is read."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion_app.sharing import OpenAICompatible
from companion_app.sharing.endpoints.endpoint import Ask
from companion_app.sharing.endpoints.openai_compatible import OpenAIDialect, request_body
from companion_app.sharing.endpoints.saved import SavedEndpoint, load, save
from companion_app.sharing.errors import BadAddress, BadAnswer, BadKey, BadModelName, DeliveryError
from tests.app.sharing.answers import run_read
from tests.app.sharing.conftest import App
from tests.app.sharing.recipient import COMPLETION
from tests.app.vaults import room


@given(st.binary(max_size=300), st.text(max_size=100))
def test_a_request_holds_picture_and_question_and_nothing_else(jpeg: bytes, question: str) -> None:
    body = json.loads(request_body("m", Ask(jpeg, question)))

    [message] = body["messages"]
    text, picture = message["content"]
    assert text == {"type": "text", "text": question}
    assert base64.b64decode(picture["image_url"]["url"].split(",", 1)[1], validate=True) == jpeg
    assert body == {"model": "m", "messages": [message], "max_tokens": 2000, "stream": True}


def _read(answer: bytes, heard: list[str] | None = None) -> tuple[str, str]:
    """Text and model of an answer in one piece."""
    said = run_read(answer, OpenAIDialect(), heard)
    return said.text, said.model


def test_a_recorded_completion_is_read() -> None:
    heard: list[str] = []
    assert _read(json.dumps(COMPLETION).encode(), heard) == ("A naval officer in uniform.", "gpt-4o-mini-2024-07-18")
    assert heard == ["A naval officer in uniform."]


def test_an_answer_in_one_object_may_arrive_in_pieces() -> None:
    answer = b"\r\n " + json.dumps(COMPLETION).encode()
    parts = [answer[at : at + 5] for at in range(0, len(answer), 5)]
    assert run_read(parts, OpenAIDialect()).text == "A naval officer in uniform."


def _completion(content: object, **more: object) -> bytes:
    return json.dumps({"choices": [{"message": {"content": content}}], **more}).encode()


def test_an_answer_in_parts_is_joined() -> None:
    parts = [{"type": "text", "text": "One."}, {"type": "image"}, "x", {"type": "text", "text": 5}]
    assert _read(_completion([*parts, {"type": "text", "text": "Two."}])) == ("One.\nTwo.", "")


def test_an_answer_cannot_move_the_cursor_or_turn_the_text_round() -> None:
    text, model = _read(_completion("a\x1b[2J\u202eb\u0000\nc", model="m\x07\u2066"))
    assert (text, model) == ("a[2Jb\nc", "m")


def test_a_stream_is_whole_by_its_last_event_or_by_the_reason_it_names() -> None:
    chunk = b'data: {"choices":[{"delta":{"content":"A pier."}%s}]}\n\n'
    done, stop = b"data: [DONE]\n\n", b',"finish_reason":"stop"'
    for stream in (chunk % b"" + done, chunk % stop, chunk % stop + done + b"data: {never read\n\n"):
        assert _read(stream)[0] == "A pier."
    with pytest.raises(BadAnswer):
        _read(chunk % b"")


def test_a_long_answer_is_cut_and_shows_it() -> None:
    text, _ = _read(_completion("x" * 9000))
    assert len(text) == 8000
    assert text.endswith("…")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"\xff\xfe", "cut off"),
        (b"[" * 100_000, "cut off"),
        (b'{"a":' * 100_000, "not JSON"),
        (b"null", "cut off"),
        (b"{", "not JSON"),
        (b'{"choices":[]}', "not a completion"),
        (b'{"choices":{"0":1}}', "not a completion"),
        (b'{"choices":[{"message":null}]}', "not a completion"),
        (b'data: {"choices":[{"delta":{"content":"Look!"},"finish_reason":"tool_calls"}]}\n\n', "asks for a tool"),
        (b'{"choices":[{"message":{"content":"A"},"finish_reason":"function_call"}]}', "asks for a tool"),
        (_completion(""), "no words"),
        (_completion(None), "no words"),
        (_completion("\x00\x1b"), "no words"),
        (_completion([]), "no words"),
    ],
)
def test_what_is_no_answer_is_named(answer: bytes, reason: str) -> None:
    with pytest.raises(BadAnswer) as caught:
        _read(answer)
    assert caught.value.data == {"recipient": "r", "reason": reason}


FIELDS = ["choices", "message", "content", "type", "text", "model", "error", "delta", "finish_reason", "tool_calls"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4),
    max_leaves=20,
)
CHUNKS = st.lists(JSON, max_size=4).map(
    lambda values: b"".join(b"data: %s\n\n" % json.dumps({"choices": [{"delta": v}]}).encode() for v in values)
)


@given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()) | JSON.map(_completion) | CHUNKS)
def test_any_bytes_are_an_answer_or_a_named_error(answer: bytes) -> None:
    try:
        text, model = _read(answer)
    except DeliveryError as error:
        text, model = str(error), ""
    assert 1 <= len(text) <= 8000
    assert len(model) <= 100


@pytest.mark.parametrize("model", ["", "x" * 101, "a\nb"])
def test_a_model_name_has_bounds(model: str) -> None:
    with pytest.raises(BadModelName):
        OpenAICompatible("https://h.example", model)


@pytest.mark.parametrize("key", ["", "x" * 501, "a\r\nHost: evil", "schlüssel"])
def test_a_key_that_cannot_stand_in_a_header_is_refused_unquoted(key: str) -> None:
    with pytest.raises(BadKey) as caught:
        OpenAICompatible("https://h.example", "m", key)
    assert caught.value.data == {"length": len(key)}


def test_model_and_key_come_from_the_environment() -> None:
    endpoint = OpenAICompatible.from_environment("https://h.example", {"PLAINSIGHT_MODEL": "llava"})
    assert endpoint.model == "llava"
    with pytest.raises(BadKey):
        OpenAICompatible.from_environment("https://h.example", {"PLAINSIGHT_API_KEY": "a\nb"})


def test_a_remembered_endpoint_is_there_after_a_restart_and_its_key_is_not_on_disk(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_KEY", "sk-secret")
    card = app.sharing.remember(SavedEndpoint("https://h.example/v1", "llava", "MY_KEY"))
    app.sharing.remember(SavedEndpoint("https://h.example/v1", "llava-2", "MY_KEY"))

    again = type(app.sharing)(room(tmp_path / "sharing"), app.ledger)

    assert [known.id for known in again.cards()] == ["local", card.id]
    assert load(room(tmp_path / "sharing")) == [SavedEndpoint("https://h.example/v1", "llava-2", "MY_KEY")]
    assert "sk-secret" not in room(tmp_path / "sharing").read("endpoints.json").decode()


def test_an_insecure_endpoint_is_not_remembered(app: App, tmp_path: Path) -> None:
    with pytest.raises(BadAddress):
        app.sharing.remember(SavedEndpoint("http://h.example"))
    assert load(room(tmp_path / "sharing")) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff",
        b"[" * 70_000,
        b"{}",
        b'[1, null, {"base_url": 5}, {"url": "x"}, {"base_url": "http://h.example"}]',
        b'[{"base_url": "https://h.example", "key_variable": 5}]',
    ],
)
def test_damaged_settings_are_left_out(tmp_path: Path, content: bytes) -> None:
    files = room(tmp_path / "sharing")
    files.write("endpoints.json", content)
    assert load(files) == []
    files.path("endpoints.json").write_bytes(content)
    assert load(files) == []


def test_good_settings_beside_damaged_ones_are_kept(tmp_path: Path) -> None:
    files = room(tmp_path / "sharing")
    save(files, [SavedEndpoint("http://h.example"), SavedEndpoint("https://h.example")])
    assert load(files) == [SavedEndpoint("https://h.example")]
