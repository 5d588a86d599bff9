"""The vendors' own clients read what the clouds of these tests say: they speak as the vendors' services would.

The clients are test tools. No part of the app imports them."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import anthropic
import httpx2
import openai
import pytest

from tests.clouds import shapes
from tests.clouds.conftest import MakeCloud
from tests.clouds.dialects import ANTHROPIC, KEY, OPENAI
from tests.clouds.manners import refuses

QUESTION: Any = [{"role": "user", "content": "What is this?"}]


@pytest.fixture
def trusting(ca_file: Path) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(verify=ssl.create_default_context(cafile=ca_file), trust_env=False)


@pytest.fixture
def openai_at(trusting: httpx2.AsyncClient) -> Any:
    def made(origin: str) -> openai.AsyncOpenAI:
        return openai.AsyncOpenAI(api_key=KEY, base_url=f"{origin}/v1", http_client=trusting, max_retries=0)

    return made


@pytest.fixture
def anthropic_at(trusting: httpx2.AsyncClient) -> Any:
    def made(origin: str) -> anthropic.AsyncAnthropic:
        return anthropic.AsyncAnthropic(api_key=KEY, base_url=origin, http_client=trusting, max_retries=0)

    return made


async def test_openais_client_reads_an_answer_in_one_piece(clouds: MakeCloud, openai_at: Any) -> None:
    cloud = await clouds(OPENAI, "answers whole")

    completion = await openai_at(cloud.origin).chat.completions.create(model="x", messages=QUESTION)

    assert completion.choices[0].message.content == shapes.TEXT
    assert (completion.choices[0].finish_reason, completion.model) == ("stop", shapes.OPENAI_MODEL)


async def test_openais_client_reads_a_stream(clouds: MakeCloud, openai_at: Any) -> None:
    cloud = await clouds(OPENAI)

    chunks = await openai_at(cloud.origin).chat.completions.create(model="x", messages=QUESTION, stream=True)
    said = [chunk async for chunk in chunks]

    assert "".join(c.choices[0].delta.content or "" for c in said if c.choices) == shapes.TEXT
    assert [c.choices[0].finish_reason for c in said if c.choices][-1] == "stop"
    assert said[-1].usage.total_tokens == 1119


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, openai.AuthenticationError),
        (403, openai.PermissionDeniedError),
        (404, openai.NotFoundError),
        (413, openai.APIStatusError),
        (429, openai.RateLimitError),
        (500, openai.InternalServerError),
    ],
)
async def test_openais_client_knows_the_refusals(
    clouds: MakeCloud, openai_at: Any, status: int, error: type[openai.APIStatusError]
) -> None:
    cloud = await clouds(OPENAI, refuses(status))

    with pytest.raises(error) as caught:
        await openai_at(cloud.origin).chat.completions.create(model="x", messages=QUESTION)

    assert caught.value.status_code == status
    assert caught.value.body.keys() == {"message", "type", "param", "code"}


async def test_openais_client_knows_a_stream_that_fails_and_one_that_calls_a_tool(
    clouds: MakeCloud, openai_at: Any
) -> None:
    failing, calling = await clouds(OPENAI, "fails while streaming"), await clouds(OPENAI, "calls a tool")

    chunks = await openai_at(failing.origin).chat.completions.create(model="x", messages=QUESTION, stream=True)
    with pytest.raises(openai.APIError, match="The server had an error"):
        [chunk async for chunk in chunks]
    chunks = await openai_at(calling.origin).chat.completions.create(model="x", messages=QUESTION, stream=True)
    calls = [c.choices[0].delta.tool_calls async for c in chunks if c.choices and c.choices[0].delta.tool_calls]
    assert calls[0][0].function.name == "take_picture"


async def test_anthropics_client_reads_an_answer_in_one_piece(clouds: MakeCloud, anthropic_at: Any) -> None:
    cloud = await clouds(ANTHROPIC, "answers whole")

    message = await anthropic_at(cloud.origin).messages.create(model="x", max_tokens=9, messages=QUESTION)

    assert (message.content[0].text, message.stop_reason) == (shapes.TEXT, "end_turn")


async def test_anthropics_client_reads_a_stream(clouds: MakeCloud, anthropic_at: Any) -> None:
    cloud = await clouds(ANTHROPIC)

    async with anthropic_at(cloud.origin).messages.stream(model="x", max_tokens=9, messages=QUESTION) as events:
        said = [text async for text in events.text_stream]
        message = await events.get_final_message()

    assert "".join(said) == message.content[0].text == shapes.TEXT
    assert (message.stop_reason, message.usage.output_tokens) == ("end_turn", 18)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, anthropic.AuthenticationError),
        (403, anthropic.PermissionDeniedError),
        (404, anthropic.NotFoundError),
        (413, anthropic.APIStatusError),
        (429, anthropic.RateLimitError),
        (500, anthropic.InternalServerError),
        (529, anthropic.APIStatusError),
    ],
)
async def test_anthropics_client_knows_the_refusals(
    clouds: MakeCloud, anthropic_at: Any, status: int, error: type[anthropic.APIStatusError]
) -> None:
    cloud = await clouds(ANTHROPIC, refuses(status))

    with pytest.raises(error) as caught:
        await anthropic_at(cloud.origin).messages.create(model="x", max_tokens=9, messages=QUESTION)

    assert caught.value.status_code == status
    assert caught.value.body["type"] == "error"


async def test_anthropics_client_knows_a_stream_that_fails_and_one_that_calls_a_tool(
    clouds: MakeCloud, anthropic_at: Any
) -> None:
    failing, calling = await clouds(ANTHROPIC, "fails while streaming"), await clouds(ANTHROPIC, "calls a tool")

    with pytest.raises(anthropic.APIStatusError, match="Overloaded"):
        async with anthropic_at(failing.origin).messages.stream(model="x", max_tokens=9, messages=QUESTION) as events:
            await events.get_final_message()
    async with anthropic_at(calling.origin).messages.stream(model="x", max_tokens=9, messages=QUESTION) as events:
        message = await events.get_final_message()
    assert (message.content[0].name, message.stop_reason) == ("take_picture", "tool_use")
