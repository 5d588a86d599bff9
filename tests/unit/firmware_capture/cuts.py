"""Cuts the power right before the n-th operation that changes the medium: a flush, a rename or a removal."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, BinaryIO

import pytest
from plainsight import compat, files


class PowerCut(BaseException):
    """The supply went away; nobody may catch this."""


class Power:
    """Counts operations; `cut_before` is the number of the one that no longer happens."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch):
        self.operations = 0
        self.cut_before: int | None = None
        self.failing: OSError | None = None
        self._flush = compat.flush
        for module, name in ((compat, "flush"), (files, "rename"), (files, "remove")):
            monkeypatch.setattr(module, name, self._counted(getattr(module, name)))

    def _counted(self, operation: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any) -> Any:
            self.operations += 1
            if self.cut_before is not None and self._fails(self.cut_before):
                if self.failing is None and operation is self._flush:
                    _lose(args[0])
                raise self.failing or PowerCut
            return operation(*args)

        return counted

    def _fails(self, before: int) -> bool:
        """A medium that fails does so once; without power nothing works any more, whoever tries to clean up."""
        return self.operations == before if self.failing is not None else self.operations >= before

    def cut(self, before: int | None) -> None:
        """Cut the power right before this operation from now on; None: never."""
        self.operations = 0
        self.cut_before = before


def _lose(file: BinaryIO) -> None:
    """Let what waits in the buffer of `file` go nowhere: without power nobody closes it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, file.fileno())
    os.close(nowhere)


@pytest.fixture
def power(monkeypatch: pytest.MonkeyPatch) -> Power:
    """The supply of everything that goes through plainsight.files."""
    return Power(monkeypatch)
