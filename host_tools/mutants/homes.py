"""Where each promise lives, and the tests that must notice when it is broken."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Home:
    """One file to mutate and the quick tests (paths from the root) that hold it."""

    promise: int
    path: str
    tests: tuple[str, ...]


_FIRMWARE = "firmware/plainsight/"
_APP = "companion_app/"

HOMES = (
    Home(1, _FIRMWARE + "shutter.py", ("tests/unit/firmware_capture",)),
    Home(1, _FIRMWARE + "light.py", ("tests/unit/firmware_capture",)),
    Home(1, _FIRMWARE + "capture.py", ("tests/unit/firmware_capture",)),
    Home(2, _APP + "sharing/proposal.py", ("tests/app/sharing",)),
    Home(2, _APP + "sharing/consent.py", ("tests/app/sharing",)),
    Home(2, _APP + "sharing/outbox.py", ("tests/app/sharing",)),
    Home(2, _APP + "sharing/upload.py", ("tests/app/sharing",)),
    Home(2, _APP + "sharing/egress.py", ("tests/app/sharing",)),
    Home(3, _FIRMWARE + "journal.py", ("tests/unit/firmware_capture",)),
    Home(3, _FIRMWARE + "journal_check.py", ("tests/unit/firmware_capture",)),
    Home(3, _APP + "ledger/ledger.py", ("tests/app/test_ledger.py", "tests/app/test_mirror.py")),
    Home(3, _APP + "ledger/examine.py", ("tests/app/test_ledger.py", "tests/app/test_mirror.py")),
    Home(3, _APP + "ledger/mirror.py", ("tests/app/test_ledger.py", "tests/app/test_mirror.py")),
    Home(4, _FIRMWARE + "store.py", ("tests/unit/firmware_capture",)),
    Home(4, _FIRMWARE + "seal.py", ("tests/unit/firmware_capture",)),
    Home(5, _FIRMWARE + "session.py", ("tests/unit/firmware_link",)),
    Home(5, _FIRMWARE + "door.py", ("tests/unit/firmware_link",)),
    Home(5, _FIRMWARE + "admission.py", ("tests/unit/firmware_link",)),
    Home(5, _FIRMWARE + "pairing.py", ("tests/unit/firmware_link",)),
    Home(5, _FIRMWARE + "knock.py", ("tests/unit/firmware_link",)),
    Home(6, _FIRMWARE + "listening.py", ("tests/unit/firmware_capture",)),
    Home(6, _APP + "onboarding/onboarding.py", ("tests/app/test_onboarding.py",)),
    Home(6, _APP + "onboarding/delivery.py", ("tests/app/test_onboarding.py",)),
)
