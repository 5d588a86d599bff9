"""`plainsight cards`: who could answer, and what they do with a picture; adding them and choosing among them."""

from __future__ import annotations

import argparse
import sys

from companion_app.sharing import cards
from companion_app.sharing.endpoints.saved import KINDS, SavedEndpoint, kind_of
from companion_app.sharing.errors import BadAddress, SharingError
from host_tools.cli.output import add_json_option
from host_tools.cli.parsing import Commands, add_command
from host_tools.exits import Exit, UsageError
from host_tools.worn.records import WHERE, add_app_options

_EXAMPLES = f"""\
  plainsight cards
  plainsight cards --endpoint https://api.openai.com/v1          a card of somebody who is not added yet
  plainsight cards region DE                                     where you are; US-IL for a state, none to unsay it
  plainsight cards add https://api.openai.com/v1 --model gpt-4o-mini --key-variable OPENAI_API_KEY
  plainsight cards add https://api.anthropic.com --key-variable ANTHROPIC_API_KEY
  plainsight cards add http://localhost:11434/v1 --model llava   asks the program there what it is
  plainsight cards add https://ai.example.org/v1 --plan mine     a server of your own
  plainsight cards default api.openai.com
  plainsight cards remove api.openai.com

The key stays in the variable: its name is kept, it is not. What is not offered where you are is shown as such, and
cannot be chosen. Who trains on pictures, or may, cannot be the default.
{WHERE}"""
_ACTS = ("list", "add", "remove", "default", "probe", "region")
_SHORT_KINDS = {"openai": cards.OPENAI_COMPATIBLE}


def add_parser(commands: Commands) -> None:
    """Add `cards` to the command line."""
    parser = add_command(
        commands,
        "cards",
        summary="data-use cards of endpoints; add, remove and choose them",
        description="Print what each endpoint says it does with a picture, when that was read, and the hash of that "
        "text. A consent names recipient, purpose and this hash; when the card changes, an old consent no longer fits.",
        examples=_EXAMPLES,
        codes=(Exit.OK, Exit.FAILED, Exit.USAGE, Exit.NOT_SHARED, Exit.LOCKED),
    )
    parser.add_argument("what", nargs="?", choices=_ACTS, default="list", metavar="|".join(_ACTS), help="default: list")
    parser.add_argument("target", nargs="?", metavar="URL|ID|REGION", help="add: an address; else a card's id or name")
    parser.add_argument(
        "--endpoint", action="append", default=[], metavar="URL", help="list: a card for this URL, too (repeatable)"
    )
    adding = parser.add_argument_group("adding")
    adding.add_argument("--kind", choices=(*_SHORT_KINDS, *KINDS), help="its dialect (default: by the address)")
    adding.add_argument("--model", default="", metavar="NAME", help="the model to ask for (default: the dialect's)")
    adding.add_argument("--key-variable", metavar="NAME", help="the environment variable that holds the key")
    adding.add_argument(
        "--plan", choices=("paid", "mine"), default="", help="your contract: paid, or a server of your own"
    )
    adding.add_argument("--dialect-version", default="", metavar="DATE", help="anthropic-version (default: 2023-06-01)")
    adding.add_argument("--no-probe", action="store_true", help="ask nothing of a program on this computer")
    add_json_option(parser)
    add_app_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Do what was asked, then print the cards; the exit code."""
    if (options.what == "list") != (options.target is None):
        raise UsageError(f"{options.what}: " + ("takes no target" if options.target else "name one"))
    from host_tools.cli.sharing.choosing import act, show  # the app's parts take a second to import

    endpoints, added = act(options)
    return show(options, endpoints, [*added, *(card_for(url) for url in options.endpoint)])


def endpoint_of(options: argparse.Namespace) -> SavedEndpoint:
    """What `cards add` names. Raises UsageError."""
    try:
        kind = _SHORT_KINDS.get(options.kind, options.kind) or kind_of(options.target)
    except BadAddress as error:
        raise UsageError(f"{error.data['address']}: {error.data['reason']}") from error
    return SavedEndpoint(
        base_url=options.target,
        model=options.model,
        key_variable=options.key_variable,
        kind=kind,
        plan=options.plan,
        version=options.dialect_version,
    )


def card_for(url: str) -> cards.EndpointCard:
    """The card of an endpoint at `url`. Raises UsageError."""
    try:
        return SavedEndpoint(url, kind=kind_of(url)).open().card
    except BadAddress as error:
        raise UsageError(f"--endpoint {error.data['address']}: {error.data['reason']}") from error
    except SharingError as error:
        raise UsageError(f"--endpoint: {type(error).__name__} ({error})") from error


def say(text: str) -> None:
    """Progress, beside the result."""
    print(text, file=sys.stderr, flush=True)
