"""What the Live room asks of connected glasses, scripted: their status, phones, settings, clips, and what they tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from companion_app.link.answers import Phone, Status
from companion_app.link.events import KeywordChanged, RecordingChanged
from companion_app.observers import Observers

STATUS = Status(
    battery_mv=3900, battery_percent=82, temperature_c=31, state="connectable", recording="nothing", muted=False,
    free_bytes=3_000_000, card="none", items=4, not_imported=0, unsigned=0, uptime_s=900, heap_free=60_000,
    keyword="listening", words=["Hey Jarvis"],
)  # fmt: skip
OWN, OTHER = Phone(1, "This phone", 1, True), Phone(2, "Anna's phone", 2, False)


class FakeGlasses:
    """Set `said_status`, `said_phones`, `goodput_bytes_per_s`; `asked_for` lists what was asked of the glasses."""

    def __init__(self) -> None:
        self.said_status = STATUS
        self.said_phones = [OWN, OTHER]
        self.goodput_bytes_per_s = 24_000
        self.asked_for: list[tuple[str, Any]] = []
        self.recordings: Observers[RecordingChanged] = Observers()
        self.notices: Observers[Any] = Observers()

    async def status(self) -> Status:
        return self.said_status

    async def phones(self) -> list[Phone]:
        return self.said_phones

    def link_info(self) -> dict[str, Any]:
        return {"mtu": 247, "goodput_bytes_per_s": self.goodput_bytes_per_s}

    async def change_settings(self, **changes: Any) -> dict[str, Any]:
        self.asked_for.append(("settings", changes))
        if "keyword" in changes:
            self.said_status = replace(self.said_status, keyword="listening" if changes["keyword"] else "off")
        return changes

    async def clip(self) -> None:
        self.asked_for.append(("clip", None))

    async def burst(self, frames: int) -> None:
        self.asked_for.append(("burst", frames))

    async def stop(self) -> str:
        self.asked_for.append(("stop", None))
        return "clip"

    def tell_recording(self, what: str, *, on: bool) -> None:
        self.recordings.notify(RecordingChanged(what, on, "button", None))

    def tell_keyword(self, state: str) -> None:
        self.notices.notify(KeywordChanged(state))

    def on_recording(self, callback: Callable[[RecordingChanged], None]) -> Callable[[], None]:
        return self.recordings.add(callback)

    def on_notice(self, callback: Callable[[Any], None]) -> Callable[[], None]:
        return self.notices.add(callback)
