"""Promise 5 where there is more than one phone: the key is shared by the owner alone, and a lost phone is replaced.

Unmodified firmware on the virtual board, several real apps. A stranger's phone cannot slip in between, and the phrase
opens the door only to somebody who holds the glasses in his hand.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from plainsight.phones import row_check

from companion_app.companion import Companion
from companion_app.control.errors import NotCompared, PhoneChanged
from companion_app.errors import AppError
from companion_app.gallery import Picture
from companion_app.gallery.errors import NotTheOwner
from companion_app.keys.errors import KeyInUse, PhraseWrong
from companion_app.keys.owner import load_owner_key
from companion_app.keys.wrapping import load_wrap_key
from companion_app.link import opening
from companion_app.link.connection import ConnectionState
from companion_app.link.errors import ConnectFailed, GlassesNotFound, GlassesRefused, LinkError, NotAdmitted
from companion_app.link.pins import Pin, PinStore
from tests.app.vaults import opened_ledger, room
from tests.promises.rig import Home, Worn, another_phone, until, worn

pytestmark = [pytest.mark.promise(5), pytest.mark.simulated]

PHONES = "identity/phones.json"


@pytest.fixture(autouse=True)
def short_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not there is not looked for any longer than a stranger in a hurry would."""
    monkeypatch.setattr(opening, "_SEARCH_S", 3.0)


async def invited(both: Worn, second: Companion) -> int:
    """Pair a second phone by invitation; its number. The owner's phone is disconnected afterwards, the second too."""
    code = await both.app.invite()
    await both.app.disconnect()
    await both.hold_button()
    await second.pair(code, "second")
    await second.disconnect()
    return second.pin.phone


async def sealed_picture(both: Worn) -> Picture:
    picture = await both.press()
    assert isinstance(picture, Picture)
    return picture


def kinds(app: Companion) -> list[str]:
    return [entry.kind for entry in app.ledger.entries()]


async def test_a_second_phone_opens_pictures_once_the_owner_has_compared_its_code_and_shared_the_key(
    home: Home, tmp_path: Path
) -> None:
    async with worn(home, connect=True) as both:
        picture = await sealed_picture(both)
        async with another_phone(both, tmp_path / "second") as second:
            number = await invited(both, second)
            await second.connect()
            with pytest.raises(NotTheOwner):
                await second.sync()
            shown = await second.own_comparison_code()
            await second.disconnect()

            await both.app.connect()
            with pytest.raises(NotCompared):
                await both.app.share_key(number)
            assert await both.app.comparison_code(number) == shown
            await both.app.share_key(number)
            assert [(row.name, row.wrapped) for row in await both.app.phones()] == [
                ("owner's phone", False),
                ("second", True),
            ]
            await both.app.disconnect()

            await second.connect()
            await until(lambda: bool(second.gallery.pictures()), "the second phone opens the picture")
            assert second.gallery.pictures()[0].sha256 == picture.sha256
            records = [json.loads(line) for line in await second.glasses.journal(0, 1000)]
            assert [data for _, _, kind, data in records if kind == "wrap"] == [{"phone": 2, "by": 1}]
            assert [data for _, _, kind, data in records if kind == "unwrap"] == [{"phone": 2}]
            assert kinds(both.app).count("key_shared") == 1
            assert kinds(second).count("key_received") == 1
            assert (await second.capture()).read()
        await both.sim.board.kill()
        files = await both.files()
    private = json.loads(room(tmp_path / "second" / "keys").read("owner.json"))["private"]
    assert private == json.loads(room(home.app / "keys").read("owner.json"))["private"]
    assert all(bytes.fromhex(private) not in content for content in files.values())
    assert all(private.encode() not in content for content in files.values())


async def test_a_wrap_key_that_was_exchanged_on_the_way_shows_another_code(home: Home, tmp_path: Path) -> None:
    async with worn(home, connect=True) as both:
        async with another_phone(both, tmp_path / "second") as second:
            number = await invited(both, second)
            shown = await second.own_comparison_code()
        await both.app.connect()
        assert await both.app.comparison_code(number) == shown
        await both.switch_off()
        thief = load_wrap_key(room(tmp_path / "thief" / "keys")).public_key().public_bytes_raw().hex()
        rows = json.loads((await both.files())[PHONES])
        rows[1]["wrap_key"] = thief
        rows[1]["check"] = row_check(rows[1])
        await both.put_file(PHONES, json.dumps(rows).encode())
        await both.switch_on()
        await both.app.connect()
        with pytest.raises(PhoneChanged):  # compared before it was exchanged
            await both.app.share_key(number)
        assert await both.app.comparison_code(number) != shown
        assert "key_shared" not in kinds(both.app)


async def test_a_phone_whose_own_key_is_in_use_takes_no_other(home: Home, tmp_path: Path) -> None:
    """It would shut itself out of the pictures of its own glasses; the copy waits."""
    async with worn(home, connect=True) as both:
        phrase = both.app.recovery_phrase()
        async with another_phone(both, tmp_path / "second") as second:
            number = await invited(both, second)
        own = own_glasses(tmp_path / "second")
        await both.app.connect()
        await both.app.comparison_code(number)
        await both.app.share_key(number)
        await both.app.disconnect()
        async with another_phone(both, tmp_path / "second") as second:
            with pytest.raises(KeyInUse):
                await second.recover(phrase, "second")
            problems: list[AppError] = []
            second.on_problem(problems.append)
            await second.connect()
            await until(lambda: any(isinstance(each, KeyInUse) for each in problems), "the app says so")
            assert load_owner_key(room(tmp_path / "second" / "keys")).public == own
            assert [row.wrapped for row in await second.phones() if row.current] == [True]


