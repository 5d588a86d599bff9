"""What the phone does each time it meets its glasses, once their record is examined: it finishes deletions."""

from __future__ import annotations

from collections.abc import Callable

from companion_app.errors import AppError
from companion_app.gallery.errors import ItemNotErased
from companion_app.gallery.pending import Deletion, PendingDeletions
from companion_app.ledger import Ledger
from companion_app.link.client import GlassesClient
from companion_app.link.errors import GlassesRefused


async def finish_deletions(
    client: GlassesClient,
    glasses: str,
    pending: PendingDeletions,
    ledger: Ledger,
    on_problem: Callable[[AppError], None],
) -> None:
    """Have the glasses erase what was deleted here; what they refuse is told and stays pending. Raises LinkError."""
    for deletion in pending.of(glasses):
        try:
            await erase(client, deletion, pending, ledger)
        except GlassesRefused as refused:
            on_problem(ItemNotErased(deletion.item, refused))


async def erase(client: GlassesClient, deletion: Deletion, pending: PendingDeletions, ledger: Ledger) -> None:
    """Have the glasses erase one item and record that it is gone. Raises LinkError.

    Looked at first: glasses that were reset count their items from one again, and another item may have this number.
    """
    item = await client.item(deletion.item)
    if item is not None and item.sealed_sha256 == deletion.sealed_sha256:
        await client.delete(deletion.item)
    ledger.append("deleted_on_glasses", glasses=deletion.glasses, item=deletion.item)
    pending.done(deletion)
