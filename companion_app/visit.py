"""What the phone does each time it meets its glasses, once their record is examined: it finishes deletions."""

from __future__ import annotations

from companion_app.gallery.pending import Deletion, PendingDeletions
from companion_app.ledger import Ledger
from companion_app.link.client import GlassesClient
from companion_app.link.errors import GlassesRefused


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
