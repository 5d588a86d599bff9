"""Reads at boot who may come in. What is damaged lets nobody in, is told, and is set right once it is on record."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from plainsight.damage import Damage
    from plainsight.phones import Phones
    from plainsight.setup_code import SetupCode
    from plainsight.ways_in.recovery_code import RecoveryCode


class WaysIn:
    """The phones, the one-time code and the recovery code, which know nothing of each other."""

    def __init__(self, phones: "Phones", code: "SetupCode", recovery: "RecoveryCode"):
        self._phones = phones
        self._code = code
        self._recovery = recovery
        self._spoilt = False
        self._mendable = True  # a medium that can't be read may be read again another day: leave it as it is

    def load(self, damage: "Damage") -> None:
        """Read all three; never raises. Beside a damaged list of phones no one-time code counts: it may be used up."""
        self._phones.load(self._telling(damage.of("identity/phones.json")))
        self._code.load(self._phones, self._telling(damage.of("identity/setup.json")))
        self._recovery.load(damage.of("identity/recovery.json"))
        if self._spoilt:
            self._code.secret = None

    def repair(self) -> None:
        """Write what was made of damaged files, once that is on record. Raises OSError."""
        if self._spoilt and self._mendable:
            self._phones.rewrite()
            self._code.void()

    def _telling(self, note: "Callable[[str], None]") -> "Callable[[str], None]":
        def told(what: str) -> None:
            self._spoilt = True
            self._mendable = self._mendable and what != "unreadable"
            note(what)

        return told
