"""Any server that speaks OpenAI's /chat/completions with an image as a data URL."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from companion_app.plain_text import plain_text
from companion_app.sharing import cards
from companion_app.sharing.address import parse
from companion_app.sharing.endpoints.endpoint import Post, Reply
from companion_app.sharing.errors import BadAnswer, BadKey, BadModelName

KEY_VARIABLE = "PLAINSIGHT_API_KEY"
MODEL_VARIABLE = "PLAINSIGHT_MODEL"
DEFAULT_MODEL = "gpt-4o-mini"
_MAX_ANSWER_TOKENS = 500
_MAX_ANSWER_CHARACTERS = 8000
_MAX_MODEL_CHARACTERS = 100
_MAX_KEY_CHARACTERS = 500
_PATH = "/chat/completions"


class OpenAICompatible:
    """One server and model. The key goes to this server alone, and into no card, receipt, ledger or error."""

    def __init__(self, base_url: str, model: str = DEFAULT_MODEL, api_key: str | None = None) -> None:
        """Raises BadAddress (InsecureAddress for http beyond this computer), BadModelName, BadKey."""
        if not 1 <= len(model) <= _MAX_MODEL_CHARACTERS or not model.isprintable():
            raise BadModelName(length=len(model))
        if api_key is not None and not _is_header_text(api_key):
            raise BadKey(length=len(api_key))
        base = parse(base_url)
        path = (base.path or "/v1").removesuffix(_PATH) + _PATH
        self.card = cards.for_address(replace(base, path=path))
        self.model = model
        self._api_key = api_key

    @classmethod
    def from_environment(cls, base_url: str, environment: Mapping[str, str] = os.environ) -> OpenAICompatible:
        """Model and key from PLAINSIGHT_MODEL and PLAINSIGHT_API_KEY; without a key none is sent."""
        return cls(base_url, environment.get(MODEL_VARIABLE) or DEFAULT_MODEL, environment.get(KEY_VARIABLE) or None)

    async def ask(self, jpeg: bytes, question: str, post: Post) -> Reply:
        """One completion. Raises DeliveryError."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._api_key is not None:
            headers["Authorization"] = f"Bearer {self._api_key}"
        answer = await post(headers, request_body(self.model, jpeg, question))
        try:
            text, model = read_answer(answer)
        except ValueError as error:
            raise BadAnswer(recipient=self.card.recipient, reason=str(error)) from error
        return Reply(text, f"{model or self.model} at {self.card.recipient}")


def request_body(model: str, jpeg: bytes, question: str) -> bytes:
    """The JSON that leaves: model, question, picture, and a bound on the answer. Nothing else."""
    picture = "data:image/jpeg;base64," + base64.b64encode(jpeg).decode("ascii")
    content = [{"type": "text", "text": question}, {"type": "image_url", "image_url": {"url": picture}}]
    message = {"role": "user", "content": content}
    body = {"model": model, "messages": [message], "max_tokens": _MAX_ANSWER_TOKENS}
    return json.dumps(body, separators=(",", ":")).encode()


def read_answer(answer: bytes) -> tuple[str, str]:
    """Text and model name (may be empty) from a completion. Raises ValueError with a fixed reason."""
    try:
        completion = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise ValueError("not JSON") from error
    match completion:
        case {"choices": [{"message": {"content": content}}, *_]}:
            text = plain_text(_joined(content), _MAX_ANSWER_CHARACTERS)
        case _:
            raise ValueError("not a completion")
    if not text:
        raise ValueError("no words")
    model = cast("dict[str, Any]", completion).get("model")
    return text, plain_text(model, _MAX_MODEL_CHARACTERS) if isinstance(model, str) else ""


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


def _is_header_text(key: str) -> bool:
    return 1 <= len(key) <= _MAX_KEY_CHARACTERS and key.isascii() and key.isprintable()
