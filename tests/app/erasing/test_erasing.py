"""Delete everything everywhere: what the glasses were asked, what stands in the receipt, and what is left here."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion_app.companion import Companion
from companion_app.erasing.erasing import Erasing
from companion_app.erasing.errors import GlassesNotErased, NoPlaceForReceipt, ReceiptInside
from companion_app.erasing.marker import Marker, read_marker
from companion_app.erasing.receipt import SCHEMA, AskedBackRow, ErasureReceipt, OnGlasses, State
from companion_app.erasing.survey import survey
from companion_app.erasing.unfinished import finish
from companion_app.gallery.picture import Picture
from companion_app.link.errors import GlassesRefused
from companion_app.sharing.outcome import Outcome
from companion_app.sharing.records import SENDING
from companion_app.vault import Keystore
from tests.app.answered import answer_all
from tests.app.conftest import Air
from tests.app.peer import Peer
from tests.app.ports.keystores import MemoryKeystore

Until = Callable[[Callable[[], bool]], Awaitable[None]]

NOW_S = 1_800_000_000.0
FIELDS = ("schema", "glasses", "requests", "state", "left", "begun_s", "x")
FOREIGN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.just(SCHEMA),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), part, max_size=6),
    max_leaves=9,
)


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """Where the owner wants the receipt."""
    return tmp_path / "stick"


def erasing(app: Companion, folder: Path) -> Erasing:
    return Erasing(app, folder, clock=lambda: NOW_S, keystore=MemoryKeystore)


def read(place: Path) -> ErasureReceipt:
    return ErasureReceipt.from_json(json.loads((place / "receipt.json").read_bytes()))


def left_in(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*")} - {"in-use"}


async def with_pictures(app: Companion, count: int) -> list[Picture]:
    return [await app.capture() for _ in range(count)]


async def test_everything_goes_and_the_receipt_says_so(
    paired: Companion, peer: Peer, folder: Path, outside: Path
) -> None:
    await with_pictures(paired, 2)
    peer.take_picture()
    glasses = paired.glasses_id

    place = await erasing(paired, folder).run(outside)

    assert left_in(folder) == set()
    assert peer.items == []
    assert peer.pair_key is None, "this phone is a stranger to them now"
    assert place is not None
    receipt = read(place)
    (told,) = receipt.glasses
    assert (receipt.state, receipt.key_destroyed_s, receipt.done_s) == (State.DONE, int(NOW_S), int(NOW_S))
    assert (told.glasses, told.asked, told.items_erased, told.items_left) == (glasses, True, 3, 0)
    assert receipt.pictures == 2
    assert receipt.files_removed > 5
    assert receipt.left == ()
    text = (place / "receipt.txt").read_text()
    assert glasses in text
    assert receipt.ledger_head in text
    assert "3 pictures erased" in text


async def test_the_glasses_hear_nothing_before_they_are_left(
    paired: Companion, peer: Peer, folder: Path, outside: Path, until: Until
) -> None:
    """They listen without any phone: who leaves them listening leaves them listening for ever."""
    answer_all(paired.onboarding, voice_listen="yes", voice_leave="no")
    await until(lambda: peer.voice == "keyword" and bool(peer.settings["keyword"]))
    await erasing(paired, folder).run(outside)
    asked = [name for name, _ in peer.requests]
    assert (peer.voice, peer.settings["keyword"]) == ("off", False)
    assert asked[-1] == "revoke"


async def test_other_phones_are_forgotten_too_and_this_one_last(
    paired: Companion, peer: Peer, folder: Path, outside: Path
) -> None:
    rows = [
        {"id": 1, "name": "a", "paired_s": 5, "current": True},
        {"id": 4, "name": "b", "paired_s": 6, "current": False},
    ]
    peer.answers["phones"] = lambda _: {"phones": rows}
    peer.answers["revoke"] = lambda fields: fields
    place = await erasing(paired, folder).run(outside)
    assert [fields["phone"] for name, fields in peer.requests if name == "revoke"] == [4, 1]
    assert place is not None
    assert read(place).glasses[0].phones_removed == 2


async def test_an_item_that_is_gone_already_stops_nothing(
    paired: Companion, peer: Peer, folder: Path, outside: Path
) -> None:
    peer.take_picture()
    peer.answers["delete"] = lambda fields: peer.items.clear() or {"error": "unknown_item"}
    place = await erasing(paired, folder).run(outside)
    assert place is not None
    assert read(place).glasses[0].items_erased == 0


async def test_what_was_shared_is_asked_back_in_a_letter(
    companion: Companion, folder: Path, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    share_something(companion)
    (share,) = companion.sharing.shares()
    assert survey(companion).recipients == (share.recipient,)
    place = await erasing(companion, folder).run(outside)
    assert place is not None
    (row,) = read(place).requests
    letter = (place / row.file).read_text()
    assert row.recipient == share.recipient
    assert "Please erase" in letter
    assert share.receipt_id in letter
    assert row.recipient in (place / "receipt.txt").read_text()


def share_something(app: Companion) -> None:
    """A consent on record whose upload may have left."""
    consent = {
        "receipt_id": "ab" * 32,
        "parties": [{"party_name": "api.example.org"}],
        "processing": {"purposes": [{"purpose": "answering"}]},
        "picture": {"id": "p", "sha256": "cd" * 32, "bytes": 9, "commit": "ef" * 32},
    }
    app.ledger.append("share_agreed", **consent)
    app.ledger.append(SENDING, receipt_id="ab" * 32)
    assert app.sharing.shares()[0].outcome is Outcome.UNKNOWN


async def test_glasses_out_of_reach_stop_it_before_anything_is_destroyed(
    paired: Companion, air: Air, folder: Path, outside: Path
) -> None:
    (picture,) = await with_pictures(paired, 1)
    await paired.disconnect()
    air.peers.clear()
    with pytest.raises(GlassesNotErased) as raised:
        await erasing(paired, folder).run(outside)
    assert raised.value.glasses == paired.glasses_id
    assert paired.gallery.pictures() == [picture]
    assert picture.read()
    marker = read_marker(folder)
    assert marker is not None
    assert not marker.destroying
    assert finish(folder) is None, "a start in between destroys nothing"
    assert paired.gallery.pictures() == [picture]


async def test_without_the_glasses_the_receipt_says_that_they_were_not_asked(
    paired: Companion, air: Air, folder: Path, outside: Path
) -> None:
    await paired.disconnect()
    air.peers.clear()
    place = await erasing(paired, folder).run(outside, without_glasses=True)
    assert left_in(folder) == set()
    assert place is not None
    (told,) = read(place).glasses
    assert (told.asked, told.why_not) == (False, "GlassesNotFound")
    assert "reset gesture" in (place / "receipt.txt").read_text()


async def test_a_second_try_goes_on_with_the_same_receipt_and_counts_on(
    paired: Companion, peer: Peer, folder: Path, outside: Path
) -> None:
    await with_pictures(paired, 2)
    peer.answers["crashes"] = lambda _: {"error": "busy"}
    with pytest.raises(GlassesNotErased) as raised:
        await erasing(paired, folder).run(outside)
    assert isinstance(raised.value.cause, GlassesRefused)
    again = erasing(paired, folder)
    begun = again.begun
    del peer.answers["crashes"]
    assert await again.run(outside / "elsewhere") == begun is not None
    assert len(list(outside.iterdir())) == 1


async def test_given_up_it_leaves_everything_as_it_is(
    paired: Companion, peer: Peer, folder: Path, outside: Path
) -> None:
    (picture,) = await with_pictures(paired, 1)
    peer.answers["stop"] = lambda _: {"error": "busy"}
    begun = erasing(paired, folder)
    with pytest.raises(GlassesNotErased):
        await begun.run(outside)
    begun.give_up()
    assert begun.begun is None
    assert read_marker(folder) is None
    assert paired.gallery.pictures() == [picture]


async def test_the_receipt_may_not_lie_in_what_goes(companion: Companion, folder: Path, outside: Path) -> None:
    with pytest.raises(ReceiptInside):
        await erasing(companion, folder).run(folder / "gallery")
    outside.write_text("a file where a folder should be")
    with pytest.raises(NoPlaceForReceipt):
        await erasing(companion, folder).run(outside)
    assert read_marker(folder) is None
    assert [entry.kind for entry in companion.ledger.entries()] == []


async def test_it_is_on_record_before_anybody_is_asked(
    paired: Companion, peer: Peer, folder: Path, outside: Path
) -> None:
    peer.answers["stop"] = lambda _: {"error": "busy"}
    with pytest.raises(GlassesNotErased):
        await erasing(paired, folder).run(outside)
    kinds = [entry.kind for entry in paired.ledger.entries()]
    assert kinds.index("erasing") < kinds.index("erasing_glasses")


def test_a_receipt_survives_its_file(tmp_path: Path) -> None:
    receipt = ErasureReceipt(
        begun_s=1,
        state=State.DESTROYING,
        glasses=(OnGlasses("aa", True, 2, 0, 1, 9, "bb"),),
        requests=(AskedBackRow("ab", "who", "unknown", 1, 2, "request-ab.txt"),),
        left=("keys/owner.json",),
    )
    assert ErasureReceipt.from_json(json.loads(json.dumps(receipt.to_json()))) == receipt


@given(FOREIGN)
def test_no_foreign_file_passes_for_a_receipt_or_raises_anything_else(value: object) -> None:
    with pytest.raises(ValueError, match="not a"):
        ErasureReceipt.from_json(value)


@given(content=st.binary(max_size=60))
def test_a_damaged_marker_destroys_nothing_while_the_lock_stands(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = tmp_path_factory.mktemp("app")
    (folder / "vault.json").write_text("{}")
    (folder / "erasing.json").write_bytes(content)
    assert finish(folder, keystore=MemoryKeystore) is None
    assert (folder / "vault.json").exists()


def test_without_a_lock_a_damaged_marker_goes_on(tmp_path: Path) -> None:
    (tmp_path / "erasing.json").write_bytes(b"{")
    (tmp_path / "gallery").mkdir()
    (tmp_path / "gallery" / "a.jpg").write_bytes(b"x")
    assert finish(tmp_path, keystore=MemoryKeystore) is None
    assert left_in(tmp_path) == set()


def test_a_receipt_whose_place_is_gone_stops_no_erasing(tmp_path: Path) -> None:
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "x").write_bytes(b"x")
    Marker(destroying=True, receipt=tmp_path / "pulled out").write(folder)
    assert finish(folder, keystore=MemoryKeystore) is None
    assert left_in(folder) == set()


def test_the_secret_in_the_keystore_goes_too(tmp_path: Path) -> None:
    keystore = MemoryKeystore()
    keystore.put("plainsight-1", b"secret")
    place = tmp_path / "out"
    place.mkdir()
    folder = tmp_path / "app"
    folder.mkdir()
    Marker(destroying=True, receipt=place, entries=("plainsight-1",)).write(folder)
    assert finish(folder, keystore=lambda: keystore) == place
    assert "plainsight-1" not in keystore.secrets
    assert read(place).keystore == "removed"


async def test_a_vault_that_the_keystore_opens_leaves_no_secret_there(
    paired: Companion, folder: Path, outside: Path
) -> None:
    keystore = MemoryKeystore()
    paired.vault.change(Keystore(keystore))
    assert keystore.secrets
    assert await Erasing(paired, folder, clock=lambda: NOW_S, keystore=lambda: keystore).run(outside) is not None
    assert not keystore.secrets


def test_links_are_removed_and_not_followed(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "app", tmp_path / "elsewhere"
    for one in (folder, elsewhere):
        one.mkdir()
    (elsewhere / "mine").write_bytes(b"x")
    (folder / "link").symlink_to(elsewhere)
    Marker(destroying=True, receipt=tmp_path / "none").write(folder)
    finish(folder, keystore=MemoryKeystore)
    assert left_in(folder) == set()
    assert (elsewhere / "mine").exists()
