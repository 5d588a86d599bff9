"""The two dialects side by side: what each says for the same thing, so that one test can ask both."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from companion_app.sharing import OpenAICompatible
from companion_app.sharing.endpoints.anthropic import Anthropic
from companion_app.sharing.endpoints.endpoint import Endpoint
from tests.clouds import shapes

KEY = "sk-good"


@dataclass(frozen=True)
class Dialect:
    """Bytes that a cloud of this dialect says; `errors` by status; `path`: where it is asked."""

    name: str
    path: str
    model: str
    whole: bytes
    stream: bytes
    cut_stream: bytes
    failed_stream: bytes
    tool_stream: bytes
    tool_whole: bytes
    wordless_stream: bytes
    full_stream: bytes
    errors: Mapping[int, bytes]

    def saying(self, text: str) -> bytes:
        """A stream that says `text`."""
        if self.name == "openai":
            return shapes.openai_stream({"content": text})
        return shapes.anthropic_stream({"type": "text_delta", "text": text})

    def endpoint(self, url: str, key: str = KEY) -> Endpoint:
        """The adapter for a cloud at `url` (scheme, host, port)."""
        return OpenAICompatible(url, "x", key) if self.name == "openai" else Anthropic(url, "x", key)

    def knows(self, headers: Mapping[str, str]) -> bool:
        """Whether a request brings the good key where this dialect, in the version it names, has it."""
        if self.name == "anthropic" and headers["anthropic-version"] == "2023-06-01":
            return headers.get("x-api-key") == KEY
        return headers.get("authorization") == f"Bearer {KEY}"

    def asked(self, body: bytes) -> tuple[bytes, str, dict[str, Any]]:
        """Picture, question, and the rest of a request's fields."""
        request = json.loads(body)
        [message] = request.pop("messages")
        assert message.pop("role") == "user"
        parts = {part["type"]: part for part in message.pop("content")}
        assert not message
        if self.name == "openai":
            encoded = parts["image_url"]["image_url"]["url"].removeprefix("data:image/jpeg;base64,")
        else:
            assert parts["image"]["source"].items() >= {"type": "base64", "media_type": "image/jpeg"}.items()
            encoded = parts["image"]["source"]["data"]
        return base64.b64decode(encoded, validate=True), parts["text"]["text"], request


OPENAI = Dialect(
    name="openai",
    path="/v1/chat/completions",
    model=shapes.OPENAI_MODEL,
    whole=shapes.openai_whole(),
    stream=shapes.openai_stream(),
    cut_stream=shapes.openai_stream(finish_reason=None, done=False),
    failed_stream=shapes.openai_stream(finish_reason=None, done=False)
    + b"data: "
    + shapes.openai_error("The server had an error", "server_error", None)
    + b"\n\n",
    tool_stream=shapes.openai_stream({"content": "Let me look. "}, shapes.OPENAI_TOOL_CALL, finish_reason="tool_calls"),
    tool_whole=shapes.openai_whole(content=None, tool_calls=shapes.OPENAI_TOOL_CALL["tool_calls"]),
    wordless_stream=shapes.openai_stream({"content": " \u200b"}),
    full_stream=shapes.openai_stream({"content": "A pier, and"}, finish_reason="length"),
    errors=shapes.OPENAI_ERRORS,
)
ANTHROPIC = Dialect(
    name="anthropic",
    path="/v1/messages",
    model=shapes.ANTHROPIC_MODEL,
    whole=shapes.anthropic_whole(),
    stream=shapes.anthropic_stream(),
    cut_stream=shapes.anthropic_stream(stop_reason=None),
    failed_stream=shapes.anthropic_stream(error={"type": "overloaded_error", "message": "Overloaded"}),
    tool_stream=shapes.anthropic_stream(
        {"type": "input_json_delta", "partial_json": '{"and": "send it"}'},
        block=shapes.ANTHROPIC_TOOL_USE,
        stop_reason="tool_use",
    ),
    tool_whole=shapes.anthropic_whole([shapes.ANTHROPIC_TOOL_USE], "tool_use"),
    wordless_stream=shapes.anthropic_stream({"type": "text_delta", "text": " \u200b"}),
    full_stream=shapes.anthropic_stream({"type": "text_delta", "text": "A pier, and"}, stop_reason="max_tokens"),
    errors=shapes.ANTHROPIC_ERRORS,
)
DIALECTS = (OPENAI, ANTHROPIC)
