"""The medium between virtual controllers: advertisements, paced connections, silence and lost connections."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from bumble import controller as bumble_controller
from bumble import core, hci, ll
from bumble import link as bumble_link

from host_tools.simulator.radio.pacing import AirPacket, ConnectionEvents
from host_tools.simulator.radio.profiles import LinkProfile
from host_tools.simulator.radio.stats import TO_GLASSES, TO_PHONE, RadioStats

if TYPE_CHECKING:
    from host_tools.simulator.radio.controller import RadioController

_CONTROL_PDU_OCTETS = 12
_ENDS = frozenset[hci.Address]


class PacedLink(bumble_link.LocalLink):
    """A `LocalLink` on which everything between two connected controllers takes its turn in connection events."""

    def __init__(self, profile: LinkProfile, stats: RadioStats | None = None, seed: int = 1) -> None:
        super().__init__()
        self.profile = profile
        self.stats = stats or RadioStats()
        self.random = random.Random(seed)
        self.rssi_dbm = -50
        self._connections: dict[_ENDS, ConnectionEvents] = {}
        self._out_of_range = False
        self._silence_timer: asyncio.TimerHandle | None = None
        self._octets_until_drop: int | None = None
        self._delayed: deque[tuple[float, Callable[[], None]]] = deque()

    # Advertising channels

    def send_advertising_pdu(self, sender_controller: bumble_controller.Controller, packet: ll.AdvertisingPdu) -> None:
        if self._out_of_range:
            return
        super().send_advertising_pdu(sender_controller, packet)
        if isinstance(packet, ll.ConnectInd):
            self.stats.connections += 1
            # Queued behind the delivery above: by then the advertiser has accepted, or somebody else was faster.
            asyncio.get_running_loop().call_soon(self._check_established, sender_controller, packet)

    def _check_established(self, central: bumble_controller.Controller, request: ll.ConnectInd) -> None:
        """End a connection that the advertiser never entered: two centrals may answer the same advertisement."""
        connection = central.le_connections.get(request.advertiser_address)
        if connection is not None and self.peer_of(connection) is None:
            central.on_le_disconnected(connection, hci.HCI_ErrorCode.CONNECTION_FAILED_TO_BE_ESTABLISHED_ERROR)

    def scan_response_of(self, address: hci.Address) -> bytes:
        """What the advertiser at `address` answers to an active scanner; empty when there is none."""
        for controller in self.controllers:
            advertiser = controller.le_legacy_advertiser
            if advertiser.enabled and advertiser.address == address:
                return advertiser.scan_response_data
        return b""

    # Data channels

    def carry(self, connection: bumble_controller.Connection, octets: int, on_acknowledged: Callable[[], None]) -> None:
        """Take `octets` of host data across `connection`, then call back on the sending side."""
        self._events_of(connection).submit(hci.Role(connection.role), AirPacket(octets, on_acknowledged))

    def carry_control(self, connection: bumble_controller.Connection, deliver: Callable[[], None]) -> None:
        """Take a link-layer control packet across `connection`, behind the data already queued."""
        self._events_of(connection).submit(
            hci.Role(connection.role), AirPacket(_CONTROL_PDU_OCTETS, deliver, is_data=False)
        )

    def send_ll_control_pdu(
        self, sender_address: hci.Address, receiver_address: hci.Address, packet: ll.ControlPdu
    ) -> None:
        connection = self._connection_between(sender_address, receiver_address)
        receiver = self.find_le_controller(receiver_address)
        if connection is not None and receiver is not None:

            def deliver() -> None:
                self.after_latency(lambda: receiver.on_ll_control_pdu(sender_address, packet))

            self.carry_control(connection, deliver)

    def send_acl_data(
        self,
        sender_controller: bumble_controller.Controller,
        destination_address: hci.Address,
        transport: core.PhysicalTransport,
        data: bytes,
    ) -> None:
        # The stock link names the sender's random address as the source, even where it connected with its public one.
        receiver = self.find_le_controller(destination_address)
        connection = sender_controller.le_connections.get(destination_address)
        if receiver is not None and connection is not None:
            source = connection.self_address
            self.after_latency(lambda: receiver.on_link_acl_data(source, transport, data))

    def forget(self, connection: bumble_controller.Connection) -> None:
        """Drop what is still queued; called by a controller whose connection ended."""
        events = self._connections.pop(_ends(connection), None)
        if events is not None:
            events.close()

    def peer_of(self, connection: bumble_controller.Connection) -> bumble_controller.Connection | None:
        """The same connection as the other end sees it, if that end is still there."""
        return self._connection_between(connection.peer_address, connection.self_address)

    def _events_of(self, connection: bumble_controller.Connection) -> ConnectionEvents:
        ends = _ends(connection)
        if ends not in self._connections:
            self._connections[ends] = ConnectionEvents(self)
        return self._connections[ends]

    def _connection_between(
        self, own_address: hci.Address, peer_address: hci.Address
    ) -> bumble_controller.Connection | None:
        for controller in self.controllers:
            connection = controller.le_connections.get(peer_address)
            if connection is not None and connection.self_address == own_address:
                return connection
        return None

    def after_latency(self, action: Callable[[], None]) -> None:
        """Run `action` after the profile's latency, never before an earlier one."""
        loop = asyncio.get_running_loop()
        if self.profile.latency_ms == 0 and not self._delayed:
            loop.call_soon(action)
            return
        due_s = loop.time() + self.profile.latency_ms / 1000
        self._delayed.append((due_s, action))
        if len(self._delayed) == 1:
            loop.call_at(due_s, self._run_delayed)

    def _run_delayed(self) -> None:
        loop = asyncio.get_running_loop()
        while self._delayed and self._delayed[0][0] <= loop.time():
            self._delayed.popleft()[1]()
        if self._delayed:
            loop.call_at(self._delayed[0][0], self._run_delayed)

    # What a connection asks of the air

    @property
    def silent(self) -> bool:
        return self._out_of_range

    def share_of_airtime(self, connection: ConnectionEvents) -> float:
        others = sum(events.busy for events in self._connections.values() if events is not connection)
        return 1 / (1 + others)

    def admit(self, role: hci.Role, octets: int) -> bool:
        if self._octets_until_drop is not None:
            self._octets_until_drop -= octets
            if self._octets_until_drop < 0:
                self._octets_until_drop = None
                self.drop()
                return False
        self.stats.bytes_by_direction[TO_GLASSES if role == hci.Role.CENTRAL else TO_PHONE] += octets
        return True

    # Faults

    def use(self, profile: LinkProfile) -> None:
        """Change the profile of the link and of every connection on it."""
        self.profile = profile
        for events in list(self._connections.values()):
            events.wake()

    def drop(self, reason: int = hci.HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR) -> None:
        """End every connection as a supervision timeout does: nothing crosses any more, then both ends are told."""
        ends = [connection for each in self.controllers for connection in each.le_connections.values()]
        for connection in ends:
            self._events_of(connection).close()

        def tell() -> None:
            for connection in ends:
                connection.controller.on_le_disconnected(connection, reason)

        # Behind what has already crossed: the hosts still get that.
        self.after_latency(tell)

    def drop_after(self, octets: int) -> None:
        """Drop instead of carrying the packet that would exceed `octets` of data from now on; both directions count."""
        self._octets_until_drop = octets

    def set_out_of_range(self, out_of_range: bool) -> None:
        """Silence everything; connections die when it outlasts the supervision timeout."""
        self._out_of_range = out_of_range
        if self._silence_timer is not None:
            self._silence_timer.cancel()
            self._silence_timer = None
        if out_of_range:
            timeout_s = self.profile.supervision_ms / 1000
            self._silence_timer = asyncio.get_running_loop().call_later(timeout_s, self.drop)
            return
        for events in list(self._connections.values()):
            events.wake()

    def vanish(self, controller: RadioController) -> None:
        """Take a controller away without a word; its peers notice at their supervision timeout."""
        if controller not in self.controllers:
            return
        self.remove_controller(controller)
        controller.le_legacy_advertiser.stop()
        for connection in controller.le_connections.values():
            abandoned = self.peer_of(connection)
            if abandoned is None:
                self.forget(connection)
            else:
                # Closed, but not forgotten: what the peer still sends is never acknowledged.
                self._events_of(connection).close()
                asyncio.get_running_loop().call_later(self.profile.supervision_ms / 1000, _expire, abandoned)
        controller.le_connections.clear()


def _ends(connection: bumble_controller.Connection) -> _ENDS:
    return frozenset((connection.self_address, connection.peer_address))


def _expire(connection: bumble_controller.Connection) -> None:
    if connection.controller.le_connections.get(connection.peer_address) is connection:
        connection.controller.on_le_disconnected(connection, hci.HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR)
