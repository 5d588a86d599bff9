"""The identity that provisioning makes."""

from __future__ import annotations

import datetime
import hashlib

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from host_tools.provisioning.keys import make_identity


def test_the_certificate_belongs_to_the_key_and_signs_itself() -> None:
    identity = make_identity()
    certificate = x509.load_der_x509_certificate(identity.certificate)
    key = serialization.load_der_private_key(identity.private_key, password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    assert isinstance(key.curve, ec.SECP256R1)
    assert certificate.public_key() == key.public_key()
    certificate.verify_directly_issued_by(certificate)


def test_a_board_that_believes_it_is_2000_accepts_the_dates() -> None:
    certificate = x509.load_der_x509_certificate(make_identity().certificate)
    assert certificate.not_valid_before_utc <= datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
    assert certificate.not_valid_before_utc < datetime.datetime(2000, 1, 3, tzinfo=datetime.UTC)
    assert certificate.not_valid_after_utc.year >= 2090


def test_the_pin_is_the_hash_of_the_der() -> None:
    identity = make_identity()
    assert identity.certificate_sha256 == hashlib.sha256(identity.certificate).digest()


def test_every_pair_of_glasses_gets_its_own_key() -> None:
    first, second = make_identity(), make_identity()
    assert first.private_key != second.private_key
    assert first.certificate_sha256 != second.certificate_sha256


def test_the_name_says_nothing_about_the_owner() -> None:
    certificate = x509.load_der_x509_certificate(make_identity().certificate)
    assert certificate.subject.rfc4514_string() == "CN=plainsight"
