"""What answers at an address of this computer is asked what it is, by the owner's act, on record, and labelled so."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion_app.ledger.errors import LedgerWriteFailed
from companion_app.sharing import upload
from companion_app.sharing.endpoints import programs
from companion_app.sharing.endpoints.saved import SavedEndpoint
from companion_app.sharing.errors import LedgerUnavailable, NotProbed, Unreachable
from tests.app.sharing.conftest import App

pytestmark = pytest.mark.promise(2)


def ollama_model(name: str, **more: object) -> dict[str, object]:
    """A row of Ollama's list, as its API documentation has it."""
    details = {"format": "gguf", "family": "llama", "parameter_size": "7B", "quantization_level": "Q4_0"}
    return {"name": name, "model": name, "modified_at": "2026-05-04T17:37:44Z", "size": 3825819519, "digest": "fe93",
            "details": details, **more}  # fmt: skip


OLLAMA = {
    "/api/tags": {
        "models": [
            ollama_model("llava:latest"),
            ollama_model(
                "qwen3-vl:235b-cloud", remote_model="qwen3-vl:235b", remote_host="https://ollama.com:443", size=384
            ),
        ]
    },
    "/v1/models": {"object": "list", "data": [{"id": "llava:latest", "object": "model", "owned_by": "library"}]},
}
LLAMA_CPP = {
    "/props": {
        "default_generation_settings": {"n_ctx": 4096},
        "total_slots": 1,
        "model_path": "m.gguf",
        "modalities": {"vision": True},
        "build_info": "b6800-abc",
    },
    "/api/tags": {"models": [ollama_model("m.gguf")]},
    "/v1/models": {"object": "list", "data": [{"id": "m.gguf", "object": "model", "owned_by": "llamacpp"}]},
}
LM_STUDIO = {
    "/api/v0/models": {
        "object": "list",
        "data": [{"id": "qwen2-vl-7b-instruct", "type": "vlm", "publisher": "mlx-community", "arch": "qwen2_vl",
                  "compatibility_type": "mlx", "quantization": "4bit", "state": "not-loaded"}],
    },
}  # fmt: skip
VLLM = {"/v1/models": {"object": "list", "data": [{"id": "llava", "object": "model", "owned_by": "vllm"}]}}


@dataclass
class Program:
    """A program on this computer without TLS; `requests` are the heads that it got."""

    answers: dict[str, object]
    requests: list[str] = field(default_factory=list)
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.requests.append(head)
            answer = self.answers.get(head.split(" ")[1])
            status = "404 Not Found" if answer is None else "200 OK"
            body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
            await writer.drain()
        writer.close()


Start = Callable[[dict[str, object]], Awaitable[Program]]


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    servers: list[asyncio.Server] = []

    async def started(answers: dict[str, object]) -> Program:
        program = Program(answers)
        server = await asyncio.start_server(program.serve, "127.0.0.1", 0)
        servers.append(server)
        program.port = server.sockets[0].getsockname()[1]
        return program

    yield started
    for server in servers:
        server.close()


def remembered(app: App, program: Program, model: str = "llava") -> str:
    return app.sharing.remember(SavedEndpoint(f"http://localhost:{program.port}/v1", model, "THE_KEY"), "sk-secret").id


@pytest.mark.parametrize(
    ("answers", "model", "label", "runs_here"),
    [
        (OLLAMA, "llava", "Ollama, which says that this model runs on this computer", True),
        (OLLAMA, "qwen3-vl:235b-cloud", "Ollama, which passes this model's questions on to ollama.com", False),
        (OLLAMA, "gone", "Ollama, which does not list this model and may pass it on to its cloud", False),
        (LLAMA_CPP, "llava", "llama.cpp's server, which says that this model runs on this computer", True),
        (LM_STUDIO, "llava", "LM Studio, which says that this model runs on this computer", True),
        (VLLM, "llava", "vLLM, which says that this model runs on this computer", True),
        ({}, "llava", "an unknown program, nothing is known of where it works", False),
    ],
    ids=["ollama", "ollama cloud", "ollama unlisted", "llama.cpp", "lm studio", "vllm", "nothing known"],
)
async def test_a_program_is_labelled_for_what_it_is(
    app: App, start: Start, answers: dict[str, object], model: str, label: str, runs_here: bool
) -> None:
    program = await start(answers)
    endpoint_id = remembered(app, program, model)
    before = next(card for card in app.sharing.cards() if card.id == endpoint_id)

    card = await app.sharing.probe(endpoint_id)

    assert card.program.startswith(label)
    assert card.program.endswith("(asked on 2026-09-21)")
    assert (card.runs_here, card.may_be_default) == (runs_here, runs_here)
    assert card.terms_sha256 != before.terms_sha256
    assert card in app.sharing.cards()
    again = type(app.sharing)(app.sharing.endpoints._files, app.ledger)  # type: ignore[arg-type]
    assert card in again.cards()


