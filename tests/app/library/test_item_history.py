"""What happened to one picture: its own records, and no other item's, whatever else has its number."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion_app.control.item_history import What, history_of
from companion_app.gallery import Picture
from companion_app.ledger.records import Entry
from companion_app.sharing.outcome import Outcome
from companion_app.sharing.shares import AskedBack, Share
from tests.app.libraries import gallery_in
from tests.app.opened import GLASSES, seal_hash, unsealed

OTHERS = "ee" * 32


@pytest.fixture
def picture(tmp_path: Path) -> Picture:
    return gallery_in(tmp_path / "app").add(unsealed(7), glasses=GLASSES, sealed_sha256=seal_hash(7))


def line(seq: int, record: str, **data: Any) -> str:
    """A line of the glasses' journal."""
    return json.dumps([seq, 1000 + seq, record, data])


def entry(seq: int, kind: str, **data: Any) -> Entry:
    """A record of the phone's ledger."""
    return Entry(seq, 1000 + seq, kind, data, "", "")


def whats(picture: Picture, entries: list[Entry], journal: list[str], shares: list[Share] | None = None) -> list[What]:
    return [each.what for each in history_of(picture, entries, journal, shares or [])]


def test_a_photograph_from_its_light_to_its_copies(picture: Picture) -> None:
    journal = [
        line(0, "boot", journal="ok"),
        line(1, "exposure", item=7, kind="photo", commit=picture.commitment, level="optical", verdict="proven"),
        line(3, "import", item=7, part="item", phone=1),
        line(4, "exposure", item=8, kind="photo", commit=OTHERS),
        line(6, "imported", item=7, phone=1),
    ]
    ours = {"glasses": GLASSES, "item": 7}
    ledger = [
        entry(2, "question", **ours, state="begun"),
        entry(4, "import", **ours, commit=picture.commitment),
        entry(5, "imported", **ours, erased=False),
        entry(7, "import", glasses=GLASSES, item=8, commit=OTHERS),
        entry(9, "export", count=2, commits=[OTHERS, picture.commitment]),
        entry(10, "export", count=1, commits=[OTHERS]),
        entry(11, "deleted_on_glasses", **ours),
    ]
    asked = AskedBack(1020, 2000, "cc" * 32)
    shares = [
        Share(
            receipt_id="r1", time_s=1012, recipient="r", picture_id=picture.id, outcome=Outcome.SENT, asked_back=asked
        ),
        Share(receipt_id="r2", time_s=1013, recipient="r", picture_id="another"),
        Share(receipt_id="r3", time_s=1014, recipient="r", picture_id=picture.id, live=True),
    ]
    found = history_of(picture, ledger, journal, shares)
    assert [each.what for each in found] == [
        What.TAKEN,
        What.QUESTION,
        What.FETCHED,
        What.IMPORTED,
        What.TOLD,
        What.CONFIRMED,
        What.EXPORTED,
        What.DELETED_THERE,
        What.SHARED,
        What.ASKED_BACK,
    ]
    assert [each.of_glasses for each in found] == [True, False, True, False, False, True, False, False, False, False]
    assert found[0].data["verdict"] == "proven"
    assert [each.share.receipt_id for each in found if each.share is not None] == ["r1", "r1"]


def test_glasses_that_were_reset_count_from_one_again(picture: Picture) -> None:
    journal = [
        line(1, "exposure", item=7, kind="photo", commit=OTHERS),
        line(2, "delete", item=7, phone=1),
        line(3, "exposure", item=7, kind="photo", commit=picture.commitment),
        line(4, "import", item=7, part="item", phone=1),
        line(5, "exposure", item=7, kind="clip", state="begun"),
        line(6, "exposure", item=7, kind="clip", state="ended", commit="dd" * 32),
    ]
    ledger = [
        entry(1, "import", glasses=GLASSES, item=7, commit=OTHERS),
        entry(2, "imported", glasses=GLASSES, item=7),
        entry(3, "import", glasses=GLASSES, item=7, commit=picture.commitment),
        entry(4, "imported", glasses=GLASSES, item=7),
        entry(5, "import", glasses=GLASSES, item=7, commit="dd" * 32),
        entry(6, "imported", glasses=GLASSES, item=7),
    ]
    found = history_of(picture, ledger, journal, [])
    assert [(each.of_glasses, each.record) for each in found] == [(True, 3), (False, 3), (True, 4), (False, 4)]


def test_a_clip_that_a_power_cut_ended_has_its_beginning_and_the_cut(picture: Picture) -> None:
    clip = replace(picture, kind="clip", whole=False)
    journal = [
        line(1, "exposure", item=7, kind="clip", state="begun", level="optical"),
        line(2, "exposure", item=7, kind="clip", state="cut", kept=True),
        line(3, "import", item=7, part="item", phone=1),
    ]
    assert whats(clip, [], journal) == [What.BEGUN, What.CUT_OFF, What.FETCHED]


def test_a_record_that_was_pruned_names_nobody_elses(picture: Picture) -> None:
    assert whats(picture, [], [line(9, "import", item=7, part="item", phone=1)]) == [What.FETCHED]
    two = [line(9, "import", item=7, phone=1), line(10, "exposure", item=7, kind="photo", commit=OTHERS)]
    assert whats(picture, [], two) == []


def test_another_pair_of_glasses_has_numbers_of_its_own(picture: Picture) -> None:
    ledger = [entry(1, "import", glasses="cd" * 8, item=7, commit=picture.commitment)]
    assert whats(picture, ledger, []) == []


_lines = st.one_of(
    st.text(max_size=40),
    st.builds(
        lambda *parts: json.dumps(list(parts)),
        st.integers(-5, 5) | st.text(max_size=3),
        st.integers(-5, 5) | st.none(),
        st.sampled_from(["exposure", "import", "imported", "delete", "question", "boot"]),
        st.dictionaries(st.sampled_from(["item", "state", "commit"]), st.sampled_from([7, "7", "begun", "ended", None]))
        | st.none(),
    ),
)
_data = st.dictionaries(
    st.sampled_from(["glasses", "item", "commit", "commits"]),
    st.sampled_from([GLASSES, 7, None, [], [OTHERS], {"x": 1}]),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[])
@given(st.lists(_lines, max_size=8), st.lists(st.tuples(st.sampled_from(["import", "export", "imported"]), _data)))
def test_whatever_was_written_into_the_records_is_borne(journal: list[str], records: list[tuple[str, Any]]) -> None:
    one = Picture(
        "a1" * 8,
        None,
        "11" * 32,
        5,
        "app",
        {},
        1,
        "0f" * 16,
        7,
        GLASSES,
        "22" * 32,  # pyright: ignore[reportArgumentType]
    )
    ledger = [entry(seq, kind, **data) for seq, (kind, data) in enumerate(records)]
    found = history_of(one, ledger, journal, [])
    assert list(found) == sorted(found, key=lambda each: each.time_s)
