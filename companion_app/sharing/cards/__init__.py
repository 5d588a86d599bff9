"""Data-use cards: what each recipient says it does with a picture, shown at the moment of choice, dated and sourced."""

from companion_app.sharing.cards.card import LOCAL as LOCAL
from companion_app.sharing.cards.card import LOCAL_ID as LOCAL_ID
from companion_app.sharing.cards.card import UNKNOWN as UNKNOWN
from companion_app.sharing.cards.card import DataUse as DataUse
from companion_app.sharing.cards.card import EndpointCard as EndpointCard
from companion_app.sharing.cards.known import Plan as Plan
from companion_app.sharing.cards.making import AS_FOUND as AS_FOUND
from companion_app.sharing.cards.making import OPENAI_COMPATIBLE as OPENAI_COMPATIBLE
from companion_app.sharing.cards.making import Found as Found
from companion_app.sharing.cards.making import Terms as Terms
from companion_app.sharing.cards.making import for_address as for_address
