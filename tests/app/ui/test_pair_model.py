"""Pairing without a window: what is around, the code by camera, the recovery phrase."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import numpy
import pytest
import zxingcpp

from companion_app.link.errors import RadioOff
from companion_app.link.pins import Pin
from companion_app.link.sightings import Nearness, Sighting
from companion_app.ports.camera import Frame
from companion_app.ports.errors import CameraMissing
from companion_app.seeing.qr_text import qr_texts
from companion_app.ui.view_models.code_reading import CodeReading
from companion_app.ui.view_models.pair import PairModel
from tests.app.ui.fakes import FakeCompanion
from tests.app.waiting import until

CODE = "PLAINSIGHT:1:" + "A" * 52 + ":" + "A" * 26
READY = Sighting("one", Nearness.NEAR, pairing_open=True, paired=False, own=None)
TAKEN = Sighting("two", Nearness.FAR, pairing_open=False, paired=True, own=None)


class Air:
    """A scan that a test tells what is around."""

    def __init__(self) -> None:
        self.tell: Callable[[tuple[Sighting, ...]], None] | None = None
        self.error: Exception | None = None
        self.ended = False

    async def watch(self, pins: Sequence[Pin], tell: Callable[[tuple[Sighting, ...]], None], seconds: float) -> None:
        if self.error is not None:
            raise self.error
        self.tell = tell
        try:
            await asyncio.Event().wait()
        finally:
            self.ended = True


def drawn(text: str) -> Frame:
    """A QR code as a camera would see it, with a margin around it."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    pixels = numpy.pad(numpy.array(code.to_image(scale=4)), 40, constant_values=255)
    return Frame(pixels.astype(numpy.uint8).tobytes(), pixels.shape[1], pixels.shape[0])


class Lens:
    """A camera that shows what a test puts in front of it; `on` while it is open."""

    def __init__(self, *frames: Frame, error: Exception | None = None) -> None:
        self.frames = frames
        self.error = error
        self.on = False

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[AsyncIterator[Frame]]:
        if self.error is not None:
            raise self.error
        self.on = True
        try:
            yield self._looks()
        finally:
            self.on = False

    async def _looks(self) -> AsyncIterator[Frame]:
        for frame in self.frames:
            yield frame
        while True:
            await asyncio.sleep(0)
            yield self.frames[-1]


@pytest.fixture
def air() -> Air:
    return Air()


async def test_what_is_around_is_listed_and_says_what_to_do(companion: FakeCompanion, air: Air) -> None:
    model = PairModel(companion, "phone", watch=air.watch)
    looking = asyncio.create_task(model.look())
    await until(lambda: air.tell is not None)
    assert model.looking
    assert air.tell is not None
    air.tell((TAKEN,))
    assert "hold the button of yours" in model.around_words
    air.tell((READY, TAKEN))
    assert "One pair is ready" in model.around_words
    assert [title for title, _ in model.rows] == ["Glasses nearby", "Glasses nearby"]
    assert "blinks quickly" in model.rows[0][1]
    air.tell((READY, READY))
    assert "the others learn nothing" in model.around_words
    model.stop_looking()
    await looking
    assert air.ended
    assert not model.looking


async def test_ones_own_are_called_by_their_name(companion: FakeCompanion, air: Air) -> None:
    companion.names.give("aa", "Sunday")
    model = PairModel(companion, "phone", watch=air.watch)
    model.around = (Sighting("one", Nearness.NEAR, pairing_open=False, paired=True, own="aa"),)
    assert model.rows[0][0] == "Your glasses Sunday"


async def test_pairing_ends_the_search(companion: FakeCompanion, air: Air) -> None:
    model = PairModel(companion, "phone", watch=air.watch)
    looking = asyncio.create_task(model.look())
    await until(lambda: air.tell is not None)
    model.set_code("code")
    await model.pair()
    await looking
    assert air.ended
    assert companion.codes == [("code", "phone")]


async def test_a_radio_that_is_off_is_told(companion: FakeCompanion, air: Air) -> None:
    air.error = RadioOff()
    model = PairModel(companion, "phone", watch=air.watch)
    await model.look()
    assert model.problem is not None
    assert not model.looking


async def test_the_phrase_pairs_another_way_and_is_not_kept(
    companion: FakeCompanion, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed: list[tuple[str, str]] = []

    async def recover(phrase: str, name: str) -> None:
        typed.append((phrase, name))

    monkeypatch.setattr(companion, "recover", recover)
    model = PairModel(companion, "phone")
    model.set_code("half a code")
    model.use_phrase(True)
    assert model.code == "", "a code is no phrase"
    model.set_code(" abandon ability ")
    await model.pair()
    assert typed == [("abandon ability", "phone")]
    assert (model.code, model.by_phrase) == ("", False)
    assert companion.codes == []


# The camera


async def test_a_code_in_front_of_the_camera_is_read_and_the_camera_goes_off(companion: FakeCompanion) -> None:
    lens = Lens(drawn("https://example.org"), drawn(CODE))
    reading = CodeReading(lambda: lens)
    model = PairModel(companion, "phone", reading)
    await model.read_code()
    assert model.code == CODE
    assert companion.codes == [], "reading is not pairing yet"
    assert (lens.on, reading.look, reading.looking) == (False, None, False)


async def test_another_kind_of_code_is_named_and_one_can_stop(companion: FakeCompanion) -> None:
    lens = Lens(drawn("https://example.org"))
    reading = CodeReading(lambda: lens)
    finding = asyncio.create_task(reading.find())
    await until(lambda: reading.hint and reading.look)
    assert reading.look is not None
    assert reading.look.startswith(b"\xff\xd8"), "what it sees is shown, for aiming"
    reading.stop()
    assert await finding is None
    assert not lens.on


async def test_a_device_without_a_camera_leaves_typing(companion: FakeCompanion) -> None:
    reading = CodeReading(lambda: Lens(error=CameraMissing("none")))
    model = PairModel(companion, "phone", reading)
    await model.read_code()
    assert reading.problem is not None
    model.set_code("code")
    assert model.can_pair


def test_opencv_reads_where_zxing_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    from companion_app.seeing import qr_text
    from companion_app.seeing.errors import AnswersNotInstalled

    frame = drawn(CODE)
    assert qr_texts(frame.grey, frame.width, frame.height) == (CODE,)
    load = qr_text.load

    def without_zxing(module: str) -> object:
        if module == "zxingcpp":
            raise AnswersNotInstalled(module)
        return load(module)

    monkeypatch.setattr(qr_text, "load", without_zxing)
    assert qr_texts(frame.grey, frame.width, frame.height) == (CODE,)


def test_a_picture_of_another_size_than_said_is_an_error_and_noise_is_no_code() -> None:
    with pytest.raises(ValueError, match="reshape"):
        qr_texts(b"\0" * 10, 4, 4)
    noise = numpy.random.default_rng(1).integers(0, 255, 120 * 160, dtype=numpy.uint8).tobytes()
    assert qr_texts(noise, 160, 120) == ()
