"""The Android backends over stand-ins of Android's classes: what they ask for, and what they make of an answer.

No phone was there: whether Android's own classes behave like this is not known from here.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from companion_app.ports.errors import KeystoreFailed, KeystoreLocked, SecretLost
from companion_app.ports.keystore import MOST_BYTES, Keystore, system_keystore
from companion_app.ports.permissions import Permission, Standing, system_permissions
from companion_app.ports.position import Fix, system_position
from tests.app.ports.java import System, phone

SECRET = bytes(range(256))[100:180]


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[System]:
    with phone(monkeypatch, tmp_path) as system:
        yield system


@pytest.fixture
def keystore(system: System) -> Keystore:
    return system_keystore()


def test_a_secret_comes_back_and_its_file_does_not_hold_it(keystore: Keystore, tmp_path: Path) -> None:
    keystore.check()
    keystore.put("vault", SECRET)
    keystore.put("another", b"x" * MOST_BYTES)

    assert keystore.get("vault") == SECRET
    assert not any(SECRET in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    keystore.remove("vault")
    keystore.remove("vault")
    with pytest.raises(SecretLost) as caught:
        keystore.get("vault")
    assert caught.value.entry == "vault"
    assert keystore.get("another") == b"x" * MOST_BYTES


def test_what_seals_it_is_made_once(keystore: Keystore, system: System) -> None:
    keystore.put("vault", SECRET)
    (key,) = system.keys.values()
    keystore.put("vault", SECRET[::-1])
    assert list(system.keys.values()) == [key]
    assert keystore.get("vault") == SECRET[::-1]


def test_a_key_that_is_gone_or_a_file_that_was_changed_is_a_lost_secret(
    keystore: Keystore, system: System, tmp_path: Path
) -> None:
    keystore.put("a", SECRET)
    keystore.put("b", SECRET)
    a, b = (next(tmp_path.rglob(name.encode().hex())) for name in "ab")
    a.write_bytes(b.read_bytes())
    with pytest.raises(SecretLost, match="AEADBadTag"):
        keystore.get("a")
    system.keys.clear()
    with pytest.raises(SecretLost):
        keystore.get("b")


@pytest.mark.parametrize(
    ("thrown", "raised"),
    [
        ("android.security.keystore.UserNotAuthenticatedException", KeystoreLocked),
        ("android.security.keystore.KeyPermanentlyInvalidatedException", SecretLost),
        ("java.security.KeyStoreException", KeystoreFailed),
    ],
)
def test_what_java_throws_is_an_error_of_ours(
    keystore: Keystore, system: System, thrown: str, raised: type[Exception]
) -> None:
    keystore.put("vault", SECRET)
    system.throws = thrown
    with pytest.raises(raised):
        keystore.get("vault")


@pytest.mark.parametrize("secret", [b"", b"x" * (MOST_BYTES + 1)])
def test_a_secret_that_not_every_keystore_holds_is_refused(keystore: Keystore, secret: bytes) -> None:
    with pytest.raises(ValueError, match="bytes"):
        keystore.put("vault", secret)


async def test_a_permission_is_asked_for_once_and_only_where_it_is_missing(system: System) -> None:
    permissions = system_permissions()
    assert permissions.standing(Permission.RADIO) is Standing.REFUSED
    assert await permissions.ask(Permission.RADIO) is Standing.GRANTED
    assert await permissions.ask(Permission.RADIO) is Standing.GRANTED
    assert system.asked == [["android.permission.BLUETOOTH_SCAN", "android.permission.BLUETOOTH_CONNECT"]]

    system.agrees = False
    assert await permissions.ask(Permission.CAMERA) is Standing.REFUSED


async def test_what_a_level_does_not_ask_is_not_asked(system: System) -> None:
    system.level = 30
    permissions = system_permissions()
    assert await permissions.ask(Permission.NOTICES) is Standing.NOT_NEEDED
    assert await permissions.ask(Permission.RADIO) is Standing.GRANTED
    assert system.asked == [["android.permission.ACCESS_FINE_LOCATION"]]


def place(time_ms: int) -> SimpleNamespace:
    return SimpleNamespace(
        getLatitude=lambda: 52.5, getLongitude=lambda: 13.4, getAccuracy=lambda: 20.0, getTime=lambda: time_ms
    )


async def test_the_newest_place_that_is_known_and_none_without_the_permission(system: System) -> None:
    assert await system_position().where() is None
    system.places = {"network": place(1_000), "gps": place(5_000), "passive": None}
    assert await system_position().where() == Fix(52.5, 13.4, 20.0, 5.0)
    system.throws = "java.lang.SecurityException"
    assert await system_position().where() is None
