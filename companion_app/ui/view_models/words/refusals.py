"""Words for the error codes that the glasses send (`plainsight.wire.ERRORS`)."""

from __future__ import annotations

from collections.abc import Mapping

from companion_app.language import N_, _
from companion_app.ui.view_models.words.problem import Problem, said

_CAMERA = N_("Try again. If it happens again, switch the glasses off and on.")
_MISMATCH = N_("Update the app and the glasses to versions that belong together.")

_WORDS: Mapping[str, tuple[str, str]] = {
    "bad_frame": (
        N_("The glasses and this app did not understand each other, and the connection was closed."),
        N_("Connect again."),
    ),
    "bad_request": (N_("The glasses did not accept what this app asked."), _MISMATCH),
    "unknown_operation": (N_("These glasses cannot do that yet."), _MISMATCH),
    "not_paired": (N_("These glasses do not know this phone."), N_("Pair with them first.")),
    "already_paired": (N_("This phone is already paired with these glasses."), N_("Connect instead.")),
    "pairing_closed": (
        N_("The glasses are not ready to pair."),
        N_("Press and hold their button for five seconds, then try again within two minutes."),
    ),
    "pairing_refused": (
        N_("The glasses refused this code: it is wrong or was already used."),
        N_("Check the code. If it was used before, ask for a new one on a phone that is paired."),
    ),
    "too_many_phones": (
        N_("Five phones are paired with these glasses, and there is no room for another."),
        N_("Remove one of them on a phone that is paired."),
    ),
    "no_owner": (
        N_("The glasses have no owner yet, so they cannot store a picture safely."),
        N_("Pair a phone with them first."),
    ),
    "busy": (N_("The glasses are busy with another picture or transfer."), N_("Wait a moment, then try again.")),
    "light_open": (
        N_("No picture was kept. The capture light draws no current: it is broken or disconnected."),
        N_("The glasses take no pictures until the light is repaired."),
    ),
    "light_short": (
        N_("No picture was kept. The capture light draws too much current."),
        N_("Switch the glasses off and have the light repaired."),
    ),
    "light_unseen": (
        N_("No picture was kept. The sensor beside the capture light does not see it shine."),
        N_("Uncover or clean the light, then try again."),
    ),
    "light_lost": (
        N_("No picture was kept. The capture light went out while the picture was taken."),
        N_("Make sure that nothing covers the light, then try again."),
    ),
    "light_stray": (
        N_("No picture was kept. The light's sensor sees a signal while the light is off."),
        N_("Move away from flickering lamps, then try again."),
    ),
    "camera_absent": (N_("The camera does not answer."), _CAMERA),
    "camera_failed": (N_("The camera stopped with an error. No picture was kept."), _CAMERA),
    "camera_no_frame": (N_("The camera gave no picture in time."), _CAMERA),
    "camera_bad_frame": (N_("The camera gave half a picture. It was thrown away."), _CAMERA),
    "not_live": (N_("The live session has ended."), N_("Begin another one.")),
    "storage_full": (
        N_("The glasses have no room for another picture."),
        N_("Import their pictures and let imported ones make room (setting when_full), or delete some."),
    ),
    "storage_failed": (
        N_("The glasses could not write to their storage. No picture was kept."),
        N_("Switch them off and on, then try again."),
    ),
    "battery_low": (
        N_("The battery of the glasses is too low to prove the light. No picture was taken."),
        N_("Charge the glasses."),
    ),
    "too_hot": (N_("The glasses are too hot. No picture was taken."), N_("Wait until they have cooled.")),
    "switched_off": (
        N_("The settings of the glasses switch this way of taking pictures off."),
        N_("Switch it on in the settings, if you want it."),
    ),
    "unsteady": (
        N_("The glasses restarted too often. Their camera stays off for now."),
        N_("Leave them on for ten minutes; their crash log says what went wrong."),
    ),
    "asleep": (N_("The glasses are on the shelf: they sleep."), N_("Press their button to wake them.")),
    "voice_off": (
        N_("The glasses may not record sound: your answers do not allow it, or their microphone is muted."),
        N_("Take the clip without sound, or change your answer about your voice."),
    ),
    "microphone_failed": (N_("The microphone does not answer."), N_("Take the clip without sound.")),
    "card_absent": (
        N_("There is no SD card in the glasses, or it was pulled out."),
        N_("Put it back, or store on the glasses themselves."),
    ),
    "card_foreign": (
        N_("The SD card in the glasses belongs to other glasses or was never used in these."),
        N_("Adopt it in the settings; what is on it stays. Or put your own card back."),
    ),
    "card_protected": (N_("The SD card in the glasses is write-protected."), N_("Slide its lock, then put it back.")),
    "card_failed": (
        N_("The SD card in the glasses reported an error."),
        N_("Take it out and put it back. If it happens again, use another card."),
    ),
    "no_wrap_key": (
        N_("That phone cannot take your key: it was paired without a place to put it."),
        N_("Remove it from the glasses and pair it again."),
    ),
    "update_damaged": (N_("The update is cut off or damaged. Nothing was installed."), N_("Download it again.")),
    "update_untrusted": (
        N_("The update is not signed by the maker that these glasses trust. Nothing was installed."),
        N_("Use an update from whoever made your glasses. Without a release key they take none."),
    ),
    "update_older": (
        N_("The update is older than what these glasses may run. Nothing was installed."),
        N_("Use a newer one."),
    ),
    "update_other_board": (
        N_("The update is for other glasses. Nothing was installed."),
        N_("Use the one for your glasses."),
    ),
    "update_missing": (N_("The glasses have no update to install."), N_("Send it to them first.")),
    "unknown_item": (N_("That picture is no longer on the glasses."), N_("Take a new one.")),
    "bad_offset": (
        N_("The transfer of the picture lost its place."),
        N_("Try again: the transfer starts from the beginning."),
    ),
    "unknown_phone": (N_("The glasses do not know that phone."), N_("It was removed already: nothing is left to do.")),
    "journal_failed": (
        N_("The glasses could not write their journal, so they did nothing."),
        N_("Switch them off and on, then try again."),
    ),
    "internal": (
        N_("Something failed inside the glasses. Nothing was kept."),
        N_("Try again. If it happens again, switch the glasses off and on."),
    ),
}


def known_codes() -> frozenset[str]:
    """Every code that has words."""
    return frozenset(_WORDS)


def refusal(code: str) -> Problem:
    """Words for `code`; an unknown one is named, so that it can be looked up."""
    if code in _WORDS:
        return said(_WORDS[code])
    return Problem(
        _("The glasses refused for a reason that this app does not know ({code}).", code=code[:40]), _(_MISMATCH)
    )
