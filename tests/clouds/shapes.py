"""What two vendors' services say on the wire, field by field as their documentation and their clients' types have it.

Written down from those (docs/endpoints.md names the pages); never recorded from a real service, which was never asked.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

TEXT = "Ein Schild: „NORTH PIER“, darüber eine Möwe."
_PIECES = ("Ein Schild: ", "„NORTH PIER“", ", darüber eine M", "öwe.")
Json = dict[str, Any]


def _sse(events: Iterable[tuple[str | None, Json | str]]) -> bytes:
    lines: list[str] = []
    for name, data in events:
        text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
        lines.append((f"event: {name}\n" if name else "") + f"data: {text}\n\n")
    return "".join(lines).encode()


# OpenAI: chat.completion, chat.completion.chunk, error

OPENAI_MODEL = "gpt-4o-mini-2024-07-18"
_USAGE = {
    "prompt_tokens": 1105,
    "completion_tokens": 14,
    "total_tokens": 1119,
    "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
    "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
}
_HEAD = {
    "id": "chatcmpl-CeYxq3L0",
    "created": 1_763_700_000,
    "model": OPENAI_MODEL,
    "service_tier": "default",
    "system_fingerprint": "fp_560af6e559",
}


def openai_whole(**message: Any) -> bytes:
    """A completion in one piece; `message` changes fields of its message."""
    said = {"role": "assistant", "content": TEXT, "refusal": None, "annotations": [], **message}
    choice = {"index": 0, "message": said, "logprobs": None, "finish_reason": "stop"}
    return json.dumps({**_HEAD, "object": "chat.completion", "choices": [choice], "usage": _USAGE}).encode()


def openai_chunk(delta: Json, finish_reason: str | None = None, **more: Any) -> Json:
    """One chunk of a stream."""
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
    return {**_HEAD, "object": "chat.completion.chunk", "choices": [choice], "usage": None, **more}


def openai_stream(*deltas: Json, finish_reason: str | None = "stop", done: bool = True) -> bytes:
    """A stream of `deltas` (the usual answer without any), from the role to [DONE]."""
    pieces = deltas or tuple({"content": piece} for piece in _PIECES)
    chunks: list[tuple[str | None, Json | str]] = [
        (None, openai_chunk({"role": "assistant", "content": "", "refusal": None}, obfuscation="GkpQ7"))
    ]
    chunks += [(None, openai_chunk(delta, obfuscation="x3")) for delta in pieces]
    if finish_reason is not None:
        chunks.append((None, openai_chunk({}, finish_reason)))
    if done:
        chunks += [
            (None, {**_HEAD, "object": "chat.completion.chunk", "choices": [], "usage": _USAGE}),
            (None, "[DONE]"),
        ]
    return _sse(chunks)


def openai_error(message: str, kind: str, code: str | None) -> bytes:
    """The body of a refusal, and of an error within a stream."""
    return json.dumps({"error": {"message": message, "type": kind, "param": None, "code": code}}).encode()


OPENAI_TOOL_CALL = {
    "tool_calls": [
        {
            "index": 0,
            "id": "call_62136354",
            "type": "function",
            "function": {"name": "take_picture", "arguments": '{"and": "send it"}'},
        }
    ]
}
OPENAI_ERRORS: dict[int, bytes] = {
    401: openai_error("Incorrect API key provided: sk-gone.", "invalid_request_error", "invalid_api_key"),
    403: openai_error("Country, region, or territory not supported", "request_forbidden", "unsupported_country"),
    404: openai_error("The model `x` does not exist.", "invalid_request_error", "model_not_found"),
    413: openai_error("Request too large", "invalid_request_error", None),
    429: openai_error("Rate limit reached", "requests", "rate_limit_exceeded"),
    500: openai_error("The server had an error while processing your request.", "server_error", None),
}

# Anthropic: message, its events, error

ANTHROPIC_MODEL = "claude-haiku-5-5"
_MESSAGE = {
    "id": "msg_01XFDUDYJgAACzvnptvVoYEL",
    "type": "message",
    "role": "assistant",
    "model": ANTHROPIC_MODEL,
    "stop_sequence": None,
}


def anthropic_whole(content: list[Json] | None = None, stop_reason: str = "end_turn") -> bytes:
    """A message in one piece."""
    blocks = [{"type": "text", "text": TEXT}] if content is None else content
    usage = {"input_tokens": 1590, "output_tokens": 18}
    return json.dumps({**_MESSAGE, "content": blocks, "stop_reason": stop_reason, "usage": usage}).encode()


def anthropic_stream(
    *deltas: Json, block: Json | None = None, stop_reason: str | None = "end_turn", error: Json | None = None
) -> bytes:
    """The events of one content block, with the ping that comes between; `error` ends it early."""
    pieces = deltas or tuple({"type": "text_delta", "text": piece} for piece in _PIECES)
    start = {**_MESSAGE, "content": [], "stop_reason": None, "usage": {"input_tokens": 1590, "output_tokens": 1}}
    events: list[Json] = [
        {"type": "message_start", "message": start},
        {"type": "content_block_start", "index": 0, "content_block": block or {"type": "text", "text": ""}},
        {"type": "ping"},
        *({"type": "content_block_delta", "index": 0, "delta": delta} for delta in pieces),
    ]
    if error is not None:
        events.append({"type": "error", "error": error})
    elif stop_reason is not None:
        ended = {"stop_reason": stop_reason, "stop_sequence": None}
        events += [
            {"type": "content_block_stop", "index": 0},
            {"type": "message_delta", "delta": ended, "usage": {"output_tokens": 18}},
            {"type": "message_stop"},
        ]
    return _sse((event["type"], event) for event in events)


def anthropic_error(kind: str, message: str) -> bytes:
    """The body of a refusal."""
    error = {"type": kind, "message": message}
    return json.dumps({"type": "error", "error": error, "request_id": "req_011CSHoEeqs5C35K2UUqR7Fy"}).encode()


ANTHROPIC_TOOL_USE = {"type": "tool_use", "id": "toolu_01T1x1fJ", "name": "take_picture", "input": {}}
ANTHROPIC_ERRORS: dict[int, bytes] = {
    401: anthropic_error("authentication_error", "invalid x-api-key"),
    403: anthropic_error("permission_error", "Your API key does not have permission to use the specified resource."),
    404: anthropic_error("not_found_error", "model: x"),
    413: anthropic_error("request_too_large", "Request exceeds the maximum size"),
    429: anthropic_error("rate_limit_error", "Your account has hit a rate limit."),
    500: anthropic_error("api_error", "Internal server error"),
    529: anthropic_error("overloaded_error", "Overloaded"),
}
