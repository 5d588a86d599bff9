"""A release as one file: made and signed here, verified and read with the very code of the glasses."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import os
from dataclasses import dataclass
from pathlib import Path

from plainsight import wire
from plainsight.update import bundle, lms, manifest, versions
from plainsight.update.errors import BadRelease
from plainsight.update.manifest import Manifest

from host_tools.release.build import Build
from host_tools.release.errors import BuildFailed, NotTrusted, StateTooOld
from host_tools.release.key_file import KeyFile

ENDING = ".release"
_WORDS = {
    "no_release": "this is no release",
    "cut_off": "it is cut off: fetch or make it again",
    "bad_size": "its length is not what its manifest says: it is cut off or has something behind its end",
    "bad_sha256": "a file in it is not the one that was signed",
    "unknown_format": "it has a newer format than this program knows: update this program",
}
_NOT_BUILT = {
    "floor_above_version": "its --floor is above its own version; name that version or an earlier one",
    "too_many_files": "it has too many files",
}


@dataclass(frozen=True)
class Release:
    """One release file; nothing about it is verified unless `verify` returned it."""

    path: Path
    manifest: Manifest
    size: int
    sha256: str
    number: int  # of the one-time key that signed it


def unsigned(made: Build, floor: str | None) -> tuple[bytes, bytes]:
    """The canonical manifest and the files behind it; `floor`: the version itself unless given. Raises BuildFailed."""
    fields = {
        "format": manifest.FORMAT,
        "version": made.version,
        "floor": floor or made.version,
        "board": made.board,
        "files": [[path, len(content), hashlib.sha256(content).hexdigest()] for path, content in made.files],
    }
    text = canonical(fields)
    bodies = b"".join(content for _, content in made.files)
    try:
        if len(text) > manifest.MAX_MANIFEST_BYTES:
            raise BadRelease("too_many_files")
        manifest.parse(text)
    except BadRelease as bad:
        why = _NOT_BUILT.get(bad.reason, bad.reason)
        raise BuildFailed(f"the glasses would not take this release: {why}") from bad
    size = bundle.HEAD_BYTES + len(text) + len(bodies)
    if size > wire.MAX_UPDATE_BYTES:
        most = wire.MAX_UPDATE_BYTES
        raise BuildFailed(f"{size} bytes are more than the {most} that the glasses take; leave out --source")
    return text, bodies


def canonical(fields: object) -> bytes:
    """Keys sorted, no spaces, ASCII."""
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def sign(made: Build, key: KeyFile, output: Path, *, floor: str | None = None) -> int:
    """Write a signed release; how many signatures the key has left. Raises ReleaseError, OSError."""
    text, bodies = unsigned(made, floor)
    _check_state(key, output.parent)
    signature, left = key.sign(text)
    beside = output.with_name(output.name + ".new")
    beside.write_bytes(bundle.pack_head(signature, text) + bodies)
    os.replace(beside, output)
    return left


def read(path: Path) -> Release:
    """What a release says of itself, whole but unverified. Raises NotTrusted, OSError."""
    data = _bounded(path)
    try:
        head = bundle.read_head(io.BytesIO(data), len(data))
        found = manifest.parse(head.manifest)
        if head.bodies_at + found.body_bytes != len(data):
            raise BadRelease("bad_size")
        if canonical(json.loads(head.manifest)) != head.manifest:
            raise BadRelease("not canonical")
        at = head.bodies_at
        for _, size, sha256 in found.files:
            if hashlib.sha256(data[at : at + size]).hexdigest() != sha256:
                raise BadRelease("bad_sha256")
            at += size
    except BadRelease as bad:
        raise NotTrusted(path, _WORDS.get(bad.reason, f"it is damaged ({bad.reason})")) from bad
    number = int.from_bytes(head.signature[:4], "big")
    return Release(path, found, len(data), hashlib.sha256(data).hexdigest(), number)


def verify(path: Path, public: bytes, board: str | None = None, floor: str | None = None) -> Release:
    """A release that glasses with this key, board and floor take. Raises NotTrusted, OSError; not from a coroutine."""
    if _signature_number(path, public) is None:
        raise NotTrusted(path, "it is not signed by this key: verify with the .pub file of the key that signed it")
    release = read(path)
    if board is not None and release.manifest.board != board:
        raise NotTrusted(path, f"it is for {release.manifest.board!r}, not for {board!r}")
    if floor is not None and versions.parse(release.manifest.version) < versions.parse(floor):
        raise NotTrusted(path, f"version {release.manifest.version} is older than {floor}")
    return release


def _signature_number(path: Path, public: bytes) -> int | None:
    """The number of the one-time key under `public` that signed this file; None where none did."""
    data = _bounded(path)
    try:
        head = bundle.read_head(io.BytesIO(data), len(data))
    except BadRelease as bad:
        raise NotTrusted(path, _WORDS.get(bad.reason, f"it is damaged ({bad.reason})")) from bad
    genuine = asyncio.run(lms.verify(public, head.manifest, head.signature, _at_once))
    return int.from_bytes(head.signature[:4], "big") if genuine else None


def _check_state(key: KeyFile, folder: Path) -> None:
    """Raise StateTooOld where a release in the folder was signed with a number that the state calls unspent."""
    unspent = key.next_number()
    for path in sorted(folder.glob(f"*{ENDING}")):
        try:
            number = _signature_number(path, key.public)
        except (NotTrusted, OSError):
            continue
        if number is not None and number >= unspent:
            raise StateTooOld(key.state, path, number)


def _bounded(path: Path) -> bytes:
    """The file's content, where it can be a release at all. Raises NotTrusted, OSError."""
    with path.open("rb") as file:
        data = file.read(wire.MAX_UPDATE_BYTES + 1)
    if len(data) > wire.MAX_UPDATE_BYTES:
        raise NotTrusted(path, f"it is larger than the {wire.MAX_UPDATE_BYTES} bytes that glasses take")
    return data


async def _at_once() -> None:
    """Nobody else waits for this processor."""
