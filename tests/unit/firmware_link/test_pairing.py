"""Promise 5, second half: how somebody becomes known. A one-time code, a hand on the glasses, both certificates."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from plainsight import files, wire
from plainsight.errors import Refused
from plainsight.pairing_window import MAX_FAILURES, WINDOW_MS
from plainsight.setup_code import SetupCode, base32

from tests.unit.firmware_link import certificates
from tests.unit.firmware_link.certificates import Credentials
from tests.unit.firmware_link.glasses_side import GLASSES, PHONE, SECRET, STRANGER, Glasses
from tests.unit.firmware_link.peer import Peer, mac, settled

_OTHERS = [certificates.make(f"phone {number}") for number in range(2, 7)]


async def _applicant(glasses: Glasses, phone: Credentials = PHONE, secret: bytes = SECRET) -> Peer:
    peer, _ = glasses.connect()
    await peer.knock(secret)
    await peer.shake_hands(phone.pem_file(glasses.folder))
    return peer


def _fields(peer: Peer, secret: bytes = SECRET, **changed: str) -> dict[str, str]:
    return peer.pairing_fields(secret, GLASSES.sha256, PHONE.sha256) | changed


async def test_pairing_pins_uses_up_the_code_and_is_recorded(glasses: Glasses) -> None:
    peer, _, pair_key = await glasses.pair(PHONE)
    assert [(phone.number, phone.certificate_sha256) for phone in glasses.phones.all()] == [(1, PHONE.sha256)]
    assert glasses.phones.all()[0].pair_key == pair_key
    assert len(pair_key) == 32
    assert glasses.code.secret is None
    assert not glasses.window.is_open()
    assert SECRET.hex() not in (glasses.folder / "identity/setup.json").read_text()
    owner = "09" + "00" * 31
    assert glasses.records("pairing") == [
        {"owner": owner, "phone": 1, "certificate_sha256": PHONE.sha256.hex(), "by": "code"}
    ]
    assert glasses.store.owner == bytes([9]) + bytes(31)
    assert (await peer.ask("phones"))["phones"] == [
        {"id": 1, "name": "Ada's phone", "paired_s": glasses.clock.unix_s(), "current": True, "wrapped": False}
    ]


async def test_the_answer_fits_its_table_and_names_the_owner(glasses: Glasses) -> None:
    glasses.window.open()
    peer = await _applicant(glasses)
    answer = await peer.ask("pair", **_fields(peer))
    wire.check_fields(answer, wire.OPERATIONS["pair"][2])
    assert answer["owner_key"] == "09" + "00" * 31


@pytest.mark.parametrize(
    "proof",
    [
        lambda nonce: mac(SECRET, b"plainsight-pair-glasses-v1" + GLASSES.sha256 + PHONE.sha256 + nonce),
        lambda nonce: mac(SECRET, b"plainsight-pair-phone-v1" + STRANGER.sha256 + PHONE.sha256 + nonce),
        lambda nonce: mac(SECRET, b"plainsight-pair-phone-v1" + GLASSES.sha256 + STRANGER.sha256 + nonce),
        lambda nonce: mac(SECRET, b"plainsight-pair-phone-v1" + GLASSES.sha256 + PHONE.sha256 + bytes(16)),
        lambda nonce: mac(bytes(16), b"plainsight-pair-phone-v1" + GLASSES.sha256 + PHONE.sha256 + nonce),
        lambda nonce: bytes(32),
    ],
    ids=["glasses' label", "other glasses", "other phone", "other nonce", "other code", "nothing"],
)
async def test_a_proof_over_anything_else_is_refused(glasses: Glasses, proof: Any) -> None:
    """A man in the middle has another certificate on one side; a replay has another nonce."""
    glasses.window.open()
    peer = await _applicant(glasses)
    number = peer.next_request()
    fields = {"op": "pair", **_fields(peer, proof=proof(peer.nonce).hex())}
    await peer.send(wire.json_frame(wire.REQUEST, number, fields))
    assert await peer.closed() == [(wire.RESPONSE, number, b'{"error":"pairing_refused"}')]
    assert glasses.phones.all() == []
    assert glasses.code.secret == SECRET
    assert glasses.records("pairing") == []
    assert glasses.store.owner is None
    glasses.window.close()
    assert glasses.records("pairing_failures") == [{"proof": 1}]


async def test_a_proof_that_was_overheard_is_worth_nothing(glasses: Glasses) -> None:
    glasses.window.open()
    first = await _applicant(glasses)
    overheard = _fields(first)
    await first.transport.close()
    peer = await _applicant(glasses)
    assert (await peer.ask("pair", **overheard))["error"] == "pairing_refused"


async def test_a_window_that_closed_meanwhile_refuses(glasses: Glasses) -> None:
    glasses.window.open()
    peer = await _applicant(glasses)
    glasses.window.close()
    assert (await peer.ask("pair", **_fields(peer)))["error"] == "pairing_closed"
    assert glasses.phones.all() == []


async def test_a_code_that_was_replaced_meanwhile_refuses(glasses: Glasses) -> None:
    glasses.window.open()
    peer = await _applicant(glasses)
    glasses.pairing.invite()
    assert (await peer.ask("pair", **_fields(peer)))["error"] == "pairing_refused"
    assert glasses.phones.all() == []


async def test_the_window_lasts_two_minutes(glasses: Glasses) -> None:
    glasses.window.open()
    glasses.clock.now_ms += WINDOW_MS - 1
    assert glasses.window.is_open()
    glasses.clock.now_ms += 1
    assert not glasses.window.is_open()
    assert WINDOW_MS == 120_000


def test_the_window_does_not_open_by_itself(glasses: Glasses) -> None:
    assert not glasses.window.is_open()
    assert glasses.pairing.callers() == []


def test_five_failures_close_the_window_and_make_one_record(glasses: Glasses) -> None:
    glasses.window.open()
    for _ in range(MAX_FAILURES - 1):
        glasses.pairing.attempt_failed("knock")
    assert glasses.window.is_open()
    assert glasses.records("pairing_failures") == []
    glasses.pairing.attempt_failed("knock")
    assert not glasses.window.is_open()
    assert glasses.records("pairing_failures") == [{"knock": 5}]
    assert MAX_FAILURES == 5


def test_a_new_press_forgives_earlier_failures(glasses: Glasses) -> None:
    glasses.window.open()
    for _ in range(MAX_FAILURES - 1):
        glasses.pairing.attempt_failed("knock")
    glasses.window.open()
    glasses.pairing.attempt_failed("knock")
    assert glasses.window.is_open()


def test_silence_does_not_close_the_window(glasses: Glasses) -> None:
    glasses.window.open()
    for _ in range(20):
        glasses.pairing.attempt_failed("silent")
    assert glasses.window.is_open()


async def test_several_phones_each_by_its_own_code(glasses: Glasses) -> None:
    peer, session, _ = await glasses.pair(PHONE)
    codes = set()
    for number, phone in enumerate(_OTHERS[:4], start=2):
        text = (await peer.ask("invite"))["code"]
        secret = glasses.code.secret or b""
        assert text == base32(secret)
        assert len(text) == 26
        codes.add(text)
        await peer.transport.close()
        await settled(session)
        peer, session, _ = await glasses.pair(phone, secret)
        assert (await peer.ask("hello", version=1, time_s=5))["phone"] == number
    assert len(codes) == 4
    listed = (await peer.ask("phones"))["phones"]
    assert [(phone["id"], phone["current"]) for phone in listed] == [(n, n == 5) for n in range(1, 6)]
    assert glasses.store.owner == bytes([9]) + bytes(31)


async def test_a_sixth_phone_is_too_many_and_learns_it_only_with_the_code(glasses: Glasses) -> None:
    await test_several_phones_each_by_its_own_code(glasses)
    glasses.pairing.invite()
    secret = glasses.code.secret or b""
    glasses.window.open()
    peer = await _applicant(glasses, _OTHERS[4], secret)
    fields = peer.pairing_fields(secret, GLASSES.sha256, _OTHERS[4].sha256)
    assert (await peer.ask("pair", **fields))["error"] == "too_many_phones"
    assert glasses.code.secret == secret
    assert len(glasses.phones.all()) == 5
    await peer.transport.close()
    again, _, _ = await glasses.pair(PHONE, secret)  # one that is pinned already takes its own place
    assert (await again.ask("hello", version=1, time_s=5))["phone"] == 1
    assert len(glasses.phones.all()) == 5


async def test_a_further_phone_cannot_change_the_owner(glasses: Glasses) -> None:
    peer, session, _ = await glasses.pair(PHONE)
    await peer.transport.close()
    await settled(session)
    glasses.pairing.invite()
    secret = glasses.code.secret or b""
    glasses.window.open()
    peer = await _applicant(glasses, _OTHERS[0], secret)
    fields = peer.pairing_fields(secret, GLASSES.sha256, _OTHERS[0].sha256) | {"owner_key": "0a" + "00" * 31}
    assert (await peer.ask("pair", **fields))["owner_key"] == "09" + "00" * 31
    assert glasses.store.owner == bytes([9]) + bytes(31)


@pytest.mark.parametrize("owner_key", [None, "00" * 32], ids=["none", "a point of low order"])
async def test_the_first_phone_must_bring_the_owners_key(glasses: Glasses, owner_key: str | None) -> None:
    glasses.window.open()
    peer = await _applicant(glasses)
    fields = _fields(peer)
    fields.pop("owner_key")
    if owner_key:
        fields["owner_key"] = owner_key
    assert (await peer.ask("pair", **fields))["error"] == "bad_request"
    assert glasses.phones.all() == []
    assert glasses.code.secret == SECRET


async def test_pairing_anew_ends_the_earlier_pairing_of_that_phone(glasses: Glasses) -> None:
    peer, session, old_key = await glasses.pair(PHONE)
    await peer.transport.close()
    await settled(session)
    glasses.pairing.invite()
    await glasses.pair(PHONE, glasses.code.secret or b"")
    assert len(glasses.phones.all()) == 1
    assert glasses.phones.all()[0].pair_key != old_key
    peer, session = glasses.connect()
    await peer.knock(old_key)
    assert await settled(session) == "knock"


async def test_a_revoked_phones_invitation_is_void(glasses: Glasses) -> None:
    peer, _, _ = await glasses.pair(PHONE)
    await peer.ask("invite")
    assert glasses.code.secret is not None
    await peer.ask("revoke", phone=1)
    assert glasses.code.secret is None
    glasses.boot()
    assert glasses.code.secret is None
    assert glasses.phones.all() == []
    assert glasses.records("revoke") == [{"phone": 1, "by": 1}]


async def test_revoking_nobody(glasses: Glasses) -> None:
    peer, _, _ = await glasses.pair(PHONE)
    assert (await peer.ask("revoke", phone=4))["error"] == "unknown_phone"
    assert glasses.records("revoke") == []


async def test_a_number_is_given_again_only_when_it_is_free(glasses: Glasses) -> None:
    await test_several_phones_each_by_its_own_code(glasses)
    glasses.pairing.revoke(2, 1)
    glasses.pairing.invite()
    peer, _, _ = await glasses.pair(_OTHERS[4], glasses.code.secret or b"")
    assert (await peer.ask("hello", version=1, time_s=5))["phone"] == 2


def _failing(name: str, error: Exception) -> Any:
    def write_atomic(path: str, data: bytes) -> None:
        if path.endswith(name):
            raise error
        Path(path).write_bytes(data)

    return write_atomic


async def test_a_journal_that_cannot_be_written_means_no_pairing(glasses: Glasses) -> None:
    def fail(kind: str, **data: Any) -> None:
        raise Refused("journal_failed")

    glasses.window.open()
    peer = await _applicant(glasses)
    glasses.journal.append = fail  # type: ignore[method-assign]
    assert (await peer.ask("pair", **_fields(peer)))["error"] == "journal_failed"
    assert glasses.phones.all() == []
    assert glasses.code.secret == SECRET
    assert glasses.store.owner is None


async def test_a_flash_that_cannot_be_written_means_no_pairing(
    glasses: Glasses, monkeypatch: pytest.MonkeyPatch
) -> None:
    glasses.window.open()
    peer = await _applicant(glasses)
    monkeypatch.setattr(files, "write_atomic", _failing("phones.json", OSError(28)))
    assert (await peer.ask("pair", **_fields(peer)))["error"] == "storage_failed"
    assert glasses.phones.all() == []
    assert glasses.code.secret == SECRET


async def test_an_owners_key_that_cannot_be_stored_means_no_pairing(
    glasses: Glasses, monkeypatch: pytest.MonkeyPatch
) -> None:
    glasses.window.open()
    peer = await _applicant(glasses)
    monkeypatch.setattr(files, "write_atomic", _failing("owner.key", OSError(28)))
    assert (await peer.ask("pair", **_fields(peer)))["error"] == "storage_failed"
    assert glasses.phones.all() == []
    assert glasses.store.owner is None
    assert len(glasses.records("pairing")) == 1, "recorded before it takes effect"


async def test_a_power_cut_between_pin_and_code_leaves_the_code_void(
    glasses: Glasses, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(files, "write_atomic", _failing("setup.json", OSError(5)))
        await glasses.pair(PHONE)
    assert SECRET.hex() in (glasses.folder / "identity/setup.json").read_text()
    glasses.boot()
    assert len(glasses.phones.all()) == 1
    assert glasses.code.secret is None


async def test_a_revocation_that_cannot_be_recorded_or_stored_says_so(
    glasses: Glasses, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer, session, _ = await glasses.pair(PHONE)
    monkeypatch.setattr(files, "write_atomic", _failing("phones.json", OSError(28)))
    assert (await peer.ask("revoke", phone=1))["error"] == "storage_failed"
    assert len(glasses.phones.all()) == 1
    assert not session.done()


async def test_an_invitation_that_cannot_be_stored_is_none(glasses: Glasses, monkeypatch: pytest.MonkeyPatch) -> None:
    peer, _, _ = await glasses.pair(PHONE)
    monkeypatch.setattr(files, "write_atomic", _failing("setup.json", OSError(28)))
    assert (await peer.ask("invite"))["error"] == "storage_failed"
    assert glasses.code.secret is None


async def test_a_name_is_made_fit_to_be_shown(glasses: Glasses) -> None:
    glasses.window.open()
    peer = await _applicant(glasses)
    await peer.ask("pair", **_fields(peer, name="A\x1b[2J\x7f\ud800 é 眼"))
    assert glasses.phones.all()[0].name == "A?[2J?? é 眼"
    assert json.loads((glasses.folder / "identity/phones.json").read_text())[0]["name"] == "A?[2J?? é 眼"


def test_what_stands_on_flash_of_a_code_is_its_hash(tmp_path: Path, glasses: Glasses) -> None:
    code = SetupCode(str(tmp_path / "code.json"))
    code.load(glasses.phones, pytest.fail)
    assert code.secret is None
    text = code.renew()
    assert code.secret is not None
    assert base32(code.secret) == text
    again = SetupCode(str(tmp_path / "code.json"))
    again.load(glasses.phones, pytest.fail)
    assert again.secret == code.secret
    again.void()
    assert hashlib.sha256(code.secret).hexdigest() not in (tmp_path / "code.json").read_text()
    assert code.secret.hex() not in (tmp_path / "code.json").read_text()
