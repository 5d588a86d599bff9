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
        "Press and hold their button for five seconds, then try again within two minutes.",
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
    "not_live": ("The live session has ended.", "Begin another one."),
    "storage_full": (
        "The glasses have no room for another picture.",
        "Import their pictures and let imported ones make room (setting when_full), or delete some.",
    ),
    "storage_failed": (
        "The glasses could not write to their storage. No picture was kept.",
        "Switch them off and on, then try again.",
    ),
    "battery_low": (
        "The battery of the glasses is too low to prove the light. No picture was taken.",
        "Charge the glasses.",
    ),
    "too_hot": ("The glasses are too hot. No picture was taken.", "Wait until they have cooled."),
    "switched_off": (
        "The settings of the glasses switch this way of taking pictures off.",
        "Switch it on in the settings, if you want it.",
    ),
    "unsteady": (
        "The glasses restarted too often. Their camera stays off for now.",
        "Leave them on for ten minutes; their crash log says what went wrong.",
    ),
    "asleep": ("The glasses are on the shelf: they sleep.", "Press their button to wake them."),
    "voice_off": (
        "The glasses may not record sound: your answers do not allow it, or their microphone is muted.",
        "Take the clip without sound, or change your answer about your voice.",
    ),
    "microphone_failed": ("The microphone does not answer.", "Take the clip without sound."),
    "card_absent": (
        "There is no SD card in the glasses, or it was pulled out.",
        "Put it back, or store on the glasses themselves.",
    ),
    "card_foreign": (
        "The SD card in the glasses belongs to other glasses or was never used in these.",
        "Adopt it in the settings; what is on it stays. Or put your own card back.",
    ),
    "card_protected": ("The SD card in the glasses is write-protected.", "Slide its lock, then put it back."),
    "card_failed": (
        "The SD card in the glasses reported an error.",
        "Take it out and put it back. If it happens again, use another card.",
    ),
    "no_wrap_key": (
        "That phone cannot take your key: it was paired without a place to put it.",
        "Remove it from the glasses and pair it again.",
    ),
    "update_damaged": ("The update is cut off or damaged. Nothing was installed.", "Download it again."),
    "update_untrusted": (
        "The update is not signed by the maker that these glasses trust. Nothing was installed.",
        "Use an update from whoever made your glasses. Without a release key they take none.",
    ),
    "update_older": (
        "The update is older than what these glasses may run. Nothing was installed.",
        "Use a newer one.",
    ),
    "update_other_board": ("The update is for other glasses. Nothing was installed.", "Use the one for your glasses."),
    "update_missing": ("The glasses have no update to install.", "Send it to them first."),
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
