"""Clouds that the app's own fixtures trust."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import trustme

from tests.app.sharing.conftest import app as app
from tests.app.sharing.conftest import authority as authority
from tests.app.sharing.conftest import ca_file as ca_file
from tests.app.sharing.conftest import picture as picture
from tests.clouds.cloud import Cloud
from tests.clouds.dialects import Dialect
from tests.clouds.manners import MANNERS, Mannered

MakeCloud = Callable[..., Awaitable[Cloud]]


@pytest.fixture
async def clouds(authority: trustme.CA) -> AsyncIterator[MakeCloud]:
    """Makes clouds with the manners of a name, and stops them afterwards."""
    started: list[Cloud] = []

    async def make(dialect: Dialect, manner: str | Mannered = "streams") -> Cloud:
        mannered = MANNERS[manner] if isinstance(manner, str) else manner
        cloud = Cloud(authority, mannered(dialect), dialect=dialect)
        started.append(cloud)
        await cloud.start()
        return cloud

    yield make
    for cloud in started:
        await cloud.stop()
