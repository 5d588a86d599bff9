"""Records of sharing: each step of one act, from the yes or no to what came back when it was asked for."""

from __future__ import annotations

from collections.abc import Mapping

from companion_app.language import _, byte_count
from companion_app.sharing.cards import LOCAL
from companion_app.sharing.outcome import Outcome
from companion_app.sharing.shares import Result
from companion_app.ui.view_models.words.record.telling import Data, Group, Kind, Told, joined, number, text
from companion_app.ui.view_models.words.sharing import outcome_words, result_words


def _party(data: Data) -> str:
    match data:
        case {"parties": [{"party_name": str()} as party, *_rest]}:
            return text(party, "party_name")
        case _:
            return text(data, "recipient")


def _purpose(data: Data) -> str:
    match data:
        case {"processing": {"purposes": [{"purpose": str()} as purpose, *_rest]}}:
            return text(purpose, "purpose")
        case _:
            return text(data, "purpose")


def _for(data: Data) -> str:
    purpose = _purpose(data)
    return _("For: {purpose}.", purpose=purpose) if purpose else ""


def _agreed(data: Data) -> Told:
    recipient = _party(data)
    if recipient == LOCAL.recipient and "live" not in data:
        return Told(_("You asked this device about a picture"), _for(data))
    if "live" in data:
        return Told(_("You agreed to a live session with {recipient}", recipient=recipient), _for(data))
    return Told(_("You agreed to share one picture with {recipient}", recipient=recipient), _for(data))


def _declined(data: Data) -> Told:
    return Told(_("You said no to {recipient}", recipient=_party(data)), _("Nothing left this device."))


def _refused(data: Data) -> Told:
    return Told(
        _("The app stopped an attempt to share with {recipient}", recipient=_party(data)),
        _("Nothing left this device. Its rule: {reason}.", reason=text(data, "reason")),
    )


def _withdrawn(data: Data) -> Told:
    del data
    return Told(_("You took a yes back before it was used"), _("Nothing left this device."))


def _sending(data: Data) -> Told:
    size = number(data, "bytes")
    if _party(data) == LOCAL.recipient:
        return Told(_("This device was about to be asked about a picture"), _("Nothing leaves it for that."))
    return Told(
        _("Sending to {recipient} was about to begin", recipient=_party(data)),
        joined(_("{size} of picture.", size=byte_count(size)) if size else "", _for(data)),
    )


def _ended(data: Data) -> Told:
    outcome = next((one for one in Outcome if one.value == data.get("outcome")), Outcome.UNKNOWN)
    late = _("This was noted later, because the record could not be written at once.") if data.get("noted_late") else ""
    return Told(outcome_words(outcome), joined(_("This is how an act of sharing ended."), late))


def _asked_back(data: Data) -> Told:
    del data
    return Told(
        _("You asked for what was shared to be erased"),
        _("The request was written for you to send: this app sends nothing by itself."),
    )


def _answered(data: Data) -> Told:
    result = next((one for one in Result if one.value == data.get("result")), None)
    note = text(data, "note")
    return Told(
        _("What came back to your request"),
        joined(result_words(result), _("You noted: {note}", note=note) if note else ""),
    )


def _forgotten(data: Data) -> Told:
    del data
    return Told(_("Which picture a receipt was about is forgotten"), _("The receipt itself stays."))


def _probing(data: Data) -> Told:
    return Told(
        _("The app was about to ask a program what it is"),
        _("At {address}, without any picture.", address=text(data, "recipient")),
    )


def _probed(data: Data) -> Told:
    elsewhere = text(data, "forwards_to")
    return Told(
        _("The program said of itself: {program}", program=text(data, "program") or "?"),
        _("It passes questions on to {where}.", where=elsewhere) if elsewhere else "",
    )


SHARING: Mapping[str, Kind] = {
    "share_agreed": Kind(Group.LEFT, "check-circle-outline", _agreed),
    "share_declined": Kind(Group.LEFT, "cancel", _declined),
    "share_refused": Kind(Group.LEFT, "shield-outline", _refused),
    "share_withdrawn": Kind(Group.LEFT, "undo-variant", _withdrawn),
    "share_sending": Kind(Group.LEFT, "export-variant", _sending),
    "share_ended": Kind(Group.LEFT, "export-variant", _ended),
    "share_asked_back": Kind(Group.BACK, "undo-variant", _asked_back),
    "share_asked_back_answered": Kind(Group.BACK, "email-outline", _answered),
    "share_picture_forgotten": Kind(Group.BACK, "eraser-variant", _forgotten),
    "endpoint_probing": Kind(Group.LEFT, "lan-connect", _probing),
    "endpoint_probed": Kind(Group.LEFT, "lan-connect", _probed),
}
