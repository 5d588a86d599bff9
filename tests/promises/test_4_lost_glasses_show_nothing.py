"""Promise 4, lost glasses show nobody your pictures: the flash is read after every kind of power-off.

Read as raw bytes and file by file. There is no part of any frame that the camera ever handed out, no key that opens an
item in any role that a key has in the design, the owner's private key least of all, and no secret that the list in
finder.py does not name. The owner's app opens every item that is whole.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_der_private_key
from plainsight import seal
from plainsight.storage.draft import FRAME, META, put_record

from companion_app.gallery import Picture
from companion_app.keys.owner import load_owner_key
from companion_app.link.events import Refusal
from companion_app.link.pins import PinStore
from companion_app.paths import Paths
from host_tools.provisioning.install import provision
from host_tools.simulator import World
from host_tools.simulator.card_image import read_card
from tests.app.vaults import room
from tests.promises.finder import SECRETS, Opener, Sealed, keys_in, picture_in, unlisted
from tests.promises.rig import Home, Worn, tap, until, worn

pytestmark = [pytest.mark.promise(4), pytest.mark.simulated, pytest.mark.timeout(240)]

# Of the flash operations of one press: sealing is most of them, the journal and the names come last.
_HEADER_AND_TWO_BLOCKS = 40 + 4 + 48
CUTS = ((0.05, True), (0.6, False), (0.9, True), (0.97, False))


def note_frames(world: World) -> list[bytes]:
    """Every frame from now on that the camera hands to the firmware, also those that are thrown away."""
    frames: list[bytes] = []
    capture: Callable[[int], Awaitable[tuple[int, bytes] | None]] = world.camera.board_capture

    async def noting(extent: int) -> tuple[int, bytes] | None:
        handed_out = await capture(extent)
        if handed_out is not None:
            frames.append(handed_out[1])
        return handed_out

    world.camera.board_capture = noting  # type: ignore[method-assign]
    return frames


class Finder:
    """Reads flash and SD card of glasses that are off."""

    def __init__(self, both: Worn, frames: list[bytes]) -> None:
        self.both = both
        self.frames = frames
        paths = Paths(both.home.app)
        self.owner = load_owner_key(room(paths.keys))
        self.seen: list[Sealed] = []  # every item and thumbnail that was ever found
        self._sealed: set[bytes] = set()  # and what a power cut left of one
        self._tried: set[bytes] = set()  # keys that open nothing that was seen before

    async def finds_nothing(self) -> None:
        """No picture, no key to one, no secret that is not on the list."""
        raw, files = self.both.home.flash.read_bytes(), await self.both.files()
        card = self.both.world.card.image
        if card.exists():
            raw += card.read_bytes()
            files |= {f"sd/{path}": content for path, content in read_card(card).items()}
        blobs = {content for path, content in files.items() if path.endswith((".psi", ".thm"))}
        self._sealed |= blobs
        begun = [Sealed.read(content) for content in blobs if len(content) > _HEADER_AND_TWO_BLOCKS]
        new = [item for item in begun if item not in self.seen]
        self.seen += new
        everything = raw + b"".join(files.values())
        assert not picture_in(everything, self.frames)
        private = self.owner.private.private_bytes_raw()
        assert private not in everything
        assert private.hex().encode() not in everything.lower()
        assert unlisted(files) == []
        keys = keys_in(raw, files, b"".join(self._sealed))
        everywhere, on_new = Opener(self.seen, self.owner.public), Opener(new, self.owner.public)
        assert [key.hex() for key in keys - self._tried if everywhere.opens(key)] == []
        assert [key.hex() for key in keys & self._tried if new and on_new.opens(key)] == []
        self._tried |= keys
        self._knows_its_list(files)

    def _knows_its_list(self, files: dict[str, bytes]) -> None:
        """Each secret on the list is what the list says that it is."""
        key = load_der_private_key(files["identity/key.der"], None)
        certificate = x509.load_der_x509_certificate(files["identity/cert.der"])
        assert key.public_key() == certificate.public_key()
        assert json.loads(files["identity/setup.json"].splitlines()[0]) == {"secret": None, "used": True}
        pin = PinStore(room(Paths(self.both.home.app).keys)).current
        assert pin is not None
        assert [row["pair_key"] for row in json.loads(files["identity/phones.json"])] == [pin.pair_key.hex()]
        assert not any(files.get("journal/reserve", b""))
        assert files["media/owner.key"][:32] == self.owner.public


async def test_the_finder_would_find_what_there_is_to_find(tmp_path: Path) -> None:
    """The search itself, against an item that is sealed here, where every key of it is at hand."""
    owner = load_owner_key(room(tmp_path / "keys"))
    drawn: list[bytes] = []

    def draw(size: int) -> bytes:
        drawn.append(bytes(range(7, 7 + size)))
        return drawn[-1]

    ratchet = seal.Ratchet(owner.public, draw)
    first_state = bytes(ratchet._key)
    out: list[bytes] = []
    frame = bytes(b * 7 % 251 for b in range(3000))
    sealer = seal.Sealer()
    sealer.begin(lambda data: out.append(bytes(data)), ratchet)
    put_record(sealer, bytearray(9), META, 0, b'{"id": 1, "kind": "photo", "time_s": 1, "trigger": "button"}')
    put_record(sealer, bytearray(9), FRAME, 0, frame)
    sealer.finish()
    blob = b"".join(out)
    material = seal.Ratchet(owner.public, draw).next()[1]
    opener = Opener([Sealed.read(blob)], owner.public)
    for key in (
        owner.private.private_bytes_raw(),
        drawn[0],
        owner.agree(ratchet.public),
        first_state,
        bytes(material[:32]),
    ):
        assert opener.opens(key)
        assert key in keys_in(b"\xff" * 8192, {"somewhere": b"x" * 5 + key.hex().encode() + b"y"}, b"")
        assert key in keys_in(b"\xff" * 4096 + b"\x00" * 9 + key + b"\xff" * 4055, {}, b"")
    assert not opener.opens(bytes(ratchet._key))  # the state after it
    assert not opener.opens(bytes(range(32)))
    assert picture_in(b"\x00" * 5 + frame[1001:1040] + b"\x00" * 50, [frame])
    assert not picture_in(blob, [frame])
    assert unlisted(
        {"media/key": b"", "journal/head": b'{"head":"' + b"ab" * 32 + b'","k":"' + b"cd" * 32 + b'"}'}
    ) == [
        "media/key",
        "journal/head: k",
        "journal/head: a long word in k",
    ]


async def test_after_pictures_a_deletion_and_a_reboot_the_flash_tells_a_finder_nothing(home: Home) -> None:
    print("secrets that a finder reads:", *(f"{path} {fields}" for path, fields in SECRETS.items()), sep="\n  ")
    async with worn(home, connect=True) as both:
        frames = note_frames(both.world)
        finder = Finder(both, frames)
        first, second = await both.press(), await both.press()
        assert isinstance(first, Picture)
        assert isinstance(second, Picture)
        both.world.during_exposure(5, 0.5, both.world.led.cut)
        await both.press()
        both.world.led.mend()
        await both.switch_off()
        await finder.finds_nothing()
        assert len(frames) > 12

        await both.switch_on()
        await both.sim.board.kill()
        await finder.finds_nothing()  # the keys of the boot before are gone, those of this one were never written

        await both.switch_on()
        await both.app.connect()
        await both.app.delete(first)
        third = await both.press()
        assert isinstance(third, Picture)
        await both.switch_off()
        await finder.finds_nothing()

        steps = [(item.boot_public, item.step) for item in finder.seen]
        assert len(steps) == len(set(steps)) == 6  # three photographs, each with its thumbnail
        assert len({boot for boot, _ in steps}) == 2  # each boot agrees on a key of its own
        assert all(picture.read() in frames for picture in (second, third))


async def test_a_power_cut_at_any_write_leaves_nothing_to_read_and_the_owner_opens_the_rest(home: Home) -> None:
    async with worn(home, connect=True) as both:
        frames = note_frames(both.world)
        finder = Finder(both, frames)
        before = both.world.flash.operations
        assert isinstance(await both.press(), Picture)
        operations = both.world.flash.operations - before
        for fraction, torn in CUTS:
            both.world.power.cut(round(fraction * operations), torn=torn)
            tap(both.world)
            await both.sim.board.wait_until_off()
            both.world.forget_script()
            both.world.button.release()
            await both.app.disconnect()
            await finder.finds_nothing()
            await both.switch_on()
            await both.app.connect()
            await both.app.sync()
            items = await both.app.glasses.items()
            assert all(both.app.gallery.holds(item.sealed_sha256) for item in items)
            assert all(picture.read() in frames for picture in both.app.gallery.pictures())
        assert isinstance(await both.press(), Picture)
        assert both.world.exposures_in_dark == 0


async def test_a_card_and_a_clip_that_was_cut_tell_a_finder_nothing(home: Home) -> None:
    """Photograph and clip on the SD card; the power goes in mid-clip, the card in mid-photograph."""
    async with worn(home, connect=True) as both:
        frames = note_frames(both.world)
        finder = Finder(both, frames)
        both.world.card.insert()
        await both.app.change_settings(storage="card")
        assert await both.app.adopt_card() == "ready"
        assert isinstance(await both.press(), Picture)

        await both.app.glasses.clip(seconds=60)
        begun = both.world.card.blocks_written
        await until(lambda: both.world.card.blocks_written > begun + 200, "a clip under way")
        await both.sim.board.kill()
        await both.app.disconnect()
        await finder.finds_nothing()

        await both.switch_on()
        await both.app.connect()
        await both.app.sync()
        clips = [picture for picture in both.app.gallery.pictures() if picture.kind == "clip"]
        assert [(clip.whole, clip.frames > 5) for clip in clips] == [(False, True)]

        both.world.card.pull_after(30)
        refusal = await both.press()
        assert isinstance(refusal, Refusal)
        assert refusal.reason == "card_absent"
        assert not both.world.card.inserted
        await both.switch_off()
        await finder.finds_nothing()
        assert len(finder.seen) >= 4  # the photograph, the clip, and a thumbnail of each
        assert both.world.exposures_in_dark == 0


async def test_a_new_owner_means_empty_glasses(home: Home) -> None:
    """Provisioning anew wipes media before anything else, so that nobody hands pictures on with the glasses."""
    async with worn(home, connect=True) as both:
        frames = note_frames(both.world)
        assert isinstance(await both.press(), Picture)
        await both.switch_off()
        await provision(both.sim.board, level="optical")
        files = await both.files()
        assert not [path for path in files if path.startswith(("media/", "journal/"))]
        assert "identity/phones.json" not in files
        assert not picture_in(both.home.flash.read_bytes(), frames)
