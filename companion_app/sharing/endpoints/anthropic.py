"""Any server that speaks Anthropic's Messages API with an image as base64, streamed or in one piece."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from companion_app.sharing import cards
from companion_app.sharing.address import parse
from companion_app.sharing.endpoints.endpoint import Ask, Heard, Post, Reply
from companion_app.sharing.endpoints.names import check_key, check_model, check_version
from companion_app.sharing.endpoints.reading import SaysError, json_object, read, refuse_tool
from companion_app.sharing.endpoints.sse import Event
from companion_app.sharing.endpoints.transcript import MAX_ANSWER_TOKENS, Transcript

KIND = "anthropic"
DEFAULT_MODEL = "claude-haiku-5-5"
# The version that other servers of this dialect know too; newer ones are a setting.
DEFAULT_VERSION = "2023-06-01"
_PATH = "/v1/messages"
_THOUGHTS = frozenset({"thinking", "redacted_thinking"})
_UNSPOKEN = frozenset({"thinking_delta", "signature_delta", "citations_delta"})
_FULL = frozenset({"max_tokens", "model_context_window_exceeded"})


class Anthropic:
    """One server and model. The key goes to this server alone, and into no card, receipt, ledger or error."""

    def __init__(
        self,
        base_url: str,
        model: str = DEFAULT_MODEL,
        api_key: str | None = None,
        *,
        version: str = DEFAULT_VERSION,
        terms: cards.Terms = cards.AS_FOUND,
    ) -> None:
        """Raises BadAddress (InsecureAddress for http beyond this computer), BadModelName, BadKey, BadVersion."""
        self.model = check_model(model)
        self.version = check_version(version)
        self._api_key = check_key(api_key)
        base = parse(base_url)
        path = base.path.removesuffix(_PATH).removesuffix("/v1") + _PATH
        self.card = cards.for_address(replace(base, path=path), KIND, terms)

    async def ask(self, ask: Ask, post: Post, heard: Heard) -> Reply:
        """One message. Raises DeliveryError."""
        headers = {
            "Content-Type": "application/json",
            "Accept": "text/event-stream, application/json",
            "anthropic-version": self.version,
        }
        if self._api_key is not None:
            # The vendor's own client moved the key to the usual header together with the newer version.
            name, value = ("x-api-key", self._api_key) if self.version == DEFAULT_VERSION else _bearer(self._api_key)
            headers[name] = value
        async with post(headers, request_body(self.model, ask)) as parts:
            said = await read(parts, AnthropicDialect(), self.card.recipient, heard)
        return Reply(said.text, f"{said.model or self.model} at {self.card.recipient}")


def _bearer(key: str) -> tuple[str, str]:
    return "Authorization", f"Bearer {key}"


def request_body(model: str, ask: Ask) -> bytes:
    """The JSON that leaves: model, question, picture, a bound on the answer, and that it may stream. Nothing else."""
    source = {"type": "base64", "media_type": "image/jpeg", "data": base64.b64encode(ask.jpeg).decode("ascii")}
    content = [{"type": "image", "source": source}, {"type": "text", "text": ask.question}]
    message = {"role": "user", "content": content}
    body = {"model": model, "max_tokens": MAX_ANSWER_TOKENS, "messages": [message], "stream": True}
    return json.dumps(body, separators=(",", ":")).encode()


class AnthropicDialect:
    """`message` and its stream of events. An event's name is taken from its data: proxies drop the other one."""

    def whole(self, answer: Mapping[str, Any], said: Transcript) -> None:
        """Take a message in."""
        match answer:
            case {"type": "error"}:
                _raise_error(answer)
            case {"content": [*blocks]}:
                said.name_model(answer.get("model"))
                for block in blocks:
                    self._begin(block, said)
                self._stop(answer.get("stop_reason"), said)
            case _:
                raise ValueError("not a message")
        said.ended = True

    def event(self, event: Event, said: Transcript) -> bool:
        """Take one event in; kinds that come to be in later versions are passed over."""
        data = json_object(event.data)
        match data:
            case {"type": "message_stop"}:
                return True
            case {"type": "message_start", "message": {"model": model}}:
                said.name_model(model)
            case {"type": "content_block_start", "content_block": block}:
                self._begin(block, said)
            case {"type": "content_block_delta", "delta": delta}:
                self._go_on(delta, said)
            case {"type": "message_delta", "delta": {"stop_reason": str(reason)}}:
                self._stop(reason, said)
                said.ended = True
            case {"type": "error"}:
                _raise_error(data)
            case _:
                pass
        return False

    def _begin(self, block: object, said: Transcript) -> None:
        match block:
            case {"type": "text", "text": str(text)}:
                said.say("\n" + text if said.begun else text)
            case {"type": str(kind)} if kind in _THOUGHTS:
                pass
            case _:
                refuse_tool()

    def _go_on(self, delta: object, said: Transcript) -> None:
        match delta:
            case {"type": "text_delta", "text": str(text)}:
                said.say(text)
            case {"type": str(kind)} if kind in _UNSPOKEN:
                pass
            case _:
                refuse_tool()

    def _stop(self, reason: object, said: Transcript) -> None:
        if reason in _FULL:
            said.cut()
        elif reason == "tool_use":
            refuse_tool()
        elif reason == "refusal":
            raise ValueError("the model would not answer")


def _raise_error(data: Mapping[str, Any]) -> None:
    """A stream that fails has had its status 200: the error comes as data."""
    match data.get("error"):
        case {"type": str(kind), "message": str(message)}:
            raise SaysError(f"{kind}: {message}")
        case error:
            raise SaysError(str(cast("object", error)))
