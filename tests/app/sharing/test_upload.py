"""Promise 2 on the wire: what leaves is the proposal, once, to its recipient, after it stands in the ledger."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
from collections.abc import Awaitable, Callable
from typing import cast

import httpx
import pytest

from companion_app.ledger.errors import LedgerWriteFailed
from companion_app.sharing import OpenAICompatible, upload
from companion_app.sharing.address import parse
from companion_app.sharing.cards import LOCAL, EndpointCard
from companion_app.sharing.egress import Permit
from companion_app.sharing.endpoints.endpoint import Ask, Heard, Post, Reply
from companion_app.sharing.errors import (
    ConnectionLost,
    ConsentMismatch,
    LedgerUnavailable,
    NothingMayLeave,
    ReceiptExpired,
    ReceiptSpent,
    SecondUpload,
    Unreachable,
)
from companion_app.sharing.outcome import Progress
from companion_app.sharing.receipt import VALID_S
from tests.app.sharing.conftest import App
from tests.app.sharing.recipient import Exchange, Recipient, well

pytestmark = pytest.mark.promise(2)

MakeRecipient = Callable[..., Awaitable[Recipient]]

# HTTP headers, JSON around picture and question, TLS handshake and records: what sharing costs beyond the picture.
_MAX_OVERHEAD_BYTES = 4096


def _base64_size(size: int) -> int:
    return 4 * ((size + 2) // 3)


async def test_the_recipient_gets_the_proposal_and_the_owner_an_answer(
    app: App, recipient: Recipient, endpoint_id: str
) -> None:
    proposal = app.propose(endpoint_id, 'What does "this" say?')
    answer = await app.sharing.send(app.agree(proposal))

    [exchange] = recipient.exchanges
    assert exchange.picture == proposal.bytes == app.redact().jpeg != app.picture.path.read_bytes()
    request = json.loads(exchange.body)
    assert request["messages"][0]["content"][0] == {"type": "text", "text": 'What does "this" say?'}
    assert set(request) == {"model", "messages", "max_tokens", "stream"}
    assert answer.text == "A naval officer in uniform."
    assert answer.answered_by == f"gpt-4o-mini-2024-07-18 at localhost:{recipient.port}"
    assert app.endings() == ["sent"]


async def test_bytes_on_the_wire_are_the_body_and_a_bounded_overhead(
    app: App, recipient: Recipient, endpoint_id: str
) -> None:
    answer = await app.sharing.send(app.agreed(endpoint_id))

    size = len(app.redact().jpeg)
    [exchange] = recipient.exchanges
    assert answer.body_bytes == len(exchange.body)
    assert _base64_size(size) <= recipient.bytes_up <= _base64_size(size) + _MAX_OVERHEAD_BYTES
    assert app.ledger.entries()[-1].data["body_bytes"] == len(exchange.body)


async def test_the_request_tells_nothing_of_this_computer(app: App, recipient: Recipient, endpoint_id: str) -> None:
    await app.sharing.send(app.agreed(endpoint_id))

    headers = recipient.exchanges[0].headers
    assert headers.pop("authorization") == "Bearer sk-test"
    assert headers.pop("host") == f"localhost:{recipient.port}"
    assert headers.pop("content-length") == str(len(recipient.exchanges[0].body))
    assert headers == {
        "accept": "text/event-stream, application/json",
        "accept-encoding": "identity",
        "connection": "close",
        "content-type": "application/json",
        "user-agent": "plainsight",
    }


async def test_the_key_is_nowhere_but_on_the_wire(app: App, recipient: Recipient, endpoint_id: str) -> None:
    proposal = app.propose(endpoint_id)
    answer = await app.sharing.send(app.agree(proposal))

    written = json.dumps([entry.data for entry in app.ledger.entries()])
    assert "sk-test" not in written + repr(proposal) + repr(answer) + proposal.card.terms


async def test_the_entry_stands_before_the_name_is_looked_up_and_before_the_first_byte(
    app: App, recipient: Recipient, endpoint_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, list[str]] = {}
    look_up = socket.getaddrinfo

    def noted(host: str, *rest: object, **more: object) -> object:
        seen.setdefault("look-up", app.kinds())
        return look_up(host, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", noted)
    recipient.on_connection = lambda: seen.setdefault("connection", app.kinds())  # type: ignore[assignment,return-value]
    await app.sharing.send(app.agreed(endpoint_id))

    assert seen == {"look-up": ["share_agreed", "share_sending"], "connection": ["share_agreed", "share_sending"]}
    sending = app.ledger.entries()[1].data
    assert sending["recipient"] == f"localhost:{recipient.port}"
    assert sending["picture_commitment"] == app.picture.commitment


async def test_without_agreement_nothing_touches_the_network(app: App, recipient: Recipient, endpoint_id: str) -> None:
    declined = app.propose(endpoint_id)
    app.sharing.decline(declined)
    mismatched = app.propose(endpoint_id)
    with pytest.raises(ConsentMismatch):
        app.agree(mismatched, recipient="this device")
    expired = app.agreed(endpoint_id)
    app.clock.now_s += VALID_S
    with pytest.raises(ReceiptExpired):
        await app.sharing.send(expired)
    withdrawn = app.agreed(endpoint_id)
    app.sharing.withdraw(withdrawn)
    with pytest.raises(ReceiptSpent):
        await app.sharing.send(withdrawn)

    assert (recipient.connections, recipient.bytes_up) == (0, 0)
    assert "share_sending" not in app.kinds()


async def test_two_sends_at_once_make_one_upload(app: App, recipient: Recipient, endpoint_id: str) -> None:
    receipt = app.agreed(endpoint_id)

    results = await asyncio.gather(*(app.sharing.send(receipt) for _ in range(3)), return_exceptions=True)

    assert sorted(type(result).__name__ for result in results) == ["Answer", "ReceiptSpent", "ReceiptSpent"]
    assert recipient.connections == 1


async def test_agreeing_to_one_frame_sends_no_other(app: App, recipient: Recipient, endpoint_id: str) -> None:
    receipt = app.agreed(endpoint_id)
    proposed = app.redact().jpeg
    app.picture.path.write_bytes(b"another picture under the same name")

    await app.sharing.send(receipt)

    assert recipient.exchanges[0].picture == proposed


async def test_nothing_leaves_when_the_ledger_takes_no_entry(
    app: App, recipient: Recipient, endpoint_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = app.agreed(endpoint_id)

    def full(kind: str, **data: object) -> None:
        raise LedgerWriteFailed(kind, 28)

    monkeypatch.setattr(app.ledger, "append", full)
    with pytest.raises(LedgerUnavailable) as caught:
        await app.sharing.send(receipt)

    assert (caught.value.data["kind"], caught.value.data["outcome"]) == ("share_sending", None)
    assert (recipient.connections, recipient.bytes_up) == (0, 0)
    monkeypatch.undo()
    with pytest.raises(ReceiptSpent):
        await app.sharing.send(receipt)


async def test_no_receipt_when_the_ledger_takes_no_entry(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    proposal = app.propose()

    def full(kind: str, **data: object) -> None:
        raise LedgerWriteFailed(kind, 28)

    monkeypatch.setattr(app.ledger, "append", full)
    with pytest.raises(LedgerUnavailable):
        app.agree(proposal)
    monkeypatch.undo()

    await app.sharing.send(app.agree(proposal))


async def test_an_unrecorded_ending_is_an_error_that_says_what_left(
    app: App, recipient: Recipient, endpoint_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = app.agreed(endpoint_id)
    append = app.ledger.append

    def fails_later(kind: str, **data: object) -> object:
        if kind == "share_ended":
            raise LedgerWriteFailed(kind, 28)
        return append(kind, **data)

    monkeypatch.setattr(app.ledger, "append", fails_later)
    with pytest.raises(LedgerUnavailable) as caught:
        await app.sharing.send(receipt)

    assert caught.value.data["outcome"] == "sent"


async def test_an_upload_goes_on_to_the_next_address_only_while_nothing_left(
    app: App, recipients: MakeRecipient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hangs_up(exchange: Exchange) -> None:
        await exchange.read_request()

    first = await recipients(host="127.0.0.3", manner=hangs_up)
    second = await recipients(host="127.0.0.1", port=first.port)
    card = app.sharing.add(OpenAICompatible(second.url))
    _resolve_to(monkeypatch, "127.0.0.2", "127.0.0.1")
    await app.sharing.send(app.agreed(card.id))
    assert (second.connections, app.endings()) == (1, ["sent"])

    _resolve_to(monkeypatch, "127.0.0.3", "127.0.0.1")
    with pytest.raises(Exception, match="RemoteProtocolError"):
        await app.sharing.send(app.agreed(card.id))
    assert (first.connections, second.connections) == (1, 1)
    assert app.endings() == ["sent", "unknown: may have been sent"]


async def test_no_second_address_once_anything_may_have_left(
    app: App, recipient: Recipient, endpoint_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    async def breaks(_self: object, request: httpx.Request) -> httpx.Response:
        tried.append(request.url.host)
        await request.extensions["trace"]("http11.send_request_headers.started", {})
        raise httpx.ConnectError("scripted")

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", breaks)
    _resolve_to(monkeypatch, "127.0.0.1", "127.0.0.2")
    with pytest.raises(Unreachable):
        await app.sharing.send(app.agreed(endpoint_id))

    assert tried == ["127.0.0.1"]
    assert app.endings() == ["unknown: may have been sent"]


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "ALL_PROXY", "https_proxy"])
async def test_a_proxy_in_the_environment_gets_nothing(
    app: App,
    recipients: MakeRecipient,
    recipient: Recipient,
    endpoint_id: str,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
) -> None:
    proxy = await recipients()
    monkeypatch.setenv(variable, f"http://127.0.0.1:{proxy.port}")

    await app.sharing.send(app.agreed(endpoint_id))

    assert (recipient.connections, proxy.connections) == (1, 0)


async def test_plain_http_to_a_program_on_this_computer_works(app: App) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        exchange = Exchange(reader, writer)
        exchanges.append(exchange)
        await well(exchange)
        writer.close()

    exchanges: list[Exchange] = []
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    card = app.sharing.add(OpenAICompatible(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"))
    answer = await app.sharing.send(app.agreed(card.id))
    server.close()

    assert answer.text == "A naval officer in uniform."
    assert exchanges[0].picture == app.redact().jpeg


def test_a_program_on_this_computer_may_think_for_longer() -> None:
    for url in ("", "https://api.example.org/v1"):
        assert upload.usual_limits(url) == upload.Limits()
    for url in ("http://localhost:11434/v1", "http://[::1]:8080/v1"):
        patient = upload.usual_limits(url)
        assert patient.silence_s >= 300
        assert patient.deadline_s > patient.silence_s
        assert patient.answer_bytes == upload.MAX_ANSWER_BYTES


@pytest.mark.parametrize("hosts", [["203.0.113.9"], ["203.0.113.9", "2001:db8::9"]])
async def test_a_permit_covers_the_addresses_of_the_name_and_no_others(
    hosts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _resolve_to(monkeypatch, *hosts, hosts[0])
    permit = Permit("api.example.org", 443)

    assert await upload.resolve(parse("https://api.example.org/v1"), permit) == hosts
    assert permit.addresses == {(host, 443) for host in hosts}


async def test_plain_http_goes_to_this_computer_alone_whatever_its_name_says(
    app: App, recipient: Recipient, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = app.sharing.add(OpenAICompatible(f"http://localhost:{recipient.port}/v1"))
    _resolve_to(monkeypatch, "127.0.0.1", "203.0.113.9")

    with pytest.raises(Unreachable):
        await app.sharing.send(app.agreed(card.id))

    assert recipient.connections == 0
    assert app.endings() == ["failed before sending"]


async def test_a_name_that_nobody_knows_is_a_failure_before_sending(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*rest: object, **more: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    card = app.sharing.add(OpenAICompatible("https://nobody.example"))
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Unreachable) as caught:
        await app.sharing.send(app.agreed(card.id))

    assert caught.value.data["outcome"] == "failed before sending"
    assert app.endings() == ["failed before sending"]


async def test_an_adapter_gets_one_upload_and_only_to_its_card(app: App, recipient: Recipient) -> None:
    class Greedy:
        def __init__(self, card: EndpointCard) -> None:
            self.card = card

        async def ask(self, ask: Ask, post: Post, heard: Heard) -> Reply:
            for _ in range(2):
                async with post({}, ask.jpeg):
                    pass
            return Reply("never", "nobody")

    remote = OpenAICompatible(recipient.url).card
    app.sharing.add(Greedy(remote))
    with pytest.raises(SecondUpload) as caught:
        await app.sharing.send(app.agreed(remote.id))
    assert (recipient.connections, caught.value.data["outcome"]) == (1, "sent")

    app.sharing.add(Greedy(LOCAL))
    with pytest.raises(NothingMayLeave):
        await app.sharing.send(app.agreed("local"))
    assert recipient.connections == 1
    assert app.endings()[-1] == "stayed on this device"


async def test_a_replaced_endpoint_does_not_inherit_a_consent(
    app: App, recipients: MakeRecipient, recipient: Recipient, endpoint_id: str
) -> None:
    class Impostor:
        card = OpenAICompatible(recipient.url).card
        asked = False

        async def ask(self, ask: Ask, post: Post, heard: Heard) -> Reply:
            self.asked = True
            return Reply("from somewhere else", "impostor")

    receipt = app.agreed(endpoint_id)
    impostor = Impostor()
    app.sharing.add(impostor)

    answer = await app.sharing.send(receipt)

    assert answer.text == "A naval officer in uniform."
    assert not impostor.asked


async def test_a_piece_counts_as_left_before_it_is_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    class Breaks(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            async for _piece in cast(httpx.AsyncByteStream, request.stream):
                raise httpx.WriteError("gone while it left")
            raise AssertionError("nothing was to leave")

    monkeypatch.setattr(httpx, "AsyncHTTPTransport", lambda **_settings: Breaks())
    request = upload.Request("POST", parse("https://h.example"), {}, b"x" * 40_000)
    tls, progress = ssl.create_default_context(), Progress()
    with pytest.raises(ConnectionLost):
        async with upload.exchange(request, ["192.0.2.1"], progress=progress, tls=tls, limits=upload.Limits()):
            pass
    assert progress.body_bytes == 16 << 10
    assert not progress.whole_body_written


async def test_a_new_proposal_says_how_the_same_picture_fared_there_before(
    app: App, recipient: Recipient, endpoint_id: str
) -> None:
    assert app.propose(endpoint_id).earlier == ()
    await app.sharing.send(app.agreed(endpoint_id))

    async def hangs_up(exchange: Exchange) -> None:
        await exchange.read_request()

    recipient.manner = hangs_up
    with pytest.raises(Exception, match="RemoteProtocolError"):
        await app.sharing.send(app.agreed(endpoint_id))
    recipient.manner = well

    assert app.propose(endpoint_id).earlier == ("sent", "unknown: may have been sent")
    assert app.propose("local").earlier == ()


async def test_a_yes_that_was_given_before_another_upload_of_the_picture_is_not_used_unsaid(
    app: App, recipient: Recipient, endpoint_id: str
) -> None:
    first, second = app.agreed(endpoint_id), app.agreed(endpoint_id)
    sending = [asyncio.create_task(app.sharing.send(receipt)) for receipt in (first, second)]
    answered, refused = await asyncio.gather(*sending, return_exceptions=True)

    assert not isinstance(answered, BaseException)
    assert isinstance(refused, ConsentMismatch)
    assert refused.data["field"] == "earlier"
    assert len(recipient.exchanges) == 1
    assert app.endings() == ["sent"]


def _resolve_to(monkeypatch: pytest.MonkeyPatch, *hosts: str) -> None:
    def found(_host: str, port: int, **_more: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port)) for host in hosts]

    monkeypatch.setattr(socket, "getaddrinfo", found)
