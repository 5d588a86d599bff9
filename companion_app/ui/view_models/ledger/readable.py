"""The ledger as one page of HTML that anybody can read and print: no scripts, nothing from elsewhere, words escaped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from companion_app.language import _, current, ngettext
from companion_app.ledger import Entry
from companion_app.plain_text import visible
from companion_app.sharing.exported import Checked
from companion_app.sharing.shares import Share
from companion_app.ui.view_models.ledger.rows import entry_row, when_words
from companion_app.ui.view_models.words.redaction import hash_words
from companion_app.ui.view_models.words.sharing import asked_back_words, fate, what_left
from companion_app.ui.view_models.words.terms import terms_words
from companion_app.ui.view_models.words.verification import checked_words

_MOST_CHARACTERS = 2000  # of one value; the signed file has it whole
_HASH = 16
_STYLE = """
:root { color-scheme: light dark; --line: #8888; --soft: #8882; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: start; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid var(--line); }
section.share { border: 1px solid var(--line); border-radius: .6rem; padding: .2rem 1rem; margin: 1rem 0; }
section.share, tr { break-inside: avoid; }
dl { display: grid; grid-template-columns: minmax(8rem, auto) 1fr; gap: .2rem 1rem; }
dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; }
.hash { font-family: ui-monospace, monospace; font-size: .85rem; overflow-wrap: anywhere; }
.verdict { background: var(--soft); border-inline-start: .4rem solid; padding: .6rem 1rem; }
"""


def readable(checked: Checked, shares: Sequence[Share], made_s: float, phone: str = "") -> str:
    """The page, in the language spoken now. `phone`: hex hash of the certificate by which the glasses know it."""
    language = current()
    direction = "rtl" if language.right_to_left else "ltr"
    title = _("Plainsight: the ledger of this phone")
    body = "\n".join(
        (
            _tag("h1", title),
            _tag(
                "p", _("Made on {when}. The file that can be verified is the signed one.", when=when_words(int(made_s)))
            ),
            *_verdict(checked, phone),
            _tag("h2", _("What left this device")),
            *(_share(share) for share in shares),
            *([] if shares else [_tag("p", _("Nothing was ever shared from this app."))]),
            _tag("h2", _("Every record")),
            *_records(checked.entries),
        )
    )
    return (
        f'<!doctype html>\n<html lang="{language.code}" dir="{direction}">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{_safe(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _verdict(checked: Checked, phone: str) -> Iterator[str]:
    words = checked_words(checked)
    findings = "".join(_tag("p", finding) for finding in words.findings)
    yield f'<div class="verdict">{_tag("p", words.title)}{_tag("p", words.means)}{findings}</div>'
    rows = [(_("Head of the chain"), hash_words(checked.head))]
    if phone:
        rows.append((_("This phone, as the glasses know it"), hash_words(phone)))
    yield _facts(rows)


def _share(share: Share) -> str:
    facts = [
        (_("When"), when_words(share.time_s)),
        (_("What for"), share.purpose),
        (_("Your question"), share.question),
        (_("What"), what_left(share)),
        (_("How it ended"), fate(share)),
        (_("Asked back"), asked_back_words(share.asked_back)),
        *terms_words(share.consent),
        (_("SHA-256 of what left"), hash_words(share.sha256 or "")),
        (_("Receipt"), share.receipt_id),
    ]
    return f'<section class="share">{_tag("h3", share.recipient)}{_facts(facts)}</section>'


def _records(entries: Sequence[Entry]) -> Iterator[str]:
    yield _tag("p", ngettext("{n} record, the newest first.", "{n} records, the newest first.", len(entries)))
    heads = "".join(_tag("th", name) for name in (_("No."), _("When"), _("What"), _("Hash, its beginning")))
    yield f"<table><thead><tr>{heads}</tr></thead><tbody>"
    for entry in reversed(entries):
        row = entry_row(entry)
        what = f"<strong>{_safe(row.title)}</strong>" + (f"<br>{_safe(row.detail)}" if row.detail else "")
        cells = [_tag("td", str(entry.seq)), _tag("td", when_words(entry.time_s)), f"<td>{what}</td>"]
        yield f'<tr>{"".join(cells)}<td class="hash">{_safe(entry.hash[:_HASH])}</td></tr>'
    yield "</tbody></table>"


def _facts(rows: Iterable[tuple[str, str]]) -> str:
    return "<dl>" + "".join(_tag("dt", name) + _tag("dd", value) for name, value in rows if value) + "</dl>"


def _tag(name: str, words: str) -> str:
    return f"<{name}>{_safe(words)}</{name}>"


def _safe(words: str) -> str:
    return escape(visible(words[:_MOST_CHARACTERS]))
