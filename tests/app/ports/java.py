"""Stand-ins of the Java classes that the app's Android code calls, with what Android's reference says of them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12


class JavaException(Exception):
    """What pyjnius raises."""

    def __init__(self, classname: str) -> None:
        super().__init__(classname)
        self.classname = classname


@dataclass
class System:
    """One phone: its folder, its keys, what its owner allowed, and what it does wrong when told to."""

    folder: Path
    level: int = 34
    keys: dict[str, bytes] = field(default_factory=dict)
    granted: set[str] = field(default_factory=set)
    agrees: bool = True
    asked: list[list[str]] = field(default_factory=list)
    throws: str = ""
    places: dict[str, Any] = field(default_factory=dict)

    def autoclass(self, name: str) -> Any:
        """As pyjnius' own."""
        return _CLASSES[name](self)

    def fail(self) -> None:
        if self.throws:
            raise JavaException(self.throws)

    def request(self, permissions: list[str], tell: Any) -> None:
        """python-for-android's `request_permissions`."""
        self.asked.append(permissions)
        self.granted |= set(permissions) if self.agrees else set()
        tell(permissions, [self.agrees] * len(permissions))


def _signed(data: bytes) -> list[int]:
    """A Java byte array as pyjnius hands it out."""
    return [byte - 256 if byte > 127 else byte for byte in data]


def _activity(system: System) -> Any:
    location = SimpleNamespace(
        getProviders=lambda _enabled: SimpleNamespace(toArray=lambda: list(system.places)),
        getLastKnownLocation=lambda name: (system.fail(), system.places[name])[1],
    )
    context = SimpleNamespace(
        getNoBackupFilesDir=lambda: SimpleNamespace(getAbsolutePath=lambda: str(system.folder)),
        getSystemService=lambda name: {"location": location}[name],
    )
    return SimpleNamespace(mActivity=context)


def _key_store(system: System) -> Any:
    store = SimpleNamespace(load=lambda _none: system.fail(), getKey=lambda alias, _none: system.keys.get(alias))
    return SimpleNamespace(getInstance=lambda kind: {"AndroidKeyStore": store}[kind])


def _generator(system: System) -> Any:
    class Generator:
        alias = ""

        def init(self, spec: Any) -> None:
            assert (spec.modes, spec.paddings, spec.bits, spec.unlocked) == (("GCM",), ("NoPadding",), 256, True)
            self.alias = spec.alias

        def generateKey(self) -> bytes:
            system.keys[self.alias] = os.urandom(32)
            return system.keys[self.alias]

    return SimpleNamespace(
        getInstance=lambda algorithm, provider: {("AES", "AndroidKeyStore"): Generator()}[algorithm, provider]
    )


def _builder(_system: System) -> Any:
    class Builder:
        def __init__(self, alias: str, purposes: int) -> None:
            assert purposes == 3
            self.alias, self.modes, self.paddings, self.bits, self.unlocked = alias, (), (), 0, False

        def setBlockModes(self, *modes: str) -> None:
            self.modes = modes

        def setEncryptionPaddings(self, *paddings: str) -> None:
            self.paddings = paddings

        def setKeySize(self, bits: int) -> None:
            self.bits = bits

        def setUnlockedDeviceRequired(self, required: bool) -> None:
            self.unlocked = required

        def build(self) -> Any:
            return self

    return Builder


def _cipher(system: System) -> Any:
    class Cipher:
        mode = 0

        def init(self, mode: int, key: bytes, parameters: bytes | None = None) -> None:
            self.mode, self.key, self.aad = mode, key, b""
            self.nonce = os.urandom(_NONCE_BYTES) if parameters is None else parameters

        def getIV(self) -> list[int]:
            return _signed(self.nonce)

        def updateAAD(self, data: bytes) -> None:
            self.aad = data

        def doFinal(self, data: bytes) -> list[int]:
            system.fail()
            cipher = AESGCM(self.key)
            try:
                work = cipher.encrypt if self.mode == 1 else cipher.decrypt
                return _signed(work(self.nonce, data, self.aad))
            except InvalidTag as error:
                raise JavaException("javax.crypto.AEADBadTagException") from error

    return SimpleNamespace(getInstance=lambda transformation: {"AES/GCM/NoPadding": Cipher()}[transformation])


def _parameters(_system: System) -> Any:
    def parameters(tag_bits: int, nonce: bytes) -> bytes:
        assert tag_bits == 128
        return nonce

    return parameters


_CLASSES = {
    "org.kivy.android.PythonActivity": _activity,
    "java.security.KeyStore": _key_store,
    "javax.crypto.KeyGenerator": _generator,
    "android.security.keystore.KeyGenParameterSpec$Builder": _builder,
    "javax.crypto.Cipher": _cipher,
    "javax.crypto.spec.GCMParameterSpec": _parameters,
    "android.os.Build$VERSION": lambda system: SimpleNamespace(SDK_INT=system.level),
}


@contextmanager
def phone(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Iterator[System]:
    """This process as one that python-for-android started."""
    system = System(folder)
    jnius = ModuleType("jnius")
    vars(jnius).update(
        JavaException=JavaException,
        PythonJavaClass=object,
        autoclass=system.autoclass,
        java_method=lambda _: lambda it: it,
    )
    permissions = ModuleType("android.permissions")
    vars(permissions)["check_permission"] = lambda name: name in system.granted
    vars(permissions)["request_permissions"] = system.request
    before = set(sys.modules)
    for module in (jnius, permissions, ModuleType("android")):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setenv("ANDROID_ARGUMENT", str(folder))
    try:
        yield system
    finally:
        for name in set(sys.modules) - before:
            if name.startswith("companion_app.ports.") and name.endswith("android"):
                del sys.modules[name]
