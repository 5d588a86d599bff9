"""`plainsight keyword`: convert, score and train wake-word models, and hear the voices that they are trained on."""

from __future__ import annotations

from host_tools.cli.keyword import convert, score, train, voices
from host_tools.cli.parsing import Commands, add_command
from host_tools.exits import Exit

_ACTS = (convert, score, train, voices)
_EXAMPLES = """\
  plainsight keyword convert alexa
  plainsight keyword score --model alexa --positives recordings/alexa
  plainsight keyword score --model look_stop --word look --positives recordings/look --negatives recordings/talk --json

Each act has a help of its own: plainsight keyword score --help

"""


def add_parser(commands: Commands) -> None:
    """Add `keyword` to the command line."""
    parser = add_command(
        commands,
        "keyword",
        summary="convert, score and train wake-word models",
        description="Wake-word models for the glasses. No network is needed; no recording leaves this computer.",
        examples=_EXAMPLES,
        codes=(Exit.OK, Exit.FAILED, Exit.USAGE, Exit.HOST, Exit.KEYWORD, Exit.INTERRUPTED),
    )
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    for act in _ACTS:
        act.add_parser(acts)
