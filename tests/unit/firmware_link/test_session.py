"""Promise 5: strangers get nothing, and a known phone gets what it asks for."""

from __future__ import annotations

from tests.unit.firmware_link.glasses_side import PHONE, Glasses, add_item


async def test_a_phone_pairs_says_hello_and_fetches(glasses: Glasses) -> None:
    peer, session, pair_key = await glasses.pair(PHONE)
    hello = await peer.ask("hello", version=1, time_s=1_800_000_123)
    assert hello["phone"] == 1 and hello["level"] == "optical"
    assert glasses.board.time_s == 1_800_000_123
    item = add_item(glasses.store, bytes(range(256)) * 150)["item"]
    data = await peer.fetch("size", op="fetch", item=item["id"], offset=0, window=16384)
    assert len(data) == item["sealed_bytes"]
    session.cancel()
