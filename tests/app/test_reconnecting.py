"""Drops and sessions: what was under way goes on, each change has its reason, and nothing hammers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from plainsight import wire

from companion_app.companion import Companion
from companion_app.ledger.errors import LedgerWriteFailed
from companion_app.link.connection import Change, ConnectionState, Reason
from companion_app.link.errors import GlassesRefused, LinkLost, NotAdmitted, NotConnected, ProtocolBroken
from tests.app.conftest import TYPED_CODE, Air
from tests.app.ledger_words import entries
from tests.app.peer import SECRET, Peer

Until = Callable[[Callable[[], bool]], Awaitable[None]]


@pytest.mark.parametrize("after", [4000, 9000, 15_000])
async def test_a_drop_in_the_transfer_is_resumed_at_the_offset(
    paired: Companion, peer: Peer, air: Air, after: int
) -> None:
    link = air.links[-1]

    def drop_later(fields: dict[str, Any]) -> dict[str, Any]:
        link.drop_after = link.bytes_sent + after
        return peer.take_picture()

    peer.answers["capture"] = drop_later
    picture = await paired.capture()
    assert picture.read() == peer.jpegs[1]
    offsets = [fields["offset"] for operation, fields in peer.requests if operation == "fetch"]
    assert len(offsets) == 2
    assert offsets[0] == 0
    assert offsets[1] <= after
    sent_twice = peer.media_sent - len(peer.blobs[1])
    assert 0 <= sent_twice <= wire.DEFAULT_WINDOW
    info = paired.link_info()
    assert info["resumed"] == 1
    assert info["bytes_received"] == len(peer.blobs[1])
    assert 0 <= info["bytes_sent_twice"] <= 4096 + 4096
    assert paired.connection.state is ConnectionState.CONNECTED


async def test_a_lost_link_is_opened_again_and_each_change_has_its_reason(
    paired: Companion, air: Air, until: Until
) -> None:
    states: list[tuple[str, str]] = []
    paired.connection.observe(lambda change: states.append((change.state.value, change.reason.value)))
    air.links[-1].drop()
    await until(lambda: states[-1:] == [("connected", "ready")])
    assert states == [
        ("disconnected", "link_lost"),
        ("searching", "retry"),
        ("connecting", "found"),
        ("securing", "linked"),
        ("connected", "ready"),
    ]


async def test_reconnecting_goes_on_until_the_glasses_are_there(
    paired: Companion, peer: Peer, air: Air, until: Until
) -> None:
    air.peers.clear()
    failures: list[Reason] = []
    paired.connection.observe(
        lambda change: failures.append(change.reason) if change.state is ConnectionState.DISCONNECTED else None
    )
    air.links[-1].drop()
    await until(lambda: failures.count(Reason.NOT_FOUND) == 3)
    air.peers["glasses"] = peer
    await until(lambda: paired.connection.state is ConnectionState.CONNECTED)


async def test_reconnecting_outlives_a_ledger_that_cannot_be_written(
    paired: Companion, peer: Peer, air: Air, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed: list[str] = []

    def fail(kind: str, **data: object) -> None:
        failed.append(kind)
        raise LedgerWriteFailed(kind, 28)

    with monkeypatch.context() as broken:
        broken.setattr(paired.ledger, "append", fail)
        peer.voice = "keyword"
        air.links[-1].drop()
        await until(lambda: len(failed) == 2)
    await until(lambda: paired.connection.state is ConnectionState.CONNECTED)


async def test_a_revoked_phone_is_told_and_does_not_hammer(
    paired: Companion, peer: Peer, air: Air, until: Until
) -> None:
    peer.pair_key = None
    opened = len(air.links)
    denied = denials(paired)
    air.links[-1].drop()
    await until(lambda: len(denied) == 2)
    assert len(air.links) == opened + 2
    assert paired._link._watcher is not None
    await until(paired._link._watcher.done)
    with pytest.raises(NotAdmitted):
        await paired.connect()
    with pytest.raises(NotConnected):
        _ = paired.glasses


async def test_a_phone_that_was_turned_away_once_tries_again(
    paired: Companion, peer: Peer, air: Air, until: Until
) -> None:
    key, peer.pair_key = peer.pair_key, None
    denied = denials(paired)
    air.links[-1].drop()
    await until(lambda: len(denied) == 1)
    peer.pair_key = key
    await until(lambda: paired.connection.state is ConnectionState.CONNECTED)


def denials(paired: Companion) -> list[Reason]:
    """Each time the glasses close the door, from now on."""
    seen: list[Reason] = []

    def saw(change: Change) -> None:
        if change.state is ConnectionState.DISCONNECTED and change.reason is Reason.NOT_ADMITTED:
            seen.append(change.reason)

    paired.connection.observe(saw)
    return seen


async def test_after_disconnect_nothing_reconnects(paired: Companion, air: Air) -> None:
    await paired.disconnect()
    assert (paired.connection.state, paired.connection.reason) == (ConnectionState.DISCONNECTED, Reason.ASKED)
    opened = len(air.links)
    for task in air.tasks:
        await task
    assert len(air.links) == opened
    with pytest.raises(NotConnected):
        await paired.capture()


async def test_connecting_twice_keeps_the_session(paired: Companion, air: Air) -> None:
    await paired.connect()
    assert len(air.links) == 1


async def test_a_breach_is_the_reason_that_is_shown(paired: Companion, peer: Peer, until: Until) -> None:
    reasons: list[Reason] = []
    paired.connection.observe(lambda change: reasons.append(change.reason))
    assert peer.send is not None
    await peer.send(wire.frame(wire.AUDIO, 0, bytes(6)))
    await until(lambda: Reason.PROTOCOL_BROKEN in reasons)
    await until(lambda: paired.connection.state is ConnectionState.CONNECTED)


async def test_voice_is_borne_only_while_the_owner_allows_it(paired: Companion, peer: Peer, until: Until) -> None:
    paired.onboarding.answer("voice_listen", "yes")
    paired.onboarding.answer("voice_leave", "yes")
    await until(lambda: peer.voice == "stream")
    ended = paired.glasses.ended
    assert peer.send is not None
    await peer.send(wire.frame(wire.AUDIO, 0, bytes(6)))
    await paired.glasses.status()
    assert not ended.done()
    paired.onboarding.answer("voice_leave", "no")
    await until(lambda: entries(paired, "voice_policy")[-1]["voice"] == "keyword")
    await peer.send(wire.frame(wire.AUDIO, 0, bytes(6)))
    assert isinstance(await ended, ProtocolBroken)


async def test_a_withdrawal_while_a_session_is_being_opened_is_not_lost(
    paired: Companion, peer: Peer, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    paired.onboarding.answer("voice_listen", "yes")
    await until(lambda: peer.voice == "keyword")
    await paired.disconnect()
    paired.onboarding.answer("voice_leave", "yes")
    settings = peer._settings  # pyright: ignore[reportPrivateUsage]

    def withdrawn_meanwhile(fields: dict[str, Any], nonce: bytes) -> dict[str, Any]:
        if paired.onboarding.voice == "stream":
            paired.onboarding.answer("voice_leave", "no")
        return settings(fields, nonce)

    monkeypatch.setattr(peer, "_settings", withdrawn_meanwhile)
    await paired.connect()
    assert peer.voice == "keyword"
    assert entries(paired, "voice_policy")[-1]["voice"] == "keyword"


async def test_a_session_that_dies_in_its_first_words_is_no_connection(
    companion: Companion, peer: Peer, air: Air
) -> None:
    peer.pair_key, peer.secret = None, SECRET
    peer.answers["hello"] = lambda fields: {"error": "bad_request"}
    with pytest.raises(GlassesRefused):
        await companion.pair(TYPED_CODE, "phone")
    assert companion.connection.state is ConnectionState.DISCONNECTED
    assert companion.connection.reason is Reason.REFUSED


async def test_closing_in_the_middle_of_everything_leaves_no_task(paired: Companion, peer: Peer, until: Until) -> None:
    peer.answers["capture"] = lambda fields: None
    capturing = asyncio.create_task(paired.capture())
    await until(lambda: "capture" in [operation for operation, _ in peer.requests])
    await paired.close()
    with pytest.raises(LinkLost):
        await capturing
    assert paired.connection.state is ConnectionState.DISCONNECTED
