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
_CAPTURE = "tests/unit/firmware_capture/"
_RECORDING = "tests/unit/recording/"
_LINK = "tests/unit/firmware_link/"
_LIVE = _RECORDING + "test_live.py"
_DEVICE = "tests/unit/firmware_device/"
_UPDATE = "tests/unit/update/"
_STORE = tuple(_CAPTURE + f"test_store{part}.py" for part in ("", "_recovery", "_retention"))
_SHUTTER = tuple(_CAPTURE + f"test_shutter{part}.py" for part in ("", "_failures", "_thumbnails"))
_WAYS_IN = (_LINK + "test_ways_in.py", _LINK + "test_damaged_phones.py")
_SHARING = ("tests/app/sharing",)
_REGION = "tests/app/sharing/test_region.py"
_ON_RECORD = tuple(
    f"tests/app/sharing/test_{part}.py" for part in ("record", "receipt", "full_disk", "crashes", "take_back")
)
_LEDGER = tuple(f"tests/app/test_{part}.py" for part in ("ledger", "ledger_writing", "mirror"))
_ONBOARDING = ("tests/app/test_onboarding.py", "tests/app/test_answers_on_record.py")

HOMES = (
    Home(1, _FIRMWARE + "shutter.py", (*_SHUTTER, _RECORDING + "test_sequence.py", _LIVE)),
    Home(1, _FIRMWARE + "recording/film.py", (*_SHUTTER, _RECORDING + "test_sequence.py", _LIVE)),
    Home(1, _FIRMWARE + "light.py", (_CAPTURE + "test_light.py", *_SHUTTER)),
    Home(1, _FIRMWARE + "capture.py", (_CAPTURE + "test_capture.py",)),
    Home(1, _FIRMWARE + "recording/clip.py", (_RECORDING + "test_clip.py", _RECORDING + "test_cut_clips.py")),
    Home(1, _FIRMWARE + "recording/burst.py", (_RECORDING + "test_burst.py",)),
    Home(3, _FIRMWARE + "recording/live.py", (_LIVE,)),
    Home(3, _FIRMWARE + "recording/live_frame.py", (_LIVE, _LINK + "test_live_frames.py")),
    Home(3, _APP + "link/live.py", ("tests/app/test_live.py",)),
    Home(3, _FIRMWARE + "recording/refusals.py", (_RECORDING + "test_refusals.py",)),
    Home(6, _FIRMWARE + "recording/clip_sound.py", (_RECORDING + "test_clip_sound.py",)),
    Home(2, _APP + "sharing/proposal.py", _SHARING),
    Home(2, _APP + "sharing/consent.py", _SHARING),
    Home(2, _APP + "sharing/yes.py", _SHARING),
    Home(2, _APP + "ledger/answered.py", (_SHARING[0] + "/test_never.py",)),
    Home(2, _APP + "sharing/outbox.py", _SHARING),
    Home(2, _APP + "sharing/upload.py", _SHARING),
    Home(2, _APP + "sharing/slot.py", _SHARING),
    Home(2, _APP + "sharing/offers.py", (_REGION,)),
    Home(2, _APP + "sharing/egress.py", _SHARING),
    Home(2, _APP + "sharing/ways_around.py", _SHARING),
    Home(3, _APP + "sharing/records.py", _ON_RECORD),
    Home(3, _APP + "sharing/receipt_folder.py", _ON_RECORD),
    Home(3, _APP + "sharing/check.py", (_SHARING[0] + "/test_exported.py",)),
    Home(3, _APP + "sharing/shares.py", (_SHARING[0] + "/test_take_back.py", "tests/unit/host/test_share_command.py")),
    Home(3, _FIRMWARE + "journal.py", (_CAPTURE + "test_journal.py",)),
    Home(3, _FIRMWARE + "journal_check.py", (_CAPTURE + "test_journal.py",)),
    Home(3, _FIRMWARE + "chain/segments.py", (_CAPTURE + "test_journal.py", _CAPTURE + "test_journal_pruning.py")),
    Home(3, _FIRMWARE + "chain/notes.py", (_CAPTURE + "test_journal.py", _CAPTURE + "test_journal_pruning.py")),
    Home(3, _FIRMWARE + "desks/store_desk.py", (_LINK + "test_store_desk.py", _LINK + "test_service.py")),
    Home(3, _APP + "ledger/ledger.py", _LEDGER),
    Home(3, _APP + "ledger/examine.py", _LEDGER),
    Home(3, _APP + "ledger/mirror.py", _LEDGER),
    Home(4, _FIRMWARE + "store.py", _STORE),
    Home(4, _FIRMWARE + "storage/draft.py", _STORE),
    Home(4, _FIRMWARE + "storage/leftovers.py", _STORE),
    Home(4, _FIRMWARE + "storage/retention.py", _STORE),
    Home(4, _FIRMWARE + "seal.py", (_CAPTURE + "test_seal.py", _CAPTURE + "test_store.py")),
    Home(
        5,
        _FIRMWARE + "session.py",
        tuple(_LINK + f"test_{part}.py" for part in ("session", "deadlines", "media", "pairing")),
    ),
    Home(5, _FIRMWARE + "door.py", (_LINK + "test_door.py", _LINK + "test_session.py")),
    Home(5, _FIRMWARE + "admission.py", (_LINK + "test_session.py", _LINK + "test_deadlines.py")),
    Home(5, _FIRMWARE + "pairing.py", (_LINK + "test_pairing.py", _LINK + "test_failures.py")),
    Home(
        5, _FIRMWARE + "knock.py", (_LINK + "test_session.py", _LINK + "test_deadlines.py", _LINK + "test_wire_fuzz.py")
    ),
    Home(5, _FIRMWARE + "phones.py", (_LINK + "test_pairing.py", *_WAYS_IN)),
    Home(5, _FIRMWARE + "ways_in/at_boot.py", _WAYS_IN),
    Home(5, _FIRMWARE + "ways_in/key_copies.py", (*_WAYS_IN, _LINK + "test_pairing.py")),
    Home(5, _FIRMWARE + "ways_in/recovery_code.py", (*_WAYS_IN, _LINK + "test_pairing.py")),
    Home(5, _FIRMWARE + "update/installer.py", (_UPDATE + "test_installer.py",)),
    Home(5, "firmware/loader/__init__.py", (_UPDATE + "test_loader.py",)),
    Home(6, _FIRMWARE + "listening.py", (_DEVICE + "test_decisions.py",)),
    Home(6, _FIRMWARE + "decisions.py", (_DEVICE + "test_decisions.py",)),
    Home(6, _FIRMWARE + "settings.py", (_DEVICE + "test_settings.py", _DEVICE + "test_decisions.py")),
    Home(4, _FIRMWARE + "wiping.py", (_DEVICE + "test_wiping.py",)),
    Home(6, _APP + "onboarding/onboarding.py", _ONBOARDING),
    Home(6, _APP + "onboarding/delivery.py", _ONBOARDING),
)
