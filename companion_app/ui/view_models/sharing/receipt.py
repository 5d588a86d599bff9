"""One receipt: what left this device, to whom, under which terms; and the way to ask for it back."""

from __future__ import annotations

import time
from collections.abc import Callable

from companion_app.errors import AppError
from companion_app.sharing import Sharing
from companion_app.sharing.shares import Result, Share
from companion_app.sharing.take_back import ErasureRequest
from companion_app.ui.view_models.observable import Observable
from companion_app.ui.view_models.words.errors import problem
from companion_app.ui.view_models.words.problem import Problem


class ReceiptModel(Observable):
    """`chosen`: the act of sharing whose receipt is looked at. Nothing here sends anything."""

    def __init__(self, sharing: Sharing, now_s: Callable[[], float] = time.time) -> None:
        super().__init__()
        self._sharing = sharing
        self.now_s = now_s
        self.chosen: Share | None = None
        self.request: ErasureRequest | None = None
        self.problem: Problem | None = None

    @property
    def can_take_back(self) -> bool:
        """True where something may have left and nobody asked it back yet."""
        share = self.chosen
        return share is not None and share.may_have_left and share.asked_back is None and not self.is_running(share)

    @property
    def can_tell_answer(self) -> bool:
        """True once it was asked back; a later answer replaces an earlier one."""
        return self.chosen is not None and self.chosen.asked_back is not None

    def is_running(self, share: Share) -> bool:
        """True for the live session that is not over."""
        running = self._sharing.live.running
        return running is not None and running.receipt.id == share.receipt_id

    def open(self, receipt_id: str) -> None:
        """Look at one, with the request for erasure where there is one already."""
        self.chosen, self.request, self.problem = None, None, None
        try:
            self.chosen = self._sharing.share(receipt_id)
            if self.chosen.asked_back is not None:
                self.request = self._sharing.take_back(receipt_id)
        except AppError as error:
            self.problem = problem(error)
        self.changed()

    def take_back(self) -> None:
        """Withdraw the yes, on record, and write the request for erasure; sending it is the owner's act."""
        if self.chosen is None or not self.can_take_back:
            return
        try:
            self.request = self._sharing.take_back(self.chosen.receipt_id)
            self.problem = None
        except AppError as error:
            self.problem = problem(error)
        self._read_again(self.chosen.receipt_id)

    def tell_answer(self, result: Result) -> None:
        """What came back, as the owner says."""
        if self.chosen is None or not self.can_tell_answer:
            return
        try:
            self._sharing.answered(self.chosen.receipt_id, result)
            self.problem = None
        except AppError as error:
            self.problem = problem(error)
        self._read_again(self.chosen.receipt_id)

    def _read_again(self, receipt_id: str) -> None:
        self.chosen = next((share for share in self._sharing.shares() if share.receipt_id == receipt_id), None)
        self.changed()
