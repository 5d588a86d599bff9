"""Words for each step between the lens and the gallery: what is asked, what came of it, and the way out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from companion_app.diagnosis import Finding, Step, Verdict
from companion_app.diagnosis.diagnosis import WEAK_DBM
from companion_app.diagnosis.errors import NotHeard
from companion_app.gallery.space import WARN_BELOW_BYTES
from companion_app.language import N_, _, byte_words, listed, ngettext
from companion_app.ui.view_models.words.errors import problem
from companion_app.ui.view_models.words.light import light_words
from companion_app.ui.view_models.words.problem import Problem

_TITLES: Mapping[Step, str] = {
    Step.RADIO: N_("Bluetooth of this device"),
    Step.PERMISSION: N_("Permission to use Bluetooth"),
    Step.PAIRED: N_("Pairing"),
    Step.RANGE: N_("Range"),
    Step.SESSION: N_("Connection to your glasses"),
    Step.OWNER: N_("Whose pictures they are"),
    Step.POWER: N_("Power of the glasses"),
    Step.SWITCH: N_("What may take pictures"),
    Step.ROOM: N_("Room on the glasses"),
    Step.LIGHT: N_("Capture light"),
    Step.CAMERA: N_("Camera"),
    Step.TRANSFER: N_("Transfer to this device"),
    Step.HERE: N_("Room on this device"),
}
_TRIGGERS: Mapping[str, str] = {
    "button": N_("the button"),
    "interval": N_("the time-lapse"),
    "burst": N_("bursts"),
}


def step_title(step: Step) -> str:
    """What was asked for."""
    return _(_TITLES[step])


def finding_words(finding: Finding) -> Problem:
    """What came of it, and for what is not good the way out."""
    if finding.verdict is Verdict.UNTRIED:
        return Problem(_("Not tried."), "")
    if finding.error is not None:
        if isinstance(finding.error, NotHeard):
            return _not_heard(finding.error)
        return problem(finding.error)
    return _SAID[finding.step](finding.facts) if finding.step in _SAID else Problem(_("Good."), "")


def _not_heard(error: NotHeard) -> Problem:
    """What was heard instead tells where to look."""
    around = error.around
    if not around.devices:
        return Problem(
            _("This device heard nothing at all, not even other devices."),
            _("Switch Bluetooth off and on again. Metal, and other radios that are busy, can make it deaf."),
        )
    if around.pairing:
        return Problem(
            _("Your glasses were not heard. Glasses that are ready to pair were."),
            _("If those are yours, they were reset: pair with them again."),
        )
    if around.glasses:
        return Problem(
            _("Other glasses were heard, and yours were not."),
            _("Switch yours on with their button, charge them, and bring them closer."),
        )
    heard = ngettext(
        "{n} other device was heard, and no glasses.", "{n} other devices were heard, and no glasses.", around.devices
    )
    return Problem(heard, _("Press the button of your glasses, charge them, and bring them closer."))


def _radio(facts: Mapping[str, Any]) -> Problem:
    if "devices" not in facts:
        return Problem(_("Works: there is a connection."), "")
    return Problem(ngettext("Works: it heard {n} device.", "Works: it heard {n} devices.", facts["devices"]), "")


def _range(facts: Mapping[str, Any]) -> Problem:
    if "own_dbm" not in facts:
        return Problem(_("In range: there is a connection."), "")
    heard = _("Your glasses were heard at {dbm} dBm.", dbm=facts["own_dbm"])
    weak = facts["own_dbm"] <= WEAK_DBM
    return Problem(heard, _("That is weak: pictures come slowly, or not at all. Bring them closer.") if weak else "")


def _power(facts: Mapping[str, Any]) -> Problem:
    said = _("Battery {percent} %, {degrees} °C.", percent=facts["battery_percent"], degrees=facts["temperature_c"])
    return Problem(said, _("Charge them soon.") if facts["battery_percent"] <= 15 else "")


def _switch(facts: Mapping[str, Any]) -> Problem:
    if not facts["off"]:
        return Problem(_("Button, app, time-lapse and bursts may."), "")
    off = listed(_(_TRIGGERS[name]) for name in facts["off"])
    return Problem(
        _("Switched off: {which}.", which=off), _("No picture comes of those. Switch them on in the settings.")
    )


def _room(facts: Mapping[str, Any]) -> Problem:
    free = _("{free} free.", free=byte_words(facts["free_bytes"]))
    if not facts["waiting"]:
        return Problem(free, "")
    waiting = ngettext("{n} picture waits there.", "{n} pictures wait there.", facts["waiting"])
    return Problem(f"{free} {waiting}", _("They come while the app is open and the glasses are near."))


def _light(facts: Mapping[str, Any]) -> Problem:
    words = light_words(facts["light"])
    return Problem(f"{words.title}.", words.detail)


def _camera(facts: Mapping[str, Any]) -> Problem:
    return Problem(_("Took a picture of {size}.", size=byte_words(facts["picture_bytes"])), "")


def _transfer(facts: Mapping[str, Any]) -> Problem:
    return Problem(_("The picture came, at {speed} a second.", speed=byte_words(facts["goodput_bytes_per_s"])), "")


def _here(facts: Mapping[str, Any]) -> Problem:
    little = facts["free_bytes"] < WARN_BELOW_BYTES
    said = _("The picture is in your gallery; {free} free.", free=byte_words(facts["free_bytes"]))
    return Problem(said, _("That is little: make room before more pictures come.") if little else "")


_SAID = {
    Step.RADIO: _radio,
    Step.RANGE: _range,
    Step.POWER: _power,
    Step.SWITCH: _switch,
    Step.ROOM: _room,
    Step.LIGHT: _light,
    Step.CAMERA: _camera,
    Step.TRANSFER: _transfer,
    Step.HERE: _here,
}
