"""What the owner decides."""

from plainsight.errors import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from plainsight.decisions import Decisions
    from plainsight.phones import Phone
    from plainsight.settings import Settings


class SettingsDesk:
    """`settings`. `on_voice(policy)` is called after a change of the voice policy, one that failed halfway too.

    `can_buzz`: whether a buzzer is fitted.
    """

    def __init__(self, settings: "Settings", decisions: "Decisions", on_voice: "Callable[[str], None]", can_buzz: bool):
        self._settings = settings
        self._decisions = decisions
        self._on_voice = on_voice
        self._can_buzz = can_buzz
        self.answers = {"settings": self._change}
        self.slow = {}

    def _change(self, fields: dict, phone: "Phone") -> dict:
        changes = dict(fields)
        consent = changes.pop("consent", "")
        if changes.get("buzzer") and not self._can_buzz:
            raise Refused("bad_request", {"reason": "no_buzzer"})
        before = self._settings.values["voice"]
        done = False
        try:
            self._decisions.change(changes, consent, phone.number)
            done = "voice" in changes
        finally:
            after = self._settings.values["voice"]
            if done or after != before:
                self._on_voice(after)
        return {"settings": self._settings.values}
