"""Words for the error codes that the glasses send (`plainsight.wire.ERRORS`)."""

from __future__ import annotations

from collections.abc import Mapping

from companion_app.ui.view_models.words.problem import Problem

_LIGHT = "No picture was kept. "
_CAMERA = "Try again. If it happens again, switch the glasses off and on."
_MISMATCH = "Update the app and the glasses to versions that belong together."

_WORDS: Mapping[str, tuple[str, str]] = {
    "bad_frame": (
        "The glasses and this app did not understand each other, and the connection was closed.",
        "Connect again.",
    ),
    "bad_request": ("The glasses did not accept what this app asked.", _MISMATCH),
    "unknown_operation": ("These glasses cannot do that yet.", _MISMATCH),
    "not_paired": ("These glasses do not know this phone.", "Pair with them first."),
    "already_paired": ("This phone is already paired with these glasses.", "Connect instead."),
    "pairing_closed": (
        "The glasses are not ready to pair.",
        "Press and hold their button for three seconds, then try again within two minutes.",
    ),
    "pairing_refused": (
        "The glasses refused this code: it is wrong or was already used.",
        "Check the code. If it was used before, ask for a new one on a phone that is paired.",
    ),
    "too_many_phones": (
        "Five phones are paired with these glasses, and there is no room for another.",
        "Remove one of them on a phone that is paired.",
    ),
    "no_owner": (
        "The glasses have no owner yet, so they cannot store a picture safely.",
        "Pair a phone with them first.",
    ),
    "busy": ("The glasses are busy with another picture or transfer.", "Wait a moment, then try again."),
    "light_open": (
        _LIGHT + "The capture light draws no current: it is broken or disconnected.",
        "The glasses take no pictures until the light is repaired.",
    ),
    "light_short": (
        _LIGHT + "The capture light draws too much current.",
        "Switch the glasses off and have the light repaired.",
    ),
    "light_unseen": (
        _LIGHT + "The sensor beside the capture light does not see it shine.",
        "Uncover or clean the light, then try again.",
    ),
    "light_lost": (
        _LIGHT + "The capture light went out while the picture was taken.",
        "Make sure that nothing covers the light, then try again.",
    ),
    "light_stray": (
        _LIGHT + "The light's sensor sees a signal while the light is off.",
        "Move away from flickering lamps, then try again.",
    ),
    "camera_absent": ("The camera does not answer.", _CAMERA),
    "camera_failed": ("The camera stopped with an error. No picture was kept.", _CAMERA),
    "camera_no_frame": ("The camera gave no picture in time.", _CAMERA),
    "camera_bad_frame": ("The camera gave half a picture. It was thrown away.", _CAMERA),
    "storage_full": (
        "The glasses have no room for another picture.",
        "Import their pictures to this phone, or delete some.",
    ),
    "storage_failed": (
        "The glasses could not write to their storage. No picture was kept.",
        "Switch them off and on, then try again.",
    ),
    "battery_low": (
        "The battery of the glasses is too low to prove the light. No picture was taken.",
        "Charge the glasses.",
    ),
    "unknown_item": ("That picture is no longer on the glasses.", "Take a new one."),
    "bad_offset": ("The transfer of the picture lost its place.", "Try again: the transfer starts from the beginning."),
    "unknown_phone": ("The glasses do not know that phone.", "It was removed already: nothing is left to do."),
    "journal_failed": (
        "The glasses could not write their journal, so they did nothing.",
        "Switch them off and on, then try again.",
    ),
    "internal": (
        "Something failed inside the glasses. Nothing was kept.",
        "Try again. If it happens again, switch the glasses off and on.",
    ),
}


def known_codes() -> frozenset[str]:
    """Every code that has words."""
    return frozenset(_WORDS)


def refusal(code: str) -> Problem:
    """Words for `code`; an unknown one is named, so that it can be looked up."""
    if code in _WORDS:
        return Problem(*_WORDS[code])
    return Problem(f"The glasses refused for a reason that this app does not know ({code[:40]}).", _MISMATCH)
