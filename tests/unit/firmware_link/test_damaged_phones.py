"""Promise 5 where the files of phones and codes are damaged: nobody gets in, it is on record, and nothing is obeyed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plainsight import files
from plainsight.phones import Phone, Phones, row_check
from plainsight.setup_code import SetupCode
from plainsight.storage import checked
from plainsight.ways_in.recovery_code import RecoveryCode

from tests.unit.firmware_capture.cuts import power as power
from tests.unit.firmware_link.coming_in import (
    COPY,
    OWNER,
    RECOVERY,
    WRAP_KEY,
    come,
    invited_guest,
    leave,
    owned,
    pair_by_hand,
)
from tests.unit.firmware_link.glasses_side import PHONE, SECRET, Glasses
from tests.unit.firmware_link.peer import settled

NOT_A_LIST = [b"{", b"{}", b"5", b'"x"', b"\xff\xfe", b"[" * 3000]


@pytest.mark.parametrize("content", NOT_A_LIST)
async def test_a_damaged_list_of_phones_lets_nobody_in_and_is_on_record(glasses: Glasses, content: bytes) -> None:
    await leave(*await owned(glasses))
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
    _, _, answer = await come(glasses, PHONE, RECOVERY, owner_key=OWNER)
    assert answer["owner_key"] == OWNER
    glasses.boot()
    assert len(glasses.records("damage")) == 1, "set right, and named once"


async def test_a_damaged_row_costs_one_phone(glasses: Glasses) -> None:
    await leave(*await owned(glasses))
    await leave(*await invited_guest(glasses))
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
    await leave(*await owned(glasses))
    (glasses.folder / "identity/recovery.json").write_bytes(checked.checked(content))
    glasses.boot()
    assert glasses.recovery.secret is None
    assert len(glasses.phones.all()) == 1
    assert {"file": "identity/recovery.json", "what": "damaged"} in glasses.records("damage")


def test_a_list_that_cannot_be_read_today_is_left_for_tomorrow(
    glasses: Glasses, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair_by_hand(glasses)
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
