"""Promise 3, nothing happens off the record: every act leaves its record, and no record can be taken back unseen.

The journal of the glasses and the ledger of the phone are edited, thinned out, reordered, cut short, rewritten with all
their hashes, and replaced by older copies; at the next start or the next visit somebody names what was done.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from plainsight.journal import Journal

from companion_app.companion import Companion
from companion_app.gallery import Picture
from companion_app.ledger.verdict import Damage
from companion_app.link.errors import GlassesRefused
from companion_app.link.events import Refusal
from companion_app.onboarding.questions import LISTEN
from tests.app.libraries import opened_in
from tests.app.vaults import opened_ledger, room, vault_in
from tests.promises.rig import Home, Worn, another_phone, tap, until, worn

pytestmark = [pytest.mark.promise(3), pytest.mark.simulated]

JOURNAL_FAILS_MAIN = Path(__file__).parent / "on_micropython" / "journal_fails.py"
LOG = "journal/00000000.log"
LOW_MV = 3550  # a battery that still proves the light


@dataclass(frozen=True)
class Past:
    """Glasses and phone after a day: one picture kept, one refused, one deleted; and what only the test knows."""

    home: Home
    kept: Picture
    deleted: Picture
    morning: bytes  # the flash before the last two presses


@pytest.fixture(scope="module")
def past_once(paired_once: Home, tmp_path_factory: pytest.TempPathFactory) -> Past:
    """Lived once, not to be changed."""
    return asyncio.run(live(paired_once.copy(tmp_path_factory.mktemp("past") / "home")))


@pytest.fixture
def past(past_once: Past, tmp_path: Path) -> Past:
    """The same past, for this test alone."""
    return Past(past_once.home.copy(tmp_path / "home"), past_once.kept, past_once.deleted, past_once.morning)


async def live(home: Home) -> Past:
    """A picture, a night, a refusal, a picture that is deleted, and a last look of the phone at the journal."""
    async with worn(home, connect=True) as both:
        kept = await both.press()
        await both.switch_off()
        morning = home.flash.read_bytes()
        await both.switch_on()
        await both.app.connect()
        both.world.led.cut()
        assert isinstance(await both.press(), Refusal)
        both.world.led.mend()
        deleted = await both.press()
        assert isinstance(kept, Picture)
        assert isinstance(deleted, Picture)
        await both.app.delete(deleted)
        await both.app.disconnect()
        await both.app.connect()
        await both.switch_off()
    return Past(home, kept, deleted, morning)


class Watch:
    """What each act adds to the two records."""

    def __init__(self, both: Worn) -> None:
        self.both = both

    async def during(self, act: Callable[[], object]) -> tuple[list[str], list[str]]:
        """Kinds of the new records on the glasses and on the phone; the battery is looked at by a clock of its own."""
        app = self.both.app
        journal, ledger = len(await self.both.journal()), len(app.ledger.entries())
        await act()  # type: ignore[misc]
        new = (await self.both.journal())[journal:]
        return [kind for kind, _ in new if kind != "power"], [entry.kind for entry in app.ledger.entries()[ledger:]]


async def test_each_act_leaves_its_record_on_both_sides(home: Home, tmp_path: Path) -> None:
    async with worn(home, connect=True) as both:
        app, world, watch = both.app, both.world, Watch(both)
        assert await watch.during(both.press) == (["exposure", "import", "imported"], ["import", "imported"])
        assert await watch.during(app.capture) == (["exposure", "import", "imported"], ["import", "imported"])
        world.led.cover()
        assert await watch.during(both.press) == (["refusal"], [])
        world.led.mend()
        world.during_exposure(4, 0.5, world.led.cut)
        assert await watch.during(both.press) == (["refusal"], [])
        world.led.mend()
        world.battery.set_mv(3000)
        assert await watch.during(both.press) == (["refusal"], [])
        world.battery.set_mv(3900)

        newest = app.gallery.pictures()[0]
        assert await watch.during(lambda: app.delete(newest)) == (["delete"], ["delete", "deleted_on_glasses"])

        async def answer() -> None:
            app.onboarding.answer(LISTEN.id, "yes")
            await until(lambda: app.ledger.entries()[-1].kind == "voice_policy", "the glasses hold the new policy")

        assert await watch.during(answer) == (["settings"], ["consent", "voice_policy"])
        await lend_and_revoke(both, tmp_path / "second")
        assert_exposures_are_recorded(both, await both.journal())


async def lend_and_revoke(both: Worn, folder: Path) -> None:
    """A second phone comes in by invitation and is revoked; both stand in the journal."""
    before = len(await both.journal())
    code = await both.app.glasses.invite()
    await both.app.disconnect()
    async with another_phone(both, folder) as second:
        await both.hold_button()
        await second.pair(code, "second")
        await second.disconnect()
        await both.app.connect()
        other = next(phone for phone in await both.app.glasses.phones() if not phone.current)
        await both.app.glasses.revoke(other.id)
    records = (await both.journal())[before:]
    kinds = [kind for kind, _ in records if kind not in ("countersign", "settings", "power")]
    assert kinds == ["pairing", "revoke"]


def assert_exposures_are_recorded(both: Worn, journal: list[tuple[str, dict[str, object]]]) -> None:
    """Each kept frame has its commitment in the journal; no frame was exposed that is not one of a recorded act."""
    commits = [data["commit"] for kind, data in journal if kind == "exposure"]
    kept = [exposure for exposure in both.world.exposures if exposure.kept]
    for picture in both.app.gallery.pictures():
        salted = hmac.new(bytes.fromhex(picture.salt), bytes.fromhex(picture.sha256), "sha256").hexdigest()
        assert salted == picture.commitment
        assert salted in commits
    assert len(commits) == len(kept) + 1  # app.capture keeps one that no press told the world of
    starts = [exposure for exposure in both.world.exposures if not exposure.settled and exposure.begun_s]
    acts = [data for kind, data in journal if kind in ("exposure", "refusal")]
    assert starts
    assert len(acts) == 5
    assert not any(picture.sha256 in json.dumps(journal) for picture in both.app.gallery.pictures())


def finds_nothing(board_log: list[str]) -> bool:
    """The glasses see no damage in their journal; they may have been switched off in the middle of a record."""
    return any("journal ok" in line or "journal recovered" in line for line in board_log)


def lines_of(log: bytes) -> list[bytes]:
    return log.splitlines(keepends=True)


def edited(log: bytes) -> bytes:
    lines = lines_of(log)
    number = next(number for number, line in enumerate(lines) if b'"refusal"' in line)
    return b"".join([*lines[:number], lines[number].replace(b"light_unseen", b"battery_low"), *lines[number + 1 :]])


def without_one(log: bytes) -> bytes:
    return b"".join(line for line in lines_of(log) if b'"refusal"' not in line)


def swapped(log: bytes) -> bytes:
    lines = lines_of(log)
    return b"".join([*lines[:5], lines[6], lines[5], *lines[7:]])


def cut_short(log: bytes) -> bytes:
    return b"".join(lines_of(log)[:-3])


@pytest.mark.parametrize(
    ("damage", "name"),
    [(edited, "edited"), (without_one, "removed"), (swapped, "reordered"), (cut_short, "truncated")],
)
async def test_the_glasses_name_what_was_done_to_their_journal(
    past: Past, damage: Callable[[bytes], bytes], name: str
) -> None:
    async with worn(past.home) as both:
        await both.switch_off()
        await both.put_file(LOG, damage((await both.files())[LOG]))
        assert any(f"journal {name}" in line for line in await both.switch_on())
        await both.app.connect()
        boots = [data for kind, data in await both.journal() if kind == "boot"]
        assert boots[-1]["journal"] == name


@pytest.mark.parametrize("missing", ["journal/head", LOG])
async def test_the_glasses_miss_a_file_of_their_journal(past: Past, missing: str) -> None:
    async with worn(past.home) as both:
        await both.switch_off()
        await both.put_file(missing, None)
        [line] = [line for line in await both.switch_on() if "journal " in line]
        assert "journal ok" not in line
        assert "journal new" not in line
        assert "journal recovered" not in line


async def test_what_the_glasses_missed_is_said_by_the_phone_until_the_owner_accepts_it(past: Past) -> None:
    """Only the note of how far the journal goes was removed: the chain is whole, and something is wrong anyway."""
    async with worn(past.home) as both:
        await both.switch_off()
        await both.put_file("journal/head", None)
        await both.switch_on()
        await both.app.connect()
        verdict = both.app.journal_verdict
        assert verdict is not None
        assert verdict.findings == ()
        assert "put back to an older state" in verdict.words()
        assert not verdict.intact
        assert both.app.journal_findings == verdict.told
        signed = countersigns(await both.journal())
        await both.app.accept_journal()
        assert both.app.journal_verdict is not None
        assert both.app.journal_verdict.intact
        assert "journal_accepted" in [entry.kind for entry in both.app.ledger.entries()]
        assert countersigns(await both.journal()) >= signed


async def test_after_an_older_image_was_accepted_the_record_is_guarded_anew(past: Past) -> None:
    journals = room(past.home.app / "journals")
    [copy] = journals.names()
    old_lines = len(journals.read(copy).splitlines())
    past.home.flash.write_bytes(past.morning)
    async with worn(past.home, connect=True) as both:
        assert not both.app.journal_verdict or not both.app.journal_verdict.intact
        await both.app.accept_journal()
        assert both.app.journal_verdict is not None
        assert both.app.journal_verdict.intact, both.app.journal_verdict.words()
        [archive] = [name for name in journals.names() if ".before-" in name]
        assert len(journals.read(archive).splitlines()) == old_lines
        entry = next(entry for entry in both.app.ledger.entries() if entry.kind == "journal_accepted")
        assert entry.data["findings"][0][0] == "CUT_OFF"
        assert both.app.journal_unsigned <= 1
        await forge(both, edited_boot)
        await both.app.connect()
        assert not both.app.journal_verdict.intact


def edited_boot(log: bytes) -> bytes:
    lines = lines_of(log)
    number = next(number for number, line in enumerate(lines) if b'"boot"' in line)
    return b"".join([*lines[:number], lines[number].replace(b'"boot"', b'"mark"'), *lines[number + 1 :]])


async def test_an_edit_too_old_for_the_start_is_found_while_the_glasses_run(
    past: Past, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A long journal, written with the firmware's own code; its newest part alone is checked before they start."""
    folder = tmp_path_factory.mktemp("journal")
    async with worn(past.home) as both:
        await both.switch_off()
        files = await both.files()
        for path in [path for path in files if path.startswith("journal/")]:
            (folder / path.split("/")[1]).write_bytes(files[path])
        journal = Journal(str(folder), lambda: 5, hashlib.sha256(files["identity/cert.der"]).digest())
        assert journal.open() in ("ok", "recovered")
        for number in range(700):
            journal.append("mark", number=number)
        second = folder / "00000064.log"
        second.write_bytes(second.read_bytes().replace(b'"number":70', b'"number":71', 1))
        for path in folder.iterdir():
            await both.put_file(f"journal/{path.name}", path.read_bytes())
        seen = len(both.sim.board.log)
        assert finds_nothing(await both.switch_on())
        await both.sim.board.wait_for_log("journal damaged at record 64", after=seen)
        await both.app.connect()
        assert both.app.journal_verdict is not None
        assert both.app.journal_verdict.findings
        assert "found journal damaged (edited)" in both.app.journal_verdict.words()


