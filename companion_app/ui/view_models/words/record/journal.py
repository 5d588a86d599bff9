"""Lines of the glasses' own journal in words: what they say happened, whether or not this phone was there."""

from __future__ import annotations

from collections.abc import Mapping

from companion_app.language import _, ngettext
from companion_app.ui.view_models.words.live import ended_words
from companion_app.ui.view_models.words.record.taking import light_sentence, trigger_words
from companion_app.ui.view_models.words.record.telling import Data, Group, Kind, Told, joined, number, text
from companion_app.ui.view_models.words.refusals import known_codes, refusal


def _reason(code: str) -> str:
    """Why, in a sentence where the code is known."""
    if code in known_codes():
        return refusal(code).what
    return ended_words(code) if code else ""


def _exposure(data: Data) -> Told:
    item = number(data, "item")
    light = light_sentence(text(data, "level"), text(data, "verdict"))
    if data.get("kind") != "clip":
        return Told(_("Photograph {item} was taken", item=item), joined(trigger_words(text(data, "trigger")), light))
    if data.get("state") == "begun":
        return Told(_("Clip {item} began", item=item), trigger_words(text(data, "trigger")))
    if data.get("state") == "cut":
        kept = _("What there was of it was kept.") if data.get("kept") else _("Nothing of it was kept.")
        return Told(_("Clip {item} was cut off: the glasses lost power", item=item), kept)
    frames = ngettext("{n} picture.", "{n} pictures.", number(data, "frames"))
    return Told(_("Clip {item} ended", item=item), joined(frames, light if "verdict" in data else ""))


def _refusal(data: Data) -> Told:
    return Told(_("The glasses refused to take a picture"), _reason(text(data, "reason")))


def _mark(data: Data) -> Told:
    return Told(_("A mark was put here"), trigger_words(text(data, "trigger")))


def _timelapse(data: Data) -> Told:
    if data.get("state") == "begun":
        every = ngettext("A picture every {n} second.", "A picture every {n} seconds.", number(data, "every_s"))
        return Told(_("A time-lapse began"), every)
    return Told(_("A time-lapse ended"), ngettext("{n} picture.", "{n} pictures.", number(data, "taken")))


def _live(data: Data) -> Told:
    if data.get("state") == "ended":
        frames = ngettext("{n} picture left them.", "{n} pictures left them.", number(data, "frames"))
        return Told(_("Looking through the glasses ended"), joined(ended_words(text(data, "reason")), frames))
    return Told(_("Somebody began to look through the glasses"))


def _keyword(data: Data) -> Told:
    return Told(_("The glasses cannot listen for the keyword"), joined(text(data, "state"), text(data, "why")))


def _question(data: Data) -> Told:
    return Told(
        _("Your voice was sent to the phone") if data.get("state") == "begun" else _("Sending your voice ended")
    )


def _import(data: Data) -> Told:
    return Told(_("Item {item} was fetched by phone {phone}", item=number(data, "item"), phone=number(data, "phone")))


def _imported(data: Data) -> Told:
    item, phone = number(data, "item"), number(data, "phone")
    return Told(_("Phone {phone} says that it holds item {item}", item=item, phone=phone))


def _delete(data: Data) -> Told:
    reasons = {
        "imported": _("It was on a phone, and your settings say to erase then."),
        "when_full": _("It was on a phone, and room was needed."),
    }
    return Told(_("Item {item} was erased", item=number(data, "item")), reasons.get(text(data, "reason"), ""))


def _pairing(data: Data) -> Told:
    return Told(_("Phone {phone} was paired", phone=number(data, "phone")))


def _pairing_failures(data: Data) -> Told:
    count = sum(value for value in data.values() if isinstance(value, int))
    return Told(ngettext("{n} attempt to get in failed", "{n} attempts to get in failed", count))


def _revoke(data: Data) -> Told:
    return Told(_("Phone {phone} was removed", phone=number(data, "phone")))


