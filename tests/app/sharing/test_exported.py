"""An exported ledger verifies without the app, and shows whatever was done to it since."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion_app.sharing.check import Fault
from companion_app.sharing.errors import NotAnExport
from companion_app.sharing.exported import Checked, check, check_export, export
from tests.app.sharing.conftest import NOON_S, App
from tests.app.vaults import room

pytestmark = pytest.mark.promise(3)


@pytest.fixture
async def made(app: App) -> dict[str, Any]:
    """An export of three shares."""
    for question in ("one", "two", "three"):
        await app.sharing.send(app.agreed(question=question))
    return export(app.ledger, app.sharing.copies(), NOON_S)


def checked(made: dict[str, Any]) -> Checked:
    return check_export(json.dumps(made).encode())


async def test_an_untouched_export_verifies_and_says_its_head(app: App, made: dict[str, Any]) -> None:
    found = checked(made)

    assert (found.intact, found.verdict.count, found.head) == (True, 9, app.ledger.entries()[-1].hash)
    assert len(made["receipts"]) == 3
    assert check(app.ledger, app.sharing.copies()).intact


async def test_nothing_in_it_ties_a_record_to_a_picture(app: App, made: dict[str, Any]) -> None:
    own = app.sharing.own_file(app.picture.path)
    app.agree(app.sharing.propose(own, "local", "What is this?"))
    made = export(app.ledger, app.sharing.copies(), NOON_S)

    text = json.dumps(made)
    assert all(secret not in text for secret in (app.picture.sha256, own.salt, own.path.name))


def _cut_off(made: dict[str, Any]) -> None:
    del made["lines"][-1]


def _removed(made: dict[str, Any]) -> None:
    del made["lines"][4]


def _moved(made: dict[str, Any]) -> None:
    made["lines"][3], made["lines"][4] = made["lines"][4], made["lines"][3]


def _edited(made: dict[str, Any]) -> None:
    made["lines"][2] = made["lines"][2].replace("stayed on this device", "failed before sending")


def _rolled_back(made: dict[str, Any]) -> None:
    made["head"]["count"] -= 1


def _without_head(made: dict[str, Any]) -> None:
    made["head"] = None


@pytest.mark.parametrize("change", [_cut_off, _removed, _moved, _edited, _rolled_back, _without_head])
async def test_a_changed_chain_is_found_out(made: dict[str, Any], change: Callable[[dict[str, Any]], None]) -> None:
    changed = copy.deepcopy(made)
    change(changed)

    assert not checked(changed).intact
    assert checked(changed).verdict.findings


async def test_a_changed_receipt_is_found_out(made: dict[str, Any]) -> None:
    receipt_id = next(iter(made["receipts"]))

    def with_copy(value: Any) -> list[Fault]:
        changed = copy.deepcopy(made)
        changed["receipts"][receipt_id] = value
        return [finding.fault for finding in checked(changed).receipts]

    consent, notice = made["receipts"][receipt_id]["consent"], made["receipts"][receipt_id]["notice"]
    other = {**consent, "processing": {**consent["processing"], "jurisdiction": "XX"}}
    assert with_copy({"consent": other, "notice": notice}) == [Fault.DIFFERS]
    assert with_copy({"consent": consent, "notice": notice + "We may sell it.\n"}) == [Fault.TERMS]
    assert with_copy(None) == [Fault.UNREADABLE]
    assert with_copy({"consent": consent, "notice": 3}) == [Fault.TERMS]


async def test_a_missing_and_a_strange_receipt_are_found_out(made: dict[str, Any]) -> None:
    receipt_id = next(iter(made["receipts"]))
    made["receipts"]["0" * 32] = made["receipts"].pop(receipt_id)

    found = checked(made).receipts
    assert {(finding.fault, finding.receipt_id) for finding in found} == {
        (Fault.MISSING, receipt_id),
        (Fault.STRANGER, "0" * 32),
    }
    assert str(found[0]).startswith("receipt ")


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"{}", b'{"schema": "plainsight-ledger-export-1"}', b"\xff\xfe", b"[" * 100_000],
)
def test_what_is_no_export_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(NotAnExport):
        check_export(content)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.fixed_dictionaries(
        {
            "schema": st.just("plainsight-ledger-export-1"),
            "lines": st.lists(st.text() | _json.map(json.dumps), max_size=4) | _json,
            "head": st.fixed_dictionaries({"count": _json, "hash": _json}) | _json,
            "receipts": st.dictionaries(st.text(max_size=6), _json, max_size=3) | _json,
        }
    )
)
@settings(max_examples=60, deadline=None)
def test_whatever_somebody_hands_over_is_judged_without_an_error(value: dict[str, Any]) -> None:
    try:
        found = check_export(json.dumps(value).encode())
    except NotAnExport:
        return
    assert found.intact == (not value["lines"] and not value["receipts"] and not found.verdict.findings)


def test_a_yes_from_before_there_were_copies_needs_none(app: App) -> None:
    app.ledger.append("share_agreed", schema="plainsight-consent-receipt-1", receipt_id="ab" * 16)

    assert check(app.ledger, app.sharing.copies()).intact


async def test_the_ledger_on_this_device_is_checked_with_its_receipts(app: App) -> None:
    receipt = app.agreed()
    room(app.folder / "sharing").remove(f"receipts/{receipt.id}.json")

    found = check(app.ledger, app.sharing.copies())

    assert [finding.fault for finding in found.receipts] == [Fault.MISSING]
    assert not found.intact
