"""Promise 2: no consent, no upload. A picture leaves only through `Sharing`, for one explicit act, on record."""

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