def _key(data: Data) -> Told:
    return Told(_("A copy of the owner's key was handed to phone {phone}", phone=number(data, "phone")))


def _settings(data: Data) -> Told:
    changed = ", ".join(f"{text({'n': name}, 'n')}: {text(data, name)}" for name in data if name != "phone")
    return Told(_("The settings were changed"), changed)


def _clock(data: Data) -> Told:
    if "new" in data:
        return Told(_("The clock was set"), _("From {old} to {new}.", old=number(data, "old"), new=number(data, "new")))
    return Told(_("A phone asked for another time, and was refused"))


def _plain(title: str) -> Told:
    return Told(title)


def _power(data: Data) -> Told:
    return Told(_("The power state changed to {state}", state=text(data, "state")))


def _update(data: Data) -> Told:
    state = text(data, "state")
    if state == "refused":
        return Told(_("An update was refused"), _reason(text(data, "reason")))
    return Told(_("An update: {state} {version}", state=state, version=text(data, "version")))


def _damage(data: Data) -> Told:
    return Told(_("They found {file} damaged", file=text(data, "file")), text(data, "what"))


def _reset(data: Data) -> Told:
    return Told(_("The glasses were wiped"), text(data, "why"))


def _boot(data: Data) -> Told:
    state = text(data, "journal")
    sound = state in ("new", "ok", "recovered", "")
    return Told(_("The glasses were switched on"), "" if sound else _("Their journal was damaged: {how}.", how=state))


JOURNAL: Mapping[str, Kind] = {
    "boot": Kind(Group.DEVICES, "power", _boot),
    "exposure": Kind(Group.TAKEN, "camera-outline", _exposure),
    "refusal": Kind(Group.TROUBLE, "camera-off-outline", _refusal),
    "mark": Kind(Group.TAKEN, "flag-outline", _mark),
    "timelapse": Kind(Group.TAKEN, "timer-outline", _timelapse),
    "live": Kind(Group.TAKEN, "video-outline", _live),
    "keyword": Kind(Group.TROUBLE, "microphone-off", _keyword),
    "question": Kind(Group.ANSWERS, "microphone-outline", _question),
    "import": Kind(Group.DEVICES, "download-outline", _import),
    "imported": Kind(Group.DEVICES, "check", _imported),
    "delete": Kind(Group.TAKEN, "delete-outline", _delete),
    "pairing": Kind(Group.DEVICES, "cellphone", _pairing),
    "pairing_failures": Kind(Group.TROUBLE, "shield-alert-outline", _pairing_failures),
    "revoke": Kind(Group.DEVICES, "cellphone-remove", _revoke),
    "wrap": Kind(Group.DEVICES, "key-outline", _key),
    "unwrap": Kind(Group.DEVICES, "key-outline", _key),
    "settings": Kind(Group.DEVICES, "cog-outline", _settings),
    "clock": Kind(Group.DEVICES, "clock-outline", _clock),
    "card": Kind(Group.DEVICES, "sd", lambda _data: _plain(_("The SD card was adopted"))),
    "power": Kind(Group.DEVICES, "power", _power),
    "update": Kind(Group.DEVICES, "update", _update),
    "crash": Kind(Group.TROUBLE, "alert-outline", lambda _data: _plain(_("The glasses restarted after an error"))),
    "damage": Kind(Group.TROUBLE, "alert-outline", _damage),
    "reset": Kind(Group.TROUBLE, "alert-outline", _reset),
    "prune": Kind(
        Group.DEVICES, "archive-outline", lambda _data: _plain(_("Old records that a phone signed were dropped"))
    ),
    "countersign": Kind(Group.DEVICES, "check-decagram-outline", lambda _data: _plain(_("A phone signed the journal"))),
}


def journal_told(kind: str, data: Data) -> Told:
    """A line of their journal in words; whatever its fields hold, this does not fail."""
    if kind in JOURNAL:
        return JOURNAL[kind].tell(data)
    return Told(_("A line of a kind that this app does not know: {kind}", kind=text({"kind": kind}, "kind")))
