"""No image arrives: one press looks at everything in order, and says where it stops and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from companion_app.diagnosis import Diagnosis, Finding, Step, Verdict
from companion_app.language import _
from companion_app.ui.view_models.settings.blocks import Act, Block, BlocksModel, Heading, Pick, Say, Words
from companion_app.ui.view_models.words.diagnosis import finding_words, step_title

_KINDS: Mapping[Verdict, tuple[str, str]] = {
    Verdict.GOOD: ("good", "check"),
    Verdict.DOUBTFUL: ("caution", "alert-outline"),
    Verdict.BAD: ("problem", "alert-circle-outline"),
    Verdict.UNTRIED: ("notice", "minus"),
}


class DiagnosticsModel(BlocksModel):
    """`found` grows while it runs; an earlier step can be found anew when a later one shows that it was not good."""

    def __init__(self, diagnosis: Diagnosis) -> None:
        super().__init__()
        self._diagnosis = diagnosis
        self.found: dict[Step, Finding] = {}
        self.running = False
        self.picture = True

    @property
    def title(self) -> str:
        """What the page is called."""
        return _("No image arrives")

    async def look(self) -> None:
        """Look at everything, once at a time."""
        if self.running:
            return
        self.running, self.found = True, {}
        self.changed()
        try:
            await self._diagnosis.run(self._hear, picture=self.picture)
        finally:
            self.running = False
            self.changed()

    def allow_picture(self) -> None:
        """Whether a photograph may be taken for it."""
        self.picture = not self.picture
        self.changed()

    def blocks(self) -> Sequence[Block]:
        """What stands on it now."""
        blocks: list[Block] = [
            Words(_("Everything that a picture needs is asked for, one after the other, until something fails.")),
            Pick(
                "picture",
                _("Take a picture for it"),
                _("With the capture light on, and on record. Without one, light and camera are not tried."),
                self.picture,
                self.allow_picture,
                several=True,
                enabled=not self.running,
            ),
            Act(
                "look",
                _("Looking…") if self.running else _("Look for the reason"),
                "stethoscope",
                self.look,
                "filled",
                enabled=not self.running,
            ),
        ]
        if self.found:
            blocks += [*self._sum(), Heading(_("Step by step")), *(self._step(one) for one in self.found.values())]
        return blocks

    def _hear(self, finding: Finding) -> None:
        self.found = {step: one for step, one in self.found.items() if step is not finding.step}
        self.found[finding.step] = finding
        self.changed()

    def _sum(self) -> Sequence[Block]:
        """In one sentence, once it is over."""
        if self.running:
            return ()
        bad = next((one for one in self.found.values() if one.verdict is Verdict.BAD), None)
        if bad is not None:
            words = finding_words(bad)
            return (Say("problem", "alert-circle-outline", words.what, words.next_step, seek=True),)
        if self.found[Step.HERE].verdict is Verdict.UNTRIED:
            told = _("Take a picture for it to try light, camera and transfer.")
            return (Say("notice", "check", _("Nothing stands in the way so far."), told, seek=True),)
        told = _("A picture was just taken, and it is in your gallery.")
        return (Say("good", "check", _("Images arrive."), told, seek=True),)

    def _step(self, finding: Finding) -> Say:
        kind, icon = _KINDS[finding.verdict]
        words = finding_words(finding)
        detail = " ".join(part for part in (words.what, words.next_step) if part)
        return Say(kind, icon, step_title(finding.step), detail)
