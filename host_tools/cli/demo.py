"""`plainsight demo`: the whole main job without a window, on virtual glasses."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from companion_app.sharing import egress
from companion_app.sharing.endpoints.openai_compatible import DEFAULT_MODEL, KEY_VARIABLE, MODEL_VARIABLE
from companion_app.sharing.proposal import MAX_QUESTION_CHARACTERS
from companion_app.sharing.sharing import CA_FILE_VARIABLE
from host_tools.cli.cards import card_for
from host_tools.cli.parsing import Commands, add_command
from host_tools.cli.run import run_async
from host_tools.cli.terminal import ask_to_share
from host_tools.exits import UsageError
from host_tools.journey.consent import Agreement, Decide, exactly, local_only
from host_tools.journey.plan import DEFAULT_PROFILE, DEFAULT_QUESTION, FAULTS, LEVELS, LOCAL, Plan, default_photo
from host_tools.journey.report import Report

_EXAMPLES = """\
  plainsight demo                                   asks before anything is shared
  plainsight demo --yes --photo me.webp --question "What does the sign say?"
  plainsight demo --yes --fault led-covered --json  refused: no light, no frame; exit code 4
  plainsight demo --endpoint https://example.org/v1 \\
      --recipient example.org --purpose "answer my question" --terms-sha256 HASH
                                                    HASH: plainsight cards --endpoint https://example.org/v1

"""

_ENVIRONMENT = (
    f"In the environment, where needed: {MODEL_VARIABLE} (default: {DEFAULT_MODEL}), {KEY_VARIABLE}, and\n"
    f"{CA_FILE_VARIABLE}, a PEM file of certificate authorities that are trusted besides the public ones."
)


def add_parser(commands: Commands) -> None:
    """Add `demo` to the command line."""
    parser = add_command(
        commands,
        "demo",
        summary="run the main job on virtual glasses, in the terminal",
        description="Provision, answer the voice question, pair, press the button, prove the light, take the picture, "
        "carry it over Bluetooth LE, ask before sharing, and answer a question about it. Everything is simulated.",
        examples=_EXAMPLES,
    )
    parser.add_argument(
        "--photo", type=Path, metavar="FILE", help="a JPEG, PNG or WebP (default: a photograph that ships)"
    )
    parser.add_argument("--question", default=DEFAULT_QUESTION, metavar="TEXT", help="default: %(default)s")
    parser.add_argument("--endpoint", default=LOCAL, metavar="local|URL", help="who answers (default: %(default)s)")
    parser.add_argument(
        "--level", choices=LEVELS, default="optical", help="how the light is proven (default: %(default)s)"
    )
    parser.add_argument("--yes", action="store_true", help="agree to the share; for the local endpoint only")
    parser.add_argument("--fault", choices=FAULTS, help="what goes wrong during the run")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the steps")
    url = parser.add_argument_group(
        "consent of a script to a URL (all three; `plainsight cards` prints them)", _ENVIRONMENT
    )
    url.add_argument("--recipient", metavar="NAME", help="who gets the picture, as its card says")
    url.add_argument("--purpose", metavar="TEXT", help="what for")
    url.add_argument("--terms-sha256", metavar="HASH", help="hash of the terms that are accepted")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the job and print what happened; the exit code says how it ended."""
    decide, purpose = decision(options)
    plan = Plan(
        photo=options.photo or default_photo(),
        question=question_text(options.question),
        endpoint=options.endpoint,
        level=options.level,
        fault=options.fault,
        profile=DEFAULT_PROFILE,
        purpose=purpose,
    )
    return run_async(_run(plan, decide, as_json=options.json))


async def _run(plan: Plan, decide: Decide, *, as_json: bool) -> int:
    from host_tools.journey.journey import run_journey  # the parts take a second to import; --help should not
    from host_tools.simulator.interpreter import BEGINNING

    egress.install([BEGINNING])

    def tell(line: str) -> None:
        if not as_json:
            print(line, flush=True)

    tell(
        "Plainsight demo: glasses, camera, lights and radio are simulated; firmware, Bluetooth stack and TLS are real."
    )
    report, exit_code = await run_journey(plan, tell, decide)
    if as_json:
        print(json.dumps(report.as_json(), indent=2))
    else:
        print(summary(report))
    return exit_code


def decision(options: argparse.Namespace) -> tuple[Decide, str | None]:
    """Who decides on the share, and the purpose that a script names. Raises UsageError before anything starts."""
    named = [options.recipient, options.purpose, options.terms_sha256]
    if options.endpoint == LOCAL:
        if any(value is not None for value in named):
            raise UsageError("--recipient, --purpose and --terms-sha256 belong to a URL, not to the local endpoint")
        return (local_only if options.yes else ask_to_share), None
    card_for(options.endpoint)
    if all(value for value in named):
        agreement = Agreement(options.recipient, options.purpose, options.terms_sha256.lower())
        return exactly(agreement), options.purpose
    if any(value is not None for value in named):
        raise UsageError("a script's consent needs all of --recipient, --purpose and --terms-sha256")
    if options.yes:
        raise UsageError(
            "--yes answers for the local endpoint only; for a URL name --recipient, --purpose and --terms-sha256 "
            f"(plainsight cards --endpoint {options.endpoint} prints them)"
        )
    if not sys.stdin.isatty():
        raise UsageError(
            "there is no terminal to ask on: name --recipient, --purpose and --terms-sha256 "
            f"(plainsight cards --endpoint {options.endpoint} prints them)"
        )
    return ask_to_share, None


def question_text(text: str) -> str:
    """The question, trimmed. Raises UsageError when empty or longer than anybody asks."""
    trimmed = text.strip()
    if not trimmed:
        raise UsageError("--question is empty")
    if len(trimmed) > MAX_QUESTION_CHARACTERS:
        raise UsageError(f"--question has {len(trimmed)} characters; {MAX_QUESTION_CHARACTERS} are the most")
    return trimmed


def summary(report: Report) -> str:
    """The end of the text output: answer or reason, and whether the hashes agree."""
    lines = [""]
    if report.captured_sha256 is not None:
        lines.append(f"captured  {report.captured_sha256}")
        lines.append(f"received  {report.received_sha256 or '-'}  ({'equal' if report.hashes_agree else 'NOT EQUAL'})")
    if report.light and report.light.get("verdict") == "unproven":
        lines.append("light     UNPROVEN: at level 'software' nothing checks that the light really shone")
    if report.answer is not None:
        lines += [f"question  {report.question}", f"answer    {report.answer}  (by {report.answered_by})"]
    if report.reason is not None:
        lines.append(f"stopped   {report.reason.code}: {report.reason.message}")
    lines.append("All of this was simulated; nothing here has been measured on hardware.")
    return "\n".join(lines)
