"""The disk is full at every step of every durable write of a share, and has room again after."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from typing import Any

import pytest

from companion_app.sharing import Outcome, Sharing
from companion_app.sharing.errors import LedgerUnavailable, ReceiptNotKept, SharingError
from companion_app.sharing.exported import check
from tests.app.redaction.scripted import redactor
from tests.app.sharing.conftest import App
from tests.app.sharing.recipient import Recipient
from tests.app.vaults import room

pytestmark = [pytest.mark.promise(2), pytest.mark.promise(3)]

_MOST_STEPS = 80


class FullDisk:
    """Fails the `at`-th step of making something durable; a write stops half-way first."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left = 0
        self._write = os.write
        for name in ("write", "fsync", "replace"):
            monkeypatch.setattr(os, name, self._failing(getattr(os, name)))

    def _failing(self, act: Callable[..., Any]) -> Callable[..., Any]:
        def maybe(*arguments: Any, **named: Any) -> Any:
            self.left -= 1
            if self.left == 0:
                if act is self._write:
                    act(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
                raise OSError(errno.ENOSPC, "No space left on device")
            return act(*arguments, **named)

        return maybe


@pytest.fixture
def disk(app: App, monkeypatch: pytest.MonkeyPatch) -> FullDisk:
    return FullDisk(monkeypatch)


async def test_whatever_write_fails_nothing_leaves_off_the_record_and_nothing_twice(
    app: App, recipient: Recipient, endpoint_id: str, disk: FullDisk
) -> None:
    failures: list[str] = []
    for step in range(1, _MOST_STEPS):
        proposal, before = app.propose(endpoint_id), len(recipient.exchanges)
        disk.left = step
        try:
            await app.sharing.send(app.agree(proposal))
        except (LedgerUnavailable, ReceiptNotKept) as error:
            failures.append(str(error.data.get("kind", "receipt")))
        else:
            break
        finally:
            disk.left = 0
        arrived = len(recipient.exchanges) - before
        assert arrived == (1 if failures[-1] == "share_ended" else 0), (step, failures[-1])

    assert list(dict.fromkeys(failures)) == ["receipt", "share_agreed", "share_sending", "share_ended"]
    assert len(recipient.exchanges) == failures.count("share_ended") + 1
    outcomes = [share.outcome for share in app.sharing.shares() if share.outcome is not None]
    assert outcomes == [Outcome.SENT] * len(recipient.exchanges)
    assert check(app.ledger, _reopened(app).copies()).intact


async def test_an_ending_that_is_owed_is_entered_before_anything_else(
    app: App, recipient: Recipient, endpoint_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _with_an_unrecorded_ending(app, endpoint_id, monkeypatch)

    app.sharing.decline(app.propose(endpoint_id))

    assert app.kinds() == ["share_agreed", "share_sending", "share_ended", "share_declined"]
    ended = app.ledger.entries()[2].data
    assert (ended["outcome"], ended["noted_late"]) == ("sent", True)
    assert len(recipient.exchanges) == 1


async def test_without_room_for_what_is_owed_nothing_else_is_sent(
    app: App, recipient: Recipient, endpoint_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = app.agreed(endpoint_id)
    await _with_an_unrecorded_ending(app, endpoint_id, monkeypatch)
    append = app.ledger.append

    def no_endings(kind: str, **data: object) -> object:
        if kind == "share_ended":
            raise OSError(errno.ENOSPC, "No space left on device")
        return append(kind, **data)

    monkeypatch.setattr(app.ledger, "append", no_endings)
    with pytest.raises(LedgerUnavailable):
        await app.sharing.send(receipt)

    assert len(recipient.exchanges) == 1


async def test_an_owed_ending_that_the_app_does_not_live_to_enter_is_unknown(
    app: App, recipient: Recipient, endpoint_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _with_an_unrecorded_ending(app, endpoint_id, monkeypatch)

    [share] = _reopened(app).shares()

    assert share.outcome is Outcome.UNKNOWN
    assert len(recipient.exchanges) == 1


async def _with_an_unrecorded_ending(app: App, endpoint_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    append = app.ledger.append

    def full(kind: str, **data: object) -> object:
        if kind == "share_ended":
            raise OSError(errno.ENOSPC, "No space left on device")
        return append(kind, **data)

    with monkeypatch.context() as patch:
        patch.setattr(app.ledger, "append", full)
        with pytest.raises(SharingError) as caught:
            await app.sharing.send(app.agreed(endpoint_id))
    assert caught.value.data["outcome"] is Outcome.SENT


def _reopened(app: App) -> Sharing:
    return Sharing(room(app.folder / "sharing"), app.ledger, redactor=redactor())
