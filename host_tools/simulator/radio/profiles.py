"""Named link profiles: how a phone's or a computer's radio really paces a Bluetooth LE connection."""

from __future__ import annotations

from dataclasses import dataclass

# Air interface, Bluetooth Core Specification 5.4, Vol 6 Part B: access address 4, header 2 and CRC 3 octets around the
# payload; the preamble is 1 octet on the 1M PHY and 2 on the 2M PHY; packets are 150 us apart (T_IFS).
_ACCESS_HEADER_CRC_OCTETS = 9
_PREAMBLE_OCTETS = {1: 1, 2: 2}
_INTER_FRAME_SPACE_US = 150


class UnknownProfile(KeyError):
    """No link profile has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"unknown link profile {self.name!r}, choose from {', '.join(PROFILES)}"


@dataclass(frozen=True)
class LinkProfile:
    """What one connection may do. `interval_ms` 0: unpaced; `pdus_per_event` 0: as many as fit the interval."""

    name: str
    interval_ms: float
    pdus_per_event: int
    phy_mbps: int
    ll_octets: int
    loss: float
    latency_ms: float
    supervision_ms: float
    mtu: int

    def airtime_us(self, payload_octets: int) -> float:
        """Time on air of one link-layer packet and the silence that must follow it."""
        octets = _PREAMBLE_OCTETS[self.phy_mbps] + _ACCESS_HEADER_CRC_OCTETS + payload_octets
        return octets * 8 / self.phy_mbps + _INTER_FRAME_SPACE_US


# MTU 247 fills one 251-octet packet exactly (4 octets of L2CAP header); 185 fills seven of 27. Supervision: 2 s is what
# phones commonly set, 420 ms is BlueZ's default; `instant` is short so that a test of a dead link does not wait.
PROFILES: dict[str, LinkProfile] = {
    profile.name: profile
    for profile in (
        LinkProfile("instant", 0, 0, 2, 251, 0.0, 0, 100, 517),
        LinkProfile("phone_30ms", 30, 6, 2, 251, 0.0, 0, 2000, 247),
        LinkProfile("pc_15ms_2M", 15, 0, 2, 251, 0.0, 0, 420, 247),
        LinkProfile("no_dle_27", 30, 6, 1, 27, 0.0, 0, 2000, 185),
        LinkProfile("lossy", 15, 0, 2, 251, 0.10, 0, 420, 247),
    )
}


def profile_named(name: str) -> LinkProfile:
    """Return the profile; raise `UnknownProfile` with the choices."""
    try:
        return PROFILES[name]
    except KeyError:
        raise UnknownProfile(name) from None
