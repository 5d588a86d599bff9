"""What can go wrong between a picture and its recipient. Every class carries data; a screen finds the words."""

from __future__ import annotations

from companion_app.errors import AppError


class SharingError(AppError):
    """Root of this package's errors; `data` holds what each class names."""

    def __init__(self, **data: object) -> None:
        super().__init__(", ".join(f"{name}={value!r}" for name, value in data.items()))
        self.data = data


class BadQuestion(SharingError):
    """The question is blank or too long. Data: length, limit."""


class BadPurpose(SharingError):
    """The purpose is blank or too long. Data: length, limit."""


class PictureMissing(SharingError):
    """The picture's file cannot be read. Data: picture, reason."""


class PictureChanged(SharingError):
    """The file no longer hashes to what the gallery recorded. Data: picture, expected, found (hex)."""


class PictureTooBig(SharingError):
    """The file is larger than anything the glasses take. Data: picture, limit (bytes)."""


class NotAPhotograph(SharingError):
    """The file is no JPEG: a clip cannot be shared as a picture. Data: picture."""


class UnknownEndpoint(SharingError):
    """No endpoint has this id. Data: endpoint."""


class BadAddress(SharingError):
    """The address cannot be an endpoint. Data: address, reason."""


class InsecureAddress(BadAddress):
    """Plain http to anything but this computer. Data: address, reason."""


class BadModelName(SharingError):
    """The model's name is blank, too long or not printable. Data: length."""


class BadKey(SharingError):
    """The API key cannot stand in a header. Data: length (never the key)."""


class BadRoots(SharingError):
    """The file of one's own certificate authorities cannot be used. Data: file."""


class ConsentError(SharingError):
    """Root of everything that means: there is no consent for this, so nothing leaves."""


class ConsentMismatch(ConsentError):
    """What was agreed to is not what was proposed. Data: field, proposed, agreed."""


class NeverShared(ConsentError):
    """The owner said that AI services are never asked, or what was said was lost. Data: endpoint, recipient."""


class ProposalClosed(ConsentError):
    """The proposal was never made here, was answered already, or made room for newer ones. Data: proposal."""


class ReceiptUnknown(ConsentError):
    """This app did not issue the receipt as it stands. Data: receipt."""


class ReceiptSpent(ConsentError):
    """The receipt was used once; it covers one upload. Data: receipt."""


class ReceiptExpired(ConsentError):
    """The agreement is too old, or the clock went backwards since. Data: receipt, agreed_s, expires_s, now_s."""


class LedgerUnavailable(SharingError):
    """The ledger took no entry. Data: kind, outcome (what is known of the upload, None before it began)."""


class EgressRefused(SharingError, PermissionError):
    """Something other than the outbox tried to reach the network. Data: event, destination."""


class DeliveryError(SharingError):
    """The upload did not give an answer. Data: outcome (see `outcome.py`), recipient, and more by class."""


class Unreachable(DeliveryError):
    """No connection: name, route, refusal. Data: outcome, recipient, reason."""


class NotTrusted(DeliveryError):
    """The recipient could not prove its name by TLS. Data: outcome, recipient, reason."""


class ConnectionLost(DeliveryError):
    """The connection broke or spoke something else than HTTP. Data: outcome, recipient, reason."""


class DeadlinePassed(DeliveryError):
    """No answer in time. Data: outcome, recipient, deadline_s."""


class AnswerTooLarge(DeliveryError):
    """The recipient sent more than an answer may hold. Data: outcome, recipient, limit (bytes)."""


class Refused(DeliveryError):
    """The recipient answered, a redirect perhaps, but not with 200.
    Data: outcome, recipient, status, message, retry_after_s (None where it names no time)."""


class BadAnswer(DeliveryError):
    """The recipient's answer is not in the form its protocol has. Data: outcome, recipient, reason."""


class SecondUpload(DeliveryError):
    """An adapter tried to send a second time on one receipt. Data: outcome, recipient."""


class NothingMayLeave(DeliveryError):
    """An adapter without an address tried to send. Data: outcome, recipient."""


class BrokeOff(DeliveryError):
    """The recipient began an answer and ended it with an error of its own. Data: outcome, recipient, message."""


class NotRedacted(ConsentError):
    """A picture would go to somebody else as it was taken. Data: endpoint."""


class ReceiptNotKept(SharingError):
    """The owner's copy of a receipt could not be made durable: there is no consent. Data: errno."""


class ReceiptDamaged(SharingError):
    """The owner's copy of a receipt cannot be read. Data: receipt."""


class NothingToTakeBack(SharingError):
    """Nothing left under this receipt, so nobody can be asked to erase it. Data: receipt, outcome (None: not used)."""


class NotAskedBack(SharingError):
    """An answer to a request for erasure that was never written. Data: receipt."""


class BadRegion(SharingError):
    """No region that is known here. Data: region, reason."""


class BadVersion(SharingError):
    """The version of a dialect is no date. Data: length."""


class NotOffered(ConsentError):
    """The endpoint, or a feature of it, cannot be chosen where the wearer is.
    Data: endpoint, recipient, region (None: not said), reason (`Barrier`)."""


class CannotBeDefault(SharingError):
    """The endpoint trains on pictures, or may for all that is known. Data: endpoint, trains."""


class NotProbed(SharingError):
    """Only an address of this computer is probed, and only one that the owner added. Data: endpoint."""


class SettingsUnwritable(SharingError):
    """A choice about endpoints could not be kept. Data: file, reason."""


class NotAnExport(SharingError):
    """The file is no exported ledger. Data: reason."""


class BadKind(SharingError):
    """No such dialect, or no such plan. Data: kind."""
