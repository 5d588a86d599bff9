"""The endpoints an app knows, by the id of their card, `local` always among them; and what the owner chose."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from companion_app.sharing import offers, region
from companion_app.sharing.cards import LOCAL_ID, EndpointCard, Found
from companion_app.sharing.endpoints import choices, saved
from companion_app.sharing.endpoints.choices import Choices
from companion_app.sharing.endpoints.endpoint import Endpoint
from companion_app.sharing.endpoints.openai_compatible import KEY_VARIABLE, MODEL_VARIABLE
from companion_app.sharing.endpoints.saved import SavedEndpoint
from companion_app.sharing.errors import CannotBeDefault, NeverShared, NotOffered, SettingsUnwritable, UnknownEndpoint
from companion_app.sharing.offers import Barrier
from companion_app.vault import SealedFiles


class Registry:
    """Endpoints in the order they were added. With `files` it keeps what is remembered between runs."""

    def __init__(
        self,
        local: Endpoint,
        others: Iterable[Endpoint] = (),
        files: SealedFiles | None = None,
        environment: Mapping[str, str] = os.environ,
        ruled_out: Callable[[], bool] = lambda: False,
    ) -> None:
        """`ruled_out`: the owner said that nobody but this device is ever asked; looked at anew each time."""
        self._endpoints: dict[str, Endpoint] = {LOCAL_ID: local}
        self._files = files
        self._environment = environment
        self._ruled_out = ruled_out
        self._choices = Choices() if files is None else choices.load(files)
        self._saved: dict[str, SavedEndpoint] = {}
        for endpoint in others:
            self.add(endpoint)
        for kept in [] if files is None else saved.load(files):
            self._saved[self.add(kept.open(environment)).id] = kept

    # who there is

    def cards(self) -> list[EndpointCard]:
        """All cards, local first: what cannot be chosen here is among them."""
        return [endpoint.card for endpoint in self._endpoints.values()]

    def get(self, endpoint_id: str) -> Endpoint:
        """Raises UnknownEndpoint."""
        if endpoint_id not in self._endpoints:
            raise UnknownEndpoint(endpoint=endpoint_id)
        return self._endpoints[endpoint_id]

    def choose(self, endpoint_id: str, *, faces: bool = False) -> Endpoint:
        """The one way to who is asked; `faces`: some are left to be seen.
        Raises UnknownEndpoint, NeverShared, NotOffered."""
        endpoint = self.get(endpoint_id)
        self.check_asked(endpoint.card)
        reason = self.barrier(endpoint.card) or (self.faces_barrier(endpoint.card) if faces else None)
        if reason is not None:
            card = endpoint.card
            raise NotOffered(endpoint=card.id, recipient=card.recipient, region=self.region, reason=reason)
        return endpoint

    def barrier(self, card: EndpointCard) -> Barrier | None:
        """Why `card` cannot be chosen by this owner, where they are."""
        if self._ruled_out() and not card.stays_here:
            return Barrier.NEVER
        return offers.barrier(card, self.region)

    def check_asked(self, card: EndpointCard) -> None:
        """Raises NeverShared where the owner wants nobody but this device to be asked."""
        if self._ruled_out() and not card.stays_here:
            raise NeverShared(endpoint=card.id, recipient=card.recipient)

    def faces_barrier(self, card: EndpointCard) -> Barrier | None:
        """Why no face can be left to be seen in what goes to `card`."""
        return offers.faces_barrier(card, self.region)

    # what the owner adds and takes away

    def add(self, endpoint: Endpoint) -> EndpointCard:
        """Add or replace for this run; proposals made before keep the endpoint they were made with."""
        self._endpoints[endpoint.card.id] = endpoint
        return endpoint.card

    def add_url(self, base_url: str) -> EndpointCard:
        """An endpoint for this run, its dialect from the address, model and key from PLAINSIGHT_MODEL and
        PLAINSIGHT_API_KEY. One that is remembered at this address stays as it is: its plan, its key, and what a probe
        found are on its card. Raises BadAddress, BadModelName, BadKey."""
        kind = saved.kind_of(base_url)
        model = self._environment.get(MODEL_VARIABLE, "")
        opened = SavedEndpoint(base_url, model, KEY_VARIABLE, kind).open(self._environment)
        kept = self._saved.get(opened.card.id)
        if kept is not None and model in ("", kept.model_name):
            return self.get(opened.card.id).card
        return self.add(opened)

    def remember(self, endpoint: SavedEndpoint, key: str | None = None) -> EndpointCard:
        """Add in this and every later run; `key` is for this run alone.
        Raises BadAddress, BadModelName, BadKey, BadVersion, BadKind, SettingsUnwritable."""
        opened = endpoint.open(self._environment, key)
        self._write({**self._saved, opened.card.id: endpoint})
        return self.add(opened)

    def remove(self, endpoint_id: str) -> None:
        """Forget it, in later runs too; local stays. Raises UnknownEndpoint, SettingsUnwritable."""
        self.get(endpoint_id)
        if endpoint_id == LOCAL_ID:
            raise UnknownEndpoint(endpoint=endpoint_id)
        if endpoint_id in self._saved:
            self._write({known: kept for known, kept in self._saved.items() if known != endpoint_id})
        del self._endpoints[endpoint_id]

    def saved(self, endpoint_id: str) -> SavedEndpoint | None:
        """What is kept of it between runs; None for one of this run alone."""
        return self._saved.get(endpoint_id)

    def note(self, endpoint_id: str, found: Found) -> EndpointCard:
        """Put what a probe found on the card of a remembered endpoint. Raises UnknownEndpoint, SettingsUnwritable."""
        if endpoint_id not in self._saved:
            raise UnknownEndpoint(endpoint=endpoint_id)
        return self.remember(replace(self._saved[endpoint_id], found=found))

    # what the owner chose

    @property
    def region(self) -> str | None:
        """Where the owner is, as they say; None: not said."""
        return self._choices.region

    def set_region(self, text: str | None) -> None:
        """None takes it back. Raises BadRegion, SettingsUnwritable."""
        self._choose(replace(self._choices, region=None if text is None else region.parse(text)))

    def default(self) -> EndpointCard:
        """Who is asked unless the owner says else: local again when that one is gone, trains, or is not offered."""
        chosen = self._endpoints.get(self._choices.default, self._endpoints[LOCAL_ID]).card
        if chosen.may_be_default and self.barrier(chosen) is None:
            return chosen
        return self._endpoints[LOCAL_ID].card

    def set_default(self, endpoint_id: str) -> None:
        """Raises UnknownEndpoint, NeverShared, NotOffered, CannotBeDefault, SettingsUnwritable."""
        card = self.choose(endpoint_id).card
        if not card.may_be_default:
            raise CannotBeDefault(endpoint=card.id, trains=card.trains)
        self._choose(replace(self._choices, default=card.id))

    def _choose(self, made: Choices) -> None:
        if self._files is not None:
            try:
                choices.save(self._files, made)
            except OSError as error:
                raise SettingsUnwritable(file=str(self._files.folder), reason=error.strerror or "unwritable") from error
        self._choices = made

    def _write(self, kept: dict[str, SavedEndpoint]) -> None:
        if self._files is not None:
            try:
                saved.save(self._files, kept.values())
            except OSError as error:
                raise SettingsUnwritable(file=str(self._files.folder), reason=error.strerror or "unwritable") from error
        self._saved = kept
