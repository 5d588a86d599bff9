"""The options that say what of a picture stays visible: `--keep`, `--mask`, `--crop`."""

from __future__ import annotations

import argparse

from companion_app.redaction import Area, Kind, Look, Plan
from companion_app.redaction.errors import BadArea
from host_tools.exits import UsageError

SUGGESTED = "suggested"
_KINDS = tuple(kind.value for kind in Kind if kind not in (Kind.FACE, Kind.DRAWN))
_AREA = "L,T,R,B"


def add_masking_options(parser: argparse.ArgumentParser) -> None:
    """What stays and what goes; the question has decided first."""
    group = parser.add_argument_group("what is masked", f"Areas are {_AREA} in pixels of the upright original.")
    group.add_argument(
        "--keep",
        action="append",
        default=[],
        choices=_KINDS,
        metavar="KIND",
        help=f"leave all of a kind visible (repeatable): {', '.join(_KINDS)}; faces are unmasked one by one",
    )
    group.add_argument(
        "--mask", action="append", default=[], type=area, metavar=_AREA, help="mask this area too (repeatable)"
    )
    group.add_argument(
        "--crop",
        type=_crop,
        metavar=f"{_AREA}|{SUGGESTED}",
        help="send only this part; `suggested`: what the question is about, where that can be told",
    )


def area(text: str) -> Area:
    """`--mask` and `--crop`. Raises argparse's own error."""
    try:
        left, top, right, bottom = (int(part) for part in text.split(","))
        return Area(left, top, right, bottom)
    except (ValueError, BadArea) as error:
        message = f"{text!r} is not {_AREA}: four whole numbers, left before right and top before bottom"
        raise argparse.ArgumentTypeError(message) from error


def plan_for(look: Look, question: str, options: argparse.Namespace) -> Plan:
    """What the question needs, then what the options say. Raises UsageError, and PlanError for areas outside."""
    plan = Plan.for_question(look, question)
    for kind in options.keep:
        plan = plan.keep(Kind(kind))
    plan = plan.mask_all(options.mask)
    if options.crop == SUGGESTED:
        if plan.suggested_crop is None:
            raise UsageError("--crop suggested: it can't be told what part this question is about; give an area")
        return plan.crop_to(plan.suggested_crop)
    return plan.crop_to(options.crop) if options.crop is not None else plan


def _crop(text: str) -> Area | str:
    return text if text == SUGGESTED else area(text)
