"""The Ledger's room: what it shows of a real ledger, what a check says, what is made for somebody else."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion_app import language
from companion_app.ledger import Entry, Verdict
from companion_app.ledger.verdict import Damage, Finding
from companion_app.sharing.check import Fault, ReceiptFinding
from companion_app.sharing.export_signature import Signed
from companion_app.sharing.exported import Checked, check, check_export
from companion_app.sharing.shares import Share
from companion_app.ui.view_models.ledger.ledger import ROWS_A_PAGE, LedgerModel
from companion_app.ui.view_models.ledger.readable import readable
from companion_app.ui.view_models.ledger.rows import Record, Show, rows
from companion_app.ui.view_models.ledger.showing import READABLE, SIGNED
from companion_app.ui.view_models.words.record.telling import Group
from companion_app.ui.view_models.words.verification import checked_words, finding_words, receipt_words
from tests.app.ui.fakes import FakeCompanion

pytestmark = pytest.mark.promise(3)

LIGHT = {"level": "optical", "verdict": "proven"}


def imported(companion: FakeCompanion, count: int) -> None:
    for item in range(1, count + 1):
        companion.ledger.append("import", glasses="aa", item=item, commit="00", trigger="button", light=LIGHT)


async def test_the_newest_comes_first_and_a_page_at_a_time(companion: FakeCompanion) -> None:
    model = LedgerModel(companion, companion.now_s)
    imported(companion, ROWS_A_PAGE + 3)
    model.choose(Show.TAKEN)
    model.look()

    assert "Item 23 " in model.rows[0].title
    assert len(model.rows) == ROWS_A_PAGE
    assert (model.can_go_older, model.can_go_newer) == (True, False)
    model.older()
    model.look()
    assert [row.title for row in model.rows] == [f"Item {item} came to this phone" for item in (3, 2, 1)]
    assert (model.can_go_older, model.can_go_newer) == (False, True)
    model.newer()
    model.look()
    assert len(model.rows) == ROWS_A_PAGE


async def test_words_and_filters_narrow_and_back_widens(companion: FakeCompanion) -> None:
    model = LedgerModel(companion, companion.now_s)
    imported(companion, 12)
    companion.ledger.append("phrase_shown", owner_key="00")
    model.search("item 12")
    model.look()
    assert [row.title for row in model.rows] == ["Item 12 came to this phone"]
    model.search("")
    model.choose(Show.DEVICES)
    model.look()
    assert [row.title for row in model.rows] == ["The recovery phrase was shown"]
    assert model.back()
    model.look()
    assert len(model.rows) == 13
    assert not model.back()


async def test_a_new_record_is_shown_when_it_is_made(companion: FakeCompanion) -> None:
    model = LedgerModel(companion, companion.now_s)
    model.look()
    imported(companion, 1)
    model.look()
    assert "Item 1" in model.rows[0].title


def test_every_filter_but_all_and_the_journal_is_a_group_of_records() -> None:
    assert {show.value for show in Show} - {"all", "journal"} == {group.value for group in Group} - {"other"}


def test_lines_of_the_glasses_journal_are_told_and_what_is_none_is_left_out() -> None:
    lines = ['[0,1800000000,"boot",{"journal":"ok"}]', "nonsense", '[1,1800000001,"exposure",{"item":4}]']
    found = rows(Record((), (), lines), Show.JOURNAL, "", 0, 9)
    assert [row.title for row in found] == ["Photograph 4 was taken", "The glasses were switched on"]


async def test_one_touch_checks_everything_and_says_so(companion: FakeCompanion) -> None:
    model = LedgerModel(companion, companion.now_s)
    imported(companion, 3)
    await model.check()
    assert model.checked is not None
    assert (model.checked.kind, model.checked.findings) == ("good", ())
    companion.journal_verdict = Verdict(3, (Finding(Damage.EDITED, 1),))
    await model.check()
    assert model.checked.kind == "problem"
    assert "journal" in model.checked.findings[0]


@pytest.mark.parametrize("damage", list(Damage))
def test_every_damage_is_explained_by_its_number(damage: Damage) -> None:
    assert "417" in finding_words(Finding(damage, 417)) or damage is Damage.HEAD_MISSING
    checked = Checked(Verdict(3, (Finding(damage, 417),)), (), "", ())
    words = checked_words(checked)
    assert words.kind == "problem"
    assert "Export it now" in words.means


@pytest.mark.parametrize("fault", list(Fault))
def test_every_receipt_that_does_not_fit_is_named(fault: Fault) -> None:
    assert "3f1c09aa" in receipt_words(ReceiptFinding(fault, "3f1c09aa" * 4))
    assert checked_words(Checked(Verdict(3, ()), (ReceiptFinding(fault, "3f"),), "", ())).kind == "problem"


def test_very_many_findings_are_counted_not_listed() -> None:
    findings = tuple(Finding(Damage.EDITED, number) for number in range(500))
    words = checked_words(Checked(Verdict(500, findings), (), "", ()))
    assert len(words.findings) == 21
    assert "480" in words.findings[-1]


async def test_a_signed_copy_verifies_elsewhere_and_replaces_nothing(companion: FakeCompanion, tmp_path: Path) -> None:
    model = LedgerModel(companion, companion.now_s)
    imported(companion, 3)
    model.export()
    assert model.out is not None
    assert model.out.form == SIGNED
    for _ in range(2):
        model.out.set_folder(str(tmp_path / "out"))
        await model.out.go()
        assert model.out.problem is None

    files = sorted((tmp_path / "out").iterdir())
    assert len(files) == 2
    for file in files:
        found = check_export(file.read_bytes())
        assert found.intact
        assert found.signature.state is Signed.HOLDS
        assert found.signature.phone == companion.identity.certificate_sha256.hex()
    model.close_export()
    assert model.out is None


async def test_a_page_to_read_is_made_where_it_is_asked_for(companion: FakeCompanion, tmp_path: Path) -> None:
    model = LedgerModel(companion, companion.now_s)
    imported(companion, 2)
    model.export()
    assert model.out is not None
    model.out.choose(READABLE)
    model.out.set_folder(str(tmp_path))
    await model.out.go()
    (file,) = tmp_path.glob("*.html")
    assert "Item 2 came to this phone" in file.read_text()


class Tags(HTMLParser):
    """What a browser would do with a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs


