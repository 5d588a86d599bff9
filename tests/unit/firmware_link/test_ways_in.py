"""Promise 5 where phones are lost and keys are shared: the recovery code, copies of the owner's key."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from plainsight import files
from plainsight.errors import Refused
from plainsight.pairing import Applicant

from tests.unit.firmware_capture.cuts import Power, PowerCut
from tests.unit.firmware_capture.cuts import power as power
from tests.unit.firmware_link.coming_in import (
    COPY,
    GUEST,
    OWNER,
    RECOVERY,
    WRAP_KEY,
    come,
    invited_guest,
    leave,
    owned,
    pair_by_hand,
)
from tests.unit.firmware_link.glasses_side import GLASSES, PHONE, SECRET, STRANGER, Glasses
from tests.unit.firmware_link.peer import mac, settled

# The recovery code


async def test_a_lost_phone_is_replaced_with_the_phrase_and_revoked(glasses: Glasses) -> None:
    await leave(*await owned(glasses))
    glasses.window.open()
    peer, _, answer = await come(glasses, STRANGER, RECOVERY, owner_key=OWNER)
    assert (answer["phone"], answer["owner_key"]) == (2, OWNER)
    label = b"plainsight-pair-glasses-v1"
    assert answer["proof"] == mac(RECOVERY, label + GLASSES.sha256 + STRANGER.sha256 + peer.nonce).hex()
    assert glasses.records("pairing")[-1]["by"] == "recovery"
    assert (await peer.ask("revoke", phone=1)) == {"phone": 1}
    assert [phone.number for phone in glasses.phones.all()] == [2]


async def test_revoking_the_last_phone_leaves_the_phrase_as_a_way_in(glasses: Glasses) -> None:
    peer, session = await owned(glasses)
    await peer.ask("revoke", phone=1)
    await settled(session)
    glasses.boot()
    assert glasses.phones.all() == []
    assert glasses.code.secret is None
    glasses.window.open()
    _, _, answer = await come(glasses, STRANGER, RECOVERY, owner_key=OWNER)
    assert answer["phone"] == 1


async def test_the_recovery_code_counts_only_while_the_window_is_open(glasses: Glasses) -> None:
    await leave(*await owned(glasses))
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
    await leave(*await owned(glasses))
    glasses.window.open()
    peer, session = glasses.connect()
    await peer.knock(RECOVERY)
    await peer.shake_hands(STRANGER.pem_file(glasses.folder))
    fields = peer.pairing_fields(SECRET, GLASSES.sha256, STRANGER.sha256)
    assert (await peer.ask("pair", **fields))["error"] == "pairing_refused"
    assert await settled(session) == "pairing_refused"


async def test_five_wrong_recovery_codes_close_the_window(glasses: Glasses) -> None:
    await leave(*await owned(glasses))
    glasses.window.open()
    for number in range(5):
        peer, session = glasses.connect()
        await peer.knock(bytes([number]) * 16)
        assert await settled(session) == "knock"
    assert not glasses.window.is_open()
    assert glasses.records("pairing_failures")[-1] == {"knock": 5}


async def test_only_the_first_phone_registers_a_recovery_code(glasses: Glasses) -> None:
    await leave(*await owned(glasses))
    await leave(*await invited_guest(glasses, recovery="77" * 16, owner_key="05" + "00" * 31))
    assert glasses.recovery.secret == RECOVERY
    glasses.boot()
    assert glasses.recovery.secret == RECOVERY


async def test_a_guest_cannot_register_a_recovery_code_where_there_is_none(glasses: Glasses) -> None:
    await leave(*(await glasses.pair(PHONE))[:2])
    assert glasses.recovery.secret is None
    await leave(*await invited_guest(glasses, recovery="77" * 16))
    assert glasses.recovery.secret is None


async def test_a_further_first_phone_with_another_owners_key_registers_nothing(glasses: Glasses) -> None:
    peer, session = await owned(glasses)
    await peer.ask("revoke", phone=1)
    await settled(session)
    glasses.pairing.invite()
    glasses.window.open()
    secret = glasses.code.secret or b""
    await come(glasses, STRANGER, secret, owner_key="05" + "00" * 31, recovery="77" * 16)
    assert glasses.recovery.secret == RECOVERY


async def test_an_open_invitation_is_void_once_the_owner_has_come_back(glasses: Glasses) -> None:
    await leave(*await owned(glasses))
    glasses.pairing.invite()
    glasses.window.open()
    await come(glasses, STRANGER, RECOVERY)
    assert glasses.code.secret is None


async def test_a_guest_cannot_become_the_owner_where_the_owners_key_is_damaged(glasses: Glasses) -> None:
    await leave(*await owned(glasses))
    (glasses.folder / "media/owner.key").write_bytes(b"spoilt")
    glasses.boot()
    assert glasses.store.owner is None
    glasses.pairing.invite()
    glasses.window.open()
    secret = glasses.code.secret or b""
    peer, session, answer = await come(glasses, GUEST, secret, owner_key="05" + "00" * 31)
    assert answer["error"] == "no_owner"
    assert glasses.store.owner is None
    await leave(peer, session)
    glasses.window.open()
    _, _, answer = await come(glasses, STRANGER, RECOVERY, owner_key=OWNER)
    assert answer["owner_key"] == OWNER
    assert glasses.store.owner == bytes.fromhex(OWNER)


# Copies of the owner's key


async def test_a_copy_goes_from_one_phone_to_another_once(glasses: Glasses) -> None:
    owner, session = await owned(glasses)
    await leave(owner, session)
    guest, guest_session = await invited_guest(glasses, wrap_key="cd" * 32)
    assert await guest.ask("unwrap") == {}
    await leave(guest, guest_session)

    owner, session = await glasses.greet(PHONE, glasses.phones.all()[0].pair_key)
    rows = (await owner.ask("phones"))["phones"]
    assert [(row["wrap_key"], row["wrapped"]) for row in rows] == [(WRAP_KEY, False), ("cd" * 32, False)]
    assert await owner.ask("wrap", phone=2, wrapped=COPY) == {"phone": 2}
    assert [row["wrapped"] for row in (await owner.ask("phones"))["phones"]] == [False, True]
    await leave(owner, session)

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
    await leave(*await owned(glasses))
    await leave(*await invited_guest(glasses))
    owner, _ = await glasses.greet(PHONE, glasses.phones.all()[0].pair_key)
    assert (await owner.ask("wrap", phone=phone, wrapped=wrapped))["error"] == error
    assert glasses.records("wrap") == []


async def test_a_copy_goes_with_the_phone_that_it_was_for(glasses: Glasses) -> None:
    owner, session = await owned(glasses)
    await owner.ask("wrap", phone=1, wrapped=COPY)
    await owner.ask("revoke", phone=1)
    await settled(session)
    assert COPY not in (glasses.folder / "identity/phones.json").read_text()


@pytest.mark.parametrize("operation", ["wrap", "unwrap"])
async def test_no_copy_moves_off_the_record(glasses: Glasses, operation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(kind: str, **data: object) -> None:
        raise Refused("journal_failed")

    owner, _ = await owned(glasses)
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
    owner, _ = await owned(glasses)
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
            pair_by_hand(glasses)
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
                assert pair_by_hand(glasses)["owner_key"] == OWNER
            assert glasses.records("damage") == []
        else:
            break
    assert cuts > 10


@pytest.mark.parametrize("taking", [False, True])
def test_power_cut_at_every_operation_of_leaving_and_taking_a_copy(
    glasses: Glasses, tmp_path_factory: pytest.TempPathFactory, power: Power, taking: bool
) -> None:
    pair_by_hand(glasses)
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
