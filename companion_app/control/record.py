"""The record that the glasses keep, on this phone: examined and countersigned at each visit, accepted where damaged."""

from __future__ import annotations

from companion_app.ledger import Ledger, Verdict
from companion_app.ledger.head import Head
from companion_app.ledger.mirror import JournalMirror, countersign_mac
from companion_app.link.answers import Hello
from companion_app.link.client import GlassesClient
from companion_app.link.pins import Pin
from companion_app.rooms import Rooms


class GlassesRecord:
    """Mirrors behind the app's vault, one for each pair of glasses."""

    def __init__(self, rooms: Rooms, ledger: Ledger) -> None:
        self._rooms = rooms
        self._ledger = ledger

    def mirror(self, pin: Pin) -> JournalMirror:
        """What this phone holds of the record of one pair of glasses."""
        return JournalMirror(self._rooms.journals, self._rooms.heads, pin.glasses, pin.certificate_sha256)

    async def examine(self, client: GlassesClient, hello: Hello, pin: Pin) -> Verdict:
        """Fetch what is new, verify that it continues what was seen, countersign it.

        What was found goes into the ledger; a damaged record gets no signature. Raises LinkError, LedgerWriteFailed.
        """
        mirror = self.mirror(pin)
        stated = Head(hello.journal_count, hello.journal_head)
        verdict = await mirror.check(stated, client.journal, Head(hello.journal_first, hello.journal_first_head))
        self._note(pin, stated, verdict)
        head = mirror.unsigned()
        if head is not None and not verdict.findings:
            self._ledger.append("journal", glasses=pin.glasses, count=head.count, head=head.hash)
            await client.countersign(head.count, head.hash, countersign_mac(pin.pair_key, head))
            mirror.signed(head)
        return verdict

    async def accept(self, client: GlassesClient, hello: Hello, pin: Pin) -> Verdict:
        """The owner has read what was found and goes on from what the glasses say now: recorded first, old lines kept.

        Raises LinkError, LedgerWriteFailed.
        """
        mirror = self.mirror(pin)
        stated = Head(hello.journal_count, hello.journal_head)
        base = Head(hello.journal_first, hello.journal_first_head)
        verdict = await mirror.check(stated, client.journal, base)
        if verdict.intact:
            return verdict
        seen = mirror.seen
        self._ledger.append(
            "journal_accepted",
            glasses=pin.glasses,
            **_found(verdict),
            seen=[seen.count, seen.hash],
            stated=[stated.count, stated.hash],
        )
        await mirror.accept(stated, client.journal, base)
        return await self.examine(client, hello, pin)

    def _note(self, pin: Pin, stated: Head, verdict: Verdict) -> None:
        """Record what was found once, however often it is seen again."""
        found = {"glasses": pin.glasses, **_found(verdict)}
        if not verdict.findings and not verdict.told:
            return
        known = (entry.data for entry in self._ledger.entries() if entry.kind == "journal_damage")
        if not any(found == {name: data.get(name) for name in found} for data in known):
            self._ledger.append("journal_damage", **found, count=stated.count, head=stated.hash)


def _found(verdict: Verdict) -> dict[str, list[list[object]] | list[str]]:
    findings: list[list[object]] = [[finding.damage.name, finding.position] for finding in verdict.findings]
    return {"findings": findings, "told": list(verdict.told)}
