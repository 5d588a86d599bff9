"""Copies of the owner's key on their way from one phone to another, each encrypted for the phone that it is for."""

from plainsight.errors import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from plainsight.journal import Journal
    from plainsight.phones import Phone, Phones

_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="


class KeyCopies:
    """At most one copy waits for each phone. The glasses can't open it: they hold no phone's wrap key."""

    def __init__(self, phones: "Phones", journal: "Journal"):
        self._phones = phones
        self._journal = journal

    def leave(self, number: int, wrapped: str, by: int) -> None:
        """Keep a copy for a phone, in place of an earlier one. Raises Refused."""
        phone = self._phones.find(number)
        if phone is None:
            raise Refused("unknown_phone")
        if not phone.wrap_key:
            raise Refused("no_wrap_key")
        if not all(letter in _BASE64 for letter in wrapped):
            raise Refused("bad_request", {"reason": "bad_wrapped"})
        self._journal.append("wrap", phone=number, by=by)
        self._keep(phone, wrapped)

    def take(self, phone: "Phone") -> str:
        """The copy that waits for this phone, which is forgotten here; "" where there is none. Raises Refused."""
        wrapped = phone.wrapped
        if wrapped:
            self._journal.append("unwrap", phone=phone.number)
            self._keep(phone, "")
        return wrapped

    def _keep(self, phone: "Phone", wrapped: str) -> None:
        try:
            self._phones.keep_copy(phone, wrapped)
        except OSError:
            raise Refused("storage_failed")
