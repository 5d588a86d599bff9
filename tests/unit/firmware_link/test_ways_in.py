"""Promise 5 where phones are lost and keys are shared: the recovery code, copies of the owner's key, damaged files."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plainsight import files
from plainsight.errors import Refused
from plainsight.pairing import Applicant
from plainsight.phones import Phone, Phones, row_check
from plainsight.setup_code import SetupCode
from plainsight.storage import checked
from plainsight.ways_in.recovery_code import RecoveryCode

from tests.unit.firmware_capture.cuts import Power, PowerCut
from tests.unit.firmware_capture.cuts import power as power
from tests.unit.firmware_link import certificates
from tests.unit.firmware_link.glasses_side import GLASSES, PHONE, SECRET, STRANGER, Glasses
from tests.unit.firmware_link.peer import Peer, mac, settled

RECOVERY = bytes(range(50, 66))
OWNER = "09" + "00" * 31
WRAP_KEY = "ab" * 32
COPY = "QUJD" * 27
GUEST = certificates.make("guest")
_NONCE = bytes(16)


async def _come(
    glasses: Glasses, phone: certificates.Credentials, secret: bytes, **more: str
) -> tuple[Peer, asyncio.Task[str], dict[str, Any]]:
    """Knock with a code and ask to be paired."""
    peer, session = glasses.connect()
    await peer.knock(secret)
    await peer.shake_hands(phone.pem_file(glasses.folder))
    fields = peer.pairing_fields(secret, GLASSES.sha256, phone.sha256) | more
    return peer, session, await peer.ask("pair", **fields)


async def _owned(glasses: Glasses) -> tuple[Peer, asyncio.Task[str]]:
    """The owner's phone, paired with a recovery code and a wrap key."""
    glasses.window.open()
    peer, session, answer = await _come(glasses, PHONE, SECRET, recovery=RECOVERY.hex(), wrap_key=WRAP_KEY)
    assert answer["phone"] == 1
    return peer, session


async def _leave(peer: Peer, session: asyncio.Task[str]) -> None:
    await peer.transport.close()
    await settled(session)


async def _guest(glasses: Glasses, **more: str) -> tuple[Peer, asyncio.Task[str]]:
    """A further phone that came by invitation."""
    glasses.pairing.invite()
    glasses.window.open()
    peer, session, answer = await _come(glasses, GUEST, glasses.code.secret or b"", **more)
    assert answer["phone"] == 2
    return peer, session


# The recovery code


async def test_a_lost_phone_is_replaced_with_the_phrase_and_revoked(glasses: Glasses) -> None:
    await _leave(*await _owned(glasses))
    glasses.window.open()
    peer, _, answer = await _come(glasses, STRANGER, RECOVERY, owner_key=OWNER)
    assert (answer["phone"], answer["owner_key"]) == (2, OWNER)
    label = b"plainsight-pair-glasses-v1"
    assert answer["proof"] == mac(RECOVERY, label + GLASSES.sha256 + STRANGER.sha256 + peer.nonce).hex()
    assert glasses.records("pairing")[-1]["by"] == "recovery"
    assert (await peer.ask("revoke", phone=1)) == {"phone": 1}
    assert [phone.number for phone in glasses.phones.all()] == [2]


async def test_revoking_the_last_phone_leaves_the_phrase_as_a_way_in(glasses: Glasses) -> None:
    peer, session = await _owned(glasses)
    await peer.ask("revoke", phone=1)
    await settled(session)
    glasses.boot()
    assert glasses.phones.all() == []
    assert glasses.code.secret is None
    glasses.window.open()
    _, _, answer = await _come(glasses, STRANGER, RECOVERY, owner_key=OWNER)
    assert answer["phone"] == 1


async def test_the_recovery_code_counts_only_while_the_window_is_open(glasses: Glasses) -> None:
    await _leave(*await _owned(glasses))
    assert [type(caller) for _, caller in glasses.pairing.callers()] != [Applicant]
    peer, session = glasses.connect()
    await peer.knock(RECOVERY)
    assert await settled(session) == "knock"
    glasses.window.open()
    peer, session = glasses.connect()
    await peer.knock(RECOVERY)
    await peer.shake_hands(STRANGER.pem_file(glasses.folder))
    glasses.window.close()
    fields = peer.pairing_fields(RECOVERY, GLASSES.sha256, STRANGER.sha256)
    assert (await peer.ask("pair", **fields))["error"] == "pairing_closed"
    assert len(glasses.phones.all()) == 1


