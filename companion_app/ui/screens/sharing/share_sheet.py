"""The act of sharing: the very picture that would leave, to be masked further, all that is named, and two ways out."""

from __future__ import annotations

from typing import Any

from kivy.app import App
from kivy.properties import BooleanProperty, ObjectProperty, StringProperty

from companion_app.ui.view_models.sharing import telling
from companion_app.ui.view_models.sharing.share import ShareModel, Stage
from companion_app.ui.view_models.sharing.share_tools import share_tools
from companion_app.ui.widgets.action import Action as Action
from companion_app.ui.widgets.fact import Fact as Fact
from companion_app.ui.widgets.mask_view import MaskView as MaskView
from companion_app.ui.widgets.paragraphs import Paragraphs as Paragraphs
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.sheet import ModelSheet
from companion_app.ui.widgets.surfaces import Card as Card
from companion_app.ui.widgets.surfaces import Notice as Notice
from companion_app.ui.widgets.ways import Offer
from companion_app.ui.widgets.ways import Tools as Tools
from companion_app.ui.widgets.ways import Ways as Ways


class ShareSheet(ModelSheet):
    """Shows its model; an agreement names what these properties showed. Escape and the way back are a no."""

    model: ShareModel = ObjectProperty(None)
    headline = StringProperty("")
    how_to, at = StringProperty(""), StringProperty("")
    state_kind, state_icon = StringProperty("notice"), StringProperty("magnify")
    state_title, state_detail = StringProperty(""), StringProperty("")
    face, face_means = StringProperty(""), StringProperty("")
    recipient, purpose, question = StringProperty(""), StringProperty(""), StringProperty("")
    masked, kept, part, amount = StringProperty(""), StringProperty(""), StringProperty(""), StringProperty("")
    fingerprint, earlier, terms = StringProperty(""), StringProperty(""), StringProperty("")
    terms_sha256, picture_sha256 = StringProperty(""), StringProperty("")
    stays_here, editable = BooleanProperty(False), BooleanProperty(False)
    can_agree, failed = BooleanProperty(False), BooleanProperty(False)

    _drawn: bytes | None = None

    def on_kv_post(self, base_widget: Any) -> None:
        """Say in words what the keyboard is at."""
        super().on_kv_post(base_widget)
        view = self.ids.view
        view.fbind("chosen", lambda *_: self._tell_place())

    def _tell_place(self) -> None:
        view = self.ids.view
        chosen = int(view.chosen)
        self.at = telling.place_words(view.marks[chosen]) if 0 <= chosen < len(view.marks) else ""

    def leave(self) -> None:
        """Escape is a no."""
        App.get_running_app().models.ask.decline()

    def agree(self) -> None:
        """Yes to what is shown."""
        App.get_running_app().start(App.get_running_app().models.ask.agree(**self.named))

    @property
    def named(self) -> dict[str, str]:
        """What an agreement names: all as it was shown."""
        return {
            "recipient": self.recipient,
            "purpose": self.purpose,
            "terms_sha256": self.terms_sha256,
            "picture_sha256": self.picture_sha256,
        }

    def refresh(self) -> None:
        """Look at the model again; the picture itself comes with `draw`."""
        model, proposal, card = self.model, self.model.proposal, self.model.card
        self.headline, self.how_to = telling.headline(card), telling.how_to(model)
        told = telling.state(model)
        self.state_kind, self.state_icon = told.kind, told.icon
        self.state_title, self.state_detail = told.title, told.detail
        self.face, self.face_means = telling.face_question(model)
        self.recipient, self.purpose, self.question = card.recipient, model.purpose, model.question
        self.masked, self.kept, self.part = telling.masked(model), telling.kept(model), telling.part(model)
        self.amount, self.fingerprint = telling.amount(proposal, card), telling.fingerprint(proposal)
        self.earlier, self.terms = telling.earlier(proposal), card.terms.strip()
        self.terms_sha256 = card.terms_sha256
        self.picture_sha256 = proposal.sha256 if proposal is not None else ""
        self.stays_here, self.editable = card.stays_here, model.editable
        self.can_agree, self.failed = model.can_agree, model.stage is Stage.FAILED
        self.ids.tools.offer([Offer(one.caption, one.icon, one.act) for one in share_tools(model)])
        if not self.must_draw and self.ids.view.texture is not None:
            self.ids.view.mark(model.marks)
        self.ids.view.point_at(model.face)
        self._tell_place()

    @property
    def must_draw(self) -> bool:
        """True when the model's picture is not the one that was drawn last."""
        return self.model.jpeg is not None and self.model.jpeg != self._drawn

    async def draw(self) -> None:
        """Draw exactly the bytes that would leave, then what is marked on them."""
        jpeg = self.model.jpeg
        if jpeg is None:
            return
        self._drawn = jpeg
        self.ids.view.mark(())
        await self.ids.view.show(jpeg)
        if not self.must_draw:
            self.ids.view.mark(self.model.marks)


load_beside(__file__)