async def test_who_passes_it_on_is_named_in_the_terms(app: App, start: Start) -> None:
    card = await app.sharing.probe(remembered(app, await start(OLLAMA), "qwen3-vl:235b-cloud"))
    assert "passes it on to ollama.com, as it says itself" in card.terms


async def test_nothing_but_questions_without_content_goes_there_and_it_is_on_record(app: App, start: Start) -> None:
    program = await start({})

    await app.sharing.probe(remembered(app, program))

    assert [head.split("\r\n")[0] for head in program.requests] == [f"GET {p} HTTP/1.1" for p in programs.PATHS]
    for head in program.requests:
        names = {line.split(":")[0].lower() for line in head.split("\r\n")[1:] if line}
        assert names == {"host", "accept", "accept-encoding", "connection", "user-agent"}
    asking, asked = app.ledger.entries()
    assert (asking.kind, asking.data["recipient"]) == ("endpoint_probing", f"localhost:{program.port}")
    assert (asked.kind, asked.data["program"]) == ("endpoint_probed", "an unknown program")


async def test_adding_asks_nothing_by_itself(app: App, start: Start) -> None:
    program = await start(OLLAMA)
    remembered(app, program)
    app.propose(remembered(app, program))
    assert program.requests == []


async def test_off_the_record_nothing_is_asked(app: App, start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    program = await start(OLLAMA)
    endpoint_id = remembered(app, program)

    def full(kind: str, **_data: object) -> None:
        raise LedgerWriteFailed(kind, 28)

    monkeypatch.setattr(app.ledger, "append", full)
    with pytest.raises(LedgerUnavailable):
        await app.sharing.probe(endpoint_id)
    assert program.requests == []


async def test_only_this_computer_is_asked(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up: list[object] = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *rest, **_more: looked_up.append(rest))
    for saved in (SavedEndpoint("https://api.example.org"), SavedEndpoint("https://localhost.example.org")):
        with pytest.raises(NotProbed):
            await app.sharing.probe(app.sharing.remember(saved).id)
    with pytest.raises(NotProbed):
        await app.sharing.probe("local")
    assert looked_up == []


async def test_a_localhost_that_points_elsewhere_is_not_asked(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    card = app.sharing.remember(SavedEndpoint("https://localhost:8443/v1"))
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("203.0.113.9", 8443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_rest, **_more: found)
    reached: list[object] = []

    def elsewhere(*what: object, **_settings: object) -> NoReturn:
        reached.append(what)
        raise Unreachable(recipient="203.0.113.9", reason="no connection")

    monkeypatch.setattr(upload, "exchange", elsewhere)
    assert (await app.sharing.probe(card.id)).program.startswith("an unknown program")
    assert reached == []


async def test_a_model_that_has_another_one_elsewhere_is_passed_on_whoever_has_it(app: App, start: Start) -> None:
    tags = {"models": [ollama_model("llava:latest", remote_model="llava-235b")]}
    card = await app.sharing.probe(remembered(app, await start({"/api/tags": tags})))
    assert "passes this model's questions on to somebody it does not name" in card.program
    assert not card.may_be_default


async def test_nobody_there_is_an_unknown_program(app: App, start: Start) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    card = app.sharing.remember(SavedEndpoint(f"http://localhost:{port}/v1"))
    assert (await app.sharing.probe(card.id)).program.startswith("an unknown program")


FIELDS = ["models", "data", "digest", "model", "name", "remote_host", "owned_by", "build_info", "compatibility_type"]
JSON = st.recursive(
    st.none()
    | st.integers()
    | st.text(max_size=12)
    | st.sampled_from(["llava", "vllm", "http://[", "//x", "a\nTrains on it: no"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=5),
    max_leaves=16,
)


async def test_what_a_program_says_adds_no_line_to_the_terms(app: App, start: Start) -> None:
    lying = {"models": [ollama_model("llava:latest", remote_host="//x\nTrains on it: no\n", remote_model="m")]}
    card = await app.sharing.probe(remembered(app, await start({"/api/tags": lying})))
    assert [line for line in card.terms.splitlines() if line.startswith("Trains on it")] == ["Trains on it: unknown"]


@given(st.binary(max_size=80) | JSON.map(lambda value: json.dumps(value).encode()) | st.none())
def test_whatever_answers_the_label_is_plain_and_short(answer: bytes | None) -> None:
    async def get(_path: str) -> bytes | None:
        return answer

    found = asyncio.run(programs.identify(get, "llava", "2026-11-22"))
    assert found.program.isprintable()
    assert len(found.forwards_to) <= 100
    assert found.forwards_to.isprintable()
    assert not (found.runs_here and found.forwards_to)
