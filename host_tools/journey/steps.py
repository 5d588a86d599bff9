"""The steps of the main job, one function each; each fills its part of the report."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass

from companion_app.companion import Companion
from companion_app.gallery import Picture
from companion_app.ledger.answered import ASK_EACH_TIME
from companion_app.redaction import Plan as RedactionPlan
from companion_app.redaction import Verified
from companion_app.sharing.cards import LOCAL_ID, EndpointCard
from companion_app.sharing.proposal import ANSWER_PURPOSE
from companion_app.sharing.redactions import redactions_of
from host_tools.journey import faults
from host_tools.journey.button import hold_button, picture_by_button
from host_tools.journey.consent import Decide
from host_tools.journey.outcome import Stopped, declined
from host_tools.journey.plan import LOCAL, Plan
from host_tools.journey.progress import Progress
from host_tools.journey.report import Report
from host_tools.journey.words import masked_words
from host_tools.provisioning.setup_code import SetupCode
from host_tools.simulator import Simulator
from host_tools.simulator.world.exposures import Exposure

PHONE_NAME = "demo phone"


@dataclass(frozen=True)
class Parts:
    """What every step works with."""

    plan: Plan
    simulator: Simulator
    companion: Companion
    progress: Progress
    report: Report


def answer_first_login(parts: Parts) -> None:
    """The person of the demo refuses what can be refused, but is asked before anything is shared."""
    with parts.progress.step("onboarding", "first login") as step:
        while pending := parts.companion.onboarding.pending():
            asked = pending[0]
            choice = asked.choice(ASK_EACH_TIME) or asked.refusal
            parts.companion.onboarding.answer(asked.id, choice.id)
            step.note(f"{asked.text} {choice.text}")


async def pair(parts: Parts, code: SetupCode) -> None:
    """Hold the button, then pair with the QR's text."""
    with parts.progress.step("pair", "pair") as step:
        await hold_button(parts.simulator)
        await parts.companion.pair(code.qr_text, PHONE_NAME)
        step.note("TLS with certificates on both ends, both pinned")


async def photograph(parts: Parts) -> Picture:
    """Press the button of the glasses and wait for the picture in the app's gallery. Raises Stopped when refused."""
    world = parts.simulator.world
    with parts.progress.step("photograph", "button, light, exposure, transfer") as step:
        faults.inject(parts.plan.fault, parts.simulator)
        begun_s = time.monotonic()
        try:
            picture = await picture_by_button(parts.simulator, parts.companion)
            _report_picture(parts, picture)
        except Stopped as stop:
            parts.report.light = {"level": parts.plan.level, "verdict": "refused", "evidence": stop.reason.detail}
            raise
        finally:
            parts.report.exposures_in_dark = world.exposures_in_dark
        step.note(f"light {picture.light.get('verdict')}, {picture.bytes} bytes")
    parts.progress.split("photograph", _moments_ms(begun_s, world.exposures), rest="store_and_transfer")
    return picture


def _report_picture(parts: Parts, picture: Picture) -> None:
    """What the app holds, and beside it what the camera itself says it handed out."""
    report, world = parts.report, parts.simulator.world
    report.received_sha256 = hashlib.sha256(picture.read()).hexdigest()
    handed_out = [exposure.sha256 for exposure in world.exposures if exposure.sha256 is not None]
    report.captured_sha256 = next((frame for frame in handed_out if frame == picture.sha256), handed_out[-1])
    world.keep(report.received_sha256)
    report.bytes = picture.bytes
    report.light = picture.light
    report.link = {"profile": parts.plan.profile, **parts.companion.link_info()}


def _moments_ms(begun_s: float, exposures: Sequence[Exposure]) -> dict[str, float]:
    """Milliseconds until the sensor began (light and its proof) and while it exposed."""
    first_s = min(exposure.begun_s for exposure in exposures)
    last_s = max(exposure.ended_s for exposure in exposures)
    return {"light": (first_s - begun_s) * 1000, "exposure": (last_s - first_s) * 1000}


async def share(parts: Parts, picture: Picture, decide: Decide) -> None:
    """Propose, ask, and send under the receipt. Raises Stopped when nobody agrees, and what the app raises."""
    sharing = parts.companion.sharing
    card = endpoint_card(parts.companion, parts.plan.endpoint)
    verified = None if card.stays_here else await _redact(parts, picture)
    purpose = parts.plan.purpose or ANSWER_PURPOSE
    proposal = sharing.propose(picture, card.id, parts.plan.question, verified, purpose)
    with parts.progress.step("consent", "ask before sharing") as step:
        agreement = await decide(proposal)
        if agreement is None:
            sharing.decline(proposal)
            step.answered = True  # a no is an answer like any other
            step.note("no: nothing is shared")
            raise declined()
        receipt = sharing.agree(
            proposal,
            recipient=agreement.recipient,
            purpose=agreement.purpose,
            terms_sha256=agreement.terms_sha256,
            picture_sha256=proposal.sha256,
        )
        parts.report.consent = receipt.record()
        step.note(f"receipt {receipt.id} for {receipt.recipient}")
    with parts.progress.step("answer", "the endpoint answers") as step:
        answer = await sharing.send(receipt)
        parts.report.answer = answer.text
        parts.report.answered_by = answer.answered_by
        step.note(f"by {answer.answered_by}")


async def _redact(parts: Parts, picture: Picture) -> Verified:
    """What the question does not need is masked before anybody else is asked."""
    sharing = parts.companion.sharing
    with parts.progress.step("redact", "mask what the question does not need") as step:
        look = await sharing.look(picture)
        verified = await sharing.redact(look, RedactionPlan.for_question(look, parts.plan.question), mask_more=True)
        step.note(masked_words(redactions_of(verified)))
    return verified


def endpoint_card(companion: Companion, endpoint: str) -> EndpointCard:
    """The card of `local` or of a URL, which becomes an endpoint of the app."""
    if endpoint == LOCAL:
        return next(card for card in companion.sharing.cards() if card.id == LOCAL_ID)
    return companion.sharing.add_url(endpoint)
