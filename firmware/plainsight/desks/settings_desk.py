"""What the owner decides."""

from plainsight.errors import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from plainsight.listening import VoicePolicy
    from plainsight.phones import Phone
    from plainsight.settings import Settings


class SettingsDesk:
    """`settings`. `on_voice(policy)` is called after each change of the voice policy."""

    def __init__(self, settings: "Settings", voice: "VoicePolicy", on_voice: "Callable[[str], None]"):
        self._settings = settings
        self._voice = voice
        self._on_voice = on_voice
        self.answers = {"settings": self._change}
        self.slow = {}

    def _change(self, fields: dict, _phone: "Phone") -> dict:
        if "voice" in fields:
            if "consent" not in fields:
                raise Refused("bad_request", {"reason": "missing_consent"})
            self._voice.set(fields["voice"], fields["consent"])
            self._on_voice(fields["voice"])
        return {"settings": self._settings.values}
