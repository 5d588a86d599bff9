"""Uploads in a conversation: acknowledged once they are on flash, given up with the session, one at a time."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from plainsight import wire
from plainsight.conversation import Conversation
from plainsight.desks.update_desk import UpdateDesk
from plainsight.errors import Refused
from plainsight.service import Service

from tests.unit.update.making import release
from tests.unit.update.test_updates import PHONE, Bench

NEW = release()


class Channel:
    """Keeps what was sent, as (type, request, body)."""

    def __init__(self) -> None:
        self.sent: list[tuple[int, int, bytes]] = []

    async def send(self, frame: bytes, push: bool = True) -> None:
        self.sent.append((frame[2], int.from_bytes(frame[3:5], "little"), bytes(frame[wire.HEADER_BYTES :])))

    def answers(self) -> list[dict[str, Any]]:
        return [json.loads(body) for kind, _, body in self.sent if kind == wire.RESPONSE]

    def acknowledged(self) -> list[int]:
        return [wire.u32(body) for kind, _, body in self.sent if kind == wire.ACK]


class Phone:
    """One connected phone."""

    def __init__(self, bench: Bench) -> None:
        desk = UpdateDesk(bench.updates)
        service = Service([desk], lambda: False, lambda: None, survived=lambda name, error: None)
        self.channel = Channel()
        self.talk = Conversation(SimpleNamespace(channel=self.channel), service)  # type: ignore[arg-type]

    async def begin(self, size: int, request: int = 7) -> None:
        await self.talk.answer(request, "update", {"size": size, "window": 32768}, PHONE)

    async def piece(self, at: int, data: bytes, request: int = 7) -> None:
        await self.talk.transfer_frame(wire.MEDIA, request, memoryview(at.to_bytes(4, "little") + data))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


async def test_a_release_arrives_and_its_hash_is_answered(bench: Bench) -> None:
    phone = Phone(bench)
    await phone.begin(len(NEW))
    half = len(NEW) // 2
    await phone.piece(0, NEW[:half])
    assert phone.channel.acknowledged() == [half]
    assert phone.channel.answers() == []
    await phone.piece(half, NEW[half:])
    sha256 = hashlib.sha256(NEW).hexdigest()
    assert phone.channel.answers() == [{"size": len(NEW), "sha256": sha256}]
    assert await bench.updates.install(sha256, PHONE) == "0.2.0"


async def test_two_phones_at_once(bench: Bench) -> None:
    first, second = Phone(bench), Phone(bench)
    await first.begin(len(NEW))
    await second.begin(len(NEW))
    assert second.channel.answers()[0]["error"] == "busy"
    await second.piece(0, NEW)  # was on its way
    assert second.channel.acknowledged() == []
    first.talk.end()
    await second.begin(len(NEW), 8)
    await second.piece(0, NEW, 8)
    assert second.channel.answers()[1]["size"] == len(NEW)


async def test_a_session_that_ends_gives_its_upload_up(bench: Bench) -> None:
    phone = Phone(bench)
    await phone.begin(len(NEW))
    await phone.piece(0, NEW[:100])
    phone.talk.end()
    assert list(Path(bench.root, "update").iterdir()) == []
    await Phone(bench).begin(len(NEW))


async def test_a_cancel_gives_it_up_too(bench: Bench) -> None:
    phone = Phone(bench)
    await phone.begin(len(NEW))
    await phone.talk.transfer_frame(wire.CANCEL, 7, memoryview(b""))
    await phone.begin(len(NEW), 8)
    await phone.piece(0, NEW, 8)
    assert phone.channel.answers()[0]["size"] == len(NEW)


async def test_flash_that_is_full_in_the_middle_is_said_and_the_place_is_free_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    from plainsight.update.upload import Upload

    def full(self: Upload, piece: memoryview) -> None:
        raise Refused("storage_full")

    phone = Phone(bench)
    await phone.begin(len(NEW))
    with monkeypatch.context() as patch:
        patch.setattr(Upload, "write", full)
        await phone.piece(0, NEW[:100])
    assert phone.channel.acknowledged() == []
    assert phone.channel.answers()[0]["error"] == "storage_full"
    await phone.piece(100, NEW[100:200])  # was on its way
    await phone.begin(len(NEW), 8)
    await phone.piece(0, NEW, 8)
    assert phone.channel.answers()[1]["size"] == len(NEW)


@pytest.mark.parametrize(("at", "size"), [(1, 10), (0, 200)])
async def test_a_piece_that_is_not_the_next_never_reaches_the_flash(bench: Bench, at: int, size: int) -> None:
    phone = Phone(bench)
    await phone.begin(100)
    with pytest.raises(wire.BadFrame, match="media_out_of_order"):
        await phone.piece(at, bytes(size))
    assert Path(bench.root, "update/release.new").stat().st_size == 0
