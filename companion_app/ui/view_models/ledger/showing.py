"""Showing the ledger to somebody else: a signed file that a program can verify, or a page to read."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from companion_app.companion import Companion
from companion_app.gallery.errors import NotExported
from companion_app.gallery.exporting.copying import copy_to
from companion_app.language import _, ngettext
from companion_app.sharing.export_signature import signed
from companion_app.sharing.exported import check, export
from companion_app.ui.view_models.ledger.readable import readable
from companion_app.ui.view_models.taking_out import Form, TakingOutModel, Tell

SIGNED, READABLE = "signed", "readable"
_ENDINGS = {SIGNED: ".json", READABLE: ".html"}


def showing(companion: Companion, now_s: Callable[[], float]) -> TakingOutModel:
    """What the sheet is about."""

    async def take(folder: Path, form: str, tell: Tell) -> str:
        tell(0, 1)
        content, records = await asyncio.to_thread(_made, companion, form, now_s())
        stem = datetime.fromtimestamp(now_s(), UTC).strftime("plainsight-ledger-%Y%m%d-%H%M%S")
        names = (stem + (f"-{number}" if number else "") + _ENDINGS[form] for number in count())
        try:
            path = await asyncio.to_thread(copy_to, folder, names, content)
        except OSError as error:
            raise NotExported(error.strerror or "failed", 0) from error
        tell(1, 1)
        return ngettext("{n} record is in {file}", "{n} records are in {file}", records, file=path)

    return TakingOutModel(
        _("Show the ledger to somebody"),
        _(
            "The copy holds every record and your receipts with the terms, and nothing that ties them to a picture. "
            "It lies open where you put it: whoever has the file can read it."
        ),
        take,
        (
            Form(
                SIGNED,
                _("Signed file"),
                _(
                    'Signed by this phone. Anybody can check with "plainsight ledger verify FILE" that nothing in it '
                    "was changed, without this app and without your help."
                ),
            ),
            Form(
                READABLE, _("Page to read"), _("Opens in any browser and can be printed. It proves nothing by itself.")
            ),
        ),
    )


def _made(companion: Companion, form: str, now_s: float) -> tuple[bytes, int]:
    """The file, and how many records are in it. Raises VaultLocked, KeyUnreadable."""
    sharing = companion.sharing
    copies, logs = sharing.copies(), sharing.session_logs()
    if form == SIGNED:
        made = signed(export(companion.ledger, copies, now_s, logs), companion.identity)
        return json.dumps(made, indent=1).encode() + b"\n", len(made["lines"])
    checked = check(companion.ledger, copies, logs)
    phone = companion.identity.certificate_sha256.hex()
    return readable(checked, sharing.shares(), now_s, phone).encode(), checked.verdict.count
