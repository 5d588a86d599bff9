"""The receipt as somebody reads it, in the language of whoever it is for."""

from __future__ import annotations

import time

from companion_app.erasing.receipt import ErasureReceipt, OnGlasses, State
from companion_app.language import N_, _, ngettext

_STATES = {
    State.ASKING: N_(
        "Not finished: glasses and recipients were being asked. Nothing on this device was destroyed yet."
    ),
    State.DESTROYING: N_("Not finished: the key was being destroyed. The next start of the app goes on with it."),
    State.DONE: N_("Finished."),
}
# What no erasing of ours reaches, said with every receipt.
_LIMITS = (
    N_("Copies that you exported, and pictures on other phones that had your key, stay where they are."),
    N_("What was shared is in the hands of who got it. The letters beside this file ask for it back; you send them."),
    N_("The glasses keep their journal, which holds no pictures. Only the reset gesture at their button erases it."),
    N_("Memory chips may keep deleted bytes for a while. They are sealed, and the key that opened them is destroyed."),
    N_("Whoever has your recovery phrase can make the owner's key again. Burn the paper."),
)
_NOT_ASKED = N_(
    "Glasses {id}: not asked ({why}). What they hold is sealed to a key that no longer exists here. "
    "Make the reset gesture at their button to erase it."
)
_OWN_NOTE = N_(
    "This receipt is your own note. Nobody has signed it: "
    "the glasses' journal and the answers of recipients are what others can check."
)


def receipt_text(receipt: ErasureReceipt) -> str:
    """Plain text, every line whole."""
    parts = [
        _("Everything deleted: a receipt"),
        _("Begun: {when}", when=_utc(receipt.begun_s)),
        _("State: {state}", state=_(_STATES[receipt.state])),
        *([_("Finished: {when}", when=_utc(receipt.done_s))] if receipt.done_s is not None else []),
        "",
        _("On the glasses"),
        *([f"  {_glasses(one)}" for one in receipt.glasses] or ["  " + _("No glasses were paired.")]),
        "",
        _("What was shared"),
        *(_requests(receipt) or ["  " + _("Nothing had left this device.")]),
        "",
        _("On this device"),
        *[f"  {line}" for line in _here(receipt)],
        "",
        _("What this does not reach"),
        *[f"  {_(limit)}" for limit in _LIMITS],
        "",
        _(_OWN_NOTE),
    ]
    return "\n".join(parts) + "\n"


def _here(receipt: ErasureReceipt) -> list[str]:
    pictures = ngettext("{n} picture", "{n} pictures", receipt.pictures)
    records = ngettext("{n} record", "{n} records", receipt.records)
    lines = [
        _(
            "There were: {pictures}, {records} in the ledger, and its last hash was {hash}.",
            pictures=pictures,
            records=records,
            hash=receipt.ledger_head or "–",
        ),
    ]
    if receipt.key_destroyed_s is None:
        lines.append(_("The key that opens them still exists."))
        return lines
    lines.append(
        _(
            "Destroyed first, {when}: the key without which nothing here can be read.",
            when=_utc(receipt.key_destroyed_s),
        )
    )
    if receipt.keystore:
        lines.append(_("The secret in the system's keystore: {what}.", what=receipt.keystore))
    lines.append(ngettext("Then removed: {n} file.", "Then removed: {n} files.", receipt.files_removed))
    lines += [_("Could not be removed, and cannot be read either: {name}", name=name) for name in receipt.left]
    return lines


def _glasses(one: OnGlasses) -> str:
    if not one.asked:
        return _(_NOT_ASKED, id=one.glasses, why=one.why_not)
    items = ngettext("{n} picture erased", "{n} pictures erased", one.items_erased)
    if one.items_left:
        items += "; " + ngettext("{n} picture stayed", "{n} pictures stayed", one.items_left)
    phones = ngettext("{n} phone removed", "{n} phones removed", one.phones_removed)
    journal = _(
        "their journal then had {count} records and the hash {hash}", count=one.journal_count, hash=one.journal_head
    )
    return _("Glasses {id}: {items}, {phones}; {journal}.", id=one.glasses, items=items, phones=phones, journal=journal)


def _requests(receipt: ErasureReceipt) -> list[str]:
    return [
        "  "
        + _(
            "{who}: a letter that asks for erasure is in {file}. An answer is due by {when}.",
            who=row.recipient,
            file=row.file,
            when=_utc(row.due_s),
        )
        for row in receipt.requests
    ]


def _utc(time_s: int) -> str:
    """The same everywhere and for ever: a receipt is evidence, not a screen."""
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(time_s))
