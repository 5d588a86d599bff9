"""A live session and the owner's "never": none begins after it, and the one that runs ends before another frame."""

from __future__ import annotations

import pytest

from companion_app.onboarding import Onboarding
from companion_app.sharing.errors import NeverShared
from tests.app.live.rig import Live, MakeLive
from tests.app.live.views import frame
from tests.app.redaction import scripted

pytestmark = pytest.mark.promise(2)


def say_never(live: Live) -> None:
    Onboarding(live.ledger).answer("ai_sharing", "never")


async def test_no_session_is_proposed_or_begun(live: Live) -> None:
    receipt = live.agreed(30)
    say_never(live)
    with pytest.raises(NeverShared):
        live.sharing.live.propose(live.endpoint_id, "What?", 30)
    with pytest.raises(NeverShared), live.sharing.live.begin(receipt):
        pass
    assert live.recipient.connections == 0


async def test_an_open_proposal_cannot_be_agreed_to(live: Live) -> None:
    proposal = live.sharing.live.propose(live.endpoint_id, "What?", 30)
    say_never(live)
    with pytest.raises(NeverShared):
        live.sharing.live.agree(
            proposal,
            recipient=proposal.card.recipient,
            purpose=proposal.purpose,
            terms_sha256=proposal.card.terms_sha256,
            seconds=30,
        )
    assert "share_agreed" not in [entry.kind for entry in live.ledger.entries()]


async def test_a_frame_that_is_ready_when_it_is_said_does_not_leave(make: MakeLive) -> None:
    """The door itself looks at the ledger: nobody has to have stopped the session."""
    live = await make()

    def said_meanwhile(_: object) -> list[scripted.Seen]:
        say_never(live)
        return []

    live.sharing._redactor = scripted.redactor(again=said_meanwhile)
    await live.begin()
    live.view.show(frame())
    assert await live.over() == "SessionOver"
    assert live.recipient.connections == 0


async def test_what_runs_ends_at_once(live: Live) -> None:
    session = await live.begin()
    live.sharing.live.stop_leaving("never")
    assert session.state.ended == "never"
    await live.over()


async def test_what_stays_here_goes_on(live: Live) -> None:
    session = await live.begin(live.agreed(endpoint_id="local"))
    say_never(live)
    live.sharing.live.stop_leaving("never")
    live.view.show(frame())
    await live.answered(1)
    assert session.state.ended is None
    session.stop("tap")
    await live.over()
