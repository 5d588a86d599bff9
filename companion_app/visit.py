"""What the phone does each time it meets its glasses: examine and countersign their journal, finish deletions."""

from __future__ import annotations

from companion_app.gallery.pending import Deletion, PendingDeletions
from companion_app.ledger import Ledger, Verdict
from companion_app.ledger.head import Head
from companion_app.ledger.mirror import JournalMirror, countersign_mac
from companion_app.link.answers import Hello
from companion_app.link.client import GlassesClient
from companion_app.link.errors import GlassesRefused
from companion_app.link.pins import Pin
from companion_app.paths import Paths


async def examine_journal(client: GlassesClient, hello: Hello, pin: Pin, paths: Paths, ledger: Ledger) -> Verdict:
    """Fetch what is new in the glasses' journal, verify that it continues what was seen, countersign it.

    A damaged journal is recorded here and gets no signature. Raises LinkError, LedgerWriteFailed.
    """
    mirror = JournalMirror(paths.journals, paths.heads, pin.glasses, pin.certificate_sha256)
    stated = Head(hello.journal_count, hello.journal_head)
    verdict = await mirror.check(stated, client.journal)
    if not verdict.intact:
        _record_damage(ledger, pin, stated, verdict)
        return verdict
    head = mirror.unsigned()
    if head is not None:
        ledger.append("journal", glasses=pin.glasses, count=head.count, head=head.hash)
        await client.countersign(head.count, head.hash, countersign_mac(pin.pair_key, head))
        mirror.signed(head)
    return verdict


def _record_damage(ledger: Ledger, pin: Pin, stated: Head, verdict: Verdict) -> None:
    """Record a damage once, however often it is seen again."""
    damage = {
        "glasses": pin.glasses,
        "findings": [[finding.damage.name, finding.position] for finding in verdict.findings],
    }
    known = [entry.data for entry in ledger.entries() if entry.kind == "journal_damage"]
    if not any({**damage} == {name: data.get(name) for name in damage} for data in known):
        ledger.append("journal_damage", **damage, count=stated.count, head=stated.hash)


async def finish_deletions(client: GlassesClient, glasses: str, pending: PendingDeletions, ledger: Ledger) -> None:
    """Have the glasses erase what was deleted here. Raises LinkError; what was not confirmed stays pending."""
    for deletion in pending.of(glasses):
        await erase(client, deletion, pending, ledger)


async def erase(client: GlassesClient, deletion: Deletion, pending: PendingDeletions, ledger: Ledger) -> None:
    """Have the glasses erase one item and record that they did. Raises LinkError."""
    try:
        await client.delete(deletion.item)
    except GlassesRefused as refused:
        if refused.code != "unknown_item":
            raise
    ledger.append("deleted_on_glasses", glasses=deletion.glasses, item=deletion.item)
    pending.done(deletion)