async def test_lines_that_only_the_glasses_had_are_missed_by_the_glasses_and_by_the_phone(past: Past) -> None:
    async with worn(past.home) as both:
        log = await unseen_refusal(both)
        await both.put_file(LOG, b"".join(lines_of(log)[:-1]))
        assert any("journal truncated" in line for line in await both.switch_on())
        await both.app.connect()
        assert_damage(both.app, Damage.REMOVED, len(lines_of(log)) - 1)


async def test_a_line_that_nobody_countersigned_yet_is_known_to_be_edited(past: Past) -> None:
    async with worn(past.home) as both:
        log = await unseen_refusal(both)
        await both.put_file(LOG, log.replace(b"battery_low", b"battery_LOW"))
        assert any("journal edited" in line for line in await both.switch_on())
        await both.app.connect()
        assert_damage(both.app, Damage.REPLACED, len(lines_of(log)) - 1)


async def unseen_refusal(both: Worn) -> bytes:
    """The log of glasses that are off again, with a last line that no phone has seen."""
    both.world.battery.set_mv(3000)
    tap(both.world)
    await both.sim.board.wait_for_log("button refused")
    await both.switch_off()
    both.world.battery.set_mv(3900)
    log = (await both.files())[LOG]
    assert b"battery_low" in lines_of(log)[-1]
    return log


