"""From a release that was taken to one that is unpacked in the free slot: believed step by step, signature first."""

import binascii
import os

from plainsight import compat, files
from plainsight.errors import Refused
from plainsight.update import bundle, lms, manifest, versions
from plainsight.update.errors import BadRelease
from plainsight.update.manifest import Manifest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO


async def pause() -> None:
    """Let other tasks run."""
    await compat.sleep_ms(0)


async def install(path: str, sha256: str, *, key: bytes, board: str, floor: str, folder: str) -> Manifest:
    """Unpack the release in `path` (whose hash is `sha256`, in hex) into `folder`. Raises Refused, OSError.

    `key` is the pinned public key, `floor` the oldest version that is taken. Nothing but `folder` is changed.
    """
    size = files.size(path)
    if size is None:
        raise Refused("update_missing")
    with open(path, "rb") as file:
        try:
            if await bundle.copy(file, size, _nowhere, pause) != binascii.unhexlify(sha256):
                raise Refused("update_missing")
            file.seek(0)
            release, bodies_at = await _trusted(file, size, key)
            _allowed(release, board, floor)
            if bodies_at + release.body_bytes != size:
                raise BadRelease("bad_size")
            await _check(file, bodies_at, release)
            file.seek(bodies_at)
            await _unpack(file, release, folder)
        except BadRelease as bad:
            raise Refused("update_damaged", {"reason": bad.reason})
    return release


async def _trusted(file: "BinaryIO", size: int, key: bytes) -> tuple:
    """The manifest, once its signature is that of the pinned key, and where the files begin."""
    head = bundle.read_head(file, size)
    if not await lms.verify(key, head.manifest, head.signature, pause):
        raise Refused("update_untrusted")
    release = manifest.parse_head(head.manifest)
    for _ in release.check_files():
        await pause()
    return release, head.bodies_at


def _allowed(release: Manifest, board: str, floor: str) -> None:
    if release.board != board:
        raise Refused("update_other_board", {"board": release.board})
    if versions.parse(release.version) < versions.parse(floor):
        raise Refused("update_older", {"version": release.version, "floor": floor})


async def _check(file: "BinaryIO", bodies_at: int, release: Manifest) -> None:
    """Raise BadRelease unless every file has the hash that was signed."""
    file.seek(bodies_at)
    for _, size, sha256 in release.files:
        if await bundle.copy(file, size, _nowhere, pause) != binascii.unhexlify(sha256):
            raise BadRelease("bad_sha256")


async def _unpack(source: "BinaryIO", release: Manifest, folder: str) -> None:
    """Write every file, then read it back: flash that does not hold what was written is no place to boot from."""
    await clear(folder)
    for path, size, sha256 in release.files:
        target = folder + "/" + path
        files.make_folder(target.rsplit("/", 1)[0])
        with open(target, "wb") as file:
            await bundle.copy(source, size, file.write, pause)
            compat.flush(file)
        with open(target, "rb") as file:
            if await bundle.copy(file, size, _nowhere, pause) != binascii.unhexlify(sha256):
                raise Refused("storage_failed", {"file": path})


async def clear(path: str) -> None:
    """Delete a folder with all that is in it, one file between two looks at other tasks."""
    if not files.is_folder(path):
        return
    for name in files.names(path):
        inside = path + "/" + name
        if files.is_folder(inside):
            await clear(inside)
        else:
            files.remove(inside)
            await pause()
    os.rmdir(path)


def _nowhere(_piece: memoryview) -> None:
    """For what is only hashed."""
