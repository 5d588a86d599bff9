"""The only way in which settings change: on record, all or nothing, and what allows less never waits.

What allows more is recorded before it takes effect. What allows less takes effect first, in memory at once and even
where flash or journal fail then: the asker gets the error, and the permission is gone until the next boot all the same.
"""

from plainsight.errors import Refused
from plainsight.settings import BadSetting, check
from plainsight.wire import is_hex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from plainsight.journal import Journal
    from plainsight.settings import Settings

_CONSENT_BYTES = 32


class Decisions:
    """Changes `settings` as the owner says."""

    def __init__(self, settings: "Settings", journal: "Journal"):
        self._settings = settings
        self._journal = journal

    def change(self, changes: "dict[str, Any]", consent: str = "", phone: int = 0) -> None:
        """Change settings; `consent`, which `voice` needs, is the hash of the phone's record that allows it (hex).

        `phone`: the number of the one that asks, which the record names. Raises Refused.
        """
        changes = self._checked(changes, consent)
        if not changes:
            return
        less = {name: value for name, value in changes.items() if self._settings.allows_less(name, value)}
        self._settings.limit(less)
        record = dict(changes)
        if phone:
            record["phone"] = phone
        if "voice" in changes:
            record["consent"] = consent
        if len(less) == len(changes):
            self._withdraw(changes, record)
        else:
            self._permit(changes, record, less)

    def _checked(self, changes: "dict[str, Any]", consent: str) -> "dict[str, Any]":
        """What would change; the voice policy also where it stays, since a new consent stands behind it."""
        try:
            check(changes)
        except BadSetting as bad:
            raise Refused("bad_request", {"reason": "bad_" + bad.name})
        if "voice" in changes and not is_hex(consent, _CONSENT_BYTES):
            raise Refused("bad_request", {"reason": "missing_consent"})
        values = self._settings.values
        return {name: value for name, value in changes.items() if name == "voice" or value != values[name]}

    def _withdraw(self, changes: "dict[str, Any]", record: "dict[str, Any]") -> None:
        try:
            self._write(changes)
        finally:
            self._journal.append("settings", **record)

    def _permit(self, changes: "dict[str, Any]", record: "dict[str, Any]", less: "dict[str, Any]") -> None:
        try:
            self._journal.append("settings", **record)
        except Refused:
            if less:
                self._write(less)
            raise
        self._write(changes)

    def _write(self, changes: "dict[str, Any]") -> None:
        try:
            self._settings.change(changes)
        except OSError as error:
            raise Refused("storage_failed", {"errno": error.errno})
