"""The shelves in the whole app: selections, answers that change, questions that keep themselves, room that runs out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from companion_app.companion import Companion
from companion_app.control import shelves
from companion_app.control.asking import Asked
from companion_app.control.item_history import What
from companion_app.gallery.errors import NoSpaceLeft
from companion_app.gallery.filters import Filter
from companion_app.gallery.import_state import Step
from companion_app.gallery.space import Space
from companion_app.link.errors import NotConnected
from companion_app.store.errors import DatabaseUnwritable
from tests.app.answered import answer_all
from tests.app.ledger_words import entries
from tests.app.libraries import opened_in
from tests.app.peer import Peer
from tests.app.vaults import vault_in

Until = Callable[[Callable[[], bool]], Awaitable[None]]


async def three(paired: Companion, peer: Peer) -> None:
    for _ in range(3):
        peer.take_picture()
    await paired.sync()


async def test_a_selection_is_deleted_here_and_on_the_glasses(paired: Companion, peer: Peer) -> None:
    await three(paired, peer)
    one, two, kept = paired.gallery.pictures()
    seen: list[tuple[int, int]] = []
    done = await paired.delete_many([one, two, one], progress=lambda at, of: seen.append((at, of)))
    assert done.gone == (one.id, two.id, one.id)
    assert (done.failed, done.requests) == ((), ())
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert paired.gallery.pictures() == [kept]
    assert [row["id"] for row in peer.items] == [kept.item]


async def test_one_that_cannot_be_deleted_does_not_keep_the_others(
    paired: Companion, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await three(paired, peer)
    stuck, *others = paired.gallery.pictures()
    real = paired.gallery.delete

    def delete(picture: object) -> None:
        if picture == stuck:
            raise DatabaseUnwritable(Path("library.db"), "full")
        real(picture)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(paired.gallery, "delete", delete)
    done = await paired.delete_many([stuck, *others])
    assert [picture for picture, _ in done.failed] == [stuck]
    assert done.gone == tuple(picture.id for picture in others)
    assert paired.gallery.pictures() == [stuck]


@pytest.mark.parametrize("ask_back", [True, False])
async def test_what_was_shared_is_asked_back_before_it_is_deleted(paired: Companion, ask_back: bool) -> None:
    answer_all(paired.onboarding)
    picture = await paired.capture()
    shown = paired.sharing.propose(picture, "local", "What is this?")
    terms = {"terms_sha256": shown.card.terms_sha256, "picture_sha256": shown.sha256}
    receipt = paired.sharing.agree(shown, recipient=shown.card.recipient, purpose=shown.purpose, **terms)
    paired.ledger.append("share_sending", receipt_id=receipt.id, recipient="x")  # as after an upload nobody knows of
    assert paired.library.find(Filter(shared=True)) == [picture]
    never_shared = await paired.capture()
    assert (await paired.delete_many([never_shared], ask_back=ask_back)).requests == ()
    done = await paired.delete_many([picture], ask_back=ask_back)
    assert [request.receipt_id for request in done.requests] == [receipt.id] * ask_back
    kinds = [entry.kind for entry in paired.ledger.entries()]
    assert ("asked_back" in " ".join(kinds)) is ask_back
    if ask_back:
        back = next(place for place, kind in enumerate(kinds) if "asked_back" in kind)
        assert back < len(kinds) - kinds[::-1].index("delete")


async def test_the_whole_history_of_an_item(paired: Companion, peer: Peer, tmp_path: Path) -> None:
    picture = await paired.capture()
    await paired.export([picture], tmp_path)
    assert [each.what for each in paired.history_of(picture)] == [What.IMPORTED, What.TOLD, What.EXPORTED]


async def test_deleting_takes_words_place_and_questions_along(paired: Companion, folder: Path) -> None:
    picture = await paired.capture()
    paired.words.keep(picture.id, ["PLATFORM SEVEN"])
    paired.history.keep(picture.id, "Which platform?", "Seven", "this device")
    assert paired.library.find(Filter(text="seven")) == [picture]
    await paired.delete(picture)
    assert paired.history.all() == []
    assert b"platform" not in opened_in(folder).lower()


async def test_an_answer_that_changes_is_obeyed_at_once(paired: Companion) -> None:
    picture = await paired.capture()
    answer_all(paired.onboarding, voice_listen="yes", voice_leave="yes", voice_keep="days_7", transcripts="days_30")
    paired._shelves.keep_spoken(Asked(picture, "Which platform?"), b"\1\2" * 1600)
    (kept,) = paired.history.all()
    assert (kept.question, kept.sound_ms) == ("Which platform?", 100)
    paired.onboarding.answer("voice_keep", "no")
    assert [one.sound_ms for one in paired.history.all()] == [0]
    paired.onboarding.answer("transcripts", "no")
    assert paired.history.all() == []


async def test_days_that_are_over_are_seen_while_the_app_runs(
    folder: Path, air: object, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s = [1_800_000_000.0]
    monkeypatch.setattr(shelves, "_PURGE_EVERY_S", 0.001)
    companion = await Companion.open(vault_in(folder), clock=lambda: now_s[0])
    answer_all(companion.onboarding, voice_listen="yes", voice_leave="yes", transcripts="days_7")
    companion.history.keep("a1" * 8, "Which?", "That", "here", spoken=True)
    assert companion.history.all()
    now_s[0] += 7 * 86_400
    await until(lambda: companion.history.all() == [])
    await companion.close()


async def test_an_import_stops_with_words_before_the_disk_is_full(
    paired: Companion, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        peer.take_picture()
    free = [1 << 20]
    monkeypatch.setattr(paired.space, "look", lambda: Space(free[0], 1 << 30, 256 << 20))
    with pytest.raises(NoSpaceLeft) as raised:
        await paired.sync()
    assert (paired.imports.state.step, paired.imports.state.stopped_by) == (Step.STOPPED, raised.value)
    assert paired.gallery.pictures() == []
    assert len(peer.items) == 2
    free[0] = 1 << 40
    assert len(await paired.sync()) == 2
    state = paired.imports.state
    assert (state.step, state.items, state.brought, state.bytes) == (Step.DONE, 2, 2, state.all_bytes)


async def test_an_item_that_stays_is_counted(paired: Companion, peer: Peer) -> None:
    first, _ = peer.take_picture(), peer.take_picture()
    del peer.blobs[first["item"]["id"]]
    await paired.sync()
    state = paired.imports.state
    assert (state.items, state.brought, state.left, state.bytes) == (2, 1, 1, state.all_bytes)


async def test_reading_begins_when_it_is_told_to(
    paired: Companion, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = await paired.capture()
    monkeypatch.setattr(paired.reading, "_reader", lambda _: ("PLATFORM 7",))
    assert paired.words.of(picture.id) is None
    paired.reading.begin()
    await until(lambda: paired.words.of(picture.id) == ("PLATFORM 7",))
    assert paired.library.find(Filter(text="platform")) == [picture]


async def test_what_was_shown_before_a_restart_is_shown_after_it(paired: Companion, folder: Path) -> None:
    picture = await paired.capture()
    paired.words.keep(picture.id, ["PIER"])
    await paired.close()
    again = await Companion.open(vault_in(folder))
    assert again.library.find(Filter(text="pier")) == [picture]
    with pytest.raises(NotConnected):
        await again.sync()
    await again.close()


async def test_an_export_is_on_record(paired: Companion, tmp_path: Path) -> None:
    picture = await paired.capture()
    done = await paired.export([picture], tmp_path)
    assert [path.read_bytes() for path in done.files] == [picture.read()]
    assert entries(paired, "export") == [{"count": 1, "commits": [picture.commitment]}]
