"""Words for what can go wrong between the phone and the glasses, by class name of `companion_app.link.errors`."""

from __future__ import annotations

from collections.abc import Mapping

_CLOSER = "Bring the glasses closer, then try again."
_UPDATE = "Update the app and the glasses to versions that belong together."

LINK_WORDS: Mapping[str, tuple[str, str]] = {
    "LinkError": ("The link to the glasses failed.", _CLOSER),
    "NoRadio": (
        "This device has no Bluetooth radio that the app can use.",
        "Plug one in or switch it on, then try again.",
    ),
    "RadioOff": ("Bluetooth is off.", "Switch it on, then try again."),
    "RadioDenied": ("This app may not use Bluetooth.", "Allow it in the system's settings, then try again."),
    "RadioFailed": ("Bluetooth failed on this device.", "Switch it off and on, then try again."),
    "NotPaired": ("This phone is not paired with any glasses.", "Pair with yours first."),
    "NotConnected": ("The glasses are not connected.", "Connect, then try again."),
    "GlassesNotFound": (
        "No glasses were seen nearby.",
        "Switch them on and bring them closer. To pair, hold their button for five seconds first.",
    ),
    "NotGlasses": ("What answered is no pair of Plainsight glasses.", "Switch your glasses on and try again."),
    "ConnectFailed": (
        "The glasses were seen but did not take the connection.",
        "Another phone may be using them: disconnect it. Or bring the glasses closer, then try again.",
    ),
    "LinkLost": ("The radio link was lost.", "Bring the glasses closer and connect again."),
    "LinkSilent": ("The glasses fell silent. They may be out of range or switched off.", _CLOSER),
    "NotAdmitted": (
        "The glasses closed the door: to them this phone is a stranger.",
        "To pair, hold their button for five seconds and check the code. If this phone was removed, pair it again.",
    ),
    "WrongGlasses": (
        "Something else answered in place of your glasses. Nothing was sent to it.",
        "Move away from other glasses, then try again.",
    ),
    "HandshakeFailed": (
        "The two sides could not prove who they are.",
        "Try again. If it happens again, switch the glasses off and on.",
    ),
    "OpeningTimedOut": ("The glasses took too long to answer.", _CLOSER),
    "ProtocolBroken": ("What arrived from the glasses was damaged, so the connection was closed.", "Connect again."),
    "UnknownVersion": ("The glasses speak another version of the protocol.", _UPDATE),
    "AnswerMalformed": ("The glasses answered in a way that this app does not understand.", _UPDATE),
    "RequestTimedOut": ("The glasses did not answer in time.", _CLOSER),
    "LiveOver": ("The live session has ended.", "Begin another one."),
    "TransferDamaged": (
        "The picture was damaged on its way and was thrown away.",
        "Try again: it is still on the glasses.",
    ),
    "BadSetupCode": (
        "This is not a whole setup code.",
        "It has 26 letters and digits (A to Z and 2 to 7), in groups or not; or paste the whole text of the QR code.",
    ),
    "PairingProofWrong": (
        "What answered does not know your code: somebody may stand between you and your glasses. Nothing was kept.",
        "Go somewhere else and ask for a new code before you try again.",
    ),
    "PinsUnreadable": ("The list of paired glasses on this phone is damaged.", "Pair again with your glasses."),
}
