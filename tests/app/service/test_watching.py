"""What counts as live, from the companion's own signals; and that Stop ends all of it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from companion_app.language import spoken
from companion_app.link.connection import ConnectionState
from companion_app.link.errors import NotConnected
from companion_app.link.events import RecordingChanged
from companion_app.observers import Observers
from companion_app.service.watching import Kind, LiveThing, Watching
from companion_app.service.words import show_words


class Signals:
    """The part of a companion that is watched."""

    def __init__(self) -> None:
        self.sessions: Observers[Any] = Observers()
        self.looks: Observers[bool] = Observers()
        self.listens: Observers[bool] = Observers()
        self.recordings: Observers[RecordingChanged] = Observers()
        self.changes: Observers[Any] = Observers()
        self.on_look, self.on_listen, self.on_recording = self.looks.add, self.listens.add, self.recordings.add
        self.connection = SimpleNamespace(state=ConnectionState.CONNECTED, observe=self.changes.add)
        self.ended: list[str] = []
        live = SimpleNamespace(observe=self.sessions.add, stop=self.ended.append)
        self.sharing = SimpleNamespace(live=live)
        self.reachable = True

    async def stop(self) -> str:
        if not self.reachable:
            raise NotConnected
        self.ended.append("glasses")
        return "clip"

    def connect(self, state: ConnectionState) -> None:
        self.connection.state = state
        self.changes.notify(SimpleNamespace(state=state))


@pytest.fixture
def signals() -> Signals:
    return Signals()


@pytest.fixture
def watching(signals: Signals) -> Watching:
    return Watching(signals)  # type: ignore[arg-type]


def kinds(watching: Watching) -> list[Kind]:
    return [thing.kind for thing in watching.things]


def test_each_beginning_and_end_is_seen_the_weightiest_first(signals: Signals, watching: Watching) -> None:
    told: list[tuple[LiveThing, ...]] = []
    watching.observe(told.append)

    signals.recordings.notify(RecordingChanged("clip", True, "button", None))
    signals.recordings.notify(RecordingChanged("timelapse", True, "app", None))
    signals.looks.notify(True)
    signals.listens.notify(True)
    signals.sessions.notify(SimpleNamespace(receipt=SimpleNamespace(card=SimpleNamespace(recipient="Mill"))))

    assert kinds(watching) == [Kind.SHARING, Kind.LISTENING, Kind.LOOKING, Kind.CLIP, Kind.TIMELAPSE]
    assert watching.things[0] == LiveThing(Kind.SHARING, "Mill")

    signals.sessions.notify(None)
    signals.recordings.notify(RecordingChanged("clip", False, "button", "asked"))
    signals.looks.notify(False)
    signals.listens.notify(False)
    assert kinds(watching) == [Kind.TIMELAPSE]
    signals.recordings.notify(RecordingChanged("timelapse", False, "app", "asked"))
    assert told[-1] == ()
    assert len(told) == 10


def test_what_the_glasses_do_out_of_reach_is_not_claimed(signals: Signals, watching: Watching) -> None:
    signals.recordings.notify(RecordingChanged("clip", True, "button", None))
    signals.looks.notify(True)
    signals.connect(ConnectionState.SEARCHING)
    assert kinds(watching) == [Kind.LOOKING], "this phone's own look ends when its own code says so"
    assert not watching.connected


async def test_stop_ends_what_leaves_first_and_does_not_wait_for_glasses_that_are_gone(
    signals: Signals, watching: Watching
) -> None:
    await watching.stop()
    signals.reachable = False
    await watching.stop()
    assert signals.ended == ["tap", "glasses", "tap"]


def test_after_closing_nothing_is_followed(signals: Signals, watching: Watching) -> None:
    watching.close()
    signals.looks.notify(True)
    assert watching.things == ()


def test_the_notice_names_who_is_shown_what_and_offers_to_stop_it() -> None:
    spoken.use("en")
    show = show_words([LiveThing(Kind.SHARING, "Mill & Sons"), LiveThing(Kind.LISTENING)])
    assert show.body == (
        "What the glasses see is shown to Mill & Sons. The sound of your question comes from the glasses."
    )
    assert (show.title, show.button) == ("Live now", "Stop")
    idle = show_words([])
    assert (idle.body, idle.button) == ("Nothing is live.", "")


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.SHARING])
def test_every_kind_has_words_of_its_own(kind: Kind) -> None:
    others = {show_words([LiveThing(other)]).body for other in Kind if other is not kind}
    assert show_words([LiveThing(kind)]).body not in others
