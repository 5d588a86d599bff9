"""What the glasses tell unasked is checked and typed, or refused."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from plainsight import wire

from companion_app.link import answers, events
from companion_app.link.answers import Captured
from companion_app.link.events import (
    CardChanged,
    KeywordChanged,
    Marked,
    PowerChanged,
    RecordingChanged,
    Refusal,
    StopSaid,
    UpdateChanged,
)
from tests.app.canned import ANY_JSON, ITEM, STATUS
from tests.app.scripted_channel import Scripted, exchange


async def test_events_are_checked_and_typed(scripted: Scripted) -> None:
    good = {"item": ITEM, "media_sha256": "cd" * 32, "media_bytes": 7, "reason": "light_lost"}
    for fields in (
        {"event": "item", **good},
        {"event": "item", **good, "media_bytes": 0},
        {"event": "item", **good, "item": {"id": 3}},
        {"event": "later_version", "x": 1},
        {"event": ["item"]},
        {"event": "refusal", "reason": "busy", "trigger": "button"},
        {"event": "refusal", "reason": "busy", "trigger": "button", "detail": {"a": 1}},
        {"event": "recording", "what": "clip", "on": True, "trigger": "app"},
        {"event": "recording", "what": "clip", "on": False, "trigger": "app", "reason": "done"},
        {"event": "recording", "what": "film", "on": True, "trigger": "app"},
        {"event": "mark", "record": 7, "trigger": "button"},
        {"event": "keyword", "keyword": "muted"},
        {"event": "keyword", "keyword": "whispering"},
        {"event": "stop", "stopped": "clip", "trigger": "keyword"},
        {"event": "power", "state": "shelf", "reason": "idle"},
        {"event": "card", "card": "foreign"},
        {"event": "update", "version": "0.2.0", "state": "rolled_back"},
    ):
        scripted.channel.say(wire.json_frame(wire.EVENT, 0, fields))
    await exchange(scripted, scripted.client.status(), STATUS)
    assert scripted.events == [
        Captured(answers.Item.parse(ITEM), "cd" * 32, 7, "light_lost"),
        Refusal("busy", "button", {}),
        Refusal("busy", "button", {"a": 1}),
        RecordingChanged("clip", True, "app", None),
        RecordingChanged("clip", False, "app", "done"),
        Marked(7, "button"),
        KeywordChanged("muted"),
        StopSaid("clip", "keyword"),
        PowerChanged("shelf", "idle"),
        CardChanged("foreign"),
        UpdateChanged("0.2.0", "rolled_back"),
    ]


def test_every_event_of_the_wire_is_typed() -> None:
    assert set(events._MAKERS) == set(wire.EVENTS)  # pyright: ignore[reportPrivateUsage]


_fields = st.dictionaries(
    st.sampled_from(["event", "item", "media_sha256", "media_bytes", "reason", "voice", "what", "on", "record"]),
    ANY_JSON,
)


@given(_fields, st.sampled_from([*wire.EVENTS, "other"]))
def test_any_event_is_typed_ignored_or_refused(fields: dict[str, Any], name: str) -> None:
    body = json.dumps({**fields, "event": name}).encode()
    try:
        event = events.parse_event(body)
    except wire.BadBody:
        return
    assert (event is None) == (name == "other")
