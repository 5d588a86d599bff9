"""The whole app against glasses in memory: the main job, drops, deletions, refusals."""

from __future__ import annotations

import base64

from companion_app.companion import Companion
from companion_app.link.connection import ConnectionState, Reason
from tests.app.conftest import TYPED_CODE
from tests.app.peer import SECRET, Peer


def test_the_typed_code_is_the_peers_secret() -> None:
    assert base64.b32encode(SECRET).decode().rstrip("=") == TYPED_CODE


async def test_pair_capture_and_store(paired: Companion, peer: Peer) -> None:
    picture = await paired.capture()
    assert picture.read() == peer.jpegs[1]
    assert paired.gallery.pictures() == [picture]
    assert [entry.kind for entry in paired.ledger.entries()].count("import") == 1
    assert paired.connection.state is ConnectionState.CONNECTED
    assert paired.connection.reason is Reason.READY
