"""From nothing to the rooms: all yes, all no, a changed mind, and an app that is killed between two answers."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

import pytest

from companion_app.language import N_
from companion_app.onboarding import VoicePolicy
from companion_app.vault.protectors import PASSPHRASE
from tests.journeys.conftest import OpenApp
from tests.journeys.phone import Phone

pytestmark = [pytest.mark.window, pytest.mark.promise(6)]

ROOT = Path(__file__).parents[2]
WORDS = "glass plain sight"
YES = [
    N_("Yes, listen for the keyword"),
    N_("Yes, send it to this phone"),
    N_("Yes, for 7 days"),
    N_("Yes, for 7 days"),
    N_("Yes, it may be used for training"),
    N_("Ask me each time"),
]


async def lock(phone: Phone, words: str = WORDS) -> None:
    """The first unlock: a passphrase, typed twice."""
    await phone.reads("Lock your pictures and records")
    assert phone.button("A passphrase").chosen is False, "nothing is chosen beforehand"
    await phone.press("A passphrase")
    await phone.enter(words, words)
    await phone.press("Lock with this")


async def answer(phone: Phone, choice: str) -> None:
    """One page: nothing chosen beforehand, no way on without an answer, and on."""
    asked = phone.models.first_login.question
    assert phone.models.first_login.chosen is None
    assert phone.button("Continue").disabled
    await phone.press(choice)
    await phone.press("Continue")
    await phone.until(lambda: phone.models.first_login.question is not asked, f"{choice!r} is recorded")


def answers(phone: Phone) -> dict[str, str]:
    """What is on record now, by question."""
    summary = phone.companion.onboarding.summary()
    return {one.question.id: one.newest.choice for one in summary if one.newest is not None}


async def test_all_yes(open_app: OpenApp, folder: Path) -> None:
    phone = await open_app()
    phone.shoot("all-yes", "lock")
    await lock(phone)
    await phone.reads("May the glasses listen for the keyword?")
    phone.shoot("all-yes", "question")
    for choice in YES:
        await answer(phone, choice)
    await phone.press("I am in this place")
    await phone.enter("DE")
    await phone.press("Continue")

    await phone.reads("Pair with your glasses")
    phone.shoot("all-yes", "pair")
    assert phone.companion.onboarding.voice is VoicePolicy.STREAM
    assert answers(phone)["region"] == "said"
    assert phone.companion.ledger.verify().intact
    assert phone.app.door._vault.protectors == (PASSPHRASE,)

    again = await open_app()
    await again.reads("Unlock Plainsight")
    again.shoot("all-yes", "locked")
    await again.enter("not these")
    await again.press("Unlock")
    await again.reads("That is not the passphrase.")
    await again.enter(WORDS)
    await again.press("Unlock")
    await again.reads("Pair with your glasses")


@pytest.mark.usefixtures("beside")
async def test_all_no_is_one_touch(open_app: OpenApp) -> None:
    phone = await open_app()
    await phone.reads("May the glasses listen for the keyword?")
    refuse, accept = phone.button("No, keep the microphone off"), phone.button("Yes, listen for the keyword")
    assert refuse.height == pytest.approx(accept.height, abs=40)
    assert refuse.width == accept.width
    phone.shoot("all-no", "question")
    await phone.press("Opt out of everything")

    await phone.reads("Pair with your glasses")
    assert phone.companion.onboarding.voice is VoicePolicy.OFF
    summary = phone.companion.onboarding.summary()
    assert all(one.newest is not None for one in summary if one.question in phone.companion.onboarding.questions())
    assert answers(phone)["ai_sharing"] == "never"
    assert phone.companion.ledger.verify().intact


@pytest.mark.usefixtures("beside")
async def test_a_changed_mind(open_app: OpenApp) -> None:
    phone = await open_app()
    await phone.reads("May the glasses listen for the keyword?")
    await phone.press("Yes, listen for the keyword")
    await phone.press("No, keep the microphone off")
    assert not phone.button("Yes, listen for the keyword").chosen
    assert answers(phone) == {}, "what was touched is no answer"
    await phone.press("Yes, listen for the keyword")
    await phone.press("Continue")
    await phone.reads("May your voice leave the glasses after the keyword?")
    assert answers(phone) == {"voice_listen": "yes"}

    await phone.press("Opt out of everything")
    await phone.reads("Pair with your glasses")
    assert phone.companion.onboarding.voice is VoicePolicy.OFF
    entries = phone.companion.ledger.entries()
    given = [entry.data["choice"] for entry in entries if entry.data.get("question") == "voice_listen"]
    assert given == ["yes", "no"], "both stand on record, the later one counts"


# The real app in a process of its own, which nothing ends in order.
DYING = """
import asyncio, sys
from pathlib import Path
from companion_app.ui import environment
environment.prepare(Path(sys.argv[1]) / "kivy-home")
from tests.journeys.phone import Phone
from tests.journeys.test_first_login import YES, answer, lock

async def main():
    async with Phone.started(Path(sys.argv[1]) / "app") as phone:
        await lock(phone)
        await phone.reads("May the glasses listen")
        for choice in YES[:2]:
            await answer(phone, choice)
        await phone.press("No, forget each one at once")
        sys.stdout.write("here\\n")
        sys.stdout.flush()
        await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_killed_half_way_goes_on_at_the_same_question(open_app: OpenApp, tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", DYING, str(tmp_path), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"here\n"
    process.send_signal(signal.SIGKILL)
    await process.communicate()

    phone = await open_app()
    await phone.reads("Unlock Plainsight")
    await phone.enter(WORDS)
    await phone.press("Unlock")
    await phone.reads("May this phone keep recordings of your questions?")
    phone.shoot("killed", "goes-on")
    assert answers(phone) == {"voice_listen": "yes", "voice_leave": "yes"}
    assert phone.models.first_login.chosen is None, "what was touched and not continued is no answer"
    assert phone.companion.ledger.verify().intact
