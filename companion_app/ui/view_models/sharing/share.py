"""The share sheet: what would leave, masked and checked, and the one act that lets exactly that go."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from enum import StrEnum

from companion_app.errors import AppError
from companion_app.redaction import Area, Kind, Look, Plan, Redacted, Verified
from companion_app.redaction.errors import StillVisible
from companion_app.sharing import ANSWER_PURPOSE, EndpointCard, Proposal, Sharing
from companion_app.sharing.pictures import SharedPicture
from companion_app.ui.view_models.observable import Observable
from companion_app.ui.view_models.sharing.history import History
from companion_app.ui.view_models.sharing.marks import Mark, Sides, area_of, around, sides_of, touched
from companion_app.ui.view_models.words.cards import face_stays_words
from companion_app.ui.view_models.words.errors import problem
from companion_app.ui.view_models.words.problem import Problem
from companion_app.ui.view_models.words.redaction import still_seen


class Stage(StrEnum):
    """How far the picture on the sheet is."""

    LOOKING = "looking"  # this device finds out what the picture shows
    CHECKING = "checking"  # a second look goes over what would leave
    READY = "ready"  # what is drawn is what would leave, and it may
    BLOCKED = "blocked"  # the second look still sees something
    FAILED = "failed"  # nothing can be shared


class Tool(StrEnum):
    """What a drag over the picture means."""

    MASK = "mask"
    CROP = "crop"


class ShareModel(Observable):
    """One picture, one question, one recipient. `jpeg` is what is drawn; `proposal` is there only while that very
    picture has passed the second look (or stays on this device)."""

    def __init__(
        self, sharing: Sharing, picture: SharedPicture, card: EndpointCard, question: str, purpose: str = ANSWER_PURPOSE
    ) -> None:
        super().__init__()
        self._sharing = sharing
        self._picture = picture
        self._look: Look | None = None
        self._plans: History[Plan] | None = None
        self._drawn: Redacted | None = None
        self._checking = False
        self._closed = False
        self.card = card
        self.question = question
        self.purpose = purpose
        self.stage = Stage.LOOKING
        self.tool = Tool.MASK
        self.proposal: Proposal | None = None
        self.missed: StillVisible | None = None
        self.face: str | None = None
        self.problem: Problem | None = None

    @property
    def jpeg(self) -> bytes | None:
        """What the preview draws: a picture that is masked already, never one that is not to leave."""
        if self.proposal is not None:
            return self.proposal.bytes
        return self._drawn.jpeg if self._drawn is not None else None

    @property
    def editable(self) -> bool:
        """True where places can be masked: only what would leave this device is."""
        return self._drawn is not None

    @property
    def can_undo(self) -> bool:
        """True after a change."""
        return self._plans is not None and self._plans.can_undo

    @property
    def cropped(self) -> bool:
        """True when only a part of the picture would leave."""
        return self._drawn is not None and self._drawn.crop is not None

    @property
    def suggested(self) -> Area | None:
        """The part that the question seems to need, where it is less than what would leave now."""
        plan = self._plans.now if self._plans is not None else None
        return plan.suggested_crop if plan is not None and not self.cropped else None

    @property
    def can_agree(self) -> bool:
        """True when all that the sheet names is final."""
        return self.proposal is not None and self.face is None

    @property
    def masked(self) -> tuple[Kind, ...]:
        """The kind of each place that is masked in what is drawn."""
        return tuple(region.kind for region in self._drawn.masked) if self._drawn else ()

    @property
    def kept(self) -> tuple[tuple[Kind, str], ...]:
        """The kind of each place that was found and stays to be seen, and why."""
        return tuple((region.kind, str(reason)) for region, reason in self._drawn.kept) if self._drawn else ()

    @property
    def marks(self) -> tuple[Mark, ...]:
        """What the preview marks, in the order in which the keyboard visits it: what blocks comes first."""
        if self._drawn is None:
            return ()
        frame = self._drawn.frame
        missed = self.missed.found if self.missed is not None else ()
        places = [
            *((f"missed-{number}", seen.kind, "missed", seen.area) for number, seen in enumerate(missed, 1)),
            *((region.id, region.kind, "masked", region.area) for region in self._drawn.masked),
            *((region.id, region.kind, "seen", region.area) for region, _ in self._drawn.kept),
        ]
        shown = ((name, kind, state, sides_of(area, frame)) for name, kind, state, area in places)
        return tuple(Mark(name, kind, state, sides) for name, kind, state, sides in shown if sides is not None)

    @property
    def blocked_words(self) -> str:
        """What the second look still sees; empty where it sees nothing."""
        return still_seen(self.missed.kinds) if self.missed is not None else ""

    async def open(self) -> None:
        """Find out what the picture shows, mask what the question does not need, and check the result."""
        if self.card.stays_here:
            self._propose(None)
            self.changed()
            return
        self.changed()
        try:
            self._look = await self._sharing.look(self._picture)
            self._plans = History(Plan.for_question(self._look, self.question))
        except AppError as error:
            self._fail(error)
            return
        await self._check()

    def close(self) -> None:
        """The sheet is gone: what still runs changes nothing any more."""
        self._closed = True
        self.proposal = None

    def take_tool(self, tool: Tool) -> None:
        """What the next drag means."""
        self.tool = tool
        self.changed()

    async def tap(self, x: float, y: float, reach_x: float = 0.0, reach_y: float = 0.0) -> None:
        """A tap on the picture (fractions): a masked place is shown, a shown one masked, anything else masked anew."""
        mark = touched(self.marks, x, y, reach_x, reach_y)
        if mark is not None:
            await self.pick(mark)
        elif self.editable and self._drawn is not None:
            await self._mask(around(x, y, self._drawn.frame), self._drawn.frame)

    async def drag(self, sides: Sides) -> None:
        """A rectangle was drawn over the picture: mask it, or keep nothing else."""
        if not self.editable or self._drawn is None:
            return
        frame = self._drawn.frame
        if self.tool is Tool.MASK:
            await self._mask(sides, frame)
            return
        self.tool = Tool.MASK
        await self._change(lambda plan: plan.crop_to(area_of(sides, frame)))

    async def pick(self, mark: Mark) -> None:
        """Change one marked place. A face is not shown by this: `face` then asks whether that person has agreed."""
        if mark.state == "missed":
            await self.mask_missed()
        elif mark.state == "seen":
            await self._change(lambda plan: plan.mask(mark.id))
        elif mark.kind == Kind.FACE:
            self._ask_about_face(mark)
        else:
            await self._change(lambda plan: plan.unmask(mark.id))

    def _ask_about_face(self, mark: Mark) -> None:
        """Only where a face may leave at all; a rule that forbids it is said, and nobody is asked for consent."""
        forbidden = self._sharing.endpoints.faces_barrier(self.card)
        self.face = None if forbidden is not None else mark.id
        self.problem = None if forbidden is None else face_stays_words(forbidden)
        self.changed()

    async def face_agreed(self) -> None:
        """The second act: the owner says that the person shown has agreed."""
        face, self.face = self.face, None
        if face is not None:
            await self._change(lambda plan: plan.unmask(face, somebody_agreed=True))

    def face_stays(self) -> None:
        """The face stays masked."""
        self.face = None
        self.changed()

    async def mask_missed(self) -> None:
        """Mask all that the second look still saw."""
        areas = self.missed.areas if self.missed is not None else ()
        await self._change(lambda plan: plan.mask_all(areas))

    async def crop_as_suggested(self) -> None:
        """Send only what the question seems to need."""
        area = self.suggested
        if area is not None:
            await self._change(lambda plan: plan.crop_to(area))

    async def whole(self) -> None:
        """Send the whole picture again; masks stay."""
        await self._change(lambda plan: plan.whole())

    async def undo(self) -> None:
        """Take the last change back."""
        if self._plans is not None and self._plans.undo():
            await self._check()

    async def _mask(self, sides: Sides, frame: Area) -> None:
        await self._change(lambda plan: plan.mask(area_of(sides, frame)))

    async def _change(self, change: Callable[[Plan], Plan]) -> None:
        if self._plans is None:
            return
        self.face = None
        try:
            self._plans.add(change(self._plans.now))
        except AppError as error:
            self.problem = problem(error)
            self.changed()
            return
        await self._check()

    async def _check(self) -> None:
        """Draw and check the newest plan; the changes that come meanwhile are taken by the same run."""
        self.proposal, self.missed, self.problem, self.stage = None, None, None, Stage.CHECKING
        self.changed()
        if self._checking or self._look is None or self._plans is None:
            return
        self._checking = True
        try:
            while not self._closed:
                plan = self._plans.now
                await self._check_one(self._look, plan)
                if plan is self._plans.now:
                    break
        finally:
            self._checking = False
        self.changed()

    async def _check_one(self, look: Look, plan: Plan) -> None:
        try:
            drawn = await asyncio.to_thread(self._sharing.redactor.make, look, plan)
            if self._stale(plan):
                return
            self._drawn = drawn
            self.changed()
            verified = await self._sharing.redact(look, plan)
        except StillVisible as error:
            if not self._stale(plan):
                self.missed, self.stage = error, Stage.BLOCKED
        except AppError as error:
            if not self._stale(plan):
                self._fail(error)
        else:
            if not self._stale(plan):
                self._propose(verified)

    def _stale(self, plan: Plan) -> bool:
        return self._closed or self._plans is None or plan is not self._plans.now

    def _propose(self, verified: Verified | None) -> None:
        try:
            self.proposal = self._sharing.propose(self._picture, self.card.id, self.question, verified, self.purpose)
        except AppError as error:
            self._fail(error)
        else:
            self.stage = Stage.READY

    def _fail(self, error: AppError) -> None:
        self.stage, self.problem = Stage.FAILED, problem(error)
        self.changed()