def a_page(hostile: str) -> str:
    consent: dict[str, Any] = {"processing": {"purposes": [{"retention_period": hostile}]}}
    share = Share(receipt_id=hostile, time_s=0, recipient=hostile, purpose=hostile, question=hostile, consent=consent)
    entries = (Entry(0, 10**15, hostile, {"recipient": hostile}, "", hostile),)
    checked = Checked(Verdict(1, ()), (), hostile, entries)
    return readable(checked, [share], 1_800_000_000, hostile)


@given(st.text(st.sampled_from("<>&\"'/=abcscriptonload \x1b\u202e"), max_size=60) | st.just("<script src=//x>"))
def test_whatever_others_wrote_is_text_on_the_page_and_nothing_comes_from_elsewhere(hostile: str) -> None:
    page = Tags(a_page(hostile))
    assert set(page.tags) <= set(Tags(a_page("plain")).tags)
    assert not {name for name, _ in page.attributes} & {"src", "href", "onload", "onclick", "style"}
    assert "\u202e" not in a_page(hostile)


def test_the_page_forbids_itself_everything_and_says_its_language() -> None:
    page = a_page("x")
    assert "default-src 'none'" in page
    assert re.search(r'<html lang="en" dir="ltr">', page)
    language.use("ar")
    try:
        assert 'dir="rtl"' in a_page("x") or language.current().code == "en"
    finally:
        language.use("en")


async def test_the_page_names_who_got_what_and_under_which_terms(companion: FakeCompanion) -> None:
    companion.arrive()
    imported(companion, 1)
    checked = check(companion.ledger, companion.sharing.copies())
    terms = {"retention_period": "30 days", "trains": "no", "human_review": "never", "storage_locations": ["EU"]}
    share = Share(receipt_id="r1", time_s=0, recipient="api.example", consent={"processing": {"purposes": [terms]}})
    page = readable(checked, [share], 1_800_000_000)
    assert all(said in page for said in ("api.example", "30 days", "never", "EU", "r1"))


def test_what_cannot_be_told_does_not_keep_the_rest_from_being_told() -> None:
    lines = json.dumps([1, 10**30, "boot", {}])
    assert rows(Record((), (), [lines]), Show.JOURNAL, "", 0, 5)[0].title