def rewritten(files: dict[str, bytes], lines: list[bytes]) -> dict[str, bytes | None]:
    """A journal with other lines and all of its hashes right: whoever holds the flash can compute them."""
    head = hashlib.sha256(b"plainsight-journal-v1" + hashlib.sha256(files["identity/cert.der"]).digest()).digest()
    base = head.hex()
    for line in lines:
        head = hashlib.sha256(head + line.rstrip(b"\n")).digest()
    second = {"count": len(lines), "head": head.hex(), "base": 0, "base_head": base, "first": 0}
    index = {"heads": {"0": base}}
    return {
        LOG: b"".join(lines),
        "journal/head": json.dumps(second).encode(),
        "journal/index": json.dumps(index).encode(),
        "journal/countersigned": None,
    }


async def forge(both: Worn, change: Callable[[bytes], bytes]) -> int:
    """Rewrite the journal with a cable so that the glasses find nothing; the number of the first line that differs."""
    await both.switch_off()
    files = await both.files()
    before, after = lines_of(files[LOG]), lines_of(renumbered(change(files[LOG])))
    for path, content in rewritten(files, after).items():
        await both.put_file(path, content)
    assert finds_nothing(await both.switch_on())
    return next(number for number, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1])


def renumbered(log: bytes) -> bytes:
    records = [[number, *json.loads(line)[1:]] for number, line in enumerate(lines_of(log))]
    return b"".join(json.dumps(record, separators=(",", ":")).encode() + b"\n" for record in records)


