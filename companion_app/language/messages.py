"""The functions around every text that a person reads. Babel finds texts by these names: docs/languages.md.

_("Live to {who}", who=recipient)                                    said at once
_REASONS = {Reason.ASKED: N_("You asked for it.")}; _(_REASONS[x])    kept in a table, said later
ngettext("{n} frame", "{n} frames", count)                           counted
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

from companion_app.language.spoken import catalogue

_log = logging.getLogger(__name__)


def N_(message: str) -> str:  # gettext's own name for it
    """Mark `message` for the catalogues and leave it as it is; `_` says it later."""
    return message


def NN_(one: str, many: str) -> tuple[str, str]:
    """As N_, for the two forms of what is counted: `ngettext(*FORMS[kind], count)` says it later."""
    return one, many


def _(message: str, /, **values: object) -> str:
    """`message` in the language spoken now, its {names} filled with `values`; empty stays empty."""
    return _fill(catalogue().gettext(message) if message else "", message, values)


def pgettext(context: str, message: str, /, **values: object) -> str:
    """As `_`, for a word that means different things in different places; `context` says which."""
    return _fill(catalogue().pgettext(context, message), message, values)


def ngettext(one: str, many: str, n: int, /, **values: object) -> str:
    """The form that the language has for `n`, which fills {n} unless `values` give it; other {names} by `values`."""
    return _fill(catalogue().ngettext(one, many, n), one if n == 1 else many, {"n": n, **values})


def listed(parts: Iterable[str]) -> str:
    """Several things in one line: a, b, c."""
    return pgettext("between the parts of a list", ", ").join(parts)


def _fill(said: str, source: str, values: dict[str, object]) -> str:
    """A text without values keeps its braces. A translation that names what we have not got gives way to its source."""
    if not values:
        return said
    try:
        return said.format(**values)
    except (LookupError, ValueError):
        _log.warning("a translation does not fit its values: %r", source)
        return source.format(**values)
