"""The act of sharing: recipient, purpose, terms, picture and byte count on one sheet, and two ways out of one size."""

from __future__ import annotations

from kivy.properties import StringProperty

from companion_app.sharing import Proposal
from companion_app.ui.view_models.words.measures import byte_count
from companion_app.ui.widgets.action import Action as Action
from companion_app.ui.widgets.picture_view import PictureView as PictureView
from companion_app.ui.widgets.rules import load_beside
from companion_app.ui.widgets.sheet import Sheet
from companion_app.ui.widgets.surfaces import Card as Card
from companion_app.ui.widgets.surfaces import Notice as Notice
from companion_app.ui.widgets.ways import Ways as Ways


class ShareSheet(Sheet):
    """Shows one proposal and dispatches `on_agree` or `on_decline`; an agreement names what these properties showed."""

    recipient = StringProperty("")
    purpose = StringProperty("")
    question = StringProperty("")
    amount = StringProperty("")
    terms = StringProperty("")
    terms_sha256 = StringProperty("")
    earlier = StringProperty("")

    def __init__(self, proposal: Proposal, **options: object) -> None:
        self.register_event_type("on_agree")
        self.register_event_type("on_decline")
        card = proposal.card
        super().__init__(
            recipient=card.recipient,
            purpose=proposal.purpose,
            question=proposal.question,
            amount=_amount(proposal),
            terms=card.terms.strip(),
            terms_sha256=card.terms_sha256,
            earlier=_earlier(proposal),
            **options,
        )
        self._jpeg = proposal.bytes

    def on_agree(self) -> None:
        """The user said yes; bind to it."""

    def on_decline(self) -> None:
        """The user said no, or left by Escape; bind to it."""

    def leave(self) -> None:
        """Escape is a no."""
        self.dispatch("on_decline")

    async def draw(self) -> None:
        """Draw exactly the bytes that would leave."""
        await self.ids.view.show(self._jpeg)


def _amount(proposal: Proposal) -> str:
    picture, question = byte_count(len(proposal.bytes)), byte_count(len(proposal.question.encode()))
    what = f"This picture ({picture}) and your question ({question})"
    return what if proposal.card.url else f"{what}. They stay on this device."


def _earlier(proposal: Proposal) -> str:
    count = len(proposal.earlier)
    if not count:
        return ""
    return (
        f"You shared this picture with {proposal.card.recipient} {'once' if count == 1 else f'{count} times'} before."
    )


load_beside(__file__)
