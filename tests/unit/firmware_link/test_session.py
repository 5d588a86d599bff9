"""Promise 5, first half: who may talk. Strangers get nothing, and a known phone gets what it asks for."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from plainsight import wire
from plainsight.channel import Ended
from plainsight.errors import Refused

from tests.unit.firmware_link.certificates import Credentials
from tests.unit.firmware_link.glasses_side import GLASSES, PHONE, SECRET, STRANGER, Glasses, add_item
from tests.unit.firmware_link.manual_clock import others
from tests.unit.firmware_link.peer import Closed, Farewell, Peer, knock_answer, ping, settled

Session = asyncio.Task[str]


async def test_a_phone_pairs_says_hello_and_fetches(glasses: Glasses) -> None:
    peer, session, _ = await glasses.pair(PHONE)
    hello = await peer.ask("hello", version=1, time_s=1_800_000_123)
    wire.check_fields(hello, wire.OPERATIONS["hello"][2])
    assert (hello["phone"], hello["level"], hello["mode"]) == (1, "optical", "locked")
    assert glasses.board.time_s == 1_800_000_123
    item = add_item(glasses.store, bytes(range(256)) * 150)["item"]
    data = await peer.fetch("size", op="fetch", part="item", item=item["id"], offset=0, window=16384)
    assert len(data) == item["sealed_bytes"]
    await peer.transport.close()
    assert await settled(session) == "closed"


async def test_a_paired_phone_comes_back(glasses: Glasses) -> None:
    peer, session, pair_key = await glasses.pair(PHONE)
    await peer.transport.close()
    await settled(session)
    glasses.boot()
    peer, session = await glasses.greet(PHONE, pair_key)
    assert (await peer.ask("status"))["battery_mv"] == 3900
    await peer.transport.close()
    assert await settled(session) == "closed"
    assert glasses.session
    assert glasses.session.recognised


@pytest.fixture
async def pair_key(glasses: Glasses) -> bytes:
    peer, session, key = await glasses.pair(PHONE)
    await peer.transport.close()
    await settled(session)
    glasses.window.close()
    return key


async def _refused(glasses: Glasses, session: Session, reason: str, kind: str) -> None:
    """The session ended for `reason`, nobody was recognised, and it was counted once as `kind`."""
    assert await settled(session) == reason
    assert glasses.session
    assert not glasses.session.recognised
    assert glasses.session.phone is None
    glasses.failures.record()
    assert glasses.records("pairing_failures")[-1] == {kind: 1}


@pytest.mark.parametrize("hello", [b"PLS2", b"\x16\x03\x01\x02", b"GET "])
async def test_who_does_not_begin_with_a_knock_gets_no_byte(glasses: Glasses, pair_key: bytes, hello: bytes) -> None:
    peer, session = glasses.connect()
    await peer.transport.write(hello + bytes(40))
    assert await peer.hung_up() == b""
    await _refused(glasses, session, "knock", "knock")


async def test_a_wrong_knock_gets_a_nonce_and_nothing_else(glasses: Glasses, pair_key: bytes) -> None:
    peer, session = glasses.connect()
    await peer.knock(bytes(32))
    assert await peer.hung_up() == b""
    await _refused(glasses, session, "knock", "knock")


@pytest.mark.parametrize("bit", [0, 64, 127])
async def test_one_wrong_bit_in_the_knock_is_refused(glasses: Glasses, pair_key: bytes, bit: int) -> None:
    peer, session = glasses.connect()
    proof = bytearray(knock_answer(pair_key, await peer.take_nonce()))
    proof[bit // 8] ^= 1 << bit % 8
    await peer.transport.write(bytes(proof))
    assert await peer.hung_up() == b""
    await _refused(glasses, session, "knock", "knock")


async def test_a_knock_that_was_overheard_is_worth_nothing(glasses: Glasses, pair_key: bytes) -> None:
    first, _ = glasses.connect()
    overheard = knock_answer(pair_key, await first.take_nonce())
    await first.transport.close()
    peer, session = glasses.connect()
    assert await peer.take_nonce() != first.nonce
    await peer.transport.write(overheard)
    assert await peer.hung_up() == b""
    assert await settled(session) == "knock"


@pytest.mark.parametrize(("window", "used"), [(False, False), (True, True)])
async def test_the_code_opens_nothing_without_a_window_or_twice(glasses: Glasses, window: bool, used: bool) -> None:
    if used:
        peer, paired, _ = await glasses.pair(PHONE)
        await peer.transport.close()
        await settled(paired)
        glasses.boot()
    if window:
        glasses.window.open()
    peer, session = glasses.connect()
    await peer.knock(SECRET)
    assert await peer.hung_up() == b""
    await _refused(glasses, session, "knock", "knock")


async def test_no_certificate_no_session(glasses: Glasses, pair_key: bytes) -> None:
    peer, session = glasses.connect()
    await peer.knock(pair_key)
    await peer.shake_hands(None)
    await peer.send(wire.json_frame(wire.REQUEST, 1, {"op": "status"}))
    with pytest.raises(Farewell):
        await peer.frame()
    await _refused(glasses, session, "certificate", "certificate")


async def test_the_pair_key_with_another_certificate_is_refused(glasses: Glasses, pair_key: bytes) -> None:
    peer, session = glasses.connect()
    await peer.knock(pair_key)
    await peer.shake_hands(STRANGER.pem_file(glasses.folder))
    await peer.send(wire.json_frame(wire.REQUEST, 1, {"op": "status"}))
    assert await peer.closed() == []
    await _refused(glasses, session, "certificate", "certificate")


async def test_a_pinned_certificate_further_up_the_chain_does_not_count(glasses: Glasses, pair_key: bytes) -> None:
    peer, session = glasses.connect()
    await peer.knock(pair_key)
    with pytest.raises(Closed):
        await _asks_status(peer, STRANGER.pem_file(glasses.folder, PHONE))
    assert await settled(session) == "certificate"


async def _asks_status(peer: Peer, pem: Path) -> None:
    await peer.shake_hands(pem)
    await peer.ask("status")


async def test_the_knock_of_one_phone_with_the_certificate_of_another_is_refused(
    glasses: Glasses, pair_key: bytes, second: Credentials
) -> None:
    glasses.pairing.invite()
    peer, session, _ = await glasses.pair(second, glasses.code.secret or b"")
    await peer.transport.close()
    await settled(session)
    peer, session = glasses.connect()
    await peer.knock(pair_key)
    await peer.shake_hands(second.pem_file(glasses.folder))
    await peer.send(wire.json_frame(wire.REQUEST, 1, {"op": "status"}))
    assert await peer.closed() == []
    await _refused(glasses, session, "certificate", "certificate")


@pytest.fixture(scope="module")
def second() -> Credentials:
    from tests.unit.firmware_link import certificates

    return certificates.make("second phone")


async def test_garbage_in_place_of_tls(glasses: Glasses, pair_key: bytes) -> None:
    peer, session = glasses.connect()
    await peer.knock(pair_key)
    await peer.transport.write(b"GET / HTTP/1.1\r\n\r\n")
    await peer.hung_up()
    await _refused(glasses, session, "tls", "handshake")


async def test_a_forged_signature_is_refused(glasses: Glasses, pair_key: bytes) -> None:
    peer, session = glasses.connect()
    await peer.knock(pair_key)
    peer.forge_signature = True
    with pytest.raises(Closed):
        await peer.shake_hands(PHONE.pem_file(glasses.folder))
    await _refused(glasses, session, "tls", "handshake")


async def test_a_link_lost_in_the_handshake_is_nobodys_attempt(glasses: Glasses, pair_key: bytes) -> None:
    glasses.window.open()
    peer, session = glasses.connect()
    await peer.knock(pair_key)
    await peer.transport.close()
    assert await settled(session) == "closed"
    glasses.window.close()
    assert glasses.records("pairing_failures") == []


@pytest.mark.parametrize("operation", sorted(set(wire.OPERATIONS) - {"pair"}))
async def test_an_applicant_may_ask_for_nothing_but_pairing(glasses: Glasses, operation: str) -> None:
    glasses.window.open()
    peer, session = glasses.connect()
    await peer.knock(SECRET)
    await peer.shake_hands(STRANGER.pem_file(glasses.folder))
    fields = _fields(operation)
    assert (await peer.ask(operation, **fields))["error"] == "not_paired"
    assert glasses.store.count == 0
    assert not glasses.camera.busy
    assert glasses.phones.all() == []
    assert glasses.board.time_s == 0
    await peer.transport.close()
    assert await settled(session) == "closed"


async def test_an_applicant_hears_no_event(glasses: Glasses) -> None:
    glasses.window.open()
    peer, _ = glasses.connect()
    await peer.knock(SECRET)
    await peer.shake_hands(STRANGER.pem_file(glasses.folder))
    await peer.send(ping(7))
    assert (await peer.frame())[0] == wire.PONG
    assert glasses.session
    glasses.settings.change({"voice": "stream"})
    glasses.session.post("voice", {"voice": "stream"})
    assert not await glasses.session.send_voice(bytes(20))
    with pytest.raises(Ended):
        await glasses.session.say("question", {"item": 1, "on": True})
    await peer.send(ping(8))
    assert (await peer.frame())[0] == wire.PONG


async def test_an_end_is_a_clean_farewell_and_leaves_no_task(glasses: Glasses, pair_key: bytes) -> None:
    before = asyncio.all_tasks()
    peer, session = await glasses.greet(PHONE, pair_key)
    assert glasses.session
    glasses.session.post("voice", {"voice": "off"})
    await peer.event()
    assert await peer.ask("revoke", phone=1) == {"phone": 1}
    with pytest.raises(Farewell):
        await peer.frame()
    await settled(session)
    await others()
    assert asyncio.all_tasks() <= before


def _fields(operation: str) -> dict[str, object]:
    """Fields that fit the table of one operation."""
    return {row[0].rstrip("?"): _value(row) for row in wire.OPERATIONS[operation][1]}


def _value(row: tuple) -> object:
    if row[1] == "bool":
        return True
    if row[1] == "int":
        return row[2]
    if row[1] == "hex":
        return "00" * row[2]
    return row[2] if row[1] == "choice" else "x"


async def test_a_paired_phone_cannot_pair_again_in_its_session(glasses: Glasses) -> None:
    peer, _, _ = await glasses.pair(PHONE)
    fields = peer.pairing_fields(SECRET, GLASSES.sha256, PHONE.sha256)
    assert (await peer.ask("pair", **fields))["error"] == "already_paired"


async def test_revoking_oneself_is_answered_and_then_over(glasses: Glasses, pair_key: bytes) -> None:
    peer, session = await glasses.greet(PHONE, pair_key)
    assert await peer.ask("revoke", phone=1) == {"phone": 1}
    assert await settled(session) == "revoked"
    peer, session = glasses.connect()
    await peer.knock(pair_key)
    assert await peer.hung_up() == b""
    assert await settled(session) == "knock"


async def test_a_revocation_from_elsewhere_ends_the_live_session_at_once(glasses: Glasses, pair_key: bytes) -> None:
    peer, session = glasses.connect()
    await peer.knock(pair_key)
    await peer.shake_hands(PHONE.pem_file(glasses.folder))
    await peer.send(ping(1))
    assert (await peer.frame())[0] == wire.PONG
    glasses.pairing.revoke(1, 0)
    assert await settled(session) == "revoked"
    with pytest.raises(Closed):
        await peer.ask("status")


async def test_the_revocation_of_another_phone_leaves_the_session_alone(
    glasses: Glasses, pair_key: bytes, second: Credentials
) -> None:
    glasses.pairing.invite()
    peer, session, _ = await glasses.pair(second, glasses.code.secret or b"")
    assert await peer.ask("revoke", phone=1) == {"phone": 1}
    assert [phone["id"] for phone in (await peer.ask("phones"))["phones"]] == [2]
    assert not session.done()


async def test_a_request_that_was_on_its_way_when_the_phone_was_revoked_is_not_served(
    glasses: Glasses, pair_key: bytes
) -> None:
    """Even where nobody told the session: every frame looks at the pin."""
    peer, session = await glasses.greet(PHONE, pair_key)
    glasses.pairing.on_revoked = None
    glasses.pairing.revoke(1, 0)
    await peer.send(wire.json_frame(wire.REQUEST, 9, {"op": "invite"}))
    assert await peer.closed() == []
    assert await settled(session) == "revoked"
    assert glasses.code.secret is None


async def test_failures_are_recorded_when_the_owners_phone_comes(glasses: Glasses, pair_key: bytes) -> None:
    for _ in range(30):
        peer, session = glasses.connect()
        await peer.knock(bytes(32))
        await settled(session)
    assert glasses.records("pairing_failures") == []
    await glasses.greet(PHONE, pair_key)
    assert glasses.records("pairing_failures") == [{"knock": 30}]


async def test_an_error_inside_ends_the_session_with_a_code_and_no_more(glasses: Glasses, pair_key: bytes) -> None:
    peer, session = await glasses.greet(PHONE, pair_key)
    glasses.board.heap_free = lambda: 1 // 0  # type: ignore[method-assign]
    await peer.send(wire.json_frame(wire.REQUEST, 9, {"op": "status"}))
    frames = await peer.closed()
    assert frames == [(wire.RESPONSE, 0, b'{"error":"internal","detail":{"reason":"internal"}}')]
    assert await settled(session) == "internal"
    assert any("ZeroDivisionError" in line for line in glasses.log)


async def test_voice_leaves_only_while_the_policy_says_so(glasses: Glasses, pair_key: bytes) -> None:
    peer, _ = await glasses.greet(PHONE, pair_key)
    assert glasses.session
    assert not await glasses.session.send_voice(bytes(640))
    for voice, leaves in (("keyword", False), ("stream", True), ("off", False)):
        assert (await peer.ask("settings", voice=voice, consent="ab" * 32))["settings"]["voice"] == voice
        assert await glasses.session.send_voice(bytes(640)) is leaves
        if leaves:
            kind, _, body = await peer.frame()
            assert (kind, body) == (wire.AUDIO, bytes(640))
    await peer.send(ping(1))
    assert (await peer.frame())[0] == wire.PONG


async def test_audio_that_waits_for_room_while_the_yes_is_withdrawn_stays(glasses: Glasses, pair_key: bytes) -> None:
    peer, _ = await glasses.greet(PHONE, pair_key)
    assert glasses.session
    glasses.parts.decisions.change({"voice": "stream"}, "ab" * 32)
    pieces = [asyncio.create_task(glasses.session.send_voice(bytes(1024))) for _ in range(16)]
    await others()
    left = sum(piece.done() for piece in pieces)
    assert 0 < left < len(pieces)
    glasses.parts.decisions.change({"voice": "off"}, "cd" * 32)
    for _ in range(left):
        assert (await peer.frame())[0] == wire.AUDIO
    await peer.send(ping(1))
    assert (await peer.frame())[0] == wire.PONG
    assert (await asyncio.gather(*pieces)).count(True) == left


async def test_whoever_sends_may_change_their_mind_until_it_leaves(glasses: Glasses, pair_key: bytes) -> None:
    peer, _ = await glasses.greet(PHONE, pair_key)
    assert glasses.session
    glasses.parts.decisions.change({"voice": "stream"}, "ab" * 32)
    wanted = True
    pieces = [asyncio.create_task(glasses.session.send_voice(bytes(1024), lambda: wanted)) for _ in range(16)]
    await others()
    left = sum(piece.done() for piece in pieces)
    assert 0 < left < len(pieces)
    wanted = False
    for _ in range(left):
        assert (await peer.frame())[0] == wire.AUDIO
    assert (await asyncio.gather(*pieces)).count(True) == left


async def test_no_copy_of_what_left_stays_behind(glasses: Glasses, pair_key: bytes) -> None:
    peer, _ = await glasses.greet(PHONE, pair_key)
    assert glasses.session
    assert glasses.session._admitted
    glasses.parts.decisions.change({"voice": "stream"}, "ab" * 32)
    assert await glasses.session.send_voice(memoryview(b"spoken words" * 30))
    assert (await peer.frame())[2] == b"spoken words" * 30
    assert not any(glasses.session._admitted.channel._voice)


async def test_events_of_a_question_keep_their_place_among_its_sound(glasses: Glasses, pair_key: bytes) -> None:
    peer, session = await glasses.greet(PHONE, pair_key)
    assert glasses.session
    glasses.parts.decisions.change({"voice": "stream"}, "ab" * 32)
    await glasses.session.say("question", {"item": 1, "on": True})
    assert await glasses.session.send_voice(bytes(100))
    await glasses.session.say("question", {"item": 1, "on": False, "reason": "silence"})
    assert [(await peer.frame())[0] for _ in range(3)] == [wire.EVENT, wire.AUDIO, wire.EVENT]
    glasses.pairing.revoke(1, 0)
    assert await settled(session) == "revoked"
    with pytest.raises(Ended):
        await glasses.session.say("question", {"item": 1, "on": True})


async def test_no_other_way_for_audio(glasses: Glasses, pair_key: bytes) -> None:
    await glasses.greet(PHONE, pair_key)
    assert glasses.session
    assert glasses.session._admitted
    with pytest.raises(ValueError, match="send_voice"):
        await glasses.session._admitted.channel.send(wire.frame(wire.AUDIO, 0, bytes(640)))


async def test_a_capture_runs_beside_the_conversation(glasses: Glasses, pair_key: bytes) -> None:
    peer, _ = await glasses.greet(PHONE, pair_key)
    number = peer.next_request()
    await peer.send(wire.json_frame(wire.REQUEST, number, {"op": "capture"}))
    await peer.send(ping(99))
    assert await peer.frame() == (wire.PONG, 0, (99).to_bytes(4, "little"))
    assert (await peer.ask("capture"))["error"] == "busy"
    assert (await peer.ask("status"))["items"] == 0
    glasses.camera.released.set()
    answer = await peer.response(number)
    wire.check_fields(answer, wire.OPERATIONS["capture"][2])
    assert glasses.store.count == 1


async def test_a_capture_outlives_the_session_that_asked(glasses: Glasses, pair_key: bytes) -> None:
    peer, session = await glasses.greet(PHONE, pair_key)
    await peer.send(wire.json_frame(wire.REQUEST, 50, {"op": "capture"}))
    assert (await peer.ask("capture"))["error"] == "busy"
    await peer.transport.close()
    await settled(session)
    glasses.camera.released.set()
    await glasses.clock.until(lambda: not glasses.camera.busy, 1000)
    assert glasses.store.count == 1


@pytest.mark.parametrize(
    ("failure", "code"), [(Refused("light_open", {"mv": 0}), "light_open"), (ValueError("camera"), "internal")]
)
async def test_a_capture_that_fails_is_answered_with_a_code(
    glasses: Glasses, pair_key: bytes, failure: Exception, code: str
) -> None:
    peer, session = await glasses.greet(PHONE, pair_key)
    glasses.camera.failure = failure
    glasses.camera.released.set()
    answer = await peer.ask("capture")
    assert answer["error"] == code
    assert set(answer) <= {"error", "detail"}
    assert "camera" not in str(answer)
    assert not session.done()


async def test_only_so_many_captures_wait_for_an_answer(glasses: Glasses, pair_key: bytes) -> None:
    """A phone that asks for ever and does not read makes no heap of tasks."""
    peer, _ = await glasses.greet(PHONE, pair_key)
    transport: Peer = peer
    transport.transport.reading.clear()  # type: ignore[attr-defined]
    for _ in range(300):
        await peer.send(wire.json_frame(wire.REQUEST, peer.next_request(), {"op": "capture"}))
        await asyncio.sleep(0)
    waiting = [task for task in asyncio.all_tasks() if "Conversation._capture" in repr(task)]
    assert len(waiting) <= 3
