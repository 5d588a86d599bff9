"""Connection events: when the packets of one connection cross the air, and which of them are lost on the way."""

from __future__ import annotations

import asyncio
import math
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from bumble import hci

from host_tools.simulator.radio.profiles import LinkProfile
from host_tools.simulator.radio.stats import RadioStats

# A receiver gives up on the event after two bad packets in a row (Core Specification 5.4, Vol 6 Part B, 4.5.6).
_MISSES_THAT_CLOSE_AN_EVENT = 2
_ROLES = (hci.Role.CENTRAL, hci.Role.PERIPHERAL)


@dataclass
class AirPacket:
    """One packet handed to the controller: the `octets` still to be sent, and what to do once all are acknowledged."""

    octets: int
    on_acknowledged: Callable[[], None]
    queued_at_s: float = 0.0
    is_data: bool = True


class Air(Protocol):
    """What a connection needs to know of the link it runs on."""

    profile: LinkProfile
    stats: RadioStats
    random: random.Random

    @property
    def silent(self) -> bool:
        """True while nothing gets through."""
        ...

    def share_of_airtime(self, connection: ConnectionEvents) -> float:
        """Return the part of an interval this connection may use, 0 to 1."""
        ...

    def admit(self, role: hci.Role, octets: int) -> bool:
        """Count data about to cross; False when a scripted fault just ended the connection instead."""
        ...


class ConnectionEvents:
    """Both directions of one connection: central and peripheral take turns as long as an event lasts."""

    def __init__(self, air: Air) -> None:
        self._air = air
        self._queues: dict[hci.Role, deque[AirPacket]] = {role: deque() for role in _ROLES}
        self._loop = asyncio.get_running_loop()
        self._last_event_s = self._loop.time()
        self._timer: asyncio.TimerHandle | None = None
        self._next_event_s = 0.0
        self._closed = False

    @property
    def busy(self) -> bool:
        """True while anything waits in either direction."""
        return not self._closed and any(self._queues.values())

    def submit(self, role: hci.Role, packet: AirPacket) -> None:
        """Queue a packet from the end that has `role`; it crosses at once on an unpaced link."""
        if self._closed:
            return
        packet.queued_at_s = self._loop.time()
        self._queues[role].append(packet)
        self.wake()

    def wake(self) -> None:
        """Go on sending, after something was queued or silence ended or the profile changed."""
        if self._air.silent or not self.busy:
            return
        if self._air.profile.interval_ms == 0:
            self._pass_everything()
        elif self._timer is None:
            self._next_event_s = self._event_after(self._loop.time())
            self._timer = self._loop.call_at(self._next_event_s, self._on_timer)

    def close(self) -> None:
        """The connection is gone; nothing of it crosses any more."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _event_after(self, now_s: float) -> float:
        """Next event on the connection's grid; no event twice, though a timer may fire a little before its time."""
        interval_s = self._air.profile.interval_ms / 1000
        return self._last_event_s + max(math.floor((now_s - self._last_event_s) / interval_s) + 1, 1) * interval_s

    def _on_timer(self) -> None:
        """Run the event that is due, and those a busy computer made us miss: a radio would not have waited for it."""
        self._timer = None
        if self._air.profile.interval_ms == 0:
            self.wake()
            return
        now_s = self._loop.time()
        interval_s = self._air.profile.interval_ms / 1000
        while self._next_event_s <= now_s and not self._closed and not self._air.silent:
            self._run_event(self._next_event_s)
            self._last_event_s = self._next_event_s
            self._next_event_s += interval_s
        self.wake()

    def _pass_everything(self) -> None:
        for role in _ROLES:
            queue = self._queues[role]
            while queue and not self._closed:
                self._send(role, queue, queue[0].octets)

    def _run_event(self, event_s: float) -> None:
        profile = self._air.profile
        time_left_us = profile.interval_ms * 1000 * self._air.share_of_airtime(self)
        exchanges_left = profile.pdus_per_event or math.inf
        misses = 0
        while exchanges_left > 0 and misses < _MISSES_THAT_CLOSE_AN_EVENT:
            octets = {role: self._next_octets(role, event_s) for role in _ROLES}
            if not any(octets.values()):
                return
            time_left_us -= sum(profile.airtime_us(count) for count in octets.values())
            if time_left_us < 0:
                return
            exchanges_left -= 1
            for role, count in octets.items():
                if count and self._is_lost():
                    misses += 1
                elif count:
                    misses = 0
                    self._send(role, self._queues[role], count)
                if self._closed:
                    return

    def _next_octets(self, role: hci.Role, event_s: float) -> int:
        """Payload of the next packet in this direction; 0 is the empty packet that only acknowledges."""
        queue = self._queues[role]
        if not queue or queue[0].queued_at_s > event_s:
            return 0
        return min(queue[0].octets, self._air.profile.ll_octets)

    def _is_lost(self) -> bool:
        lost = self._air.random.random() < self._air.profile.loss
        self._air.stats.retransmissions += lost
        return lost

    def _send(self, role: hci.Role, queue: deque[AirPacket], octets: int) -> None:
        packet = queue[0]
        if packet.is_data and not self._air.admit(role, octets):
            return
        self._air.stats.packets += 1
        packet.octets -= octets
        if packet.octets == 0:
            queue.popleft()
            packet.on_acknowledged()