async def test_a_proof_under_the_wrong_code_is_refused(glasses: Glasses) -> None:
    """Who knocked with one code must prove that same code."""
    await _leave(*await _owned(glasses))
    glasses.window.open()
    peer, session = glasses.connect()
    await peer.knock(RECOVERY)
    await peer.shake_hands(STRANGER.pem_file(glasses.folder))
    fields = peer.pairing_fields(SECRET, GLASSES.sha256, STRANGER.sha256)
    assert (await peer.ask("pair", **fields))["error"] == "pairing_refused"
    assert await settled(session) == "pairing_refused"


async def test_five_wrong_recovery_codes_close_the_window(glasses: Glasses) -> None:
    await _leave(*await _owned(glasses))
    glasses.window.open()
    for number in range(5):
        peer, session = glasses.connect()
        await peer.knock(bytes([number]) * 16)
        assert await settled(session) == "knock"
    assert not glasses.window.is_open()
    assert glasses.records("pairing_failures")[-1] == {"knock": 5}


async def test_only_the_first_phone_registers_a_recovery_code(glasses: Glasses) -> None:
    await _leave(*await _owned(glasses))
    await _leave(*await _guest(glasses, recovery="77" * 16, owner_key="05" + "00" * 31))
    assert glasses.recovery.secret == RECOVERY
    glasses.boot()
    assert glasses.recovery.secret == RECOVERY


async def test_a_guest_cannot_register_a_recovery_code_where_there_is_none(glasses: Glasses) -> None:
    await _leave(*(await glasses.pair(PHONE))[:2])
    assert glasses.recovery.secret is None
    await _leave(*await _guest(glasses, recovery="77" * 16))
    assert glasses.recovery.secret is None


async def test_a_further_first_phone_with_another_owners_key_registers_nothing(glasses: Glasses) -> None:
    peer, session = await _owned(glasses)
    await peer.ask("revoke", phone=1)
    await settled(session)
    glasses.pairing.invite()
    glasses.window.open()
    secret = glasses.code.secret or b""
    await _come(glasses, STRANGER, secret, owner_key="05" + "00" * 31, recovery="77" * 16)
    assert glasses.recovery.secret == RECOVERY


async def test_an_open_invitation_is_void_once_the_owner_has_come_back(glasses: Glasses) -> None:
    await _leave(*await _owned(glasses))
    glasses.pairing.invite()
    glasses.window.open()
    await _come(glasses, STRANGER, RECOVERY)
    assert glasses.code.secret is None


async def test_a_guest_cannot_become_the_owner_where_the_owners_key_is_damaged(glasses: Glasses) -> None:
    await _leave(*await _owned(glasses))
    (glasses.folder / "media/owner.key").write_bytes(b"spoilt")
    glasses.boot()
    assert glasses.store.owner is None
    glasses.pairing.invite()
    glasses.window.open()
    secret = glasses.code.secret or b""
    peer, session, answer = await _come(glasses, GUEST, secret, owner_key="05" + "00" * 31)
    assert answer["error"] == "no_owner"
    assert glasses.store.owner is None
    await _leave(peer, session)
    glasses.window.open()
    _, _, answer = await _come(glasses, STRANGER, RECOVERY, owner_key=OWNER)
    assert answer["owner_key"] == OWNER
    assert glasses.store.owner == bytes.fromhex(OWNER)


# Copies of the owner's key


async def test_a_copy_goes_from_one_phone_to_another_once(glasses: Glasses) -> None:
    owner, session = await _owned(glasses)
    await _leave(owner, session)
    guest, guest_session = await _guest(glasses, wrap_key="cd" * 32)
    assert await guest.ask("unwrap") == {}
    await _leave(guest, guest_session)

    owner, session = await glasses.greet(PHONE, glasses.phones.all()[0].pair_key)
    rows = (await owner.ask("phones"))["phones"]
    assert [(row["wrap_key"], row["wrapped"]) for row in rows] == [(WRAP_KEY, False), ("cd" * 32, False)]
    assert await owner.ask("wrap", phone=2, wrapped=COPY) == {"phone": 2}
    assert [row["wrapped"] for row in (await owner.ask("phones"))["phones"]] == [False, True]
    await _leave(owner, session)

    pair_key = glasses.phones.all()[1].pair_key
    glasses.boot()
    guest, _ = await glasses.greet(GUEST, pair_key)
    assert await guest.ask("unwrap") == {"wrapped": COPY}
    assert await guest.ask("unwrap") == {}
    assert glasses.records("wrap") == [{"phone": 2, "by": 1}]
    assert glasses.records("unwrap") == [{"phone": 2}]
    assert COPY not in (glasses.folder / "identity/phones.json").read_text()


