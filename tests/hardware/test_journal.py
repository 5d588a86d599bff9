"""The record of the glasses after all that was done to them: exposures and refusals are in it, in one whole chain."""

from __future__ import annotations

import pytest

from host_tools.harness.faults import Faults
from tests.hardware.worn import Worn

pytestmark = pytest.mark.needs("application", "development", "camera", "radio", "button")


def test_all_that_happened_is_on_record_in_its_order_and_countersigned(worn: Worn, faults: Faults) -> None:
    first = worn.phone.call(lambda app: app.say_hello()).journal_count
    picture = worn.take()
    mark = worn.phone.call(lambda app: app.mark())
    with faults.camera_absent() as injected:
        if injected.means == "software":
            worn.restarted()
        worn.refusal()
    worn.phone.call(lambda app: app.delete(picture))
    worn.start()
    kinds = [kind for number, kind in worn.numbered() if number >= first]
    wanted = ["exposure", "import", "imported", "mark", "refusal", "delete", "boot", "countersign"]
    places = [kinds.index(kind) for kind in wanted[:-1]] + [len(kinds) - 1 - kinds[::-1].index("countersign")]
    assert places == sorted(places), kinds
    assert first <= mark < first + len(kinds)
    assert worn.status().unsigned <= 1  # the record of the signature itself


def test_a_phone_that_comes_back_finds_what_it_has_signed(worn: Worn) -> None:
    for _ in range(3):
        worn.take()
        worn.start()
    hello = worn.phone.call(lambda app: app.say_hello())
    assert worn.phone.app.journal_verdict is not None
    assert worn.phone.app.journal_verdict.count <= hello.journal_count
