"""What can go wrong between the phone and the glasses; `reason` is what the connection state then says."""

from __future__ import annotations

from typing import Any, ClassVar

from companion_app.errors import AppError
from companion_app.link.connection import Reason


class LinkError(AppError):
    """Base of the link's errors."""

    reason: ClassVar[Reason] = Reason.LINK_LOST


class NoRadio(LinkError):
    """This computer has no Bluetooth that an app could use: no adapter, or no D-Bus to ask for one."""

    reason = Reason.NO_RADIO


class RadioOff(LinkError):
    """Bluetooth is switched off."""

    reason = Reason.RADIO_OFF


class RadioDenied(LinkError):
    """The app may not use Bluetooth."""

    reason = Reason.RADIO_DENIED


class RadioFailed(LinkError):
    """The system's Bluetooth reported an error; `detail` is its own text, for logs."""

    reason = Reason.RADIO_FAILED

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class NotPaired(LinkError):
    """No glasses are paired with this app."""

    reason = Reason.NOT_PAIRED


class NotConnected(LinkError):
    """There is no session; call connect first."""

    reason = Reason.LINK_LOST


class GlassesNotFound(LinkError):
    """Nothing that was looked for was seen within `seconds`."""

    reason = Reason.NOT_FOUND

    def __init__(self, seconds: float, pairing: bool) -> None:
        super().__init__(seconds, pairing)
        self.seconds = seconds
        self.pairing = pairing


class NotGlasses(LinkError):
    """The device does not have the service, so it is not a pair of glasses."""

    reason = Reason.CONNECT_FAILED

    def __init__(self, missing: str) -> None:
        super().__init__(missing)
        self.missing = missing


class ConnectFailed(LinkError):
    """The radio link could not be opened."""

    reason = Reason.CONNECT_FAILED


class LinkLost(LinkError):
    """The radio link ended."""


class LinkSilent(LinkError):
    """The glasses no longer answer, or no longer take what is sent."""

    reason = Reason.SILENT

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class NotAdmitted(LinkError):
    """The glasses closed the link at the knock: to them this phone is a stranger (wrong code, or revoked)."""

    reason = Reason.NOT_ADMITTED


class WrongGlasses(LinkError):
    """The other end's certificate is not the pinned one; both are hex SHA-256."""

    reason = Reason.WRONG_GLASSES

    def __init__(self, expected: str, seen: str) -> None:
        super().__init__(expected, seen)
        self.expected = expected
        self.seen = seen


class HandshakeFailed(LinkError):
    """TLS could not be agreed; `detail` is the library's reason."""

    reason = Reason.HANDSHAKE_FAILED

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class OpeningTimedOut(LinkError):
    """A step of opening the session took longer than `seconds`."""

    reason = Reason.TIMED_OUT

    def __init__(self, step: str, seconds: float) -> None:
        super().__init__(step, seconds)
        self.step = step
        self.seconds = seconds


class ProtocolBroken(LinkError):
    """The glasses sent what the protocol forbids, so the session ended; `breach` is a short word."""

    reason = Reason.PROTOCOL_BROKEN

    def __init__(self, breach: str) -> None:
        super().__init__(breach)
        self.breach = breach


class UnknownVersion(LinkError):
    """The glasses speak another version of the protocol."""

    reason = Reason.PROTOCOL_BROKEN

    def __init__(self, theirs: int, ours: int) -> None:
        super().__init__(theirs, ours)
        self.theirs = theirs
        self.ours = ours


class AnswerMalformed(LinkError):
    """The answer to `operation` breaks its table; the session goes on."""

    reason = Reason.PROTOCOL_BROKEN

    def __init__(self, operation: str, breach: str) -> None:
        super().__init__(operation, breach)
        self.operation = operation
        self.breach = breach


class RequestTimedOut(LinkError):
    """No answer to `operation` within `seconds`."""

    reason = Reason.SILENT

    def __init__(self, operation: str, seconds: float) -> None:
        super().__init__(operation, seconds)
        self.operation = operation
        self.seconds = seconds


class GlassesRefused(LinkError):
    """The glasses answered with an error: `code` is a key of `plainsight.wire.ERRORS`, `detail` its data."""

    reason = Reason.REFUSED

    def __init__(self, operation: str, code: str, detail: dict[str, Any]) -> None:
        super().__init__(operation, code, detail)
        self.operation = operation
        self.code = code
        self.detail = detail


class TransferDamaged(LinkError):
    """All bytes arrived and their SHA-256 is not the announced one; nothing was kept."""

    reason = Reason.PROTOCOL_BROKEN

    def __init__(self, item: int) -> None:
        super().__init__(item)
        self.item = item


class LiveOver(LinkError):
    """The live session has ended; `ended` is a short word for why."""

    def __init__(self, ended: str) -> None:
        super().__init__(ended)
        self.ended = ended


class BadSetupCode(LinkError):
    """The text is no setup code: `fault` says `not_a_code`, `wrong_version`, `wrong_length` or `wrong_characters`."""

    reason = Reason.PAIRING_REFUSED

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


class PairingProofWrong(LinkError):
    """The other end admitted this phone without knowing the code: somebody stands in between. Nothing was kept."""

    reason = Reason.PAIRING_REFUSED


class PinsUnreadable(LinkError):
    """The file of pinned glasses is damaged. It is never replaced: once it is moved away, pairing begins anew."""

    reason = Reason.NOT_PAIRED
