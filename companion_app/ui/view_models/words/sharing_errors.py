"""Words for what can go wrong with sharing and answering, by class name of the packages `sharing` and `seeing`."""

from __future__ import annotations

from collections.abc import Mapping

_NOTHING_LEFT = "Nothing was sent."
_LOOK_AGAIN = "Ask again, and look at what would be shared."
_OR_HERE = "or ask this device instead."

SHARING_WORDS: Mapping[str, tuple[str, str]] = {
    # before anything can leave
    "SharingError": (f"That could not be shared. {_NOTHING_LEFT}", _LOOK_AGAIN),
    "BadQuestion": ("The question is empty or too long.", "Write a question of at most 1,000 characters."),
    "BadPurpose": ("The purpose is empty or too long.", _LOOK_AGAIN),
    "PictureMissing": (f"The picture's file cannot be read. {_NOTHING_LEFT}", "Take a new picture."),
    "PictureChanged": (f"The picture's file was changed after it was imported. {_NOTHING_LEFT}", "Take a new picture."),
    "PictureTooBig": (f"The picture is too large to be one of the glasses'. {_NOTHING_LEFT}", "Take a new picture."),
    "NotAPhotograph": (
        f"This is no photograph: a clip, or something else. {_NOTHING_LEFT}",
        "Choose a JPEG, PNG or WebP picture.",
    ),
    "UnknownEndpoint": (f"Whoever you chose is not set up any more. {_NOTHING_LEFT}", "Choose somebody else to ask."),
    "BadAddress": ("This address cannot be used.", "Give the full address, beginning with https."),
    "InsecureAddress": ("This address is not protected on its way.", "Use an address that begins with https."),
    "BadModelName": ("The model's name is empty, too long or not readable.", "Check it in the settings."),
    "BadKey": ("The key for this address is not a usable one.", "Check it in the settings."),
    "BadVersion": ("The version of this address's dialect is not a date.", "Write it as 2023-06-01, or leave it out."),
    "BadKind": ("This kind of address, or of plan, is not known.", "Choose one from the list."),
    "BadRegion": ("This is no region that the app knows.", "Write a country as DE, or a state of the USA as US-IL."),
    "NotOffered": (f"This is not offered where you are. {_NOTHING_LEFT}", "Choose somebody else to ask."),
    "CannotBeDefault": (
        "Who trains on pictures, or may, is never asked unless you choose it each time.",
        "Choose somebody else, or this device.",
    ),
    "NotProbed": ("Only an address of this computer that you added can be looked at.", "Add it first."),
    "SettingsUnwritable": ("Your choice could not be kept.", "Make room on this device, then choose again."),
    "ConsentError": (f"What you agreed to does not cover this. {_NOTHING_LEFT}", _LOOK_AGAIN),
    "ConsentMismatch": (f"What you agreed to is not what would have been sent. {_NOTHING_LEFT}", _LOOK_AGAIN),
    "NotRedacted": (f"The picture was not made fit to leave. {_NOTHING_LEFT}", _LOOK_AGAIN),
    "ReceiptSpent": (
        "This agreement was used already: it covers one time. Nothing was sent twice.",
        "Ask again to send it once more.",
    ),
    "ReceiptUnknown": ("There is no such receipt in this app.", "Look at the list of what was shared."),
    "ReceiptNotKept": (
        f"Your receipt could not be written. {_NOTHING_LEFT}",
        "Make room on this device, then ask again.",
    ),
    "ReceiptDamaged": (
        "Your copy of this receipt cannot be read.",
        "The ledger still says what was agreed. Export it to have it once more.",
    ),
    "NothingToTakeBack": ("Nothing left this device under that receipt.", "There is nobody to be asked."),
    "NotAskedBack": ("Nobody was asked to erase this yet.", "Take it back first."),
    "NotAnExport": ("This file is not a ledger that was exported.", "Choose the file that the export wrote."),
    "ReceiptExpired": (f"Your agreement had expired. {_NOTHING_LEFT}", _LOOK_AGAIN),
    "LedgerUnavailable": (
        "The ledger could not be written, and nothing is shared off the record.",
        "Make room on this device, then ask again.",
    ),
    "EgressRefused": (
        "Something tried to reach the network without your consent. It was stopped.",
        "Please report this: it is a bug.",
    ),
    # on the way
    "DeliveryError": ("No answer came back.", f"Ask again, {_OR_HERE}"),
    "Unreachable": ("Nobody could be reached at that address.", f"Check the network, {_OR_HERE}"),
    "NotTrusted": (
        "The other side could not prove who it is.",
        "Do not use this address until its owner has repaired it.",
    ),
    "ConnectionLost": ("The connection broke.", f"Ask again, {_OR_HERE}"),
    "DeadlinePassed": ("No answer came in time.", f"Ask again later, {_OR_HERE}"),
    "AnswerTooLarge": ("The answer was too large and was thrown away.", f"Ask for something shorter, {_OR_HERE}"),
    "Refused": ("The other side refused to answer.", f"Check its key and its settings, {_OR_HERE}"),
    "BrokeOff": ("The other side began to answer and then failed.", f"Ask again, {_OR_HERE}"),
    "BadAnswer": ("What came back was not an answer.", f"Check the address, {_OR_HERE}"),
    # answers from this device
    "SeeingError": ("This device could not look at the picture.", "Take a new picture, or ask somebody else."),
    "AnswersNotInstalled": (
        "What this device needs to read pictures is not installed.",
        "Install the app with its answers, or ask somebody else.",
    ),
    "DetectorFailed": ("This device could not read this picture.", "Take a new picture, or ask somebody else."),
}
