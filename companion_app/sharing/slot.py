"""The one upload that a receipt allows, to the card's address and no other."""

from __future__ import annotations

import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from companion_app.sharing import egress, upload
from companion_app.sharing.address import parse
from companion_app.sharing.cards import EndpointCard
from companion_app.sharing.errors import NothingMayLeave, SecondUpload
from companion_app.sharing.outcome import Outcome, Progress


@dataclass
class Slot:
    """Hands an adapter its `post` and knows at each moment what may have left by it."""

    card: EndpointCard
    tls: ssl.SSLContext
    limits: upload.Limits
    progress: Progress = field(default_factory=Progress)
    used: bool = False

    @property
    def outcome(self) -> Outcome:
        """What can be said by now."""
        return self.progress.outcome(self.card.stays_here)

    @asynccontextmanager
    async def post(self, headers: Mapping[str, str], body: bytes) -> AsyncGenerator[AsyncIterator[bytes]]:
        """`Post` of endpoints/endpoint.py. Raises DeliveryError, NothingMayLeave and SecondUpload among them."""
        if self.card.stays_here:
            raise NothingMayLeave(recipient=self.card.recipient)
        if self.used:
            # The first may have arrived, whatever it looked like from here.
            raise SecondUpload(recipient=self.card.recipient)
        self.used = True
        request = upload.Request("POST", parse(self.card.url), headers, body)
        async with AsyncExitStack() as stack:
            # The door is open while the connection is made; what is called while an answer arrives finds it shut.
            with egress.permit(request.address.host, request.address.port) as permit:
                hosts = await upload.resolve(request.address, permit)
                exchange = upload.exchange(request, hosts, progress=self.progress, tls=self.tls, limits=self.limits)
                parts = await stack.enter_async_context(exchange)
            yield parts
