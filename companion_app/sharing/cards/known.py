"""The recipients whose terms somebody has read: one row per host and plan, each with its source and dates.

All were read on 2026-11-22 in stored copies of the pages named, most of them without a date of their own, and none on
the live sites: docs/endpoints.md says which copy, and where two of them disagree. To review a row, read its source
again, correct the row and move both dates on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

from companion_app.language import N_
from companion_app.sharing.cards.card import DataUse
from companion_app.sharing.region import EEA


class Plan(StrEnum):
    """What the owner says of their contract with a recipient; nothing said means the worst that the host offers."""

    UNSAID = ""
    PAID = "paid"
    MINE = "mine"


_READ = "2026-11-22"
_READ_AGAIN = "2027-05-22"
_PAID_ONLY = (*EEA, "CH", "GB")

_OPENAI = DataUse(
    trains=N_("no, unless the account's owner opts in"),
    trains_inputs=False,
    retention=N_("abuse-monitoring logs up to 30 days, longer where the law or the protection of others requires it"),
    human_review=N_("possible for what its classifiers flag"),
    region="not fixed unless the account sets it",
    reviewed=_READ,
    review_by=_READ_AGAIN,
    source="https://developers.openai.com/api/docs/guides/your-data",
    contact="dsar@openai.com or https://privacy.openai.com",
)
_ANTHROPIC = DataUse(
    trains=N_("no, unless an agreement with the account's owner says otherwise"),
    trains_inputs=False,
    retention=N_("deleted within 30 days; up to 2 years where its classifiers flag a breach of its usage policy"),
    human_review=N_("possible for what its classifiers flag"),
    region="any of its places, unless the account sets it",
    reviewed=_READ,
    review_by=_READ_AGAIN,
    source="https://privacy.anthropic.com/en/articles/7996866",
    contact="privacy@anthropic.com",
    erasure="not supported on demand for its API: https://privacy.claude.com/en/articles/7996875",
)
_GEMINI_UNPAID = DataUse(
    trains=N_("yes: it uses what is sent to improve its products"),
    trains_inputs=True,
    retention=N_("55 days for abuse monitoring; what it uses for its products: unknown"),
    human_review=N_("yes: reviewers may read it, disconnected from the account"),
    region="unknown",
    not_in=(*_PAID_ONLY, "CN"),
    reviewed=_READ,
    review_by=_READ_AGAIN,
    source="https://ai.google.dev/gemini-api/terms",
)
_GEMINI_PAID = DataUse(
    trains=N_("no, on a paid plan as the account's owner says"),
    trains_inputs=False,
    retention=N_("55 days for abuse monitoring"),
    human_review=N_("possible for what abuse monitoring flags"),
    region="unknown",
    not_in=("CN",),
    reviewed=_READ,
    review_by=_READ_AGAIN,
    source="https://ai.google.dev/gemini-api/docs/usage-policies",
)
_MISTRAL_FREE = DataUse(
    trains=N_("yes on its free plan, unless the account's owner opts out"),
    trains_inputs=True,
    retention=N_("30 days for abuse monitoring"),
    human_review=N_("unknown"),
    region="unknown",
    reviewed=_READ,
    review_by=_READ_AGAIN,
    source="https://help.mistral.ai/en/articles/323757",
    contact="Mistral AI, privacy team, 15 rue des Halles, 75001 Paris, France",
)
_MISTRAL_PAID = replace(_MISTRAL_FREE, trains="no, on a paid plan as the account's owner says", trains_inputs=False)
_OPENROUTER = DataUse(
    trains=N_("depends on the company that it passes the picture on to, and on the account's settings"),
    retention=N_("not by itself unless the account opts in; by the company it passes it on to: unknown"),
    human_review=N_("unknown: it samples some prompts to sort them by subject"),
    region="unknown",
    reviewed=_READ,
    review_by=_READ_AGAIN,
    source="https://openrouter.ai/docs/guides/privacy/provider-logging",
)
_OLLAMA_CLOUD = DataUse(
    trains=N_("no"),
    trains_inputs=False,
    retention=N_("unknown"),
    human_review=N_("unknown"),
    region="unknown",
    reviewed=_READ,
    review_by=_READ_AGAIN,
    source="https://docs.ollama.com/cloud",
)

KNOWN_USE: Mapping[tuple[str, Plan], DataUse] = {
    ("api.openai.com", Plan.UNSAID): _OPENAI,
    ("api.anthropic.com", Plan.UNSAID): _ANTHROPIC,
    ("generativelanguage.googleapis.com", Plan.UNSAID): _GEMINI_UNPAID,
    ("generativelanguage.googleapis.com", Plan.PAID): _GEMINI_PAID,
    ("api.mistral.ai", Plan.UNSAID): _MISTRAL_FREE,
    ("api.mistral.ai", Plan.PAID): _MISTRAL_PAID,
    ("openrouter.ai", Plan.UNSAID): _OPENROUTER,
    ("ollama.com", Plan.UNSAID): _OLLAMA_CLOUD,
}

MINE = DataUse(
    trains=N_("no, as the owner of this app says: the server is theirs"),
    trains_inputs=False,
    retention=N_("as the server's owner set it up"),
    human_review=N_("as the server's owner set it up"),
    faces="as the server's owner set it up",
    region="where the server stands",
    source="the owner of this app",
    contact="the server's owner",
    erasure="by hand, on the server",
)
