"""What the owner was told would become of what they share, out of the consent record."""

from __future__ import annotations

from typing import Any, cast

from companion_app.language import _
from companion_app.plain_text import plain_text
from companion_app.ui.view_models.words.redaction import hash_words

_MOST_CHARACTERS = 400


def terms_words(consent: dict[str, Any]) -> list[tuple[str, str]]:
    """Names and values, an empty value where the record says nothing."""
    processing = _fields(consent.get("processing"))
    purposes: object = processing.get("purposes")
    terms = _fields(cast("list[object]", purposes)[0]) if isinstance(purposes, list) and purposes else {}
    regions: object = terms.get("storage_locations")
    where = ", ".join(map(str, cast("list[object]", regions))) if isinstance(regions, list) else ""
    notice = _fields(processing.get("privacy_notice"))
    return [
        (_("Where it is kept"), _said(where)),
        (_("How long"), _said(terms.get("retention_period"))),
        (_("Trains on it"), _said(terms.get("trains"))),
        (_("People see it"), _said(terms.get("human_review"))),
        (_("Terms read on"), _said(notice.get("reviewed"))),
        (_("Their terms"), _said(notice.get("source"))),
        (_("SHA-256 of the terms"), hash_words(_said(notice.get("sha256")))),
    ]


def _fields(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _said(value: object) -> str:
    return "" if value is None else plain_text(str(value), _MOST_CHARACTERS)
