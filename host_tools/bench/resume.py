"""After a drop in mid-transfer: how many bytes are sent twice, against one window."""

from __future__ import annotations

from plainsight import wire

from host_tools.bench.rig import connected
from host_tools.bench.rows import Row, against
from host_tools.journey.button import picture_by_button

_DROP_AFTER_BYTES = 10_000


async def sent_twice(profile: str, *, quick: bool) -> list[Row]:
    """Bytes of one import that crossed the radio twice because the link dropped once."""
    del quick
    async with connected(profile) as rig:
        rig.simulator.radio.drop_after(_DROP_AFTER_BYTES)
        picture = await picture_by_button(rig.simulator, rig.companion)
        info = rig.companion.link_info()
    window = Row("one window", float(wire.DEFAULT_WINDOW), "bytes")
    twice = against(f"bytes sent twice after a drop, {profile}", float(info["bytes_sent_twice"]), "bytes", window)
    return [window, twice, Row(f"picture after a drop, {profile}", float(picture.bytes), "bytes")]
