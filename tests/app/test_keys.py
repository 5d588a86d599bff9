"""Keys: sealed, made once, never silently replaced."""

from __future__ import annotations

import hashlib
import ssl
import tempfile
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given, settings
from hypothesis import strategies as st

from companion_app.keys.errors import KeyUnreadable
from companion_app.keys.owner import load_owner_key
from companion_app.keys.phone import load_phone_identity
from companion_app.keys.wrapping import load_wrap_key
from companion_app.link.secure_channel import client_context
from companion_app.vault import SealedFiles
from companion_app.vault.errors import VaultLocked
from tests.app.vaults import room


@pytest.fixture
def keys(tmp_path: Path) -> SealedFiles:
    return room(tmp_path / "app" / "keys")


def test_the_owners_key_is_made_once(keys: SealedFiles, tmp_path: Path) -> None:
    first, second = load_owner_key(keys), load_owner_key(keys)
    assert first.public == second.public
    assert len(first.public) == 32
    assert load_owner_key(room(tmp_path / "other" / "keys")).public != first.public


def test_both_ends_agree(keys: SealedFiles) -> None:
    owner, other = load_owner_key(keys), X25519PrivateKey.generate()
    assert owner.agree(other.public_key().public_bytes_raw()) == other.exchange(owner.private.public_key())
    with pytest.raises(ValueError, match=r".*"):
        owner.agree(bytes(32))


@pytest.mark.promise(4)
def test_a_replaced_key_stays_beside_and_both_are_sealed(keys: SealedFiles) -> None:
    owner = load_owner_key(keys)
    old, new = owner.private, X25519PrivateKey.generate()
    owner.replace(new)

    assert load_owner_key(keys).public == new.public_key().public_bytes_raw()
    assert len(keys.names("owner-")) == 1
    for private in (old, new):
        for path in keys.folder.iterdir():
            assert private.private_bytes_raw() not in path.read_bytes()
            assert private.private_bytes_raw().hex().encode() not in path.read_bytes()


@pytest.mark.promise(4)
def test_no_key_file_opens_without_the_vault(keys: SealedFiles) -> None:
    load_owner_key(keys)
    load_wrap_key(keys)
    identity = load_phone_identity(keys)
    assert keys.folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in keys.folder.iterdir()} == {0o600}

    with pytest.raises(TypeError, match="encrypted"):
        serialization.load_pem_private_key(identity.pem.read_bytes(), None)
    keys.vault.lock()
    for act in (load_owner_key, load_wrap_key, load_phone_identity):
        with pytest.raises(VaultLocked):
            act(keys)
    with pytest.raises(VaultLocked):
        client_context(identity)
    with pytest.raises(VaultLocked):
        identity.sign(b"")


@pytest.mark.parametrize("change", [{"version": 1}, {"private": "00"}, {"private": 5}, {"private": "zz"}])
def test_a_damaged_owners_key_is_said_and_kept(keys: SealedFiles, change: dict[str, object]) -> None:
    load_owner_key(keys)
    value = keys.read_json("owner.json")
    assert isinstance(value, dict)
    keys.write_json("owner.json", {**value, **change})
    before = keys.path("owner.json").read_bytes()
    with pytest.raises(KeyUnreadable) as raised:
        load_owner_key(keys)
    assert raised.value.path == keys.folder / "owner.json"
    assert keys.path("owner.json").read_bytes() == before


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=100))
def test_any_file_is_a_key_or_said_to_be_none(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = room(Path(folder) / "keys")
        for name, load in (("owner.json", load_owner_key), ("phone.pem", load_phone_identity)):
            files.path(name).write_bytes(content)
            with pytest.raises(KeyUnreadable):
                load(files)
        files.write("owner.json", content)
        with pytest.raises(KeyUnreadable):
            load_owner_key(files)


def test_a_key_in_the_clear_is_none_of_ours(keys: SealedFiles) -> None:
    plain = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    keys.path("phone.pem").write_bytes(plain)
    with pytest.raises(KeyUnreadable):
        load_phone_identity(keys)


def test_the_phones_certificate_fits_a_clock_that_stands_in_2000(keys: SealedFiles) -> None:
    identity = load_phone_identity(keys)
    certificate = x509.load_der_x509_certificate(identity.certificate)
    assert certificate.not_valid_before_utc.year == 2000
    assert certificate.not_valid_after_utc.year == 2099
    assert identity.certificate_sha256 == hashlib.sha256(identity.certificate).digest()
    assert load_phone_identity(keys) == identity


def test_what_the_phone_signs_its_certificate_vouches_for(keys: SealedFiles) -> None:
    identity = load_phone_identity(keys)
    public = x509.load_der_x509_certificate(identity.certificate).public_key()
    assert isinstance(public, ec.EllipticCurvePublicKey)
    public.verify(identity.sign(b"ledger"), b"ledger", ec.ECDSA(SHA256()))
    with pytest.raises(InvalidSignature):
        public.verify(identity.sign(b"ledger"), b"another", ec.ECDSA(SHA256()))


def test_a_key_of_another_certificate_is_refused(keys: SealedFiles, tmp_path: Path) -> None:
    one, other = load_phone_identity(keys), load_phone_identity(room(tmp_path / "other" / "keys"))
    key = one.pem.read_bytes().split(b"-----BEGIN CERTIFICATE")[0]
    certificate = b"-----BEGIN CERTIFICATE" + other.pem.read_bytes().split(b"-----BEGIN CERTIFICATE")[1]
    one.pem.write_bytes(key + certificate)
    with pytest.raises(KeyUnreadable) as raised:
        load_phone_identity(keys)
    assert raised.value.fault == "key_of_another_certificate"


def test_the_client_speaks_tls_1_2_alone(keys: SealedFiles) -> None:
    context = client_context(load_phone_identity(keys))
    assert context.minimum_version == context.maximum_version == ssl.TLSVersion.TLSv1_2
    names = {cipher["name"] for cipher in context.get_ciphers() if "TLS_" not in cipher["name"]}
    assert names == {"ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-GCM-SHA256"}
