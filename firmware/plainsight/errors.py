"""What the glasses refuse, and why. The codes are the keys of `wire.ERRORS`, the only words that cross the link."""


class Refused(Exception):
    """A trigger or request that is not carried out; `code` is a key of wire.ERRORS, `detail` holds no secrets."""

    def __init__(self, code: str, detail: dict | None = None):
        super().__init__(code)
        self.code = code
        self.detail = detail or {}
