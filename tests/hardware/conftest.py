"""What tests on a board share: glasses with an identity of their own and a phone, paired once for each file."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path

import pytest

from host_tools.harness.board import HilBoard
from host_tools.harness.phone import Phone, open_phone
from host_tools.harness.rig import Rig
from host_tools.harness.session import session_of
from tests.app.answered import answer_all
from tests.hardware.worn import Worn

_HERE = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without a port all of this runs on the virtual board."""
    if not session_of(config).on_a_port:
        for item in items:
            if item.path.is_relative_to(_HERE):
                item.add_marker(pytest.mark.simulated)


class Pairing:
    """Made at the first test that asks: provisioning and pairing cost more than most tests."""

    def __init__(self, rig: Rig, folder: Path) -> None:
        self._rig = rig
        self._folder = folder
        self._stack = ExitStack()
        self._phone: Phone | None = None

    def phone(self, board: HilBoard) -> Phone:
        """The phone that is paired with the glasses, whose old identity is gone."""
        if self._phone is None:
            phone = self._stack.enter_context(open_phone(self._rig, self._folder))
            answer_all(phone.app.onboarding)
            phone.pair(board.provision())
            self._phone = phone
        return self._phone

    def close(self) -> None:
        """The phone goes away."""
        self._stack.close()


@pytest.fixture(scope="module")
def pairing(rig: Rig, tmp_path_factory: pytest.TempPathFactory) -> Generator[Pairing]:
    """Not made yet: a test may turn out to need what this target lacks."""
    made = Pairing(rig, tmp_path_factory.mktemp("phone"))
    yield made
    made.close()


@pytest.fixture
def worn(board: HilBoard, rig: Rig, pairing: Pairing) -> Worn:
    """Paired glasses that run, the phone connected and content with their record. Needs "radio" and "button"."""
    both = Worn(board, pairing.phone(board), rig.board.level)
    both.begin()
    return both
