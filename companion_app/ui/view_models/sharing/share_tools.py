"""What can be done to the picture on the share sheet now, in the order in which it is offered."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from typing import Any

from companion_app.language import _
from companion_app.ui.view_models.sharing.share import ShareModel, Stage, Tool


@dataclass(frozen=True)
class ShareTool:
    """A caption, a sign, and the act; an act that takes time gives a coroutine to run."""

    caption: str
    icon: str
    act: Callable[[], Coroutine[Any, Any, None] | None]


def share_tools(model: ShareModel) -> Iterator[ShareTool]:
    """While a face is asked about, nothing else; on what stays here, nothing at all."""
    if not model.editable:
        return
    if model.face is not None:
        yield ShareTool(_("Keep it masked"), "emoticon-outline", model.face_stays)
        yield ShareTool(_("They agreed: show it"), "account-check-outline", model.face_agreed)
        return
    if model.stage is Stage.BLOCKED:
        yield ShareTool(_("Mask these, too"), "marker", model.mask_missed)
    if model.can_undo:
        yield ShareTool(_("Undo"), "undo", model.undo)
    if model.suggested is not None:
        yield ShareTool(_("Send only what I ask about"), "image-filter-center-focus", model.crop_as_suggested)
    if model.tool is Tool.CROP:
        yield ShareTool(_("Go on masking"), "marker", lambda: model.take_tool(Tool.MASK))
    elif not model.cropped:
        yield ShareTool(_("Send only a part…"), "crop", lambda: model.take_tool(Tool.CROP))
    if model.cropped:
        yield ShareTool(_("Send the whole picture"), "arrow-expand-all", model.whole)
