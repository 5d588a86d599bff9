"""Killed (-9) at every write, flush and rename of lock, keys, pins, ledger and files: nothing confirmed is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from companion_app.keys.owner import load_owner_key
from companion_app.keys.phone import load_phone_identity
from companion_app.ledger import Ledger
from companion_app.link.pins import Pin, PinStore
from companion_app.rooms import Rooms
from companion_app.vault import KeyBeside, Keystore, Vault
from tests.app.deaths import Death, killed_at
from tests.app.ports.keystores import MemoryKeystore

pytestmark = [pytest.mark.promise(3), pytest.mark.promise(4)]

ROOT = Path(__file__).parents[3]
PIN = Pin(b"\x01" * 32, b"\x02" * 32, 1, b"\x03" * 32)
DIE = """
import sys
from pathlib import Path
from tests.app.vault.test_crashes import die
print(die(Path(sys.argv[1])))
"""


class KeptKeystore(MemoryKeystore):
    """A keystore that outlives the process, as files in a folder beside the app's."""

    folder: Path

    def put(self, entry: str, secret: bytes) -> None:
        (self.folder / entry).write_bytes(secret)

    def get(self, entry: str) -> bytes:
        return (self.folder / entry).read_bytes()

    def remove(self, entry: str) -> None:
        (self.folder / entry).unlink(missing_ok=True)


def keystore_in(folder: Path) -> Keystore:
    port = KeptKeystore()
    port.folder = folder.parent / f"{folder.name}-keystore"
    port.folder.mkdir(exist_ok=True)
    return Keystore(port)


def work(folder: Path, at: int, told: int) -> None:
    """Everything durable that an app does first; each act that is confirmed goes to the pipe `told`."""
    death, tell = Death(at), os.write
    keystore = keystore_in(folder)
    os.write, os.fsync, os.replace = (death.before(act) for act in (os.write, os.fsync, os.replace))
    vault = Vault.create(folder, KeyBeside())
    tell(told, b"0")
    rooms = Rooms(vault)
    load_owner_key(rooms.keys)
    load_phone_identity(rooms.keys)
    tell(told, b"1")
    PinStore(rooms.keys).add(PIN)
    tell(told, b"2")
    ledger = Ledger(rooms.ledger, rooms.heads)
    for number in range(2):
        ledger.append("note", number=number)
    tell(told, b"3")
    rooms.gallery.write("picture", b"old")
    tell(told, b"4")
    rooms.gallery.write("picture", b"new")
    tell(told, b"5")
    vault.change(keystore)
    tell(told, b"6")


def die(folder: Path) -> int:
    """Dies at each step until a child comes to its end; returns how many died."""
    for at in range(1, 1000):
        home = folder / str(at)
        killed, confirmed = killed_at(home, at, work)
        check(home, confirmed)
        if not killed:
            return at - 1
    raise AssertionError("no child came to its end")


def check(home: Path, confirmed: int) -> None:
    """Reopened by whom the lock names, the app is as it was told to be."""
    if not Vault.exists(home):
        assert confirmed == 0
        return
    [kind] = Vault.kinds(home)
    assert kind == "keystore" or confirmed < 7
    vault = Vault.open(home, keystore_in(home) if kind == "keystore" else KeyBeside())
    rooms = Rooms(vault)
    assert not list(home.rglob("*/*.new"))
    owner, identity = load_owner_key(rooms.keys), load_phone_identity(rooms.keys)
    assert (load_owner_key(rooms.keys).public, load_phone_identity(rooms.keys)) == (owner.public, identity)
    assert PinStore(rooms.keys).current == (PIN if confirmed > 2 else PinStore(rooms.keys).current)
    assert PinStore(rooms.keys).current in (None, PIN)
    ledger = Ledger(rooms.ledger, rooms.heads)
    assert ledger.verify().intact
    noted = [entry.data["number"] for entry in ledger.entries() if entry.kind == "note"]
    assert noted == list(range(len(noted)))
    assert len(noted) == 2 or confirmed < 4
    held = rooms.gallery.read("picture") if rooms.gallery.exists("picture") else None
    assert held == b"new" or (confirmed < 6 and held == b"old") or (confirmed < 5 and held is None)


def test_nothing_confirmed_is_lost_wherever_the_app_was_killed(tmp_path: Path) -> None:
    """In a process of its own, which has no threads when it forks."""
    run = subprocess.run(
        [sys.executable, "-c", DIE, str(tmp_path)], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    )
    assert int(run.stdout) > 40
