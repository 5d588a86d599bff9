"""What may lie in the clear below the app's folder on a phone, and a finder who reads everything else there.

Nothing but what this list names may be readable. It stands in docs/storage-phone.md, too, and a test compares them.
"""

from __future__ import annotations

import base64
import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

# Path below the app's folder: what anybody can read there.
IN_THE_CLEAR = {
    r"vault\.json": "who may open the vault, and the data key, wrapped for each of them",
    r"in-use": "nothing: a lock against a second process",
    r"window\.json": "looks of the window: colours, size of letters, language, minutes until it locks",
    r"erasing\.json": "that everything is being deleted, and where the receipt goes",
    r"keys/[a-z2-7]+": "one file holds the phone's certificate, which it shows to glasses that know it, beside its "
    "private key, which is encrypted",
    r"library/library\.db(-wal|-shm|\.before-migration)?": "names of tables, number and size of rows",
    r"kivy/.*": "settings and icons of Kivy itself; no log is written",
}
# What the room holds, whatever is in it: names and contents sealed.
SEALED = {
    r"(keys|gallery|arriving|ledger|heads|journals|sharing|questions)/[a-z2-7]+": "a sealed file under a sealed name",
}
_JPEG = b"\xff\xd8\xff"
_FEWEST_BYTES = 6  # a shorter secret may stand anywhere by chance


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file below the app's folder, by its path there."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def unlisted(files: Iterable[str]) -> list[str]:
    """Files that neither list names."""
    allowed = (*IN_THE_CLEAR, *SEALED)
    return sorted(name for name in files if not any(re.fullmatch(pattern, name) for pattern in allowed))


def told(files: dict[str, bytes], secrets: dict[str, bytes]) -> list[str]:
    """Which secrets stand anywhere, in contents or names, in any form that somebody may have written them in."""
    everything = b"\n".join([*(name.encode() for name in files), *files.values()])
    lower = everything.lower()
    found = [what for what, secret in secrets.items() for form in forms(secret) if form in everything]
    found += [what for what, secret in secrets.items() if secret.hex().encode() in lower]
    return sorted(set(found))


def forms(secret: bytes) -> list[bytes]:
    """How somebody might have written it down. Raises ValueError where it is too short to be looked for."""
    if len(secret) < _FEWEST_BYTES:
        raise ValueError(secret)
    return [
        secret,
        secret.decode("latin-1").encode("utf-16-le"),
        base64.b64encode(secret).rstrip(b"=")[:-1],
        base64.b32encode(secret).rstrip(b"=")[:-1],
        base64.b32encode(secret).rstrip(b"=").lower()[:-1],
    ]


def pictures_in(files: dict[str, bytes]) -> list[str]:
    """Files with the beginning of a JPEG in them, which three random bytes are seldom enough to be."""
    return sorted(
        name for name, content in files.items() if re.search(re.escape(_JPEG) + rb"[\xe0\xe1\xdb].{0,4}", content)
    )


def words_of_tables(path: Path) -> list[str]:
    """Everything of type text that the database holds."""
    with closing(sqlite3.connect(path)) as database:
        names = [row[0] for row in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        rows = [value for name in names for row in database.execute(f"SELECT * FROM {name}") for value in row]
    return [value for value in rows if isinstance(value, str)]
