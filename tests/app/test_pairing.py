"""Pairing on the phone: codes, proofs, pins, and who is turned away."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import os
import stat
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion_app.companion import Companion
from companion_app.gallery.errors import NotTheOwner
from companion_app.keys.phone import load_phone_identity
from companion_app.ledger.errors import LedgerWriteFailed
from companion_app.link.connection import ConnectionState, Reason
from companion_app.link.errors import (
    BadSetupCode,
    GlassesNotFound,
    GlassesRefused,
    HandshakeFailed,
    NotAdmitted,
    NotPaired,
    PairingProofWrong,
    PinsUnreadable,
    ProtocolBroken,
    WrongGlasses,
)
from companion_app.link.opening import secure
from companion_app.link.pairing import proof
from companion_app.link.pins import Pin, PinStore
from companion_app.link.secure_channel import client_context
from companion_app.link.setup_code import parse_setup_code
from tests.app.conftest import TYPED_CODE, Air
from tests.app.memory_link import make_link
from tests.app.peer import PAIR_KEY, SECRET, Peer, glasses_identity
from tests.app.vaults import room, vault_in

pytestmark = pytest.mark.promise(5)


def base32(value: bytes) -> str:
    return base64.b32encode(value).decode().rstrip("=")


def qr_of(certificate_sha256: bytes, secret: bytes = SECRET) -> str:
    return f"PLAINSIGHT:1:{base32(certificate_sha256)}:{base32(secret)}"


# Setup codes


def test_a_qr_holds_certificate_and_secret() -> None:
    code = parse_setup_code(qr_of(b"\x07" * 32))
    assert (code.certificate_sha256, code.secret) == (b"\x07" * 32, SECRET)


@pytest.mark.parametrize(
    "text",
    [
        TYPED_CODE,
        TYPED_CODE.lower(),
        "AAAQ-EAYE-AUDA-OCAJ-BIFQ-YDIO-B4",
        " aaaq eaye auda ocaj bifq ydio b4\n",
        TYPED_CODE.replace("O", "0").replace("I", "1").replace("B", "8"),
    ],
)
def test_a_code_may_be_typed_in_any_reasonable_way(text: str) -> None:
    code = parse_setup_code(text)
    assert (code.certificate_sha256, code.secret) == (None, SECRET)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "wrong_length"),
        (TYPED_CODE[:-1], "wrong_length"),
        (TYPED_CODE + "A", "wrong_length"),
        ("A" * 201, "wrong_length"),
        (TYPED_CODE[:-1] + "5", "wrong_characters"),  # the spare bits must be zero
        (TYPED_CODE[:-1] + "9", "wrong_characters"),
        ("Ä" * 26, "wrong_characters"),
        (f"PLAINSIGHT:2:{base32(bytes(32))}:{TYPED_CODE}", "wrong_version"),
        (f"PLAINSIGHT:1:{base32(bytes(31))}:{TYPED_CODE}", "wrong_length"),
        (f"PLAINSIGHT:1:{base32(bytes(32))}", "not_a_code"),
        ("WIFI:S:home;P:secret;;", "not_a_code"),
        ("https://example.org", "not_a_code"),
    ],
)
def test_what_is_no_code_says_why(text: str, fault: str) -> None:
    with pytest.raises(BadSetupCode) as raised:
        parse_setup_code(text)
    assert raised.value.fault == fault


@given(st.text(max_size=210) | st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567:-", max_size=120))
def test_any_text_is_a_code_or_says_why(text: str) -> None:
    try:
        code = parse_setup_code(text)
    except BadSetupCode:
        return
    assert len(code.secret) == 16


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=32, max_size=32))
def test_every_code_comes_back(secret: bytes, certificate: bytes) -> None:
    assert parse_setup_code(base32(secret)).secret == secret
    code = parse_setup_code(qr_of(certificate, secret))
    assert (code.secret, code.certificate_sha256) == (secret, certificate)


def test_a_code_does_not_show_its_secret() -> None:
    assert repr(SECRET) not in repr(parse_setup_code(TYPED_CODE))


# Pins

PIN = Pin(b"\x01" * 32, b"\x02" * 32, 3, b"\x04" * 32)


def test_pins_survive_a_restart_and_the_newest_is_in_use(tmp_path: Path) -> None:
    store = PinStore(room(tmp_path / "keys"))
    assert store.current is None
    other = Pin(b"\x05" * 32, b"\x06" * 32, 1, b"\x04" * 32)
    store.add(PIN)
    store.add(other)
    assert PinStore(room(tmp_path / "keys")).current == other
    again = Pin(PIN.certificate_sha256, b"\x09" * 32, 4, PIN.owner_key)
    store.add(again)
    assert PinStore(room(tmp_path / "keys")).current == again
    store.forget(PIN.certificate_sha256)
    assert PinStore(room(tmp_path / "keys")).current == other
    store.forget(other.certificate_sha256)
    assert PinStore(room(tmp_path / "keys")).current is None


@pytest.mark.promise(4)
def test_pins_are_sealed_and_not_told_in_passing(tmp_path: Path) -> None:
    files = room(tmp_path / "keys")
    PinStore(files).add(PIN)
    path = files.path("glasses.json")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for secret in (PIN.certificate_sha256, PIN.pair_key, PIN.owner_key):
        assert secret.hex().encode() not in path.read_bytes()
    assert "02" * 32 not in repr(PIN)
    assert repr(PIN.pair_key) not in repr(PIN)


@pytest.mark.parametrize("change", [{"version": 1}, {"glasses": 5}, {"glasses": [{}]}, {"glasses": [5]}])
def test_damaged_pins_are_said(tmp_path: Path, change: dict[str, object]) -> None:
    PinStore(room(tmp_path / "keys")).add(PIN)
    files = room(tmp_path / "keys")
    value = files.read_json("glasses.json")
    assert isinstance(value, dict)
    files.write_json("glasses.json", {**value, **change})
    with pytest.raises(PinsUnreadable):
        PinStore(files)


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=100))
def test_any_pins_file_is_read_or_said_to_be_damaged(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = room(Path(folder) / "keys")
        files.path("glasses.json").write_bytes(content)
        with pytest.raises(PinsUnreadable):
            PinStore(files)
        files.write("glasses.json", content)
        with pytest.raises(PinsUnreadable):
            PinStore(files)


# Proofs


def test_the_proof_covers_everything() -> None:
    arguments: list[bytes] = [b"label", b"secret", b"glasses", b"phone", b"nonce"]
    whole = proof(*arguments)
    assert whole == hmac.digest(b"secret", b"labelglassesphonenonce", "sha256")
    for index in range(5):
        changed = list(arguments)
        changed[index] = changed[index].upper()
        assert proof(*changed) != whole


# Pairing with glasses


@pytest.mark.parametrize("code", [TYPED_CODE, qr_of(glasses_identity().certificate_sha256)], ids=["typed", "qr"])
async def test_pairing_pins_the_glasses_and_stays_connected(companion: Companion, peer: Peer, code: str) -> None:
    assert not companion.paired
    states: list[tuple[str, str]] = []
    companion.connection.observe(lambda change: states.append((change.state.value, change.reason.value)))
    await companion.pair(code, "my phone")
    assert companion.paired
    assert states == [
        ("searching", "asked"),
        ("connecting", "found"),
        ("securing", "linked"),
        ("pairing", "code_offered"),
        ("connected", "ready"),
    ]
    asked = dict(peer.requests)["pair"]
    assert asked["name"] == "my phone"
    assert companion.hello is not None
    assert companion.hello.board == "peer"
    entry = next(entry for entry in companion.ledger.entries() if entry.kind == "pairing")
    assert entry.data == {"glasses": glasses_identity().certificate_sha256[:8].hex(), "phone": 1, "owner": True}


async def test_a_paired_phone_comes_back_by_its_key_alone(paired: Companion, peer: Peer, folder: Path) -> None:
    await paired.close()
    assert peer.secret is None
    again = await Companion.open(vault_in(folder))
    await again.connect()
    assert again.connection.state is ConnectionState.CONNECTED
    await again.close()


async def test_the_unpaired_are_told_so(companion: Companion) -> None:
    with pytest.raises(NotPaired):
        await companion.connect()
    with pytest.raises(NotPaired):
        await companion.capture()
    with pytest.raises(NotPaired):
        await companion.sync()
    assert companion.connection.state is ConnectionState.DISCONNECTED


async def test_a_bad_code_is_refused_before_the_radio_is_used(companion: Companion, air: Air) -> None:
    with pytest.raises(BadSetupCode):
        await companion.pair("nonsense", "phone")
    assert air.found == []


async def test_without_glasses_pairing_says_so(companion: Companion, air: Air) -> None:
    with pytest.raises(GlassesNotFound) as raised:
        await companion.pair(TYPED_CODE, "phone")
    assert not raised.value.pairing
    assert companion.connection.reason is Reason.NOT_FOUND


async def test_a_wrong_code_is_turned_away_at_the_knock(companion: Companion, peer: Peer) -> None:
    peer.secret = os.urandom(16)
    with pytest.raises(NotAdmitted):
        await companion.pair(TYPED_CODE, "phone")
    assert (companion.connection.state, companion.connection.reason) == (
        ConnectionState.DISCONNECTED,
        Reason.NOT_ADMITTED,
    )
    assert peer.requests == []
    assert not companion.paired


async def test_a_qr_of_other_glasses_stops_before_the_proof(companion: Companion, peer: Peer) -> None:
    with pytest.raises(WrongGlasses) as raised:
        await companion.pair(qr_of(b"\x07" * 32), "phone")
    assert raised.value.expected == "07" * 32
    assert raised.value.seen == glasses_identity().certificate_sha256.hex()
    assert peer.requests == []
    assert companion.connection.reason is Reason.WRONG_GLASSES


@pytest.mark.parametrize("code", ["pairing_closed", "pairing_refused", "too_many_phones"])
async def test_refused_pairing_keeps_nothing(companion: Companion, peer: Peer, code: str) -> None:
    peer.answers["pair"] = lambda fields: {"error": code}
    with pytest.raises(GlassesRefused) as raised:
        await companion.pair(TYPED_CODE, "phone")
    assert raised.value.code == code
    assert companion.connection.reason is Reason.PAIRING_REFUSED
    assert not companion.paired
    assert "pairing" not in [entry.kind for entry in companion.ledger.entries()]


async def test_somebody_in_between_who_does_not_know_the_code_is_found(companion: Companion, peer: Peer) -> None:
    """With a typed code nothing is pinned yet: only the proof in the answer tells glasses from somebody in between."""

    def lie(fields: dict[str, Any]) -> dict[str, Any]:
        return {"proof": fields["proof"], "pair_key": PAIR_KEY.hex(), "phone": 1, "owner_key": "00" * 32}

    peer.answers["pair"] = lie
    with pytest.raises(PairingProofWrong):
        await companion.pair(TYPED_CODE, "phone")
    assert not companion.paired
    assert companion.connection.state is ConnectionState.DISCONNECTED


async def test_the_next_candidate_is_tried_when_one_turns_the_phone_away(
    companion: Companion, peer: Peer, air: Air
) -> None:
    stranger = Peer(peer.phone, paired=False)
    stranger.secret = os.urandom(16)
    air.peers = {"stranger": stranger, "glasses": peer}
    await companion.pair(TYPED_CODE, "phone")
    assert air.found == ["stranger", "glasses"]
    assert stranger.requests == []


async def test_what_cannot_be_recorded_is_not_pinned(
    companion: Companion, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(kind: str, **data: object) -> None:
        raise LedgerWriteFailed(kind, 28)

    monkeypatch.setattr(companion.ledger, "append", fail)
    with pytest.raises(LedgerWriteFailed) as raised:
        await companion.pair(TYPED_CODE, "phone")
    assert raised.value.kind == "pairing"
    assert not companion.paired
    assert companion.connection.state is ConnectionState.DISCONNECTED


@pytest.mark.parametrize("connected", [True, False])
async def test_unpairing_forgets_on_both_ends_where_it_can(paired: Companion, peer: Peer, connected: bool) -> None:
    if not connected:
        await paired.disconnect()
    await paired.unpair()
    assert not paired.paired
    assert (paired.connection.state, paired.connection.reason) == (ConnectionState.DISCONNECTED, Reason.REVOKED)
    assert (peer.pair_key is None) is connected
    entry = paired.ledger.entries()[-1]
    assert (entry.kind, entry.data) == ("unpairing", {"glasses": entry.data["glasses"], "phone": 1})
    for act in (paired.unpair, paired.connect):
        with pytest.raises(NotPaired):
            await act()


async def test_pairing_again_replaces_the_session(paired: Companion, peer: Peer) -> None:
    peer.secret = SECRET
    await paired.pair(TYPED_CODE, "phone")
    assert paired.connection.state is ConnectionState.CONNECTED
    assert [operation for operation, _ in peer.requests].count("pair") == 2


async def test_another_owners_glasses_are_paired_but_not_imported_from(companion: Companion, peer: Peer) -> None:
    peer.owner_public = b"\x05" * 32
    await companion.pair(TYPED_CODE, "phone")
    for asking in (companion.capture, companion.sync):
        with pytest.raises(NotTheOwner) as raised:
            await asking()
        assert raised.value.owner_key == "05" * 32
    assert "capture" not in [operation for operation, _ in peer.requests]


# The opening of a session


@pytest.fixture
def phone(tmp_path: Path) -> Any:
    return load_phone_identity(room(tmp_path / "keys"))


async def test_the_pinned_certificate_decides(phone: Any, tmp_path: Path) -> None:
    peer = Peer(phone)
    for pinned in (glasses_identity().certificate_sha256, hashlib.sha256(b"other").digest()):
        near, far = make_link()
        serving = asyncio.create_task(peer.serve(far))
        opening = secure(near, client_context(phone), secret=PAIR_KEY, pinned=pinned)
        if pinned == glasses_identity().certificate_sha256:
            opened = await opening
            assert opened.channel.certificate_sha256 == pinned
            assert len(opened.nonce) == 16
            await opened.channel.close()
        else:
            with pytest.raises(WrongGlasses):
                await opening
            near.drop()
        await serving


async def test_a_loss_after_the_first_tls_bytes_is_no_refusal(phone: Any) -> None:
    near, far = make_link()
    far.drop_after = 16 + 200
    serving = asyncio.create_task(Peer(phone).serve(far))
    with pytest.raises(HandshakeFailed) as raised:
        await secure(near, client_context(phone), secret=PAIR_KEY, pinned=None)
    assert raised.value.detail == "closed"
    await serving


@pytest.mark.parametrize("noise", [b"HTTP/1.1 400 Bad Request\r\n\r\n", bytes(300)])
async def test_garbage_instead_of_tls_is_said(phone: Any, noise: bytes) -> None:
    near, far = make_link()
    await far.send(bytes(16))
    opening = secure(near, client_context(phone), secret=PAIR_KEY, pinned=None)
    task = asyncio.create_task(opening)
    while far.bytes_in < 4 + 16 + 50:
        await far.receive()
    await far.send(noise)
    with pytest.raises(HandshakeFailed):
        await task


async def test_bytes_after_the_nonce_are_a_breach(phone: Any) -> None:
    near, far = make_link()
    await far.send(bytes(17))
    with pytest.raises(ProtocolBroken) as raised:
        await secure(near, client_context(phone), secret=PAIR_KEY, pinned=None)
    assert raised.value.breach == "bytes_after_nonce"


async def test_the_knock_is_the_protocols_and_comes_before_tls(phone: Any) -> None:
    near, far = make_link()
    nonce = bytes(range(16))
    await far.send(nonce)
    task = asyncio.create_task(secure(near, client_context(phone), secret=PAIR_KEY, pinned=None))
    heard = b""
    while len(heard) < 4 + 16 + 5:
        heard += await far.receive()
    key = hmac.digest(PAIR_KEY, b"knock", "sha256")
    assert heard[:4] == b"PLS1"
    assert heard[4:20] == hmac.digest(key, b"plainsight-knock-v1" + nonce, "sha256")[:16]
    assert heard[20:22] == b"\x16\x03"  # a TLS handshake record
    far.drop()
    with pytest.raises(NotAdmitted):
        await task
