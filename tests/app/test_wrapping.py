"""The owner's key on its way to another phone: it opens there alone, and only what the glasses seal to is believed."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from companion_app.keys import wrapping
from companion_app.keys.errors import CopyOfAnotherKey, CopyUnreadable
from companion_app.keys.wrapping import Binding, comparison_code, load_wrap_key, unwrap, wrap
from tests.app.vaults import room

OWNER = X25519PrivateKey.from_private_bytes(bytes(range(32)))
PHONE = X25519PrivateKey.from_private_bytes(bytes(range(1, 33)))


def public(key: X25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


BINDING = Binding(b"\x01" * 32, 2, public(PHONE), public(OWNER))


def test_a_copy_opens_on_the_phone_that_it_is_for() -> None:
    copy = wrap(OWNER, BINDING)
    assert unwrap(copy, PHONE, BINDING).private_bytes_raw() == OWNER.private_bytes_raw()
    assert len(copy) <= 400
    assert OWNER.private_bytes_raw() not in base64.b64decode(copy)


def test_every_copy_has_a_key_of_its_own() -> None:
    first, second = (base64.b64decode(wrap(OWNER, BINDING)) for _ in range(2))
    assert first[:32] != second[:32]
    assert first[32:] != second[32:]


@pytest.mark.parametrize(
    "changed",
    [
        {"glasses_sha256": b"\x02" * 32},
        {"phone": 3},
        {"owner_key": b"\x05" * 32},
        {"wrap_key": public(X25519PrivateKey.generate())},
    ],
)
def test_a_copy_for_other_glasses_phones_or_owners_does_not_open(changed: dict[str, object]) -> None:
    with pytest.raises(CopyUnreadable):
        unwrap(wrap(OWNER, BINDING), PHONE, replace(BINDING, **changed))


def test_another_phone_cannot_open_it() -> None:
    thief = X25519PrivateKey.generate()
    for binding in (BINDING, replace(BINDING, wrap_key=public(thief))):
        with pytest.raises(CopyUnreadable):
            unwrap(wrap(OWNER, BINDING), thief, binding)


def test_a_key_that_the_glasses_do_not_seal_to_is_refused() -> None:
    """Somebody else leaves a key of his own, to read what this phone would have the glasses seal."""
    with pytest.raises(CopyOfAnotherKey):
        unwrap(wrap(X25519PrivateKey.generate(), BINDING), PHONE, BINDING)


@given(st.integers(0, 80 * 8 - 1))
def test_a_flipped_bit_is_found(bit: int) -> None:
    data = bytearray(base64.b64decode(wrap(OWNER, BINDING)))
    data[bit // 8] ^= 1 << bit % 8
    if bit == 255:  # X25519 ignores this bit of a public key, but the salt does not
        assert data[31] >> 7 in (0, 1)
    with pytest.raises(CopyUnreadable):
        unwrap(base64.b64encode(data).decode(), PHONE, BINDING)


@given(st.one_of(st.text(max_size=400), st.binary(max_size=100).map(lambda data: base64.b64encode(data).decode())))
def test_anything_else_is_no_copy(copy: str) -> None:
    with pytest.raises(CopyUnreadable):
        unwrap(copy, PHONE, BINDING)


def test_a_copy_under_a_point_of_low_order_is_no_copy() -> None:
    with pytest.raises(CopyUnreadable):
        unwrap(base64.b64encode(bytes(80)).decode(), PHONE, BINDING)


def test_both_phones_show_the_same_code_and_a_stranger_another() -> None:
    code = comparison_code(b"\x01" * 32, public(PHONE))
    assert re.fullmatch(r"[A-Z2-7]{4}-[A-Z2-7]{4}", code)
    assert code == comparison_code(b"\x01" * 32, public(PHONE))
    assert code != comparison_code(b"\x01" * 32, public(X25519PrivateKey.generate()))
    assert code != comparison_code(b"\x02" * 32, public(PHONE))


def test_a_code_costs_memory_and_time_to_imitate() -> None:
    """40 bits alone could be searched; with 32 MiB for each guess they cannot in the minutes that people take."""
    assert 128 * wrapping._SCRYPT_N * wrapping._SCRYPT_R >= 32 * 1024 * 1024
    assert wrapping._CODE_BYTES * 8 == 40


def test_the_wrap_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    files = room(tmp_path / "keys")
    key = load_wrap_key(files)
    assert load_wrap_key(files).private_bytes_raw() == key.private_bytes_raw()
    assert files.path("wrap.json").stat().st_mode & 0o777 == 0o600