async def test_the_phone_names_the_line_that_a_perfect_forger_edited(past: Past) -> None:
    async with worn(past.home) as both:
        first = await forge(both, edited)
        signed = countersigns(await files_of_journal(both))
        await both.app.connect()
        assert_damage(both.app, Damage.EDITED, first)
        assert countersigns(await both.journal()) == signed  # a damaged journal gets no signature


async def test_the_phone_names_what_a_perfect_forger_took_out(past: Past) -> None:
    async with worn(past.home) as both:
        first = await forge(both, without_one)
        await both.app.connect()
        assert_damage(both.app, Damage.EDITED, first)


async def test_the_phone_knows_an_older_flash_image_that_was_put_back_whole(past: Past) -> None:
    past.home.flash.write_bytes(past.morning)
    async with worn(past.home, connect=True) as both:
        assert finds_nothing(both.sim.board.log)
        assert both.app.journal_verdict is not None
        assert_damage(both.app, Damage.CUT_OFF, both.app.journal_verdict.count)


async def test_an_older_image_that_has_grown_since_is_known_as_well(past: Past) -> None:
    past.home.flash.write_bytes(past.morning)
    async with worn(past.home) as both:
        for _ in range(12):
            await both.sim.board.kill()
            await both.switch_on()
        await both.app.connect()
        assert both.app.journal_verdict is not None
        assert not both.app.journal_verdict.intact
        assert {finding.damage for finding in both.app.journal_verdict.findings} == {Damage.EDITED}


async def test_what_is_sound_is_called_sound(past: Past) -> None:
    async with worn(past.home, connect=True) as both:
        assert finds_nothing(both.sim.board.log)
        assert both.app.journal_verdict is not None
        assert both.app.journal_verdict.intact
        assert both.app.ledger.verify().intact


async def files_of_journal(both: Worn) -> list[tuple[str, dict[str, object]]]:
    """The journal as it stands on the flash; the glasses are off for a moment."""
    await both.sim.board.kill()
    records = [json.loads(line) for line in lines_of((await both.files())[LOG])]
    await both.switch_on()
    return [(kind, data) for _, _, kind, data in records]


def countersigns(journal: list[tuple[str, dict[str, object]]]) -> int:
    return [kind for kind, _ in journal].count("countersign")


def assert_damage(app: Companion, damage: Damage, position: int) -> None:
    """The phone names it, in words too, and has it in its own ledger."""
    verdict = app.journal_verdict
    assert verdict is not None
    assert [(finding.damage, finding.position) for finding in verdict.findings] == [(damage, position)]
    assert f"ecord {position} " in verdict.words()
    entry = app.ledger.entries()[-1]
    assert (entry.kind, entry.data["findings"]) == ("journal_damage", [[damage.name, position]])


def spoil_ledger(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Past], None]:
    def spoil(past: Past) -> None:
        path = opened_ledger(past.home.app)
        path.write_bytes(b"".join(change(lines_of(path.read_bytes()))))

    return spoil


def old_head(past: Past) -> None:
    lines = lines_of(opened_ledger(past.home.app).read_bytes())[:-2]
    head = {"count": len(lines), "hash": json.loads(lines[-1])[-1]}
    room(past.home.app / "heads").write_json("ledger.head", head)


