"""What the glasses say of themselves that keeps pictures from being taken, before one is tried."""

from __future__ import annotations

from typing import Any

from companion_app.diagnosis.finding import Finding, Step, Verdict
from companion_app.link.answers import Status
from companion_app.link.errors import GlassesRefused

_LOW_PERCENT = 15
_TRIGGERS = (
    "button",
    "interval",
    "burst",
)  # without `app`, which the trial needs, and `keyword`, which is off at first
_CARD_REFUSALS = {
    "absent": "card_absent",
    "foreign": "card_foreign",
    "protected": "card_protected",
    "failed": "card_failed",
}


def power_finding(status: Status) -> Finding:
    """Raises GlassesRefused where they sleep."""
    if status.state == "shelf":
        raise GlassesRefused("status", "asleep", {})
    facts = {"battery_percent": status.battery_percent, "temperature_c": status.temperature_c}
    verdict = Verdict.GOOD if status.battery_percent > _LOW_PERCENT else Verdict.DOUBTFUL
    return Finding(Step.POWER, verdict, facts=facts)


def switch_finding(settings: dict[str, Any]) -> Finding:
    """DOUBTFUL where the button, the interval or bursts are off: then no image comes of those. Raises GlassesRefused
    where this app may take none."""
    if settings.get("app") is False:
        raise GlassesRefused("settings", "switched_off", {"trigger": "app"})
    off = [name for name in _TRIGGERS if settings.get(name) is False]
    return Finding(Step.SWITCH, Verdict.DOUBTFUL if off else Verdict.GOOD, facts={"off": off})


def room_finding(status: Status, settings: dict[str, Any]) -> Finding:
    """DOUBTFUL where pictures wait that did not come over. Raises GlassesRefused where the chosen card is of no use."""
    if settings.get("storage") == "card" and status.card in _CARD_REFUSALS:
        raise GlassesRefused("status", _CARD_REFUSALS[status.card], {})
    facts = {"free_bytes": status.free_bytes, "waiting": status.not_imported}
    return Finding(Step.ROOM, Verdict.DOUBTFUL if status.not_imported else Verdict.GOOD, facts=facts)
