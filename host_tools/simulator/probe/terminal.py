"""A pseudo terminal that stands in for the probe's USB port."""

from __future__ import annotations

import os
import pty
import tty
from pathlib import Path


class Terminal:
    """`port`: a stable name for clients. `board_end`: the descriptor that the probe reads and writes."""

    def __init__(self, port: Path) -> None:
        self.port = port
        # The client's end stays open here too: without a client the probe reads nothing, instead of an error.
        self.board_end, self._client_end = pty.openpty()
        tty.setraw(self._client_end)
        port.symlink_to(os.ttyname(self._client_end))

    def close(self) -> None:
        """Take the port away."""
        self.port.unlink(missing_ok=True)
        os.close(self.board_end)
        os.close(self._client_end)
