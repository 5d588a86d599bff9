"""The desktop's keystore and camera: which backend is asked, and what its answers become."""

from __future__ import annotations

import sys
from typing import Any, ClassVar

import numpy as np
import pytest
from keyring.backends import SecretService
from keyring.errors import KeyringLocked, PasswordSetError

from companion_app.ports import session_bus
from companion_app.ports.camera.desktop import DesktopCamera
from companion_app.ports.errors import (
    CameraFailed,
    CameraMissing,
    KeystoreDenied,
    KeystoreFailed,
    KeystoreLocked,
    KeystoreMissing,
    SecretLost,
)
from companion_app.ports.keystore import MOST_BYTES, system_keystore
from companion_app.ports.keystore.desktop import DesktopKeystore
from companion_app.ports.permissions import Permission, Standing, system_permissions
from companion_app.ports.position import system_position

BUS = "/run/user/1000/bus"


class Backend:
    """keyring's Secret Service, as a dictionary; `raises` is what it does instead."""

    priority = 5
    kept: ClassVar[dict[str, str]] = {}
    raises: ClassVar[Exception | None] = None
    forgets: ClassVar[bool] = False

    def __init__(self) -> None:
        assert session_bus.covers(BUS), "the door is open while it is asked"
        if self.raises is not None:
            raise self.raises

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[f"{service}/{username}"] = "" if self.forgets else password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[f"{service}/{username}"]


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch) -> type[Backend]:
    fresh = type("Fresh", (Backend,), {"kept": {}})
    monkeypatch.setattr(SecretService, "Keyring", fresh)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={BUS}")
    return fresh


def test_a_secret_comes_back_as_it_was(backend: type[Backend]) -> None:
    keystore = DesktopKeystore("linux")
    secret = bytes(range(256)) * (MOST_BYTES // 256)
    keystore.put("vault", secret)
    assert keystore.get("vault") == secret
    assert list(backend.kept) == ["plainsight/vault"]
    keystore.remove("vault")
    keystore.remove("vault")
    with pytest.raises(SecretLost):
        keystore.get("vault")
    keystore.check()
    assert not session_bus.covers(BUS)


def test_what_another_program_put_there_is_a_lost_secret(backend: type[Backend]) -> None:
    backend.kept["plainsight/vault"] = "not base64"
    with pytest.raises(SecretLost, match="not what this app kept"):
        DesktopKeystore("linux").get("vault")


def test_a_keystore_that_does_not_keep_is_found_out_at_once(backend: type[Backend]) -> None:
    backend.forgets = True
    with pytest.raises(KeystoreFailed, match="did not keep"):
        DesktopKeystore("linux").put("vault", b"secret")


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (KeyringLocked("locked"), KeystoreLocked),
        (PasswordSetError("no"), KeystoreFailed),
        (SecretService.exceptions.PromptDismissedException("dismissed"), KeystoreDenied),
        (SecretService.exceptions.SecretServiceNotAvailableException("gone"), KeystoreFailed),
        (ConnectionResetError("bus"), KeystoreFailed),
    ],
)
def test_each_failure_has_its_class(backend: type[Backend], error: Exception, raised: type[Exception]) -> None:
    backend.raises = error
    with pytest.raises(raised):
        DesktopKeystore("linux").check()


def test_a_computer_without_one_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    with pytest.raises(KeystoreMissing, match="DBUS_SESSION_BUS_ADDRESS"):
        system_keystore().check()
    monkeypatch.setitem(sys.modules, "keyring.errors", None)
    with pytest.raises(KeystoreMissing, match="not installed"):
        system_keystore().check()


class Device:
    def __init__(self, *frames: Any, opened: bool = True) -> None:
        self.frames, self.opened, self.released = list(frames), opened, False

    def isOpened(self) -> bool:
        return self.opened

    def read(self) -> tuple[bool, Any]:
        return (True, self.frames.pop(0)) if self.frames else (False, None)

    def release(self) -> None:
        self.released = True


async def test_frames_are_brightnesses_and_the_camera_is_let_go() -> None:
    pixels = np.zeros((2, 3, 3), np.uint8)
    pixels[0, 0], pixels[0, 1], pixels[1, 2] = (255, 255, 255), (0, 0, 255), (255, 0, 0)
    device = Device(pixels)
    async with DesktopCamera(lambda: device).open() as frames:
        frame = await anext(frames)
        assert (frame.width, frame.height) == (3, 2)
        assert list(frame.grey) == [255, 76, 0, 0, 0, 28]
        with pytest.raises(CameraFailed):
            await anext(frames)
    assert device.released


async def test_a_computer_without_a_camera_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    device = Device(opened=False)
    with pytest.raises(CameraMissing):
        async with DesktopCamera(lambda: device).open():
            pass
    assert device.released
    monkeypatch.setitem(sys.modules, "cv2", None)
    with pytest.raises(CameraMissing, match="OpenCV"):
        async with DesktopCamera().open():
            pass


async def test_a_desktop_has_no_place_and_asks_for_no_permission() -> None:
    assert await system_position().where() is None
    permissions = system_permissions()
    assert {await permissions.ask(one) for one in Permission} == {Standing.NOT_NEEDED}
    assert not permissions.open_settings()
