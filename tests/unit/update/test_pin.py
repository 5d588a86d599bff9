"""The release key is pinned when glasses are provisioned: explicitly, whole or not at all, and never by default."""

from __future__ import annotations

from pathlib import Path

import pytest
from plainsight import identity

from tests.unit.firmware_link.glasses_side import GLASSES
from tests.unit.update.making import OTHER_KEY, PUBLIC


def provision(root: Path, **keys: bytes) -> bytes:
    """The key that the glasses trust afterwards."""
    identity.provision(str(root), cert=GLASSES.der, key=GLASSES.key_der, secret="cd" * 16, level="software", **keys)
    return identity.load(str(root)).release_key


def test_the_key_that_was_given_is_the_key_that_is_trusted(tmp_path: Path) -> None:
    assert provision(tmp_path, release_key=PUBLIC) == PUBLIC
    assert provision(tmp_path, release_key=OTHER_KEY.public()) == OTHER_KEY.public()


def test_without_one_nothing_is_trusted_not_even_the_one_before(tmp_path: Path) -> None:
    assert provision(tmp_path) == b""
    provision(tmp_path, release_key=PUBLIC)
    assert provision(tmp_path) == b""
    assert not (tmp_path / "identity/release.key").exists()


@pytest.mark.parametrize("key", [b"x", PUBLIC[:-1], PUBLIC + b"\0", bytes(56), b"\xff" * 56])
def test_what_is_no_key_changes_nothing(tmp_path: Path, key: bytes) -> None:
    provision(tmp_path, release_key=PUBLIC)
    with pytest.raises(ValueError, match="release_key"):
        provision(tmp_path, release_key=key)
    assert identity.load(str(tmp_path)).release_key == PUBLIC
