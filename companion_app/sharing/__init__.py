"""Promise 2: no consent, no upload. A picture leaves only through `Sharing`, for one explicit act, on record.

The names below are imported when they are asked for: the guard of the network (`egress`) is needed before the window is
seen, and what sends pictures is not.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from companion_app.sharing.cards import EndpointCard as EndpointCard
    from companion_app.sharing.endpoints.openai_compatible import OpenAICompatible as OpenAICompatible
    from companion_app.sharing.outcome import Outcome as Outcome
    from companion_app.sharing.pictures import SharedPicture as SharedPicture
    from companion_app.sharing.proposal import ANSWER_PURPOSE as ANSWER_PURPOSE
    from companion_app.sharing.proposal import Proposal as Proposal
    from companion_app.sharing.receipt import Receipt as Receipt
    from companion_app.sharing.redactions import Redactions as Redactions
    from companion_app.sharing.shares import Result as Result
    from companion_app.sharing.shares import Share as Share
    from companion_app.sharing.sharing import Answer as Answer
    from companion_app.sharing.sharing import Sharing as Sharing
    from companion_app.sharing.take_back import ErasureRequest as ErasureRequest

_HOME = {
    "EndpointCard": "cards",
    "OpenAICompatible": "endpoints.openai_compatible",
    "Outcome": "outcome",
    "SharedPicture": "pictures",
    "ANSWER_PURPOSE": "proposal",
    "Proposal": "proposal",
    "Receipt": "receipt",
    "Redactions": "redactions",
    "Result": "shares",
    "Share": "shares",
    "Answer": "sharing",
    "Sharing": "sharing",
    "ErasureRequest": "take_back",
}


def __getattr__(name: str) -> Any:
    """One of the names above (PEP 562). Raises AttributeError for any other."""
    if name not in _HOME:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
