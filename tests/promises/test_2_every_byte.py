"""Promise 2, no consent, no upload: the whole app in a network namespace of its own, with each packet accounted for.

One run travels through every journey; recipients, name server and capture are on the other side of its only cable.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from tests.promises.watched import commands, namespace
from tests.promises.watched.account import Account, Covered, Unaccounted, balance
from tests.promises.watched.diary import Diary, Journey
from tests.promises.watched.journeys import (
    MEDDLING,
    ON_THIS_COMPUTER,
    PROBED_PORT,
    QUIET,
    QUIET_AFTERWARDS,
    SHARES,
)
from tests.promises.watched.strays import STRAYS
from tests.promises.watched.world import RECIPIENTS

# One run of half a minute where the machine is idle, behind the first test that looks at it.
pytestmark = [pytest.mark.promise(2), pytest.mark.simulated, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[2]
_RUN_S = 280
# What no audit hook sees, so that only the capture does (docs/egress.md).
UNSEEN_BY_THE_GUARD = {"unseen"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the run kept everything: the home of whoever runs the app."""
    if not namespace.possible():
        pytest.skip(namespace.CANNOT)
    folder = tmp_path_factory.mktemp("watched")
    run = subprocess.run(
        [*namespace.unshared(), sys.executable, "-m", "tests.promises.watched.world", str(folder)],
        cwd=ROOT,
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "PYTHONPATH": f"{ROOT}:{ROOT / 'firmware'}"},
        capture_output=True,
        text=True,
        timeout=_RUN_S,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return folder


@pytest.fixture(scope="module")
def diary(folder: Path) -> Diary:
    return pickle.loads((folder / "diary.pickle").read_bytes())


def account_of(journey: Journey) -> Account:
    """Raises Unaccounted."""
    covered = [Covered(**receipt) for receipt in journey.facts.get("covered", ())]
    return balance(journey.packets, covered, journey.heard, RECIPIENTS)


def quiet(folder: Path) -> list[str]:
    """The names of all journeys in which nothing may leave."""
    of_the_app = [journey.name for journey in (*QUIET, *QUIET_AFTERWARDS)]
    by_command = [f"plainsight {name}" for name in commands.quiet(folder)]
    return [*of_the_app, *by_command, "provision and open", "close", "between journeys"]


def test_a_journey_without_a_share_sends_not_one_packet(diary: Diary, folder: Path) -> None:
    journeys = [diary.journeys[name] for name in quiet(folder)]
    assert {journey.name: journey.packets for journey in journeys if journey.packets} == {}
    assert {journey.name: journey.heard for journey in journeys if journey.heard} == {}
    assert {journey.name: journey.facts["out"] for journey in journeys if journey.facts.get("code", 0)} == {}


def test_each_share_sends_what_its_receipt_covers_and_itemised_overhead(diary: Diary) -> None:
    for name in (*(share.name for share in SHARES), commands.SHARE):
        account = account_of(diary.journeys[name])
        print(f"{name}\n{account.table()}")
        assert account.items["the picture of the receipt"] > 0


def test_the_shares_went_as_they_should(diary: Diary) -> None:
    """Otherwise their books would balance over nothing."""
    facts = {share.name: diary.journeys[share.name].facts for share in SHARES}
    assert [facts[name]["outcome"] for name in facts if name != "live session"] == ["sent"] * 4
    assert [facts[name].get("error") for name in facts] == [None, None, "Refused", "ConnectionLost", None]
    assert facts["live session"]["ended"] == "tap"
    assert len(facts["live session"]["covered"]) == 2
    assert diary.journeys[commands.SHARE].facts["code"] == 0


def test_a_look_at_an_address_of_this_computer_stays_on_it(diary: Diary) -> None:
    for journey in ON_THIS_COMPUTER:
        packets = diary.journeys[journey.name].packets
        assert {packet.interface for packet in packets} == {"lo"}
        assert all(("127.0.0.1", PROBED_PORT) in (packet.source, packet.destination) for packet in packets)


