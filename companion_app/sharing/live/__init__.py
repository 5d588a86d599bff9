"""The live AI session: one act with a clock; each frame redacted, proven lit and on record before it leaves."""

from companion_app.sharing.live.live import LiveSharing as LiveSharing
from companion_app.sharing.live.rules import LIVE_PURPOSE as LIVE_PURPOSE
from companion_app.sharing.live.rules import SessionProposal as SessionProposal
from companion_app.sharing.live.rules import SessionReceipt as SessionReceipt
from companion_app.sharing.live.session import LiveSession as LiveSession
from companion_app.sharing.live.state import LiveState as LiveState
