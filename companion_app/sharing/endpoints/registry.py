"""The endpoints an app knows, by the id of their card; `local` is always among them."""

from __future__ import annotations

from collections.abc import Iterable

from companion_app.sharing.cards import LOCAL_ID, EndpointCard
from companion_app.sharing.endpoints.endpoint import Endpoint
from companion_app.sharing.errors import UnknownEndpoint


class Registry:
    """Endpoints in the order they were added."""

    def __init__(self, local: Endpoint, others: Iterable[Endpoint] = ()) -> None:
        self._endpoints: dict[str, Endpoint] = {LOCAL_ID: local}
        for endpoint in others:
            self.add(endpoint)

    def add(self, endpoint: Endpoint) -> EndpointCard:
        """Add or replace; proposals made before keep the endpoint they were made with."""
        self._endpoints[endpoint.card.id] = endpoint
        return endpoint.card

    def cards(self) -> list[EndpointCard]:
        """All cards, local first."""
        return [endpoint.card for endpoint in self._endpoints.values()]

    def get(self, endpoint_id: str) -> Endpoint:
        """Raises UnknownEndpoint."""
        if endpoint_id not in self._endpoints:
            raise UnknownEndpoint(endpoint=endpoint_id)
        return self._endpoints[endpoint_id]
