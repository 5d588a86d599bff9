"""A Bumble controller with what the stock one gets wrong put right. Every override names what went wrong without it.

Written against Bumble 0.0.236; `tests/unit/radio/test_controller_fixes.py` shows each fault on the stock class.
"""

from __future__ import annotations

import asyncio
import dataclasses
import itertools
from typing import Any

from bumble import controller as bumble_controller
from bumble import hci, ll

from host_tools.simulator.radio.link import PacedLink

# Packets the controller holds for the air, as Espressif's does; the host queues what does not fit.
_ACL_BUFFERS = 12
_ACL_BUFFER_OCTETS = 251
# HCI counts advertising intervals in 0.625 ms.
_ADVERTISING_UNIT_S = 0.625e-3
_phone_numbers = itertools.count(1)
_CONNECTABLE_AND_SCANNABLE = 0  # Advertising_Type ADV_IND, Core Specification 5.4, Vol 4 Part E, 7.8.5
_ACTIVE_SCANNING = 1  # LE_Scan_Type, same part, 7.8.10
_REPORT = hci.HCI_LE_Advertising_Report_Event


def new_phone_address() -> str:
    """Return a public device address that no other virtual phone of this process has."""
    number = next(_phone_numbers)
    return f"F0:0D:00:00:{number >> 8 & 0xFF:02X}:{number & 0xFF:02X}"


@dataclasses.dataclass
class AdvScanInd(ll.AdvInd):
    """Scannable, but not connectable: Bumble has no packet for it."""


@dataclasses.dataclass
class _Advertiser(bumble_controller.LegacyAdvertiser):
    """Stock: takes the interval for milliseconds, so that everything is advertised 1.6 times too slowly.

    It also stays silent unless the advertisement is connectable.
    """

    @property
    def connectable(self) -> bool:
        return self.advertising_type == _CONNECTABLE_AND_SCANNABLE

    def send_advertising_data(self) -> None:
        if self.enabled:
            pdu = ll.AdvInd if self.connectable else AdvScanInd
            self.controller.send_advertising_pdu(pdu(advertiser_address=self.address, data=self.advertising_data))

    def _on_timer_fired(self) -> None:
        self.send_advertising_data()
        interval_s = self.advertising_interval_min * _ADVERTISING_UNIT_S
        self.timer_handle = asyncio.get_running_loop().call_later(interval_s, self._on_timer_fired)


