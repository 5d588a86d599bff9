"""Words for what can go wrong with sharing and answering, by class name of the packages `sharing` and `seeing`."""

from __future__ import annotations

from collections.abc import Mapping

from companion_app.language import N_

_LOOK_AGAIN = N_("Ask again, and look at what would be shared.")

SHARING_WORDS: Mapping[str, tuple[str, str]] = {
    # before anything can leave
    "SharingError": (N_("That could not be shared. Nothing was sent."), _LOOK_AGAIN),
    "BadQuestion": (N_("The question is empty or too long."), N_("Write a question of at most 1,000 characters.")),
    "BadPurpose": (N_("The purpose is empty or too long."), _LOOK_AGAIN),
    "PictureMissing": (
        N_("The picture's file cannot be read. Nothing was sent."),
        N_("Take a new picture."),
    ),
    "PictureChanged": (
        N_("The picture's file was changed after it was imported. Nothing was sent."),
        N_("Take a new picture."),
    ),
    "PictureTooBig": (
        N_("The picture is too large to be one of the glasses'. Nothing was sent."),
        N_("Take a new picture."),
    ),
    "NotAPhotograph": (
        N_("This is no photograph: a clip, or something else. Nothing was sent."),
        N_("Choose a JPEG, PNG or WebP picture."),
    ),
    "UnknownEndpoint": (
        N_("Whoever you chose is not set up any more. Nothing was sent."),
        N_("Choose somebody else to ask."),
    ),
    "BadAddress": (N_("This address cannot be used."), N_("Give the full address, beginning with https.")),
    "InsecureAddress": (N_("This address is not protected on its way."), N_("Use an address that begins with https.")),
    "BadModelName": (N_("The model's name is empty, too long or not readable."), N_("Check it in the settings.")),
    "BadKey": (N_("The key for this address is not a usable one."), N_("Check it in the settings.")),
    "BadVersion": (
        N_("The version of this address's dialect is not a date."),
        N_("Write it as 2023-06-01, or leave it out."),
    ),
    "BadKind": (N_("This kind of address, or of plan, is not known."), N_("Choose one from the list.")),
    "BadRegion": (
        N_("This is no region that the app knows."),
        N_("Write a country as DE, or a state of the USA as US-IL."),
    ),
    "NotOffered": (
        N_("This is not offered where you are. Nothing was sent."),
        N_("Choose somebody else to ask."),
    ),
    "NeverShared": (
        N_("You said that AI services are never asked. Nothing was sent."),
        N_("Ask this device instead, or change that answer in the settings, under Your answers."),
    ),
    "CannotBeDefault": (
        N_("Who trains on pictures, or may, is never asked unless you choose it each time."),
        N_("Choose somebody else, or this device."),
    ),
    "NotProbed": (N_("Only an address of this computer that you added can be looked at."), N_("Add it first.")),
    "SettingsUnwritable": (N_("Your choice could not be kept."), N_("Make room on this device, then choose again.")),
    "ConsentError": (
        N_("What you agreed to does not cover this. Nothing was sent."),
        _LOOK_AGAIN,
    ),
    "ConsentMismatch": (
        N_("What you agreed to is not what would have been sent. Nothing was sent."),
        _LOOK_AGAIN,
    ),
    "NotRedacted": (
        N_("The picture was not made fit to leave. Nothing was sent."),
        _LOOK_AGAIN,
    ),
    "ReceiptSpent": (
        N_("This agreement was used already: it covers one time. Nothing was sent twice."),
        N_("Ask again to send it once more."),
    ),
    "ReceiptUnknown": (N_("There is no such receipt in this app."), N_("Look at the list of what was shared.")),
    "ReceiptNotKept": (
        N_("Your receipt could not be written. Nothing was sent."),
        N_("Make room on this device, then ask again."),
    ),
    "ReceiptDamaged": (
        N_("Your copy of this receipt cannot be read."),
        N_("The ledger still says what was agreed. Export it to have it once more."),
    ),
    "NothingToTakeBack": (N_("Nothing left this device under that receipt."), N_("There is nobody to be asked.")),
    "NotAskedBack": (N_("Nobody was asked to erase this yet."), N_("Take it back first.")),
    "NotAnExport": (N_("This file is not a ledger that was exported."), N_("Choose the file that the export wrote.")),
    "ReceiptExpired": (N_("Your agreement had expired. Nothing was sent."), _LOOK_AGAIN),
    "LedgerUnavailable": (
        N_("The ledger could not be written, and nothing is shared off the record."),
        N_("Make room on this device, then ask again."),
    ),
    "EgressRefused": (
        N_("Something tried to reach the network without your consent. It was stopped."),
        N_("Please report this: it is a bug."),
    ),
    # on the way
    "DeliveryError": (N_("No answer came back."), N_("Ask again, or ask this device instead.")),
    "Unreachable": (
        N_("Nobody could be reached at that address."),
        N_("Check the network, or ask this device instead."),
    ),
    "NotTrusted": (
        N_("The other side could not prove who it is."),
        N_("Do not use this address until its owner has repaired it."),
    ),
    "ConnectionLost": (N_("The connection broke."), N_("Ask again, or ask this device instead.")),
    "DeadlinePassed": (N_("No answer came in time."), N_("Ask again later, or ask this device instead.")),
    "AnswerTooLarge": (
        N_("The answer was too large and was thrown away."),
        N_("Ask for something shorter, or ask this device instead."),
    ),
    "Refused": (
        N_("The other side refused to answer."),
        N_("Check its key and its settings, or ask this device instead."),
    ),
    "BrokeOff": (N_("The other side began to answer and then failed."), N_("Ask again, or ask this device instead.")),
    "BadAnswer": (N_("What came back was not an answer."), N_("Check the address, or ask this device instead.")),
    # answers from this device
    "SeeingError": (N_("This device could not look at the picture."), N_("Take a new picture, or ask somebody else.")),
    "AnswersNotInstalled": (
        N_("What this device needs to read pictures is not installed."),
        N_("Install the app with its answers, or ask somebody else."),
    ),
    "DetectorFailed": (N_("This device could not read this picture."), N_("Take a new picture, or ask somebody else.")),
}
