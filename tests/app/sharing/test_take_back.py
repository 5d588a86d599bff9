"""Taking back: only what may have left, a request that names it, and an answer that the owner enters."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion_app.ledger import Entry
from companion_app.sharing import Outcome, Result, Sharing
from companion_app.sharing.errors import DeliveryError, LedgerUnavailable, NotAskedBack, NothingToTakeBack
from companion_app.sharing.records import AGREED, ANSWERED, ASKED_BACK, ENDED, SENDING, WITHDRAWN
from companion_app.sharing.shares import shares_in
from companion_app.sharing.take_back import request_for
from tests.app.redaction import scripted
from tests.app.sharing.conftest import NOON_S, App
from tests.app.sharing.recipient import Exchange, Recipient
from tests.app.vaults import room

pytestmark = [pytest.mark.promise(2), pytest.mark.promise(3)]

_MONTH_S = 30 * 86_400


@pytest.fixture
async def sent(app: App, recipient: Recipient, endpoint_id: str) -> str:
    """The id of a receipt whose picture left."""
    del recipient
    return (await app.sharing.send(app.agreed(endpoint_id))).receipt.id


async def test_the_request_names_receipt_time_hash_and_address_and_nothing_of_the_picture(
    app: App, sent: str, recipient: Recipient
) -> None:
    app.clock.now_s = NOON_S + 3600
    request = app.sharing.take_back(sent)

    left = hashlib.sha256(recipient.exchanges[0].picture).hexdigest()
    assert all(part in request.text for part in (sent, left, recipient.url, "2026-09-21T14:13:20Z", "Art. 17(1)(b)"))
    assert "I sent you" in " ".join(request.text.split())
    assert all(secret not in request.text for secret in (app.picture.sha256, app.picture.commitment, "What is this?"))
    assert (request.asked_s, request.due_s) == (NOON_S + 3600, NOON_S + 3600 + _MONTH_S)
    entry = app.ledger.entries()[-1]
    assert (entry.kind, entry.data["receipt_id"]) == ("share_asked_back", sent)
    assert entry.data["request_sha256"] == hashlib.sha256(request.text.encode()).hexdigest()


async def test_asking_back_sends_nothing(app: App, sent: str, recipient: Recipient) -> None:
    before = recipient.connections
    app.sharing.take_back(sent)
    app.sharing.answered(sent, Result.REFUSED)

    assert recipient.connections == before


async def test_asked_again_it_is_the_same_request_and_one_record(app: App, sent: str) -> None:
    first = app.sharing.take_back(sent)
    app.clock.now_s += 86_400

    assert app.sharing.take_back(sent) == first
    assert app.kinds().count("share_asked_back") == 1
    assert _reopened(app).take_back(sent) == first


async def test_what_came_back_stands_in_the_ledger(app: App, sent: str) -> None:
    app.sharing.take_back(sent)
    app.sharing.answered(sent, Result.NO_ANSWER)
    app.sharing.answered(sent, Result.ERASED, "by letter\x1b[31m, late")

    share = _reopened(app).share(sent)
    assert share.asked_back is not None
    assert (share.asked_back.result, share.asked_back.note) == (Result.ERASED, "by letter[31m, late")
    assert (share.outcome, share.withdrawn) == (Outcome.SENT, True)
    assert app.ledger.verify().intact


async def test_an_answer_to_nothing_is_none(app: App, sent: str) -> None:
    with pytest.raises(NotAskedBack):
        app.sharing.answered(sent, Result.ERASED)

    assert "share_asked_back_answered" not in app.kinds()


async def test_what_may_have_left_is_asked_back_as_such(app: App, recipient: Recipient, endpoint_id: str) -> None:
    async def hangs_up(exchange: Exchange) -> None:
        await exchange.read_request()

    recipient.manner = hangs_up
    receipt = app.agreed(endpoint_id)
    with pytest.raises(DeliveryError):
        await app.sharing.send(receipt)

    assert "I may have sent you" in " ".join(app.sharing.take_back(receipt.id).text.split())


async def test_nothing_is_asked_back_of_what_never_left(app: App, endpoint_id: str) -> None:
    unused = app.agreed(endpoint_id)
    stayed = (await app.sharing.send(app.agreed())).receipt
    for receipt, outcome in ((unused, None), (stayed, Outcome.STAYED)):
        with pytest.raises(NothingToTakeBack) as caught:
            app.sharing.take_back(receipt.id)
        assert caught.value.data["outcome"] is outcome

    assert "share_asked_back" not in app.kinds()


async def test_a_request_that_the_ledger_did_not_take_was_not_made(
    app: App, sent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(kind: str, **_: object) -> None:
        raise OSError(28, kind)

    with monkeypatch.context() as patch:
        patch.setattr(app.ledger, "append", full)
        with pytest.raises(LedgerUnavailable):
            app.sharing.take_back(sent)

    share = app.sharing.share(sent)
    assert (share.asked_back, share.withdrawn) == (None, False)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_names = st.sampled_from(["parties", "picture", "processing", "outcome", "result", "note", "time_s", "redactions"])
_entries = st.builds(
    lambda kind, data, seq: Entry(seq, seq, kind, {"receipt_id": "r1", **data}, "", ""),
    st.sampled_from([AGREED, SENDING, ENDED, WITHDRAWN, ASKED_BACK, ANSWERED, "other"]),
    st.dictionaries(_names, _json, max_size=6),
    st.integers(0, 2**40),
)


@given(st.lists(_entries, max_size=6))
@settings(max_examples=60, deadline=None)
def test_whatever_stands_in_a_damaged_ledger_is_read_without_an_error(entries: list[Entry]) -> None:
    for share in shares_in(entries):
        try:
            request_for(share, NOON_S)
        except NothingToTakeBack:
            assert not share.may_have_left


def _reopened(app: App) -> Sharing:
    return Sharing(room(app.folder / "sharing"), app.ledger, redactor=scripted.redactor())
