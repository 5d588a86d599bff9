"""Provisioning: all of the old identity goes before any of the new one stands, whenever the power is cut."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plainsight import files, identity, wiping
from plainsight.setup_code import base32
from plainsight.storage import checked

from tests.unit.firmware_link.glasses_side import GLASSES, PHONE, SECRET, Glasses, add_item


class PowerCut(Exception):
    """The n-th write did not happen."""


CERTIFICATE = b"\x30\x0bcertificate"
KEY = b"\x30\x03key"


def _provision(root: Path, **changed: str) -> None:
    arguments = {"secret": "cd" * 16, "level": "software", "mode": "development"} | changed
    identity.provision(str(root), cert=CERTIFICATE, key=KEY, **arguments)


def test_what_was_written_is_what_is_read(tmp_path: Path) -> None:
    _provision(tmp_path)
    loaded = identity.load(str(tmp_path))
    assert (loaded.mode, loaded.level, loaded.certificate, loaded.key) == (
        "development",
        "software",
        CERTIFICATE,
        KEY,
    )
    device = json.loads((tmp_path / "identity/device.json").read_text())
    assert device == {"version": 1, "mode": "development", "level": "software", "firmware": "0.1.0"}
    assert json.loads(checked.read(str(tmp_path / "identity/setup.json")) or b"") == {
        "secret": "cd" * 16,
        "used": False,
    }


@pytest.mark.parametrize("changed", [{"secret": "cd" * 15}, {"secret": "xy" * 16}, {"level": "none"}, {"mode": "open"}])
def test_nonsense_changes_nothing(tmp_path: Path, changed: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"secret|level|hex|digit"):
        _provision(tmp_path, **changed)
    assert identity.summary(str(tmp_path))["provisioned"] is False


def test_a_summary_of_an_empty_flash(tmp_path: Path) -> None:
    assert identity.summary(str(tmp_path)) == {
        "provisioned": False,
        "level": None,
        "mode": None,
        "phones": 0,
        "items": 0,
        "certificate": "",
        "wiping": False,
        "remains": False,
    }
    with pytest.raises(identity.NotProvisioned):
        identity.load(str(tmp_path))


def test_a_summary_tells_whose_glasses_they_are(tmp_path: Path) -> None:
    _provision(tmp_path)
    summary = identity.summary(str(tmp_path))
    assert summary["certificate"] == hashlib.sha256(CERTIFICATE).hexdigest()
    assert (summary["mode"], summary["level"], summary["wiping"]) == ("development", "software", False)
    wiping.begin(str(tmp_path), wiping.GESTURE, 0)
    summary = identity.summary(str(tmp_path))
    assert (summary["provisioned"], summary["wiping"]) == (False, True)


def test_locking_changes_the_mode_alone(tmp_path: Path) -> None:
    _provision(tmp_path, level="current")
    before = {path.name: path.read_bytes() for path in (tmp_path / "identity").iterdir() if path.name != "device.json"}
    identity.lock(str(tmp_path))
    loaded = identity.load(str(tmp_path))
    assert (loaded.mode, loaded.level) == ("locked", "current")
    after = {path.name: path.read_bytes() for path in (tmp_path / "identity").iterdir() if path.name != "device.json"}
    assert after == before
    identity.lock(str(tmp_path))
    assert identity.load(str(tmp_path)).mode == "locked"


def test_what_is_not_whole_is_not_locked(tmp_path: Path) -> None:
    with pytest.raises(identity.NotProvisioned):
        identity.lock(str(tmp_path))
    _provision(tmp_path)
    (tmp_path / "identity/key.der").write_bytes(b"")
    with pytest.raises(identity.NotProvisioned):
        identity.lock(str(tmp_path))
    assert identity.summary(str(tmp_path))["mode"] == "development"


@pytest.mark.parametrize("name", ["media", "journal", "identity"])
def test_a_summary_tells_that_there_is_something_to_wipe(tmp_path: Path, name: str) -> None:
    """As after a provisioning that was cut off before device.json."""
    (tmp_path / name).mkdir()
    summary = identity.summary(str(tmp_path))
    assert (summary["provisioned"], summary["remains"]) == (False, True)


async def test_a_new_identity_takes_nothing_over(glasses: Glasses) -> None:
    await glasses.pair(PHONE)
    add_item(glasses.store, bytes(500))
    glasses.settings.change({"voice": "stream"})
    before = identity.summary(glasses.root)
    assert (before["phones"], before["items"], before["provisioned"]) == (1, 1, True)
    _provision(glasses.folder)
    after = identity.summary(glasses.root)
    assert (after["phones"], after["items"], after["provisioned"]) == (0, 0, True)
    left = {str(path.relative_to(glasses.folder)) for path in glasses.folder.rglob("*") if path.is_file()}
    assert {name for name in left if not name.endswith(".pem")} == {
        "wiped.json",
        *(f"identity/{name}" for name in ("cert.der", "key.der", "setup.json", "device.json")),
    }


def cut_after(patch: pytest.MonkeyPatch, writes: int) -> None:
    """Let this many writes and removals happen, and no more."""
    left = iter(range(writes))

    def counted(original: Callable[..., object]) -> Callable[..., object]:
        def write(*arguments: object) -> object:
            if next(left, None) is None:
                raise PowerCut
            return original(*arguments)

        return write

    for name in ("write_atomic", "remove"):
        patch.setattr(files, name, counted(getattr(files, name)))


async def test_a_power_cut_leaves_no_mixture(glasses: Glasses, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whenever it comes: either no identity stands, or the new one with nothing of the old."""
    await glasses.pair(PHONE)
    for cut in range(40):
        identity.provision(glasses.root, cert=GLASSES.der, key=GLASSES.key_der, secret=SECRET.hex(), level="optical")
        glasses.boot()
        await glasses.pair(PHONE)
        add_item(glasses.store, bytes(500))
        with monkeypatch.context() as patch:
            cut_after(patch, cut)
            try:
                _provision(glasses.folder)
            except PowerCut:
                pass
            else:
                break
        if identity.summary(glasses.root)["provisioned"]:
            loaded = identity.load(glasses.root)
            assert cut == 0
            assert loaded.certificate == GLASSES.der
    else:
        pytest.fail("provisioning never ended")


@given(st.binary(max_size=40))
def test_base32_is_the_standard_one(data: bytes) -> None:
    assert base32(data) == base64.b32encode(data).decode().rstrip("=")