class RadioController(bumble_controller.Controller):
    """One LE radio on a `PacedLink`: legacy advertising, 251-octet buffers, data in connection events."""

    link: PacedLink

    def __init__(self, name: str, link: PacedLink, public_address: str) -> None:
        super().__init__(name, link=link, public_address=public_address)  # pyright: ignore[reportUnknownMemberType]
        self._advertiser = self.le_legacy_advertiser = _Advertiser(self)
        self.le_acl_data_packet_length = _ACL_BUFFER_OCTETS
        self.total_num_le_acl_data_packets = _ACL_BUFFERS
        self.supported_max_tx_octets = self.supported_max_rx_octets = _ACL_BUFFER_OCTETS
        # MicroPython advertises with legacy packets; with these features on, hosts would use the extended commands.
        self.le_features = self.le_features & ~(
            hci.LeFeatureMask.LE_EXTENDED_ADVERTISING | hci.LeFeatureMask.LE_PERIODIC_ADVERTISING
        )

    def on_advertising_pdu(self, pdu: ll.AdvInd | ll.AdvExtInd) -> None:
        """Stock: reports the advertisement a second time instead of the scan response, and also to passive scanners."""
        connectable = not isinstance(pdu, AdvScanInd)
        if self.le_scan_enable:
            kind = _REPORT.EventType.ADV_IND if connectable else _REPORT.EventType.ADV_SCAN_IND
            self._report(pdu.advertiser_address, kind, pdu.data)
            if self.le_scan_type == _ACTIVE_SCANNING:
                response = self.link.scan_response_of(pdu.advertiser_address)
                self._report(pdu.advertiser_address, _REPORT.EventType.SCAN_RSP, response)
        pending = self.pending_le_connection
        if connectable and pending is not None and pending.peer_address == pdu.advertiser_address:
            self.create_le_connection(pdu.advertiser_address)

    def on_le_connect_ind(self, packet: ll.ConnectInd) -> None:
        """Stock: lets a phone in that heard the last connectable advertisement, whatever is advertised now."""
        if self._advertiser.connectable:
            super().on_le_connect_ind(packet)

    def _report(self, address: hci.Address, event_type: _REPORT.EventType, data: bytes) -> None:
        kind, rssi = address.address_type, self.link.rssi_dbm
        report = _REPORT.Report(event_type=event_type, address_type=kind, address=address, data=data, rssi=rssi)
        self.send_hci_packet(_REPORT([report]))

    def on_hci_le_create_connection_cancel_command(self, _command: object) -> hci.HCI_StatusReturnParameters:
        """Stock: forgets nothing, so that a cancelled attempt still connects and blocks every later one."""
        pending, self.pending_le_connection = self.pending_le_connection, None
        if pending is None:
            return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.COMMAND_DISALLOWED_ERROR)
        self.send_hci_packet(
            hci.HCI_LE_Connection_Complete_Event(
                status=hci.HCI_ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER_ERROR,
                connection_handle=0,
                role=hci.Role.CENTRAL,
                peer_address_type=pending.peer_address.address_type,
                peer_address=pending.peer_address,
                connection_interval=0,
                peripheral_latency=0,
                supervision_timeout=0,
                central_clock_accuracy=0,
            )
        )
        return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.SUCCESS)

    def on_hci_acl_data_packet(self, packet: hci.HCI_AclDataPacket) -> None:
        """Stock: completes every packet at once, so that no host ever feels a full controller."""
        connection = self.find_le_connection_by_handle(packet.connection_handle)
        if connection is None:
            return  # it ended while the packet was on its way here

        def acknowledged() -> None:
            connection.assembler.feed_packet(packet)
            self.send_hci_packet(
                hci.HCI_Number_Of_Completed_Packets_Event(
                    connection_handles=[connection.handle], num_completed_packets=[1]
                )
            )

        self.link.carry(connection, len(packet.data), acknowledged)

    def on_hci_disconnect_command(self, command: hci.HCI_Disconnect_Command) -> None:
        """Stock: the connection ends before the data already handed over has left."""
        connection = self.find_le_connection_by_handle(command.connection_handle)
        if connection is None:
            self._send_hci_command_status(hci.HCI_ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER_ERROR, command.op_code)
            return
        self._send_hci_command_status(hci.HCI_COMMAND_STATUS_PENDING, command.op_code)
        reason = command.reason

        def acknowledged() -> None:
            peer = self.link.peer_of(connection)
            if peer is not None:
                # Behind the data: both go through the loop in the order in which they crossed the air.
                self.link.after_latency(lambda: peer.controller.on_le_disconnected(peer, reason))
            self.on_le_disconnected(connection, hci.HCI_ErrorCode.CONNECTION_TERMINATED_BY_LOCAL_HOST_ERROR)

        self.link.carry_control(connection, acknowledged)

    def on_le_disconnected(self, connection: bumble_controller.Connection, reason: int) -> None:
        """Stock: fails when both ends hang up at once; it also leaves queued packets behind for the next connection."""
        if self.le_connections.get(connection.peer_address) is not connection:
            return
        super().on_le_disconnected(connection, reason)
        self.link.forget(connection)

    def on_hci_le_set_data_length_command(self, command: Any) -> hci.HCI_StatusAndConnectionHandleReturnParameters:
        """Stock: does not know the command. The link's profile has the last word, as the peer's radio would."""
        octets = min(command.tx_octets, self.link.profile.ll_octets)
        self.send_hci_packet(
            hci.HCI_LE_Data_Length_Change_Event(
                connection_handle=command.connection_handle,
                max_tx_octets=octets,
                max_tx_time=command.tx_time,
                max_rx_octets=octets,
                max_rx_time=command.tx_time,
            )
        )
        return hci.HCI_StatusAndConnectionHandleReturnParameters(
            status=hci.HCI_ErrorCode.SUCCESS, connection_handle=command.connection_handle
        )

    def on_hci_le_set_phy_command(self, command: hci.HCI_LE_Set_PHY_Command) -> None:
        """Stock: answers an asynchronous command as if it were synchronous, and the host waits for ever."""
        self._send_hci_command_status(hci.HCI_COMMAND_STATUS_PENDING, command.op_code)
        phy = hci.Phy.LE_2M if self.link.profile.phy_mbps == 2 else hci.Phy.LE_1M
        self.send_hci_packet(
            hci.HCI_LE_PHY_Update_Complete_Event(
                status=hci.HCI_ErrorCode.SUCCESS, connection_handle=command.connection_handle, tx_phy=phy, rx_phy=phy
            )
        )
