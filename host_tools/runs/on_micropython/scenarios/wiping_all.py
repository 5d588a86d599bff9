"""The reset gesture: once it has begun nothing keeps it from its end, and until then nothing is lost."""

from cutting import Scenario
from plainsight import files, wiping

from scenarios.glasses import NOW_S, OWNER, Glasses

_ROOT = "."
_FILL_BYTES = 8 * 4096  # the whole flash would be some thousand writes that are all alike


class Wipe(Scenario):
    """Glasses with an owner, a photograph, settings and an identity."""

    name = "reset: wipe"

    def __init__(self):
        wiping.FILL_BYTES = _FILL_BYTES

    def prepare(self):
        glasses = Glasses()
        glasses.store.set_owner(OWNER)
        glasses.photograph(5000)
        glasses.decisions.change({"clip_seconds": 60})
        files.make_folder("identity")
        files.write_atomic("identity/device.json", b"{}")
        files.write_atomic("clock.json", b"{}")

    def boot(self):
        if wiping.is_due(_ROOT):
            wiping.finish(_ROOT, _tick)

    def act(self, _state):
        wiping.begin(_ROOT, wiping.GESTURE, NOW_S)
        wiping.finish(_ROOT, _tick)

    def judge(self, _state):
        if wiping.is_due(_ROOT):
            raise AssertionError("a wipe that begun has not come to its end")
        if files.size("clock.json") is None:
            raise AssertionError("more is gone than belonged to the owner")
        if wiping.is_empty(_ROOT):
            left = wiping.what_was_wiped(_ROOT)
            if left is None or left["why"] != wiping.GESTURE:
                raise AssertionError("wiped, and nobody is told")
            return "new"
        glasses = Glasses()
        if glasses.check() != [1] or glasses.store.owner != OWNER or files.size("identity/device.json") is None:
            raise AssertionError("half of it is gone")
        return "old"

    def use(self, state):
        """The owner, or the next one, does it again."""
        self.act(state)
        if self.judge(state) != "new":
            raise AssertionError("it can't be wiped any more")

    def judge_flipped(self, state):
        """Nothing of what is written at the end is believed but that there was a wipe."""
        if wiping.is_empty(_ROOT) and not wiping.is_due(_ROOT):
            return "wiped"
        return super().judge_flipped(state)


def _tick():
    """Nothing else runs."""


ALL = (Wipe,)