def test_no_recipient_reads_anything_of_the_gallery(diary: Diary) -> None:
    private = [word.encode() for word in diary.journeys["gallery and import"].facts["private"]]
    read = [part for journey in diary.journeys.values() for heard in journey.heard for part in (heard.head, heard.body)]
    assert len(private) > 20
    assert min(map(len, private)) >= 8, "short words stand in any picture"
    assert len(read) > 12
    assert [word for word in private for part in read if word in part] == []
    pictures = [heard.picture() for journey in diary.journeys.values() for heard in journey.heard]
    assert [
        mark for mark in (b"Exif", b"http://ns.adobe.com", b"ICC_PROFILE") for jpeg in pictures if mark in jpeg
    ] == []


def test_what_the_receipt_does_not_cover_does_not_pass_the_books(diary: Diary) -> None:
    found = {}
    for journey in MEDDLING:
        try:
            account_of(diary.journeys[journey.name])
        except Unaccounted as error:
            found[journey.name] = str(error).partition(":")[0]
    assert found == {
        "a kilobyte more in the body": "JSON around picture and question",
        "a kilobyte more in the head": "HTTP head",
        "another picture": "the picture",
    }
    assert diary.journeys["another name on the way"].facts["error"] == "EgressRefused"


def test_no_journey_was_left_out_and_the_kernel_counted_the_same(diary: Diary, folder: Path) -> None:
    strays = [f"{manner}: {stray.__name__}" for manner in ("guarded", "unguarded") for stray in STRAYS]
    louder = [journey.name for journey in (*SHARES, *ON_THIS_COMPUTER, *MEDDLING)]
    assert set(diary.journeys) == {*quiet(folder), *louder, *strays, commands.SHARE}
    packets = [packet for journey in diary.journeys.values() for packet in journey.packets]
    by_cable = sum(packet.frame_bytes for packet in packets if packet.interface == namespace.PHONE_INTERFACE)
    assert by_cable + diary.housekeeping_bytes == diary.counted[namespace.PHONE_INTERFACE]


def test_the_capture_sees_everything_that_must_never_happen(diary: Diary) -> None:
    unseen = [stray.__name__ for stray in STRAYS if not diary.journeys[f"unguarded: {stray.__name__}"].packets]
    assert unseen == []
    for stray in STRAYS:
        with pytest.raises(Unaccounted):
            account_of(diary.journeys[f"unguarded: {stray.__name__}"])


def test_the_guard_alone_stops_all_of_it_but_what_no_hook_can_see(diary: Diary) -> None:
    guarded = {stray.__name__: diary.journeys[f"guarded: {stray.__name__}"] for stray in STRAYS}
    assert {name for name, journey in guarded.items() if journey.packets} == UNSEEN_BY_THE_GUARD
    assert {name for name, journey in guarded.items() if not journey.facts.get("refused")} == UNSEEN_BY_THE_GUARD


def test_nothing_is_kept_outside_the_apps_folder(folder: Path) -> None:
    """A library's own memory of who used it (an identifier, a queue of reports) would wait for a better moment."""
    ours = {"home", "ca.pem", "resolv.conf", "diary.pickle"}
    # The voice's sound system keeps the place of its own socket there.
    assert {str(path.relative_to(folder)) for path in folder.glob("*")} - {".config"} == ours
    assert {path.name for path in folder.glob(".config/*")} <= {"pulse"}


def test_libraries_that_could_speak_are_not_loaded_or_told_to_be_silent(diary: Diary) -> None:
    parts = diary.journeys["close"].facts["parts"]
    # httpx imports these two for the words of statuses, and for proxies of the environment, which it is told to ignore.
    assert set(parts["modules"]) <= {"http.client", "urllib.request"}
    assert parts["switches"] == ["ORT_DISABLE_TELEMETRY"]
