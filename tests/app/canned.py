"""Answers of the glasses that are in order, and any JSON at all."""

from __future__ import annotations

from hypothesis import strategies as st
from plainsight import wire

STATUS = {
    "battery_mv": 3900,
    "battery_percent": 80,
    "temperature_c": -5,
    "state": "connectable",
    "recording": "nothing",
    "muted": False,
    "free_bytes": 5,
    "card": "none",
    "items": 1,
    "not_imported": 1,
    "unsigned": 3,
    "uptime_s": 7,
    "heap_free": 9,
}
ITEM = {
    "id": 3,
    "kind": "photo",
    "time_s": 1,
    "trigger": "app",
    "frames": 1,
    "duration_ms": 0,
    "sealed_bytes": 10,
    "sealed_sha256": "ab" * 32,
    "thumb_bytes": 0,
    "light": {"level": "optical"},
    "whole": True,
    "imported": False,
    "place": "flash",
}
THUMB = {"thumb_bytes": 7, "thumb_sha256": "ef" * 32}
HELLO = {
    "version": wire.VERSION,
    "board": "b",
    "firmware": "f",
    "mode": "locked",
    "level": "optical",
    "phone": 1,
    "battery_mv": 3900,
    "settings": {},
    "journal_first": 0,
    "journal_first_head": "11" * 32,
    "journal_count": 0,
    "journal_head": "00" * 32,
    "crashes": 0,
}
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
