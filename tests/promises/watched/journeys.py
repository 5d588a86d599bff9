"""What a wearer does with the app, one thing at a time; each says at its end which receipts covered what left."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from companion_app.gallery import Picture
from companion_app.gallery.filters import Filter
from companion_app.redaction import Plan, Verified
from companion_app.sharing import OpenAICompatible, Proposal, Receipt
from companion_app.sharing.endpoints.anthropic import Anthropic
from companion_app.sharing.endpoints.endpoint import Endpoint
from companion_app.sharing.endpoints.saved import SavedEndpoint
from companion_app.sharing.errors import ConsentMismatch, DeliveryError, EgressRefused
from companion_app.speech import Espeak, Speaker
from host_tools.journey.plan import default_photo
from tests.app.answered import answer_all
from tests.promises.rig import Worn, until
from tests.promises.watched import meddlers

QUESTION = "How many people are in the picture?"
OPENAI = "https://openai.example/v1"
ANTHROPIC = "https://anthropic.example"
KEY, REVOKED_KEY = "sk-good", "sk-revoked"
LIVE_S = 60
PROBED_PORT = 11434
_ANOTHER_VIEW = default_photo().with_name("Minduka_Present_Blue_Pack.png")

_redacted: dict[str, Verified] = {}

Facts = dict[str, Any]
Act = Callable[[Worn, Facts], Awaitable[None]]


@dataclass(frozen=True)
class Journey:
    """`manner`: how the recipients behave during it, by its name in tests/clouds."""

    name: str
    act: Act
    manner: str = "streams"


async def pair(both: Worn, facts: Facts) -> None:
    answer_all(both.app.onboarding)
    await both.hold_button()
    await both.app.pair(both.home.code.qr_text, "the phone")


async def capture(both: Worn, facts: Facts) -> None:
    await both.app.capture()


async def press(both: Worn, facts: Facts) -> None:
    assert isinstance(await both.press(), Picture)


async def burst(both: Worn, facts: Facts) -> None:
    assert await both.app.burst(2)


async def clip(both: Worn, facts: Facts) -> None:
    assert (await both.app.clip(1)).kind == "clip"


async def look_through_the_gallery(both: Worn, facts: Facts) -> None:
    pictures = both.app.gallery.pictures()
    for picture in pictures:
        picture.read()
    assert len(pictures) >= 3
    await both.app.sync()
    both.app.reading.begin()
    for picture in pictures:
        await until(lambda one=picture: both.app.words.of(one.id) is not None, f"{picture.id} is read")
    both.app.library.find(Filter(text="nothing of the kind", shared=False))
    with tempfile.TemporaryDirectory() as copies:
        assert len((await both.app.export(pictures, Path(copies))).files) == len(pictures)
    facts["private"] = sorted({word for picture in pictures for word in _private(picture)} | {both.app.glasses_id})


def _private(picture: Picture) -> set[str]:
    """What the gallery knows of a picture, as it could be written into a request."""
    hashes = {picture.sha256, picture.sealed_sha256, picture.commitment, picture.salt}
    return {picture.id, *hashes}


def _photograph(both: Worn) -> Picture:
    """The newest one; a clip is not shared as a picture."""
    return next(picture for picture in both.app.gallery.pictures() if picture.kind == "photo")


async def ask_here(both: Worn, facts: Facts) -> None:
    picture = _photograph(both)
    answer = await both.app.sharing.send(_agree(both, both.app.sharing.propose(picture, "local", QUESTION)))
    assert answer.text


async def preview(both: Worn, facts: Facts) -> None:
    """Everything up to the question whether to share, and no answer to it."""
    await _proposal(both, OpenAICompatible(OPENAI))


async def decline(both: Worn, facts: Facts) -> None:
    both.app.sharing.decline(await _proposal(both, OpenAICompatible(OPENAI)))


async def agree_to_something_else(both: Worn, facts: Facts) -> None:
    proposal = await _proposal(both, OpenAICompatible(OPENAI))
    try:
        _agree(both, proposal, recipient="someone.example")
    except ConsentMismatch:
        return
    raise AssertionError("a yes to somebody else was taken")


async def withdraw(both: Worn, facts: Facts) -> None:
    both.app.sharing.withdraw(_agree(both, await _proposal(both, OpenAICompatible(OPENAI))))


async def take_back(both: Worn, facts: Facts) -> None:
    request = both.app.sharing.take_back(both.app.sharing.shares()[0].receipt_id)
    assert request.text


async def read_the_record(both: Worn, facts: Facts) -> None:
    """Ledger, receipts, and the journal of the glasses."""
    assert both.app.ledger.entries()
    for share in both.app.sharing.shares():
        both.app.sharing.receipt(share.receipt_id)
    assert await both.journal()


async def lose_the_link(both: Worn, facts: Facts) -> None:
    await both.app.disconnect()
    await both.app.connect()


async def delete(both: Worn, facts: Facts) -> None:
    await both.app.delete(both.app.gallery.pictures()[-1])


async def crash(both: Worn, facts: Facts) -> None:
    """Something goes wrong that nobody expected; asyncio tells its handler, and nobody else."""
    told: list[Any] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: told.append(context))
    loop.call_soon(lambda: both.app.gallery.pictures()[1 << 20])
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    loop.set_exception_handler(None)
    assert told


def share(make: Callable[[], Endpoint]) -> Act:
    """A share to the endpoint that `make` makes."""

    async def act(both: Worn, facts: Facts) -> None:
        receipt = _agree(both, await _proposal(both, make()))
        facts["covered"] = [_covered(receipt)]
        pieces: list[str] = []
        try:
            answer = await both.app.sharing.send(receipt, pieces.append)
        except DeliveryError as error:
            facts["outcome"], facts["error"] = error.data["outcome"], type(error).__name__
        except EgressRefused:
            facts["error"] = "EgressRefused"
        else:
            facts["outcome"], facts["text"] = answer.outcome, answer.text

    return act


async def live(both: Worn, facts: Facts) -> None:
    """Two views, each sent once, the answers said aloud where a voice is installed, and the end by a tap."""
    sharing = both.app.sharing
    card = sharing.add(_anthropic())
    proposal = sharing.live.propose(card.id, QUESTION, LIVE_S)
    receipt = sharing.live.agree(
        proposal,
        recipient=proposal.card.recipient,
        purpose=proposal.purpose,
        terms_sha256=proposal.card.terms_sha256,
        seconds=LIVE_S,
    )
    voice = Espeak.find()
    session = both.app.start_live(receipt, size="qvga", speaker=Speaker(voice) if voice else None)
    await until(lambda: session.state.sent >= 1 or session.state.ended is not None, "a first frame is sent")
    both.world.show(_ANOTHER_VIEW)
    await until(lambda: session.state.sent >= 2 or session.state.ended is not None, "a second frame is sent")
    session.stop("tap")
    await until(lambda: sharing.live.running is None, "the session is over")
    facts["ended"] = session.state.ended
    facts["covered"] = [
        {"recipient": card.recipient, "sha256": frame["sha256"], "bytes": frame["bytes"], "question": QUESTION}
        for frame in session.log.records()
        if frame["record"] == "frame"
    ]


async def probe(both: Worn, facts: Facts) -> None:
    """The owner adds an address of this computer, where nothing answers."""
    card = both.app.sharing.remember(SavedEndpoint(f"http://localhost:{PROBED_PORT}/v1"))
    await both.app.sharing.probe(card.id)


async def _proposal(both: Worn, endpoint: Endpoint) -> Proposal:
    sharing = both.app.sharing
    card = sharing.add(endpoint)
    picture = _photograph(both)
    if picture.sha256 not in _redacted:  # looking twice takes a second, and every share here is of the same picture
        look = await sharing.look(picture)
        plan = Plan.for_question(look, QUESTION)
        _redacted[picture.sha256] = await sharing.redact(look, plan, mask_more=True)
    return sharing.propose(picture, card.id, QUESTION, _redacted[picture.sha256])


def _agree(both: Worn, proposal: Proposal, **other: str) -> Receipt:
    named = {
        "recipient": proposal.card.recipient,
        "purpose": proposal.purpose,
        "terms_sha256": proposal.card.terms_sha256,
        "picture_sha256": proposal.sha256,
    }
    return both.app.sharing.agree(proposal, **{**named, **other})


def _covered(receipt: Receipt) -> Facts:
    return {
        "recipient": receipt.recipient,
        "sha256": receipt.sha256,
        "bytes": receipt.bytes,
        "question": receipt.question,
    }


def _openai(adapter: type[OpenAICompatible] = OpenAICompatible, key: str = KEY) -> Callable[[], Endpoint]:
    return lambda: adapter(OPENAI, "a-model", key)


def _anthropic() -> Endpoint:
    return Anthropic(ANTHROPIC, "a-model", KEY)


QUIET: Sequence[Journey] = (
    Journey("pair", pair),
    Journey("capture", capture),
    Journey("press the button", press),
    Journey("burst", burst),
    Journey("clip", clip),
    Journey("gallery and import", look_through_the_gallery),
    Journey("ask on this device", ask_here),
    Journey("preview", preview),
    Journey("decline", decline),
    Journey("agree to something else", agree_to_something_else),
    Journey("agree and withdraw", withdraw),
    Journey("crash", crash),
    Journey("lose the link", lose_the_link),
)
SHARES: Sequence[Journey] = (
    Journey("share, OpenAI's dialect", share(_openai())),
    Journey("share, Anthropic's dialect", share(_anthropic)),
    Journey("share, key revoked", share(_openai(key=REVOKED_KEY))),
    Journey("share, the answer breaks off", share(_openai()), manner="breaks the connection"),
    Journey("live session", live),
)
ON_THIS_COMPUTER: Sequence[Journey] = (Journey("probe an address of this computer", probe),)
QUIET_AFTERWARDS: Sequence[Journey] = (
    Journey("take back", take_back),
    Journey("read the record", read_the_record),
    Journey("delete", delete),
)
MEDDLING: Sequence[Journey] = (
    Journey("a kilobyte more in the body", share(_openai(meddlers.InTheBody))),
    Journey("a kilobyte more in the head", share(_openai(meddlers.InTheHead))),
    Journey("another picture", share(_openai(meddlers.AnotherPicture))),
    Journey("another name on the way", share(_openai(meddlers.AnotherName))),
)
