"""Any server that speaks OpenAI's /chat/completions with an image as a data URL, streamed or in one piece."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from companion_app.sharing import cards
from companion_app.sharing.address import parse
from companion_app.sharing.endpoints.endpoint import Ask, Heard, Post, Reply
from companion_app.sharing.endpoints.names import check_key, check_model
from companion_app.sharing.endpoints.reading import SaysError, json_object, read, refuse_tool
from companion_app.sharing.endpoints.sse import Event
from companion_app.sharing.endpoints.transcript import MAX_ANSWER_TOKENS, Transcript

KEY_VARIABLE = "PLAINSIGHT_API_KEY"
MODEL_VARIABLE = "PLAINSIGHT_MODEL"
DEFAULT_MODEL = "gpt-4o-mini"
# OpenAI's newer models refuse the old name of the bound, and other servers do not know the new one.
_BOUND, _NEW_BOUND = "max_tokens", "max_completion_tokens"
_OPENAI_HOST = "api.openai.com"
_PATH = "/chat/completions"
_DONE = "[DONE]"
_TOOLS = ("tool_calls", "function_call")


class OpenAICompatible:
    """One server and model. The key goes to this server alone, and into no card, receipt, ledger or error."""

    def __init__(
        self,
        base_url: str,
        model: str = DEFAULT_MODEL,
        api_key: str | None = None,
        *,
        terms: cards.Terms = cards.AS_FOUND,
    ) -> None:
        """Raises BadAddress (InsecureAddress for http beyond this computer), BadModelName, BadKey."""
        self.model = check_model(model)
        self._api_key = check_key(api_key)
        base = parse(base_url)
        path = (base.path or "/v1").removesuffix(_PATH) + _PATH
        self.card = cards.for_address(replace(base, path=path), cards.OPENAI_COMPATIBLE, terms)
        self._bound = _NEW_BOUND if base.host == _OPENAI_HOST else _BOUND

    @classmethod
    def from_environment(cls, base_url: str, environment: Mapping[str, str] = os.environ) -> OpenAICompatible:
        """Model and key from PLAINSIGHT_MODEL and PLAINSIGHT_API_KEY; without a key none is sent."""
        return cls(base_url, environment.get(MODEL_VARIABLE) or DEFAULT_MODEL, environment.get(KEY_VARIABLE) or None)

    async def ask(self, ask: Ask, post: Post, heard: Heard) -> Reply:
        """One completion. Raises DeliveryError."""
        headers = {"Content-Type": "application/json", "Accept": "text/event-stream, application/json"}
        if self._api_key is not None:
            headers["Authorization"] = f"Bearer {self._api_key}"
        async with post(headers, request_body(self.model, ask, self._bound)) as parts:
            said = await read(parts, OpenAIDialect(), self.card.recipient, heard)
        return Reply(said.text, f"{said.model or self.model} at {self.card.recipient}")


def request_body(model: str, ask: Ask, bound: str = _BOUND) -> bytes:
    """The JSON that leaves: model, question, picture, a bound on the answer, and that it may stream. Nothing else."""
    picture = "data:image/jpeg;base64," + base64.b64encode(ask.jpeg).decode("ascii")
    content = [{"type": "text", "text": ask.question}, {"type": "image_url", "image_url": {"url": picture}}]
    message = {"role": "user", "content": content}
    body = {"model": model, "messages": [message], bound: MAX_ANSWER_TOKENS, "stream": True}
    return json.dumps(body, separators=(",", ":")).encode()


class OpenAIDialect:
    """`chat.completion` and `chat.completion.chunk`; of several choices the first counts."""

    def whole(self, answer: Mapping[str, Any], said: Transcript) -> None:
        """Take a completion in."""
        self._refuse_error(answer)
        match answer:
            case {"choices": [{"message": {}} as choice, *_]}:
                self._take("message", cast("dict[str, Any]", choice), answer, said)
            case _:
                raise ValueError("not a completion")
        # Old servers name no reason for the end of an answer that came in one piece.
        said.ended = True

    def event(self, event: Event, said: Transcript) -> bool:
        """Take a chunk in. The last may hold no choice but a count of tokens, and [DONE] follows it."""
        if event.data.strip() == _DONE:
            return True
        chunk = json_object(event.data)
        self._refuse_error(chunk)
        match chunk.get("choices"):
            case [{"delta": {}} as choice, *_]:
                self._take("delta", cast("dict[str, Any]", choice), chunk, said)
            case [] | None:
                pass
            case _:
                raise ValueError("not a completion")
        return False

    def _take(self, field: str, choice: Mapping[str, Any], around: Mapping[str, Any], said: Transcript) -> None:
        words = cast("dict[str, Any]", choice[field])
        if any(words.get(tool) for tool in _TOOLS) or choice.get("finish_reason") in _TOOLS:
            refuse_tool()
        if not said.model:
            said.name_model(around.get("model"))
        said.say(_joined(words.get("content")))
        # A model that will not answer says so in words of its own field.
        said.say(_joined(words.get("refusal")))
        if choice.get("finish_reason") == "length":
            said.cut()
        said.ended = said.ended or choice.get("finish_reason") is not None

    @staticmethod
    def _refuse_error(answer: Mapping[str, Any]) -> None:
        """A stream that fails has had its status 200: the error comes as data. Some servers always do so."""
        match answer.get("error"):
            case None:
                return
            case {"message": str(message)}:
                raise SaysError(message)
            case error:
                raise SaysError(str(error))


def _joined(content: object) -> str:
    """Some servers answer in parts; only their text is taken."""
    if isinstance(content, str):
        return content
    parts = cast("list[object]", content) if isinstance(content, list) else []
    texts: list[str] = []
    for part in parts:
        match part:
            case {"type": "text", "text": str(text)}:
                texts.append(text)
            case _:
                continue
    return "\n".join(texts)
