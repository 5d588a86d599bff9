"""What is wrong with bytes from the other end."""


class WireError(Exception):
    """Base of what is wrong with bytes from the other end; `reason` is a short word for tests and logs."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


class BadFrame(WireError):
    """The stream can't be trusted any more: the session must end."""


class BadBody(WireError):
    """One body breaks its table: answer `bad_request`, the session may go on."""
