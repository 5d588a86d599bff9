"""Fixtures of live sessions; recipients and their authority are those of single shares."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.app.live.rig import Live, MakeLive, make_live
from tests.app.sharing.conftest import authority as authority
from tests.app.sharing.conftest import ca_file as ca_file
from tests.app.sharing.conftest import recipients as recipients
from tests.app.sharing.recipient import Recipient

Recipients = Callable[..., Awaitable[Recipient]]


@pytest.fixture
async def make(tmp_path: Path, ca_file: Path, recipients: Recipients) -> MakeLive:
    """Makes an app with a live session; keyword arguments of `make_live`, `manner` is the recipient's."""

    async def made(**settings: object) -> Live:
        manner = {"manner": settings.pop("manner")} if "manner" in settings else {}
        return await make_live(tmp_path, ca_file, await recipients(**manner), **settings)  # type: ignore[arg-type]

    return made


@pytest.fixture
async def live(make: MakeLive) -> Live:
    """The usual one: a recipient that answers well, a redactor that finds one face."""
    return await make()
