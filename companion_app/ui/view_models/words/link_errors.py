"""Words for what can go wrong between the phone and the glasses, by class name of `companion_app.link.errors`."""

from __future__ import annotations

from collections.abc import Mapping

from companion_app.language import N_

_CLOSER = N_("Bring the glasses closer, then try again.")
_UPDATE = N_("Update the app and the glasses to versions that belong together.")

LINK_WORDS: Mapping[str, tuple[str, str]] = {
    "LinkError": (N_("The link to the glasses failed."), _CLOSER),
    "NoRadio": (
        N_("This device has no Bluetooth radio that the app can use."),
        N_("Plug one in or switch it on, then try again."),
    ),
    "RadioOff": (N_("Bluetooth is off."), N_("Switch it on, then try again.")),
    "RadioDenied": (N_("This app may not use Bluetooth."), N_("Allow it in the system's settings, then try again.")),
    "RadioFailed": (N_("Bluetooth failed on this device."), N_("Switch it off and on, then try again.")),
    "NotPaired": (N_("This phone is not paired with any glasses."), N_("Pair with yours first.")),
    "NotConnected": (N_("The glasses are not connected."), N_("Connect, then try again.")),
    "GlassesNotFound": (
        N_("No glasses were seen nearby."),
        N_("Switch them on and bring them closer. To pair, hold their button for five seconds first."),
    ),
    "NotGlasses": (N_("What answered is no pair of Plainsight glasses."), N_("Switch your glasses on and try again.")),
    "ConnectFailed": (
        N_("The glasses were seen but did not take the connection."),
        N_("Another phone may be using them: disconnect it. Or bring the glasses closer, then try again."),
    ),
    "LinkLost": (N_("The radio link was lost."), N_("Bring the glasses closer and connect again.")),
    "LinkSilent": (N_("The glasses fell silent. They may be out of range or switched off."), _CLOSER),
    "NotAdmitted": (
        N_("The glasses closed the door: to them this phone is a stranger."),
        N_("To pair, hold their button for five seconds and check the code. If this phone was removed, pair it again."),
    ),
    "WrongGlasses": (
        N_("Something else answered in place of your glasses. Nothing was sent to it."),
        N_("Move away from other glasses, then try again."),
    ),
    "HandshakeFailed": (
        N_("The two sides could not prove who they are."),
        N_("Try again. If it happens again, switch the glasses off and on."),
    ),
    "OpeningTimedOut": (N_("The glasses took too long to answer."), _CLOSER),
    "ProtocolBroken": (
        N_("What arrived from the glasses was damaged, so the connection was closed."),
        N_("Connect again."),
    ),
    "UnknownVersion": (N_("The glasses speak another version of the protocol."), _UPDATE),
    "AnswerMalformed": (N_("The glasses answered in a way that this app does not understand."), _UPDATE),
    "RequestTimedOut": (N_("The glasses did not answer in time."), _CLOSER),
    "LiveOver": (N_("The live session has ended."), N_("Begin another one.")),
    "TransferDamaged": (
        N_("The picture was damaged on its way and was thrown away."),
        N_("Try again: it is still on the glasses."),
    ),
    "BadSetupCode": (
        N_("This is not a whole setup code."),
        N_(
            "It has 26 letters and digits (A to Z and 2 to 7), in groups or not; "
            "or paste the whole text of the QR code."
        ),
    ),
    "PairingProofWrong": (
        N_("What answered does not know your code: somebody may stand between you and your glasses. Nothing was kept."),
        N_("Go somewhere else and ask for a new code before you try again."),
    ),
    "PinsUnreadable": (N_("The list of paired glasses on this phone is damaged."), N_("Pair again with your glasses.")),
}