def own_glasses(folder: Path) -> bytes:
    """Let the phone in `folder` be paired with glasses of its own as well; the owner's key of those."""
    own = load_owner_key(room(folder / "keys")).public
    pins = PinStore(room(folder / "keys"))
    shared = pins.current
    assert shared is not None
    for pin in (Pin(bytes(32), bytes(32), 1, own), shared):
        pins.add(pin)
    return own


async def test_a_lost_phone_is_replaced_by_the_phrase_opens_the_old_pictures_and_shuts_the_old_phone_out(
    home: Home, tmp_path: Path
) -> None:
    async with worn(home, connect=True) as both:
        picture = await sealed_picture(both)
        phrase = both.app.recovery_phrase()
        assert kinds(both.app)[-1] == "phrase_shown"
        assert phrase not in opened_ledger(home.app).read_text()
        await both.app.disconnect()
        async with another_phone(both, tmp_path / "new") as new:
            with pytest.raises(GlassesNotFound):
                await new.recover(phrase, "new phone")  # nobody holds the button
            await both.hold_button()
            with pytest.raises(PhraseWrong) as raised:
                await new.recover(phrase.replace(phrase.split()[3], "nosuchword", 1), "new phone")
            assert raised.value.word == "nosuchword"
            assert not new.paired
            await new.recover(phrase.upper(), "new phone")
            assert kinds(new)[:2] == ["key_restored", "pairing"]
            await until(lambda: bool(new.gallery.pictures()), "the old picture comes")
            assert new.gallery.pictures()[0].sha256 == picture.sha256
            await new.revoke(1)
            assert [(row.id, row.name) for row in await new.phones()] == [(2, "new phone")]
            pairing = [json.loads(line) for line in await new.glasses.journal(0, 1000)]
            assert [data["by"] for _, _, kind, data in pairing if kind == "pairing"] == ["code", "recovery"]
            await new.disconnect()
            # The last beacon before that session's end may name the old phone still; nobody is at its address any more.
            with pytest.raises((GlassesNotFound, ConnectFailed)):
                await both.app.connect()


async def test_after_the_last_phone_was_revoked_the_phrase_is_the_way_in_and_the_old_code_is_not(
    home: Home, tmp_path: Path
) -> None:
    async with worn(home, connect=True) as both:
        phrase = both.app.recovery_phrase()
        await both.app.unpair()
        await both.hold_button()
        async with another_phone(both, tmp_path / "stranger") as stranger:
            with pytest.raises(NotAdmitted):
                await stranger.pair(home.code.qr_text, "stranger")
        async with another_phone(both, tmp_path / "new") as new:
            await new.recover(phrase, "new phone")
            assert [row.id for row in await new.phones()] == [1]
            assert new.journal_verdict is not None
            assert new.journal_verdict.findings == ()


async def test_the_phrase_of_other_glasses_opens_nothing(home: Home, tmp_path: Path) -> None:
    async with worn(home) as both:
        await both.hold_button()
        async with another_phone(both, tmp_path / "other") as other:
            own = other.recovery_phrase()
        async with another_phone(both, tmp_path / "stranger") as stranger:
            before = load_owner_key(room(tmp_path / "stranger" / "keys")).public
            with pytest.raises(NotAdmitted):
                await stranger.recover(own, "stranger")
            assert load_owner_key(room(tmp_path / "stranger" / "keys")).public == before, "nothing has changed"
            assert not stranger.paired


async def test_a_second_phone_beside_a_connected_one_gets_a_clear_answer_and_disturbs_nothing(
    home: Home, tmp_path: Path
) -> None:
    async with worn(home, connect=True) as both, another_phone(both, tmp_path / "second") as second:
        await invited(both, second)
        await both.app.connect()
        with pytest.raises(LinkError) as raised:
            await second.connect()
        assert second.connection.state is ConnectionState.DISCONNECTED
        assert raised.value.reason is second.connection.reason
        assert both.app.connection.state is ConnectionState.CONNECTED
        assert isinstance(await both.press(), Picture)
        await both.app.disconnect()
        await second.connect()
        assert second.connection.state is ConnectionState.CONNECTED


async def test_a_damaged_list_of_phones_is_told_to_the_owner_who_comes_back_by_the_phrase(
    home: Home, tmp_path: Path
) -> None:
    async with worn(home, connect=True) as both:
        phrase = both.app.recovery_phrase()
        await both.switch_off()
        await both.put_file(PHONES, b'[{"id": 1, "na')
        log = await both.switch_on()
        assert any("damaged: identity/phones.json" in line for line in log)
        await both.hold_button()
        await both.app.recover(phrase, "owner's phone")
        verdict = both.app.journal_verdict
        assert verdict is not None
        assert "identity/phones.json damaged" in verdict.words()
        assert not verdict.intact
        await both.app.accept_journal()
        assert both.app.journal_verdict is not None
        assert both.app.journal_verdict.intact
        assert "journal_accepted" in kinds(both.app)


async def test_a_guest_leaves_no_key_that_anybody_believes(home: Home, tmp_path: Path) -> None:
    """A paired guest may leave something for another phone; what is not the owner's key is refused there."""
    async with worn(home, connect=True) as both:
        async with another_phone(both, tmp_path / "second") as second:
            await invited(both, second)
            await second.connect()
            with pytest.raises(NotTheOwner):
                await second.share_key(1)
            await second.glasses.wrap(1, "QUJD")
            with pytest.raises(GlassesRefused):
                await second.glasses.wrap(5, "QUJD")
            await second.disconnect()
        own = load_owner_key(room(home.app / "keys")).public
        await both.app.connect()
        assert load_owner_key(room(home.app / "keys")).public == own
