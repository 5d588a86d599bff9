"""The home of promise 6 on the glasses: the one gate between the microphone and everything else.

`off`: the microphone is not read. `keyword`: read, and what is heard stays here. `stream`: audio may also leave, live
or, where the owner wants sound in clips, in a clip. Only `decisions` changes the policy, and only with a consent.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from plainsight.settings import Settings

OFF = "off"
KEYWORD = "keyword"
STREAM = "stream"


class VoicePolicy:
    """Asks the settings each time: no copy of a permission can outlive its withdrawal."""

    def __init__(self, settings: "Settings"):
        self._settings = settings

    @property
    def policy(self) -> str:
        """`off`, `keyword` or `stream`; `off` unless the owner chose otherwise."""
        return self._settings.values["voice"]

    def may_listen(self) -> bool:
        """May the microphone be read?"""
        return self.policy in (KEYWORD, STREAM)

    def awaits_word(self) -> bool:
        """May and shall the microphone wait for a spoken word? The owner's yes, and the trigger's switch."""
        return self.may_listen() and self._settings.values["keyword"]

    def may_send(self) -> bool:
        """May audio leave the glasses?"""
        return self.policy == STREAM

    def may_record(self) -> bool:
        """May a clip have sound? It leaves with the clip, so it takes the same consent and a setting of its own."""
        return self.may_send() and self._settings.values["clip_audio"]
