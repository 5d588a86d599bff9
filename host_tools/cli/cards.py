"""`plainsight cards`: who could answer, what they do with a picture, and the hash a consent must name."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import Any

from companion_app.sharing import cards
from companion_app.sharing.endpoints.openai_compatible import OpenAICompatible
from companion_app.sharing.errors import BadAddress, SharingError
from companion_app.sharing.proposal import ANSWER_PURPOSE
from host_tools.cli.parsing import Commands, add_command
from host_tools.exits import Exit, UsageError

_EXAMPLES = """\
  plainsight cards
  plainsight cards --endpoint https://api.openai.com/v1
  plainsight cards --json

"""


def add_parser(commands: Commands) -> None:
    """Add `cards` to the command line."""
    parser = add_command(
        commands,
        "cards",
        summary="data-use cards of endpoints, with the hash of their terms",
        description="Print what an endpoint says it does with a picture, and the hash of that text. A consent names "
        "recipient, purpose and this hash; when the card changes, an old consent no longer fits.",
        examples=_EXAMPLES,
        codes=(Exit.OK, Exit.USAGE),
    )
    parser.add_argument(
        "--endpoint", action="append", default=[], metavar="URL", help="a card for this URL (repeatable)"
    )
    parser.add_argument("--json", action="store_true", help="print a JSON array")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the cards."""
    shown = [cards.LOCAL, *(card_for(url) for url in options.endpoint)]
    if options.json:
        print(json.dumps([card_as_json(card) for card in shown], indent=2))
        return Exit.OK
    for card in shown:
        print(f"{card.id}\n" + "".join(f"  {line}\n" for line in card.terms.splitlines()))
        if card.stays_here:
            print("  to agree:  plainsight demo --yes\n")
        else:
            print(
                f"  to agree:  plainsight demo --endpoint {card.url} --recipient {card.recipient} "
                f'--purpose "{ANSWER_PURPOSE}" --terms-sha256 {card.terms_sha256}\n'
            )
    return Exit.OK


def card_for(url: str) -> cards.EndpointCard:
    """The card of an endpoint at `url`. Raises UsageError."""
    try:
        return OpenAICompatible.from_environment(url).card
    except BadAddress as error:
        raise UsageError(f"--endpoint {error.data['address']}: {error.data['reason']}") from error
    except SharingError as error:
        raise UsageError(f"--endpoint: {type(error).__name__} ({error})") from error


def card_as_json(card: cards.EndpointCard) -> dict[str, Any]:
    """All of a card, its terms and their hash."""
    return {**asdict(card), "terms": card.terms, "terms_sha256": card.terms_sha256}
