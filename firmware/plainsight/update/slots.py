"""What the glasses know of their slots: which one runs, which one is free, and what the loader is told to do next."""

import loader
from loader import record

from plainsight import files
from plainsight.update import versions
from plainsight.update.errors import BadRelease
from plainsight.version import FIRMWARE_VERSION

UNKNOWN = "unknown"  # the version of what ran when the record was damaged


class Slots:
    """`root` is the folder of the flash; `running` the slot that the loader chose, `trial`: not confirmed yet."""

    def __init__(self, root: str, running: "str | None" = None, trial: "bool | None" = None):
        self._root = root
        self.running = loader.slot if running is None else running
        self.trial = loader.on_trial() if trial is None else trial
        self._fields, self.verdict = record.read(root)

    @property
    def folder(self) -> str:
        """The folder of the slot that is not running; a release is unpacked there."""
        return record.folder(self._root, self._idle)

    @property
    def floor(self) -> str:
        """The oldest version that may be installed; before the first release, the version that was flashed."""
        try:
            versions.parse(self._fields["floor"])
        except BadRelease:
            return FIRMWARE_VERSION
        return self._fields["floor"]

    @property
    def version(self) -> str:
        """Of the release that was installed last."""
        return self._fields["version"] or FIRMWARE_VERSION

    @property
    def news(self) -> list:
        """What happened and is not in the journal yet: the fields of its records."""
        if self.verdict == "damaged":
            return [{"state": record.ROLLED_BACK, "version": UNKNOWN, "reason": "record"}]
        told = []
        words = self._fields["news"].split(" ")
        if record.ROLLED_BACK in words:
            version = UNKNOWN if record.DEPLOYED in words else self.version
            told.append({"state": record.ROLLED_BACK, "version": version, "reason": "boot"})
        if record.DEPLOYED in words:
            told.append({"state": record.DEPLOYED, "version": self.version, "sha256": self._fields.get("sha256", "")})
        return told

    def switch(self, version: str, floor: str) -> None:
        """From the next boot on the other slot is on trial, and confirming it raises the floor. Raises OSError."""
        higher = floor if versions.parse(floor) > versions.parse(self.floor) else self.floor
        fields = {"slot": self._idle, "before": self.running, "trial": True, "attempts": 0, "news": ""}
        fields.update({"version": version, "floor": self.floor, "next_floor": higher})
        self._write(fields)

    def confirm(self) -> None:
        """The running release stays, and the floor rises to what it asked for. Raises OSError."""
        fields = dict(self._fields)
        fields.update({"before": record.FLASHED, "trial": False, "attempts": 0, "floor": fields["next_floor"]})
        self._write(fields)
        self.trial = False

    def heard(self) -> None:
        """The news stands in the journal; a damaged record becomes a whole one. Raises OSError."""
        fields = dict(self._fields)
        fields["news"] = ""
        if self.verdict == "damaged":
            fields.update({"slot": self.running, "version": UNKNOWN, "floor": self.floor})
        self._write(fields)

    @property
    def _idle(self) -> str:
        return record.SLOTS[1] if self.running == record.SLOTS[0] else record.SLOTS[0]

    def _write(self, fields: dict) -> None:
        files.make_folder(self._root + "/slots")
        record.write(self._root, fields)
        self._fields = fields
        self.verdict = "ok"
