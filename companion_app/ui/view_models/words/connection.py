"""Words for the one connection state, and for why it is so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from companion_app.language import N_, _
from companion_app.link.connection import ConnectionState, Reason

_STATES: Mapping[ConnectionState, str] = {
    ConnectionState.DISCONNECTED: N_("Not connected"),
    ConnectionState.SEARCHING: N_("Looking for your glasses…"),
    ConnectionState.CONNECTING: N_("Found your glasses, connecting…"),
    ConnectionState.SECURING: N_("Checking that they are really yours…"),
    ConnectionState.PAIRING: N_("Pairing…"),
    ConnectionState.CONNECTED: N_("Connected"),
}

# What the reason means for the wearer, and what to do about it; empty where the state says it all.
_REASONS: Mapping[Reason, str] = {
    Reason.STARTED: N_("The app has just started."),
    Reason.ASKED: N_("You asked for it."),
    Reason.FOUND: N_("They answered."),
    Reason.LINKED: N_("The radio link stands; now both sides prove who they are."),
    Reason.CODE_OFFERED: N_("The glasses are checking the code."),
    Reason.READY: N_("Both sides proved who they are. Everything between them is encrypted."),
    Reason.RETRY: N_("The first attempt failed; trying again."),
    Reason.NOT_PAIRED: N_("This phone is not paired with any glasses yet."),
    Reason.NO_RADIO: N_("This device has no Bluetooth radio that can be used. Plug one in or switch it on."),
    Reason.RADIO_OFF: N_("Bluetooth is off. Switch it on, then connect."),
    Reason.RADIO_DENIED: N_("This app may not use Bluetooth. Allow it in the system's settings, then connect."),
    Reason.RADIO_FAILED: N_("Bluetooth failed on this device. Switch it off and on, then connect."),
    Reason.NOT_FOUND: N_("Your glasses were not seen nearby. Switch them on and bring them closer."),
    Reason.CONNECT_FAILED: N_(
        "Your glasses did not take the connection: another phone uses them, or they are too far."
    ),
    Reason.NOT_ADMITTED: N_("The glasses closed the door: they do not know this phone, or their code was wrong."),
    Reason.WRONG_GLASSES: N_(
        "These glasses are not the ones that this phone was paired with. Nothing was sent to them."
    ),
    Reason.HANDSHAKE_FAILED: N_("The two sides could not prove who they are. Try again."),
    Reason.PAIRING_REFUSED: N_("The glasses refused the code."),
    Reason.TIMED_OUT: N_("The glasses took too long to answer. Bring them closer and try again."),
    Reason.LINK_LOST: N_("The radio link was lost. Bring the glasses closer and connect again."),
    Reason.SILENT: N_("The glasses fell silent. They may be out of range or switched off."),
    Reason.PROTOCOL_BROKEN: N_("What arrived was damaged, so the connection was closed. Connect again."),
    Reason.REFUSED: N_("The glasses ended the connection. Connect again."),
    Reason.REVOKED: N_("This phone was removed from the glasses. Pair again to use them."),
}


@dataclass(frozen=True)
class ConnectionWords:
    """The state in a few words, and why it is so."""

    title: str
    why: str


def connection_words(state: ConnectionState, reason: Reason) -> ConnectionWords:
    """Words for every pair of state and reason."""
    return ConnectionWords(_(_STATES[state]), _(_REASONS[reason]))