@pytest.mark.parametrize(
    ("phone", "wrapped", "error"),
    [(4, COPY, "unknown_phone"), (2, COPY, "no_wrap_key"), (1, "\n", "bad_request"), (1, "é", "bad_request")],
)
async def test_a_copy_that_cannot_be_left(glasses: Glasses, phone: int, wrapped: str, error: str) -> None:
    await _leave(*await _owned(glasses))
    await _leave(*await _guest(glasses))
    owner, _ = await glasses.greet(PHONE, glasses.phones.all()[0].pair_key)
    assert (await owner.ask("wrap", phone=phone, wrapped=wrapped))["error"] == error
    assert glasses.records("wrap") == []


async def test_a_copy_goes_with_the_phone_that_it_was_for(glasses: Glasses) -> None:
    owner, session = await _owned(glasses)
    await owner.ask("wrap", phone=1, wrapped=COPY)
    await owner.ask("revoke", phone=1)
    await settled(session)
    assert COPY not in (glasses.folder / "identity/phones.json").read_text()


@pytest.mark.parametrize("operation", ["wrap", "unwrap"])
async def test_no_copy_moves_off_the_record(glasses: Glasses, operation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(kind: str, **data: object) -> None:
        raise Refused("journal_failed")

    owner, _ = await _owned(glasses)
    if operation == "unwrap":
        await owner.ask("wrap", phone=1, wrapped=COPY)
    monkeypatch.setattr(glasses.journal, "append", fail)
    fields = {"phone": 1, "wrapped": COPY} if operation == "wrap" else {}
    assert (await owner.ask(operation, **fields))["error"] == "journal_failed"
    assert bool(glasses.phones.all()[0].wrapped) == (operation == "unwrap")


@pytest.mark.parametrize("operation", ["wrap", "unwrap"])
async def test_a_flash_that_fails_leaves_copies_as_they_were(
    glasses: Glasses, operation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, _ = await _owned(glasses)
    if operation == "unwrap":
        await owner.ask("wrap", phone=1, wrapped=COPY)
    really = files.write_atomic

    def fail(path: str, data: bytes) -> None:
        if path.endswith("phones.json"):
            raise OSError(28)
        really(path, data)

    monkeypatch.setattr(files, "write_atomic", fail)
    fields = {"phone": 1, "wrapped": COPY} if operation == "wrap" else {}
    assert (await owner.ask(operation, **fields))["error"] == "storage_failed"
    assert bool(glasses.phones.all()[0].wrapped) == (operation == "unwrap")


async def test_an_applicant_asks_for_no_copy(glasses: Glasses) -> None:
    glasses.window.open()
    peer, _ = glasses.connect()
    await peer.knock(SECRET)
    await peer.shake_hands(PHONE.pem_file(glasses.folder))
    assert (await peer.ask("unwrap"))["error"] == "not_paired"
    assert (await peer.ask("wrap", phone=1, wrapped=COPY))["error"] == "not_paired"


# Power cuts


def _pair(glasses: Glasses) -> dict[str, Any]:
    """The glasses' part of a pairing alone, as it runs without a pause."""
    glasses.window.open()
    transcript = GLASSES.sha256 + PHONE.sha256 + _NONCE
    fields = {
        "proof": mac(SECRET, b"plainsight-pair-phone-v1" + transcript).hex(),
        "name": "phone",
        "owner_key": OWNER,
        "recovery": RECOVERY.hex(),
        "wrap_key": WRAP_KEY,
    }
    return glasses.pairing.pair(Applicant(SECRET, "code"), _NONCE, PHONE.sha256, fields)[1]


def _again_and_again(glasses: Glasses, safe: Path) -> Iterator[int]:
    """1, 2, 3 …, each with the same glasses as they were before, freshly started."""
    shutil.copytree(glasses.folder, safe)
    for number in count(1):
        shutil.rmtree(glasses.folder)
        shutil.copytree(safe, glasses.folder)
        glasses.boot()
        yield number


def test_power_cut_at_every_operation_of_a_pairing(
    glasses: Glasses, tmp_path_factory: pytest.TempPathFactory, power: Power
) -> None:
    cuts = 0
    for number in _again_and_again(glasses, tmp_path_factory.mktemp("safe") / "flash"):
        power.cut(number)
        try:
            _pair(glasses)
        except PowerCut:
            power.cut(None)
            cuts = number
            glasses.boot()
            phones = glasses.phones.all()
            assert len(phones) <= 1
            if glasses.store.owner is not None:
                assert glasses.records("pairing"), "nothing takes effect before it is on record"
            if phones:
                assert glasses.code.secret is None, "the code that let a phone in is used up"
                assert glasses.store.owner == bytes.fromhex(OWNER)
                assert glasses.recovery.secret == RECOVERY
            else:
                assert glasses.code.secret == SECRET, "and it is not, where none came in"
                assert _pair(glasses)["owner_key"] == OWNER
            assert glasses.records("damage") == []
        else:
            break
    assert cuts > 10


@pytest.mark.parametrize("taking", [False, True])
def test_power_cut_at_every_operation_of_leaving_and_taking_a_copy(
    glasses: Glasses, tmp_path_factory: pytest.TempPathFactory, power: Power, taking: bool
) -> None:
    _pair(glasses)
    if taking:
        glasses.copies().leave(1, COPY, 1)
    cuts = 0
    for number in _again_and_again(glasses, tmp_path_factory.mktemp("safe") / "flash"):
        [phone] = glasses.phones.all()
        power.cut(number)
        try:
            glasses.copies().take(phone) if taking else glasses.copies().leave(1, COPY, 1)
        except PowerCut:
            power.cut(None)
            cuts = number
            glasses.boot()
            [again] = glasses.phones.all()
            assert again.wrapped in ("", COPY)
            assert again.pair_key == phone.pair_key
            if again.wrapped != (COPY if taking else ""):
                assert glasses.records("unwrap" if taking else "wrap")
        else:
            break
    assert cuts > 3


# Damaged files


NOT_A_LIST = [b"{", b"{}", b"5", b'"x"', b"\xff\xfe", b"[" * 3000]


@pytest.mark.parametrize("content", NOT_A_LIST)
async def test_a_damaged_list_of_phones_lets_nobody_in_and_is_on_record(glasses: Glasses, content: bytes) -> None:
    await _leave(*await _owned(glasses))
    code = glasses.pairing.invite()
    pair_key = glasses.phones.all()[0].pair_key
    (glasses.folder / "identity/phones.json").write_bytes(content)
    glasses.boot()
    assert glasses.phones.all() == []
    assert glasses.code.secret is None, code
    assert glasses.records("damage") == [{"file": "identity/phones.json", "what": "damaged"}]
    glasses.window.open()
    for secret in (SECRET, pair_key):
        peer, session = glasses.connect()
        await peer.knock(secret)
        assert await settled(session) == "knock"
    _, _, answer = await _come(glasses, PHONE, RECOVERY, owner_key=OWNER)
    assert answer["owner_key"] == OWNER
    glasses.boot()
    assert len(glasses.records("damage")) == 1, "set right, and named once"


async def test_a_damaged_row_costs_one_phone(glasses: Glasses) -> None:
    await _leave(*await _owned(glasses))
    await _leave(*await _guest(glasses))
    path = glasses.folder / "identity/phones.json"
    rows = json.loads(path.read_text())
    for spoilt in ({"pair_key": "00"}, {"id": "1"}, {"id": 9}, {"name": 5}, {"paired_s": None}, {"cert_sha256": 7}):
        row = {**rows[0], **spoilt}
        path.write_text(json.dumps([{**row, "check": row_check(row)}, rows[1], 5, rows[1]]))
        glasses.boot()
        assert [phone.number for phone in glasses.phones.all()] == [2]
        assert {row["what"] for row in glasses.records("damage")} == {"damaged row", "repeated row"}
    assert len(json.loads(path.read_text())) == 1


@pytest.mark.parametrize(
    "content", [*NOT_A_LIST, b"[]", b'{"secret":"00","used":false}', b'{"secret":null,"used":false}', b'{"used":0}']
)
def test_a_damaged_code_lets_nobody_in_and_is_on_record(glasses: Glasses, content: bytes) -> None:
    (glasses.folder / "identity/setup.json").write_bytes(checked.checked(content))
    glasses.boot()
    glasses.window.open()
    assert glasses.pairing.callers() == []
    assert glasses.records("damage") == [{"file": "identity/setup.json", "what": "damaged"}]
    glasses.boot()
    assert len(glasses.records("damage")) == 1


@pytest.mark.parametrize("content", [*NOT_A_LIST, b"[]", b'{"secret":"00"}', b'{"secret":null}', b'{"secret":5}'])
async def test_a_damaged_recovery_code_is_none(glasses: Glasses, content: bytes) -> None:
    await _leave(*await _owned(glasses))
    (glasses.folder / "identity/recovery.json").write_bytes(checked.checked(content))
    glasses.boot()
    assert glasses.recovery.secret is None
    assert len(glasses.phones.all()) == 1
    assert {"file": "identity/recovery.json", "what": "damaged"} in glasses.records("damage")


def test_a_list_that_cannot_be_read_today_is_left_for_tomorrow(
    glasses: Glasses, monkeypatch: pytest.MonkeyPatch
) -> None:
    _pair(glasses)
    glasses.pairing.invite()
    before = (glasses.folder / "identity/phones.json").read_bytes()
    really = files.read

    def fail(path: str) -> bytes | None:
        if path.endswith("phones.json"):
            raise OSError(5)
        return really(path)

    with monkeypatch.context() as patch:
        patch.setattr(files, "read", fail)
        glasses.boot()
        assert glasses.phones.all() == []
        assert glasses.code.secret is None, "it may have let in one of those who cannot be read"
        assert glasses.records("damage") == [{"file": "identity/phones.json", "what": "unreadable"}]
    assert (glasses.folder / "identity/phones.json").read_bytes() == before
    glasses.boot()
    assert len(glasses.phones.all()) == 1
    assert glasses.code.secret is not None


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.one_of(st.binary(max_size=80), st.text(max_size=60).map(str.encode), st.just(b"[{}]")))
def test_any_content_is_read_without_a_traceback(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    told: list[str] = []
    phones = Phones(str(path))
    phones.load(told.append)
    assert phones.all() == []
    SetupCode(str(path)).load(phones, told.append)
    RecoveryCode(str(path)).load(told.append)
    assert told or content in (b"", b"[]") or not content.strip()


@pytest.mark.parametrize("name", ["phones.json", "setup.json", "recovery.json"])
async def test_every_flipped_bit_is_reported_and_none_is_obeyed(tmp_path: Path, name: str) -> None:
    phones = Phones(str(tmp_path / "phones.json"))
    phones.pin(_phone())
    recovery = RecoveryCode(str(tmp_path / "recovery.json"))
    recovery.keep(RECOVERY)
    SetupCode(str(tmp_path / "setup.json")).renew()
    path = tmp_path / name
    whole = path.read_bytes()
    for bit in range(0, len(whole) * 8, 7):  # every byte, every bit of it by turns
        flipped = bytearray(whole)
        flipped[bit // 8] ^= 1 << bit % 8
        path.write_bytes(flipped)
        told: list[str] = []
        if name == "phones.json":
            phones.load(told.append)
            obeyed: object = phones.all()
        elif name == "setup.json":
            code = SetupCode(str(path))
            code.load(Phones(str(tmp_path / "none")), told.append)
            obeyed = code.secret
        else:
            recovery.load(told.append)
            obeyed = recovery.secret
        assert (told, obeyed) in ((["damaged"], None), (["damaged"], []), (["damaged row"], [])), (bit, told, obeyed)


def _phone() -> Phone:
    return Phone(1, "phone", bytes(32), bytes(range(32)), 5, "00" * 32, WRAP_KEY, COPY)


async def test_two_applicants_after_one_another_share_no_code(glasses: Glasses) -> None:
    """Both knocked while the code was good; the first is paired, the second is told that it counts no more."""
    glasses.window.open()
    first, _ = glasses.connect()
    await first.knock(SECRET)
    await first.shake_hands(PHONE.pem_file(glasses.folder))
    second, _ = glasses.connect()
    await second.knock(SECRET)
    await second.shake_hands(STRANGER.pem_file(glasses.folder))
    answer = await first.ask("pair", **first.pairing_fields(SECRET, GLASSES.sha256, PHONE.sha256))
    assert answer["phone"] == 1
    answer = await second.ask("pair", **second.pairing_fields(SECRET, GLASSES.sha256, STRANGER.sha256))
    assert answer["error"] == "pairing_closed"
    assert [phone.certificate_sha256 for phone in glasses.phones.all()] == [PHONE.sha256]
