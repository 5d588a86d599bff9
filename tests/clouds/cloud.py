"""A cloud on loopback: HTTPS with a certificate of its own name, one dialect, one manner, every byte kept."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.app.sharing.recipient import Recipient
from tests.clouds.dialects import OPENAI, Dialect


@dataclass
class Cloud(Recipient):
    """`exchanges` hold each request's head and body as read behind TLS, in order; `start(host, port)` binds it, and
    `name` is what its certificate says. `bytes_up` and `connections` are TCP's."""

    dialect: Dialect = field(default=OPENAI)

    @property
    def origin(self) -> str:
        """Scheme, name and port: what an owner would add as the address."""
        return f"https://{self.name}" + ("" if self.port == 443 else f":{self.port}")

    @property
    def asked(self) -> list[tuple[bytes, str]]:
        """Picture and question of each request so far."""
        return [self.dialect.asked(exchange.body)[:2] for exchange in self.exchanges if exchange.body]
