"""A signed export says which phone made it, and that nothing in it was changed since; any change is found out."""

from __future__ import annotations

import base64
import copy
import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from companion_app.keys.certificate import self_signed
from companion_app.sharing.export_signature import FIELD, Signed, examine_signature, signed
from companion_app.sharing.exported import check_export, export
from tests.app.sharing.conftest import NOON_S, App

pytestmark = pytest.mark.promise(3)


class Phone:
    """A phone's key as keys/phone.py has it."""

    def __init__(self) -> None:
        self._key, certificate = self_signed("plainsight phone")
        self.certificate = certificate.public_bytes(Encoding.DER)

    def sign(self, data: bytes) -> bytes:
        return self._key.sign(data, ec.ECDSA(SHA256()))


PHONE = Phone()


@pytest.fixture
async def made(app: App) -> dict[str, Any]:
    """A signed export of one share."""
    await app.sharing.send(app.agreed(question="one"))
    return signed(export(app.ledger, app.sharing.copies(), NOON_S), PHONE)


async def test_a_signature_holds_and_names_the_phone_also_after_it_was_reformatted(made: dict[str, Any]) -> None:
    for text in (json.dumps(made), json.dumps(made, indent=3, sort_keys=True, ensure_ascii=False)):
        found = check_export(text.encode())

        assert found.intact
        assert found.signature.state is Signed.HOLDS
        assert found.signature.phone == hashlib.sha256(PHONE.certificate).hexdigest()


async def test_an_export_without_a_signature_is_whole_and_says_so(made: dict[str, Any]) -> None:
    del made[FIELD]
    found = check_export(json.dumps(made).encode())

    assert found.intact
    assert found.signature.state is Signed.NOT


def _other_time(made: dict[str, Any]) -> None:
    made["made"] = "2020-01-01T00:00:00Z"


def _shorter_chain(made: dict[str, Any]) -> None:
    """Cut off and re-headed: the chain alone would not show it."""
    made["lines"] = made["lines"][:1]
    made["head"] = {"count": 1, "hash": json.loads(made["lines"][0])[5]}
    made["receipts"] = {}


def _added_field(made: dict[str, Any]) -> None:
    made["note"] = "all is well"


def _other_certificate(made: dict[str, Any]) -> None:
    made[FIELD]["certificate"] = base64.b64encode(Phone().certificate).decode()


def _other_signature(made: dict[str, Any]) -> None:
    made[FIELD]["value"] = base64.b64encode(PHONE.sign(b"something else")).decode()


def _other_algorithm(made: dict[str, Any]) -> None:
    made[FIELD]["algorithm"] = "none"


def _no_object(made: dict[str, Any]) -> None:
    made[FIELD] = "yes"


CHANGES = [
    _other_time,
    _shorter_chain,
    _added_field,
    _other_certificate,
    _other_signature,
    _other_algorithm,
    _no_object,
]


@pytest.mark.parametrize("change", CHANGES)
async def test_any_change_breaks_the_signature(made: dict[str, Any], change: Callable[[dict[str, Any]], None]) -> None:
    changed = copy.deepcopy(made)
    change(changed)
    found = check_export(json.dumps(changed).encode())

    assert found.signature.state is Signed.BROKEN
    assert not found.intact


@given(
    st.one_of(
        st.none() | st.text() | st.integers(),
        st.fixed_dictionaries(
            {
                "algorithm": st.just("ECDSA P-256 SHA-256") | st.text(max_size=8),
                "certificate": st.just(base64.b64encode(PHONE.certificate).decode()) | st.text(max_size=40),
                "value": st.binary(max_size=80).map(lambda noise: base64.b64encode(noise).decode()) | st.text(),
            }
        ),
    )
)
def test_no_noise_holds(noise: object) -> None:
    assert examine_signature({"lines": [], FIELD: noise}).state is Signed.BROKEN


def test_a_value_that_no_json_has_is_not_signed_for() -> None:
    made = signed({"lines": []}, PHONE)
    made["nan"] = float("nan")
    assert examine_signature(made).state is Signed.BROKEN
