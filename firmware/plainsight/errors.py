"""What the glasses refuse, and why. The codes are the keys of `wire.ERRORS`, the only words that cross the link."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class Refused(Exception):
    """A trigger or request that is not carried out; `code` is a key of wire.ERRORS, `detail` holds no secrets."""

    def __init__(self, code: str, detail: "Mapping[str, object] | None" = None):
        super().__init__(code)
        self.code = code
        self.detail = dict(detail or {})