@pytest.mark.parametrize(
    ("spoil", "damage"),
    [
        (spoil_ledger(lambda lines: [lines[0].replace(b'"pairing"', b'"parting"'), *lines[1:]]), Damage.EDITED),
        (spoil_ledger(lambda lines: [*lines[:2], *lines[3:]]), Damage.REMOVED),
        (spoil_ledger(lambda lines: [lines[1], lines[0], *lines[2:]]), Damage.REORDERED),
        (spoil_ledger(lambda lines: [*lines, lines[2]]), Damage.DUPLICATED),
        (spoil_ledger(lambda lines: [*lines[:2], b"nothing\n", *lines[3:]]), Damage.UNREADABLE),
        (spoil_ledger(lambda lines: lines[:-2]), Damage.CUT_OFF),
        (old_head, Damage.HEAD_BEHIND),
    ],
)
async def test_the_phone_names_what_was_done_to_its_ledger(
    past: Past, spoil: Callable[[Past], None], damage: Damage
) -> None:
    spoil(past)
    app = await Companion.open(vault_in(past.home.app))
    named = {
        Damage[name] for entry in app.ledger.entries() if entry.kind == "damage" for name, _ in entry.data["findings"]
    }
    app.ledger.append("later")
    assert damage in named
    assert damage in {finding.damage for finding in app.ledger.verify().recorded}  # growing does not hide it
    assert not app.ledger.verify().intact
    await app.close()


async def test_deletion_leaves_the_commitment_and_drops_what_would_open_it(past: Past) -> None:
    """Neither the salt nor a bare hash of the picture, its file or its thumbnail stays on either side, in any form."""
    async with worn(past.home, connect=True) as both:
        clip = await both.app.clip(1)
        await both.app.delete(clip)
        await both.app.disconnect()
        await both.sim.board.kill()
        files = await both.files()
        raw = past.home.flash.read_bytes()
    records = b"".join(content for path, content in files.items() if path.startswith("journal/"))
    assert {path.split(".")[0] for path in files if path.startswith("media/0000")} == {"media/00000001"}
    on_phone = opened_in(past.home.app)
    assert past.kept.salt.encode() in on_phone  # the search does find what is there
    for gone in (past.deleted, clip):
        assert gone.commitment.encode() in records
        assert gone.commitment.encode() in on_phone
        for secret in secrets_of(gone):
            for form in forms(secret):
                assert form not in raw
                assert form not in on_phone


def secrets_of(picture: Picture) -> list[str]:
    """What would tie a record to a picture, as hexadecimal digits."""
    hashes = [picture.salt, picture.sha256, picture.media_sha256, picture.thumb_sha256]
    return [value for value in hashes if value is not None]


def forms(secret: str) -> list[bytes]:
    """How somebody might have written it down."""
    value = bytes.fromhex(secret)
    return [
        secret.encode(),
        secret.upper().encode(),
        value,
        base64.b64encode(value).rstrip(b"="),
        base64.b32encode(value)[:-8],
    ]


async def test_nothing_happens_when_the_journal_cannot_be_written(past: Past) -> None:
    async with worn(past.home, main=JOURNAL_FAILS_MAIN, connect=True) as both:
        app, glasses = both.app, both.app.glasses
        items, phones = await glasses.items(), await glasses.phones()
        before = await both.journal()
        both.world.battery.set_mv(LOW_MV)
        await both.sim.board.wait_for_log("the journal fails")

        outcome = await both.press()
        assert isinstance(outcome, Refusal)
        assert outcome.reason == "journal_failed"
        for act in (
            glasses.capture(),
            glasses.delete(items[0].id),
            glasses.set_voice("keyword", "ab" * 32),
            glasses.revoke(phones[0].id),
            glasses.countersign(0, "00" * 32, "00" * 32),
        ):
            with pytest.raises(GlassesRefused):
                await act
        assert await glasses.items() == items
        assert await glasses.phones() == phones
        assert await both.journal() == before
        assert len(app.gallery.pictures()) == 1
        assert both.world.exposures_in_dark == 0
        assert both.sim.board.running
        await both.switch_off()
        files = await both.files()
        assert json.loads(files.get("settings.json", b"{}")).get("voice", "off") == "off"
        assert not [path for path in files if path.endswith(".psi.new")]
