"""Who can be asked: where the owner is, which rules follow from that, and adding or removing an endpoint."""

from __future__ import annotations

from collections.abc import Callable

from companion_app.errors import AppError
from companion_app.language import _
from companion_app.sharing import EndpointCard, Sharing
from companion_app.sharing.address import parse
from companion_app.sharing.endpoints.saved import KINDS, SavedEndpoint, kind_of
from companion_app.sharing.offers import Barrier
from companion_app.ui.view_models.observable import Observable
from companion_app.ui.view_models.words.errors import problem
from companion_app.ui.view_models.words.problem import Problem


class AskersModel(Observable):
    """The fields as they are typed, and what was wrong with them. Adding an address asks nobody anything."""

    def __init__(self, sharing: Sharing) -> None:
        super().__init__()
        self._sharing = sharing
        self.region = sharing.endpoints.region or ""
        self.address = ""
        self.kind = ""
        self.model = ""
        self.key = ""
        self.variable = ""
        self.note = ""
        self.problem: Problem | None = None

    @property
    def cards(self) -> tuple[EndpointCard, ...]:
        """Everybody who can be asked, or could elsewhere."""
        return tuple(self._sharing.cards())

    @property
    def default(self) -> str:
        """The id of who is asked unless the owner says else."""
        return self._sharing.endpoints.default().id

    def barrier(self, card: EndpointCard) -> Barrier | None:
        """Why it cannot be chosen where the owner is; None when it can."""
        return self._sharing.endpoints.barrier(card)

    @property
    def region_words(self) -> str:
        """What counts now."""
        said = self._sharing.endpoints.region
        if said is None:
            return _("You have not said where you are, so the strictest rules count. Nothing looks it up.")
        return _("You said that you are in {said}. The rules of that place count.", said=said)

    @property
    def can_add(self) -> bool:
        """True with an address to add."""
        return bool(self.address.strip())

    def kinds(self) -> tuple[str, ...]:
        """The dialects there are; the chosen one is `kind_shown`."""
        return KINDS

    @property
    def kind_shown(self) -> str:
        """What the owner picked, else what the address looks like."""
        if self.kind:
            return self.kind
        try:
            return kind_of(self.address.strip())
        except AppError:
            return KINDS[0]

    def open(self) -> None:
        """Begin with what is kept."""
        self.region = self._sharing.endpoints.region or ""
        self.note, self.problem = "", None
        self.changed()

    def set(self, field: str, text: str) -> None:
        """What a field holds now: region, address, kind, model, key or variable."""
        if getattr(self, field) != text:
            setattr(self, field, text)
            self.note, self.problem = "", None
            self.changed()

    def save_region(self) -> None:
        """Say where one is; an empty field takes it back."""
        said = self.region.strip() or None
        self._try(lambda: self._sharing.endpoints.set_region(said), _("Kept on this device."))
        if self.problem is None:
            self.region = self._sharing.endpoints.region or ""
            self.changed()

    def add(self) -> None:
        """Keep the address for later runs; a key that was typed stays in memory and ends with the app."""
        if not self.can_add:
            return
        endpoint = SavedEndpoint(
            self.address.strip(), self.model.strip(), self.variable.strip() or None, self.kind_shown
        )
        key = self.key.strip() or None
        self._try(lambda: self._sharing.remember(endpoint, key), _("Added. Nobody was asked anything."))
        if self.problem is None:
            self.address = self.kind = self.model = self.key = self.variable = ""
            self.changed()

    def can_probe(self, card: EndpointCard) -> bool:
        """True for what the owner added on this very computer: there one can ask what answers."""
        kept = self._sharing.endpoints.saved(card.id)
        return kept is not None and parse(card.url).loopback

    async def probe(self, endpoint_id: str) -> None:
        """Ask the program at an address of this computer what it is, and put that on its card; it is on record."""
        self.note, self.problem = "", None
        try:
            card = await self._sharing.probe(endpoint_id)
            self.note = (
                _("It says: {program}.", program=card.program) if card.program else _("It did not say what it is.")
            )
        except AppError as error:
            self.problem = problem(error)
        self.changed()

    def remove(self, endpoint_id: str) -> None:
        """Forget an endpoint; what was shared with it stays in the ledger."""
        self._try(lambda: self._sharing.endpoints.remove(endpoint_id), _("Removed."))

    def make_default(self, endpoint_id: str) -> None:
        """Ask this one unless another is chosen."""
        self._try(lambda: self._sharing.endpoints.set_default(endpoint_id), _("Asked from now on."))

    def _try(self, act: Callable[[], object], done: str) -> None:
        self.note, self.problem = "", None
        try:
            act()
            self.note = done
        except AppError as error:
            self.problem = problem(error)
        self.changed()
