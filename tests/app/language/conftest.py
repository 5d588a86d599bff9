"""A test leaves the language as it found it: English, as everywhere in the suite."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from companion_app import language


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    language.use("en")
    yield
    language.use("en")
