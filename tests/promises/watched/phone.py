"""The whole app beside its virtual glasses, inside the namespace: each journey of a wearer, one after the other."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from companion_app.gallery import Picture
from companion_app.sharing import OpenAICompatible, Receipt, egress
from companion_app.sharing.errors import ConsentMismatch, DeliveryError
from host_tools.simulator.interpreter import BEGINNING
from tests.promises.rig import Worn, make_home, worn
from tests.promises.watched.diary import Traveller

QUESTION = "How many people are in the picture?"

Facts = dict[str, Any]
Journey = Callable[[Worn, Facts], Awaitable[None]]


async def pair(both: Worn, facts: Facts) -> None:
    while pending := both.app.onboarding.pending():
        both.app.onboarding.answer(pending[0].id, "no")
    await both.hold_button()
    await both.app.pair(both.home.code.qr_text, "the phone")


async def capture(both: Worn, facts: Facts) -> None:
    facts["bytes"] = (await both.app.capture()).bytes


async def press(both: Worn, facts: Facts) -> None:
    picture = await both.press()
    assert isinstance(picture, Picture)


async def burst(both: Worn, facts: Facts) -> None:
    assert await both.app.burst(2)


async def look_through_the_gallery(both: Worn, facts: Facts) -> None:
    pictures = both.app.gallery.pictures()
    facts["pictures"] = len(pictures)
    for picture in pictures:
        picture.read()
    await both.app.sync()


async def ask_here(both: Worn, facts: Facts) -> None:
    receipt = _agreed(both, "local")
    facts["text"] = (await both.app.sharing.send(receipt)).text


async def share(both: Worn, facts: Facts) -> None:
    endpoint = OpenAICompatible("https://openai.example/v1", "a-model", "sk-not-a-secret")
    card = both.app.sharing.add(endpoint)
    receipt = _agreed(both, card.id)
    facts["covered"] = [_covered(receipt)]
    try:
        answer = await both.app.sharing.send(receipt)
    except DeliveryError as error:
        facts["outcome"] = error.data["outcome"]
    else:
        facts["outcome"], facts["text"] = answer.outcome, answer.text


async def decline(both: Worn, facts: Facts) -> None:
    sharing = both.app.sharing
    card = sharing.add(OpenAICompatible("https://openai.example/v1"))
    picture = both.app.gallery.pictures()[0]
    sharing.decline(sharing.propose(picture, card.id, QUESTION))
    proposal = sharing.propose(picture, card.id, QUESTION)
    try:
        sharing.agree(proposal, recipient="someone.example", purpose=proposal.purpose, terms_sha256="0" * 64)
    except ConsentMismatch:
        facts["refused"] = True


async def delete(both: Worn, facts: Facts) -> None:
    await both.app.delete(both.app.gallery.pictures()[0])


def _agreed(both: Worn, endpoint_id: str) -> Receipt:
    proposal = both.app.sharing.propose(both.app.gallery.pictures()[0], endpoint_id, QUESTION)
    return both.app.sharing.agree(
        proposal,
        recipient=proposal.card.recipient,
        purpose=proposal.purpose,
        terms_sha256=proposal.card.terms_sha256,
    )


def _covered(receipt: Receipt) -> Facts:
    return {
        "recipient": receipt.recipient,
        "sha256": receipt.sha256,
        "bytes": receipt.bytes,
        "question": receipt.question,
    }


JOURNEYS: tuple[tuple[str, Journey], ...] = (
    ("pair", pair),
    ("capture", capture),
    ("press", press),
    ("burst", burst),
    ("gallery", look_through_the_gallery),
    ("ask here", ask_here),
    ("share", share),
    ("decline", decline),
    ("share, key revoked", share),
    ("delete", delete),
)
_MANNERS = {"share, key revoked": "revoked"}


async def main(folder: Path) -> None:
    """Open the app and travel."""
    traveller = Traveller()
    egress.install([BEGINNING])
    with traveller.journey("open"):
        home = await make_home(folder / "home", paired=False)
    async with worn(home) as both:
        for name, journey in JOURNEYS:
            with traveller.journey(name, manner=_MANNERS.get(name, "well")) as facts:
                await journey(both, facts)


if __name__ == "__main__":
    asyncio.run(main(Path(os.environ["WATCHED_FOLDER"])))
