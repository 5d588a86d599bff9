"""Recipients that stall, redirect, lie, flood or vanish: one connection each, an honest outcome, a clear error."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime
import gzip
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import trustme

from companion_app.sharing import Answer, OpenAICompatible, Sharing
from companion_app.sharing.errors import (
    AnswerTooLarge,
    BadAnswer,
    BadRoots,
    ConnectionLost,
    DeadlinePassed,
    DeliveryError,
    NotTrusted,
    ReceiptSpent,
    Refused,
    Unreachable,
)
from companion_app.sharing.upload import Limits
from tests.app.sharing.conftest import App
from tests.app.sharing.recipient import COMPLETION, Exchange, Manner, Recipient, answers
from tests.app.vaults import room

pytestmark = pytest.mark.promise(2)

MakeRecipient = Callable[..., Awaitable[Recipient]]

SENT = "sent"
NOT_SENT = "failed before sending"
UNKNOWN = "unknown: may have been sent"


async def closes_at_once(exchange: Exchange) -> None:
    """TLS stands, nothing is read."""


async def closes_after_the_head(exchange: Exchange) -> None:
    await exchange.reader.readuntil(b"\r\n\r\n")
    exchange.writer.transport.abort()


async def closes_after_the_request(exchange: Exchange) -> None:
    await exchange.read_request()


async def half_an_answer(exchange: Exchange) -> None:
    await exchange.read_request()
    exchange.writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
    await exchange.writer.drain()


async def garbage(exchange: Exchange) -> None:
    await exchange.read_request()
    exchange.writer.write(b"\x00\xff" * 500)
    await exchange.writer.drain()


async def endless_head(exchange: Exchange) -> None:
    await exchange.read_request()
    exchange.writer.write(b"HTTP/1.1 200 OK\r\n")
    with contextlib.suppress(OSError):
        while True:
            exchange.writer.write(b"X-More: " + b"x" * 1000 + b"\r\n")
            await exchange.writer.drain()


async def endless_answer(exchange: Exchange) -> None:
    await exchange.read_request()
    exchange.writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    with contextlib.suppress(OSError):
        while True:
            exchange.writer.write(b"400\r\n" + b" " * 1024 + b"\r\n")
            await exchange.writer.drain()


@pytest.mark.parametrize(
    ("manner", "error", "outcome"),
    [
        (answers("401 Unauthorized", b'{"error":{"message":"Incorrect API key"}}'), Refused, SENT),
        (answers("429 Too Many Requests", b"slow down", "Retry-After: 1"), Refused, SENT),
        (answers("500 Internal Server Error"), Refused, SENT),
        (answers("204 No Content"), Refused, SENT),
        (answers("200 OK", b"not json"), BadAnswer, SENT),
        (answers("200 OK", b"{}"), BadAnswer, SENT),
        (answers("200 OK", b" " * 20_001), AnswerTooLarge, SENT),
        (endless_answer, AnswerTooLarge, SENT),
        (half_an_answer, ConnectionLost, SENT),
        (garbage, ConnectionLost, UNKNOWN),
        (endless_head, ConnectionLost, UNKNOWN),
        (closes_at_once, ConnectionLost, UNKNOWN),
        (closes_after_the_head, ConnectionLost, UNKNOWN),
        (closes_after_the_request, ConnectionLost, UNKNOWN),
    ],
)
async def test_one_connection_and_an_honest_outcome(
    app: App, recipient: Recipient, endpoint_id: str, manner: Manner, error: type[DeliveryError], outcome: str
) -> None:
    recipient.manner = manner
    receipt = app.agreed(endpoint_id)

    with pytest.raises(error) as caught:
        await app.sharing.send(receipt)

    assert caught.value.data["outcome"] == outcome
    assert caught.value.data["recipient"] == f"localhost:{recipient.port}"
    assert app.endings() == [outcome]
    assert app.ledger.entries()[-1].data["reason"] == error.__name__
    with pytest.raises(ReceiptSpent):
        await app.sharing.send(receipt)
    assert recipient.connections == 1


async def test_an_answer_of_the_largest_size_is_read(app: App, recipient: Recipient, endpoint_id: str) -> None:
    recipient.manner = answers("200 OK", json.dumps(COMPLETION).encode().ljust(20_000))

    assert (await app.sharing.send(app.agreed(endpoint_id))).text == "A naval officer in uniform."


async def test_a_compressed_answer_is_not_inflated(app: App, recipient: Recipient, endpoint_id: str) -> None:
    recipient.manner = answers("200 OK", gzip.compress(json.dumps(COMPLETION).encode()), "Content-Encoding: gzip")

    with pytest.raises(BadAnswer) as caught:
        await app.sharing.send(app.agreed(endpoint_id))

    assert caught.value.data["reason"] == "compressed"


async def test_what_a_refusal_says_is_kept_short_and_plain(app: App, recipient: Recipient, endpoint_id: str) -> None:
    recipient.manner = answers("401 Unauthorized", b"\x1b[2Jno\x07 " + b"y" * 10_000)

    with pytest.raises(Refused) as caught:
        await app.sharing.send(app.agreed(endpoint_id))

    message = caught.value.data["message"]
    assert isinstance(message, str)
    assert message.startswith("[2Jno yyy")
    assert len(message) == 300


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("17", 17),
        ("0", 0),
        ("", None),
        ("-1", None),
        ("1e9", None),
        ("9" * 30, None),
        ("Sun, 22 Nov 2026 18:00 GMT", None),
    ],
)
async def test_a_refusal_may_say_when_to_come_back(
    app: App, recipient: Recipient, endpoint_id: str, header: str, seconds: int | None
) -> None:
    recipient.manner = answers("429 Too Many Requests", b"", f"Retry-After: {header}")

    with pytest.raises(Refused) as caught:
        await app.sharing.send(app.agreed(endpoint_id))

    assert (caught.value.data["retry_after_s"], recipient.connections) == (seconds, 1)


async def test_a_refusal_that_never_ends_is_a_refusal(app: App, recipient: Recipient, ca_file: Path) -> None:
    async def begins_to_refuse(exchange: Exchange) -> None:
        await exchange.read_request()
        exchange.writer.write(b"HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nno,\r\n")
        await exchange.writer.drain()
        await asyncio.Event().wait()

    recipient.manner = begins_to_refuse
    impatient, endpoint_id = _impatient(app, ca_file, recipient, Limits(deadline_s=60, silence_s=1.0))

    with pytest.raises(Refused) as caught:
        await impatient.sharing.send(impatient.agreed(endpoint_id))

    assert (caught.value.data["status"], caught.value.data["message"]) == (403, "no,")


async def test_a_redirect_is_not_followed(
    app: App, recipients: MakeRecipient, recipient: Recipient, endpoint_id: str
) -> None:
    elsewhere = await recipients()
    recipient.manner = answers("307 Temporary Redirect", b"", f"Location: {elsewhere.url}/chat/completions")

    with pytest.raises(Refused) as caught:
        await app.sharing.send(app.agreed(endpoint_id))

    assert caught.value.data["status"] == 307
    assert (recipient.connections, elsewhere.connections) == (1, 0)


@pytest.mark.parametrize("wrong", ["authority", "name", "date"])
async def test_a_recipient_that_cannot_prove_its_name_gets_nothing(
    app: App, recipients: MakeRecipient, wrong: str
) -> None:
    settings = {
        "authority": {"authority": trustme.CA()},
        "name": {"name": "somebody-else.example"},
        "date": {"not_after": datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)},
    }
    impostor = await recipients(**settings[wrong])
    card = app.sharing.add(OpenAICompatible(impostor.url))

    with pytest.raises(NotTrusted) as caught:
        await app.sharing.send(app.agreed(card.id))

    assert caught.value.data["outcome"] == NOT_SENT
    assert app.endings() == [NOT_SENT]
    assert impostor.exchanges == []
    assert impostor.bytes_up < 2048


async def test_roots_of_ones_own_can_come_from_the_environment(
    app: App, recipient: Recipient, ca_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened() -> tuple[App, str]:
        sharing = Sharing(
            room(app.picture.path.parent / "other"), app.ledger, now_s=app.clock, redactor=app.sharing.redactor
        )
        return dataclasses.replace(app, sharing=sharing), sharing.add_url(recipient.url).id

    without, endpoint_id = opened()
    with pytest.raises(NotTrusted):
        await without.sharing.send(without.agreed(endpoint_id))

    monkeypatch.setenv("PLAINSIGHT_CA_FILE", str(ca_file))
    within, endpoint_id = opened()
    assert (await within.sharing.send(within.agreed(endpoint_id))).text == "A naval officer in uniform."


def test_roots_that_cannot_be_used_are_named(app: App, tmp_path: Path) -> None:
    (tmp_path / "not-a.pem").write_text("hello")
    for name in ("not-a.pem", "missing.pem"):
        with pytest.raises(BadRoots):
            Sharing(room(tmp_path / "other"), app.ledger, ca_file=tmp_path / name)


async def test_a_recipient_without_tls_gets_nothing(app: App) -> None:
    received = bytearray()

    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        received.extend(await reader.read(65536))
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(plain, "127.0.0.1", 0)
    card = app.sharing.add(OpenAICompatible(f"https://localhost:{server.sockets[0].getsockname()[1]}"))
    with pytest.raises(DeliveryError) as caught:
        await app.sharing.send(app.agreed(card.id))
    server.close()

    assert isinstance(caught.value, NotTrusted | Unreachable)
    assert caught.value.data["outcome"] == NOT_SENT
    assert b"HTTP" not in received


async def test_nobody_there(app: App, recipient: Recipient, endpoint_id: str) -> None:
    await recipient.stop()

    with pytest.raises(Unreachable) as caught:
        await app.sharing.send(app.agreed(endpoint_id))

    assert caught.value.data["outcome"] == NOT_SENT


async def stalls(exchange: Exchange) -> None:
    await exchange.read_request()
    await asyncio.Event().wait()


def _impatient(app: App, ca_file: Path, recipient: Recipient, limits: Limits) -> tuple[App, str]:
    folder = app.picture.path.parent / "impatient"
    sharing = Sharing(
        room(folder), app.ledger, now_s=app.clock, ca_file=ca_file, limits=limits, redactor=app.sharing.redactor
    )
    card = sharing.add(OpenAICompatible(recipient.url))
    return dataclasses.replace(app, sharing=sharing), card.id


async def test_a_deadline_ends_a_stalled_answer(app: App, recipient: Recipient, ca_file: Path) -> None:
    recipient.manner = stalls
    impatient, endpoint_id = _impatient(app, ca_file, recipient, Limits(deadline_s=2.0, silence_s=60))

    with pytest.raises(DeadlinePassed) as caught:
        await impatient.sharing.send(impatient.agreed(endpoint_id))

    assert caught.value.data["deadline_s"] == 2.0
    assert impatient.endings() == [caught.value.data["outcome"]] == [UNKNOWN]


async def test_a_silence_ends_a_stalled_answer(app: App, recipient: Recipient, ca_file: Path) -> None:
    recipient.manner = stalls
    impatient, endpoint_id = _impatient(app, ca_file, recipient, Limits(deadline_s=60, silence_s=2.0))

    with pytest.raises(ConnectionLost):
        await impatient.sharing.send(impatient.agreed(endpoint_id))

    assert impatient.endings() == [UNKNOWN]


async def _left_thinking(app: App, recipient: Recipient, endpoint_id: str) -> asyncio.Task[Answer]:
    """A picture that was sent whole, to a recipient that does not answer yet."""
    read = asyncio.Event()

    async def thinks(exchange: Exchange) -> None:
        await exchange.read_request()
        read.set()
        await asyncio.Event().wait()

    recipient.manner = thinks
    sending = asyncio.create_task(app.sharing.send(app.agreed(endpoint_id)))
    await read.wait()
    return sending


async def test_cancelling_while_the_recipient_thinks(app: App, recipient: Recipient, endpoint_id: str) -> None:
    sending = await _left_thinking(app, recipient, endpoint_id)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending

    assert app.endings() == [UNKNOWN]
    assert app.ledger.entries()[-1].data["reason"] == "CancelledError"


async def test_a_lock_ends_what_is_being_sent_and_returns_once_that_is_on_record(
    app: App, recipient: Recipient, endpoint_id: str
) -> None:
    sending = await _left_thinking(app, recipient, endpoint_id)
    await app.sharing.end_all()

    assert app.endings() == [UNKNOWN]
    assert sending.cancelled()
    await app.sharing.end_all()
    assert app.endings() == [UNKNOWN], "it is over once"


async def test_a_no_to_sharing_ends_what_is_leaving(app: App, recipient: Recipient, endpoint_id: str) -> None:
    sending = await _left_thinking(app, recipient, endpoint_id)
    app.sharing.stop_leaving("never")
    with pytest.raises(asyncio.CancelledError):
        await sending

    assert app.endings() == [UNKNOWN]


async def test_cancelling_before_anything_left(
    app: App, recipient: Recipient, endpoint_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking_up = asyncio.Event()

    async def never(*_rest: object) -> list[str]:
        looking_up.set()
        return await asyncio.Event().wait()  # type: ignore[return-value]

    monkeypatch.setattr("companion_app.sharing.upload.resolve", never)
    sending = asyncio.create_task(app.sharing.send(app.agreed(endpoint_id)))
    await looking_up.wait()
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending

    assert app.endings() == [NOT_SENT]
    assert recipient.connections == 0
