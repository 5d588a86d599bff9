"""The home of promise 6 on the glasses: the one gate between the microphone and everything else.

`off`: the microphone is not read. `keyword`: read, and what is heard stays here. `stream`: audio may also leave.
"""

from plainsight.errors import Refused
from plainsight.wire import is_hex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from plainsight.journal import Journal
    from plainsight.settings import Settings

OFF = "off"
KEYWORD = "keyword"
STREAM = "stream"
_ORDER = (OFF, KEYWORD, STREAM)  # each allows more than the one before
_CONSENT_BYTES = 32


class VoicePolicy:
    """Asks the settings each time: no copy of a permission can outlive its withdrawal.

    A withdrawal that can't be written holds until the next boot all the same, and its asker gets the error.
    """

    def __init__(self, settings: "Settings", journal: "Journal"):
        self._settings = settings
        self._journal = journal
        self._ceiling = STREAM

    @property
    def policy(self) -> str:
        """`off`, `keyword` or `stream`; `off` unless the owner chose otherwise."""
        return _lesser(self._settings.values["voice"], self._ceiling)

    def may_listen(self) -> bool:
        """May the microphone be read?"""
        return self.policy in (KEYWORD, STREAM)

    def may_send(self) -> bool:
        """May audio leave the glasses?"""
        return self.policy == STREAM

    def set(self, policy: str, consent_hex: str) -> None:
        """Change the policy; `consent_hex` is the hash of the record on the phone that allows it.

        Raises Refused. What allows more is recorded before it takes effect; what allows less takes effect first.
        """
        if policy not in _ORDER or not is_hex(consent_hex, _CONSENT_BYTES):
            raise Refused("bad_request")
        if _lesser(policy, self.policy) == policy:
            self._ceiling = policy
            self._change(policy)
            self._record(policy, consent_hex)
        else:
            self._record(policy, consent_hex)
            self._change(policy)
            self._ceiling = policy

    def _record(self, policy: str, consent_hex: str) -> None:
        self._journal.append("settings", voice=policy, consent=consent_hex)

    def _change(self, policy: str) -> None:
        try:
            self._settings.change(voice=policy)
        except OSError as error:
            raise Refused("storage_failed", {"errno": error.errno})


def _lesser(one: str, other: str) -> str:
    """Whichever allows less."""
    return _ORDER[min(_ORDER.index(one), _ORDER.index(other))]
