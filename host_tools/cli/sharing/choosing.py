"""Does what `plainsight cards` is asked for, and shows every card with what the owner's place and day make of it."""

from __future__ import annotations

import argparse
import asyncio
import datetime
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from companion_app.assistant.local import LocalAnswers
from companion_app.sharing import Sharing
from companion_app.sharing.address import parse
from companion_app.sharing.cards import EndpointCard
from companion_app.sharing.endpoints.local import LocalEndpoint
from companion_app.sharing.endpoints.registry import Registry
from companion_app.sharing.errors import BadRegion
from host_tools.cli.cards import endpoint_of, say
from host_tools.cli.sharing.chosen import known_card
from host_tools.exits import Exit, UsageError
from host_tools.worn.records import app_folder, open_records


def act(options: argparse.Namespace) -> tuple[Registry, list[EndpointCard]]:
    """The endpoints after the act, and the cards that it made or changed. Raises HostError."""
    if options.what == "list" and not app_folder(options).exists():
        # Looking at cards makes no app.
        endpoints = Registry(LocalEndpoint(LocalAnswers()))
        return endpoints, endpoints.cards()
    with open_records(options, create=options.what != "list") as records:
        return records.sharing.endpoints, _act(records.sharing, options)


def _act(sharing: Sharing, options: argparse.Namespace) -> list[EndpointCard]:
    if options.what == "list":
        return sharing.cards()
    if options.what == "add":
        card = sharing.remember(endpoint_of(options))
        return [_probe(sharing, card) if parse(card.url).loopback and not options.no_probe else card]
    if options.what == "probe":
        return [_probe(sharing, known_card(sharing, options.target))]
    if options.what == "remove":
        sharing.endpoints.remove(known_card(sharing, options.target).id)
    elif options.what == "default":
        sharing.endpoints.set_default(known_card(sharing, options.target).id)
    elif options.what == "region":
        _set_region(sharing, options.target)
    return []


def _probe(sharing: Sharing, card: EndpointCard) -> EndpointCard:
    say(f"asking {card.recipient} what it is; this is on record, and no picture or key goes there")
    return asyncio.run(sharing.probe(card.id))


def _set_region(sharing: Sharing, text: str) -> None:
    try:
        sharing.endpoints.set_region(None if text == "none" else text)
    except BadRegion as error:
        raise UsageError(f"region {error.data['region']}: {error.data['reason']}") from error


def show(options: argparse.Namespace, endpoints: Registry, shown: Sequence[EndpointCard]) -> int:
    """Print `shown` whole, and every other card that is known in one line."""
    today = datetime.datetime.now(tz=datetime.UTC).date()
    if options.json:
        print(json.dumps([card_as_json(card, endpoints, today) for card in shown or endpoints.cards()], indent=2))
        return Exit.OK
    print(f"region: {endpoints.region or 'not said: the strictest rules hold (plainsight cards region DE)'}\n")
    for card in shown:
        print("\n".join((card.id, *(f"  {line}" for line in card_lines(card, endpoints, today)), "")))
    for card in endpoints.cards():
        if card not in shown:
            print("; ".join((card.id, *_here_and_now(card, endpoints, today))))
    return Exit.OK


def card_lines(card: EndpointCard, endpoints: Registry, today: datetime.date) -> list[str]:
    """A card's terms, what holds here and now, and how a script agrees."""
    return [*card.terms.splitlines(), *_here_and_now(card, endpoints, today), "", f"to agree:  {_to_agree(card)}"]


def _here_and_now(card: EndpointCard, endpoints: Registry, today: datetime.date) -> list[str]:
    lines: list[str] = []
    barrier, faces = endpoints.barrier(card), endpoints.faces_barrier(card)
    if barrier is not None:
        lines.append(f"NOT OFFERED: {barrier}")
    if faces is not None:
        lines.append(f"no faces: {faces}")
    if card.stale(today):
        lines.append(f"OLD CARD: its terms were to be read again by {card.review_by}")
    if card.id == endpoints.default().id:
        lines.append("default: asked unless you name another")
    elif not card.may_be_default:
        lines.append("cannot be the default: it trains on pictures, or may")
    return lines


def _to_agree(card: EndpointCard) -> str:
    if card.stays_here:
        return "plainsight share FILE --question TEXT --yes"
    return (
        f"plainsight share FILE --question TEXT --endpoint {card.url} --yes "
        f"--recipient {card.recipient} --terms-sha256 {card.terms_sha256}"
    )


def card_as_json(card: EndpointCard, endpoints: Registry, today: datetime.date) -> dict[str, Any]:
    """All of a card, its terms and their hash, and what holds here and now."""
    return {
        **asdict(card),
        "terms": card.terms,
        "terms_sha256": card.terms_sha256,
        "not_offered": endpoints.barrier(card),
        "no_faces": endpoints.faces_barrier(card),
        "old": card.stale(today),
        "may_be_default": card.may_be_default,
        "default": card.id == endpoints.default().id,
    }
