"""Promise 4 on the phone: locked, a lost phone shows nobody what the app keeps.

The app is filled with everything it keeps, locked, and every byte below its folder is read. Nothing that its owner can
read when it is open stands there, in contents or names, but what phone_folder.py lists.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from companion_app.companion import Companion
from companion_app.gallery.pending import Deletion, PendingDeletions
from companion_app.gallery.waiting import WaitingThumbs
from companion_app.keys.owner import load_owner_key
from companion_app.keys.wrapping import load_wrap_key
from companion_app.rooms import Rooms
from companion_app.sharing.endpoints.saved import SavedEndpoint
from companion_app.sharing.live.frame_log import FrameLog
from companion_app.vault import Passphrase, Vault
from companion_app.vault.errors import VaultLocked, WrongPassphrase
from tests.app.answered import answer_all
from tests.app.conftest import TYPED_CODE, Air
from tests.app.conftest import air as air
from tests.app.conftest import folder as folder
from tests.app.conftest import peer as peer
from tests.app.libraries import opened_in
from tests.app.peer import Peer
from tests.app.sealing import jpeg
from tests.app.vaults import vault_in
from tests.promises.phone_folder import IN_THE_CLEAR, files_of, pictures_in, told, unlisted, words_of_tables

pytestmark = pytest.mark.promise(4)

WORDS = "four words nobody guesses"
CHEAP_N = 2**15
PAGE = Path(__file__).parents[2] / "docs/storage-phone.md"
SAID = {
    "question": b"Which train goes to Landerneau?",
    "answer": b"The one on platform three, at noon.",
    "name of the glasses": b"Grandmother's glasses",
    "endpoint": b"pictures.example.org",
    "model": b"a-model-of-somebody",
    "key variable": b"MY_SECRET_VARIABLE",
    "words seen": b"Boulangerie du Marche",
    "live session": b"why-the-frame-was-withheld",
    "waiting item": b"ab" * 32,
}
ROOMS = {"keys", "gallery", "arriving", "ledger", "heads", "journals", "sharing", "questions", "library"}
_TOKEN = re.compile(rb"[\w.:/'-]{12,}")  # what an owner reads: hashes, keys, names, words of that length
_WINDOW_BYTES = 24


@dataclass(frozen=True)
class Filled:
    """An app that holds everything it can, open; `plain` is all that its owner can read."""

    folder: Path
    companion: Companion
    plain: bytes
    secrets: dict[str, bytes]


@pytest.fixture
async def filled(folder: Path, air: Air, peer: Peer) -> AsyncIterator[Filled]:
    companion = await Companion.open(vault_in(folder))
    answer_all(companion.onboarding, voice_listen="yes", voice_leave="yes", voice_keep="days_30", transcripts="days_30")
    await companion.pair(TYPED_CODE, "phone")
    picture = await companion.capture()
    peer.take_picture(jpeg(90))
    peer.add_thumb(peer.items[-1], jpeg(91))
    peer.take_clip(3)
    await companion.sync()
    _keep_everything(companion, picture.id)
    rooms = Rooms(companion.vault)
    pin = companion.pin
    secrets = {
        **SAID,
        "owner's key": load_owner_key(rooms.keys).private.private_bytes_raw(),
        "wrap key": load_wrap_key(rooms.keys).private_bytes_raw(),
        "pair key": pin.pair_key,
        "glasses": pin.certificate_sha256,
        "data key": bytes(companion.vault._data_key or b""),
        "picture": picture.read()[100:160],
        "salt": bytes.fromhex(picture.salt),
        "commitment": bytes.fromhex(picture.commitment),
    }
    yield Filled(folder, companion, opened_in(folder), secrets)
    await companion.close()


def _keep_everything(companion: Companion, picture: str) -> None:
    rooms = Rooms(companion.vault)
    companion.names.give(companion.glasses_id, SAID["name of the glasses"].decode())
    companion.sharing.remember(
        SavedEndpoint(f"https://{SAID['endpoint'].decode()}/v1", SAID["model"].decode(), SAID["key variable"].decode())
    )
    companion.sharing.endpoints.set_region("FR")
    question, answer = SAID["question"].decode(), SAID["answer"].decode()
    shown = companion.sharing.propose(companion.gallery.get(picture), "local", question)
    terms = {"terms_sha256": shown.card.terms_sha256, "picture_sha256": shown.sha256}
    companion.sharing.agree(shown, recipient=shown.card.recipient, purpose=shown.purpose, **terms)
    companion.history.keep(picture, question, answer, "this device", spoken=True, sound=bytes(range(256)) * 64)
    companion.words.keep(picture, [SAID["words seen"].decode()])
    log = FrameLog(rooms.sharing, "5e" * 16)
    log.withheld({"seq": 2, "reason": SAID["live session"].decode()})
    WaitingThumbs(rooms.arriving).add(SAID["waiting item"].decode(), jpeg(7))
    PendingDeletions(rooms.gallery).add(Deletion("cd" * 8, 7, SAID["waiting item"].decode()))


async def _locked(app: Filled) -> dict[str, bytes]:
    """The folder of the app after its owner locked it with a passphrase."""
    app.companion.vault.change(Passphrase(WORDS, n=CHEAP_N))
    await app.companion.close()
    app.companion.vault.lock()
    return files_of(app.folder)


def _tokens(plain: bytes) -> dict[str, bytes]:
    """What the owner can read, in pieces: each word or number of some length, and windows of everything else."""
    words = set(_TOKEN.findall(plain))
    windows = {plain[at : at + _WINDOW_BYTES] for at in range(0, len(plain) - _WINDOW_BYTES, _WINDOW_BYTES)}
    return {f"{one[:16]!r}": one for one in words | {one for one in windows if len(set(one)) > _WINDOW_BYTES // 2}}


async def test_locked_the_folder_tells_a_finder_nothing(filled: Filled) -> None:
    assert [what for what, secret in SAID.items() if secret not in filled.plain] == [], "the owner can read it all"
    tokens = _tokens(filled.plain)
    assert len(tokens) > 300

    files = await _locked(filled)

    assert {name.partition("/")[0] for name in files} >= ROOMS, "each holds something"
    assert words_of_tables(filled.folder / "library" / "library.db") == []
    assert unlisted(files) == []
    assert told(files, filled.secrets) == []
    assert pictures_in(files) == []
    everything = b"\n".join([*(name.encode() for name in files), *files.values()])
    assert [token for token in tokens.values() if token in everything] == []
    _check_the_lock(filled)


def _check_the_lock(app: Filled) -> None:
    """The passphrase opens it, and nothing else does."""
    with pytest.raises(VaultLocked):
        Rooms(app.companion.vault).keys.read("owner.json")
    told_by_file = json.loads((app.folder / "vault.json").read_bytes())
    assert [row["kind"] for row in told_by_file["protectors"]] == ["passphrase"]
    with pytest.raises(WrongPassphrase):
        Vault.open(app.folder, Passphrase("another four words"))
    assert Rooms(Vault.open(app.folder, Passphrase(WORDS))).keys.read("owner.json")


async def test_the_finder_would_find_what_there_is_to_find(filled: Filled) -> None:
    files = await _locked(filled)
    for what, secret in filled.secrets.items():
        for planted in (secret, secret.hex().encode(), secret.hex().upper().encode()):
            assert told({**files, "x": planted}, filled.secrets) != [], what
    assert told({**files, f"gallery/{SAID['endpoint'].decode()}": b""}, filled.secrets) == ["endpoint"]
    assert pictures_in({"x": bytes(9) + jpeg(3)}) == ["x"]
    assert unlisted(["gallery/picture.jpg", "keys/owner.json", "ledger/ledger.jsonl", "notes.txt"]) != []


def test_the_page_lists_what_is_in_the_clear() -> None:
    """docs/storage-phone.md has a row for each line of the list, and no other."""
    rows = re.findall(r"^\| `([^`]+)` \| ", PAGE.read_text(encoding="utf-8"), flags=re.M)
    for pattern in IN_THE_CLEAR:
        assert [row for row in rows if re.fullmatch(pattern, row)], pattern
    assert [row for row in rows if not any(re.fullmatch(pattern, row) for pattern in IN_THE_CLEAR)] == []
