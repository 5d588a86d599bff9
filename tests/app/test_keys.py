"""Keys: private files, made once, never silently replaced, and honest about how they are protected."""

from __future__ import annotations

import hashlib
import json
import ssl
import tempfile
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from companion_app.keys.errors import KeyUnreadable
from companion_app.keys.owner import load_owner_key
from companion_app.keys.phone import load_phone_identity
from companion_app.keys.protection import Protection
from companion_app.link.secure_channel import client_context


def test_the_owners_key_is_made_once(tmp_path: Path) -> None:
    first, second = load_owner_key(tmp_path), load_owner_key(tmp_path)
    assert first.public == second.public
    assert len(first.public) == 32
    assert load_owner_key(tmp_path / "other").public != first.public


def test_both_ends_agree(tmp_path: Path) -> None:
    owner, other = load_owner_key(tmp_path), X25519PrivateKey.generate()
    assert owner.agree(other.public_key().public_bytes_raw()) == other.exchange(owner.private.public_key())
    with pytest.raises(ValueError, match=r".*"):
        owner.agree(bytes(32))


def test_the_file_says_how_it_is_protected(tmp_path: Path) -> None:
    key = load_owner_key(tmp_path)
    stored = json.loads((tmp_path / "owner.json").read_bytes())
    assert stored["protection"] == "none"
    assert key.protection is Protection.NONE
    assert load_phone_identity(tmp_path).protection is Protection.NONE


def test_key_files_are_private(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    load_owner_key(folder)
    load_phone_identity(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"protection": "keystore"},
        {"protection": None},
        {"private": "00"},
        {"private": 5},
        {"private": "zz"},
    ],
)
def test_a_damaged_owners_key_is_said_and_kept(tmp_path: Path, change: dict[str, object]) -> None:
    load_owner_key(tmp_path)
    path = tmp_path / "owner.json"
    path.write_text(json.dumps({**json.loads(path.read_bytes()), **change}))
    before = path.read_bytes()
    with pytest.raises(KeyUnreadable) as raised:
        load_owner_key(tmp_path)
    assert raised.value.path == path
    assert path.read_bytes() == before


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=100))
def test_any_file_is_a_key_or_said_to_be_none(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, load in (("owner.json", load_owner_key), ("phone.pem", load_phone_identity)):
            (Path(folder) / name).write_bytes(content)
            with pytest.raises(KeyUnreadable):
                load(Path(folder))


def test_the_phones_certificate_fits_a_clock_that_stands_in_2000(tmp_path: Path) -> None:
    identity = load_phone_identity(tmp_path)
    certificate = x509.load_pem_x509_certificate(identity.pem.read_bytes())
    assert certificate.not_valid_before_utc.year == 2000
    assert certificate.not_valid_after_utc.year == 2099
    der = certificate.public_bytes(serialization.Encoding.DER)
    assert identity.certificate_sha256 == hashlib.sha256(der).digest()
    assert load_phone_identity(tmp_path) == identity


def test_a_key_of_another_certificate_is_refused(tmp_path: Path) -> None:
    one, other = load_phone_identity(tmp_path / "1"), load_phone_identity(tmp_path / "2")
    key = one.pem.read_bytes().split(b"-----BEGIN CERTIFICATE")[0]
    certificate = b"-----BEGIN CERTIFICATE" + other.pem.read_bytes().split(b"-----BEGIN CERTIFICATE")[1]
    one.pem.write_bytes(key + certificate)
    with pytest.raises(KeyUnreadable) as raised:
        load_phone_identity(tmp_path / "1")
    assert raised.value.fault == "key_of_another_certificate"


def test_the_client_speaks_tls_1_2_alone(tmp_path: Path) -> None:
    context = client_context(load_phone_identity(tmp_path).pem)
    assert context.minimum_version == context.maximum_version == ssl.TLSVersion.TLSv1_2
    names = {cipher["name"] for cipher in context.get_ciphers() if "TLS_" not in cipher["name"]}
    assert names == {"ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-GCM-SHA256"}
