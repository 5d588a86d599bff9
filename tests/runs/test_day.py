"""A slice of the simulated day: half an hour, some twenty pictures, one dropped link, one power cut."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from companion_app.gallery import Picture
from companion_app.link.answers import Item
from host_tools.runs import day
from host_tools.runs.day_accounts import settle
from host_tools.simulator.world.agenda import Agenda
from host_tools.simulator.world.exposures import Exposure


@pytest.mark.simulated
async def test_half_an_hour_ends_with_a_whole_journal_and_everything_accounted_for() -> None:
    outcome = await day.run(day.SLICE, seed=5)
    assert outcome.sound, outcome.text()
    assert outcome.captures >= 20, outcome.text()
    assert outcome.world_s >= 1800
    assert outcome.happened["link drops planned"] == 1


def picture(number: int, sha256: str) -> Picture:
    shape = dict.fromkeys(("salt", "sealed_sha256"), "00" * 16)
    return Picture(
        f"p{number}", Path("p"), sha256, 1, "app", {}, 10, item=number, glasses="g", **shape
    )  # fmt: skip


ONE = picture(1, "aa" * 32)
LINES = (
    '[0,1,"boot",{}]',
    f'[1,1,"exposure",{{"item":1,"kind":"photo","commit":"{ONE.commitment}"}}]',
    '[2,1,"import",{"item":1}]',
)
SHOT = Exposure(begun_s=1.0, lit=True, sha256=ONE.sha256)


def test_what_is_where_it_should_be_leaves_no_gap() -> None:
    accounts = settle(LINES, [ONE], [], [SHOT])
    assert (accounts.recorded, accounts.in_gallery, accounts.frames, accounts.gaps) == (1, 1, 1, [])
    assert SHOT.kept


@pytest.mark.parametrize(
    ("lines", "pictures", "exposures", "gap"),
    [
        (LINES, [], [SHOT], "on record and nowhere"),
        (LINES[:1], [ONE], [SHOT], "has no record"),
        (LINES, [ONE], [], "never gave"),
        (LINES, [picture(1, "bb" * 32)], [Exposure(1.0, sha256="bb" * 32)], "another picture"),
        (LINES, [ONE, picture(2, "aa" * 32)], [SHOT], "item 2 has no record"),
    ],
)
def test_each_gap_is_named(
    lines: tuple[str, ...], pictures: list[Picture], exposures: list[Exposure], gap: str
) -> None:
    (found,) = settle(lines, pictures, [], exposures).gaps
    assert gap in found


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ('[3,1,"delete",{"item":2}]', "deleted"),
        ('[3,1,"boot",{}]', "cut_before_shown"),
        ('[3,1,"exposure",{"item":2,"kind":"clip","state":"cut","kept":false}]', "lost_clips"),
    ],
)
def test_what_is_not_in_the_gallery_is_somewhere(more: str, place: str) -> None:
    lines = (*LINES[:2], '[2,1,"exposure",{"item":2,"kind":"photo","commit":"00"}]', more)
    accounts = settle(lines, [ONE], [], [SHOT])
    assert (getattr(accounts, place), accounts.gaps) == (1, [])


def test_what_waits_on_the_glasses_is_there() -> None:
    item = Item(2, "photo", 1, "app", 1, 0, 10, "00", 0, None, {}, True, False, "flash")
    lines = (*LINES[:2], '[2,1,"exposure",{"item":2}]', '[3,1,"mark",{}]')
    assert settle(lines, [ONE], [item], [SHOT]).on_glasses == 1
    (gap,) = settle(lines, [ONE], [replace(item, id=3)], [SHOT]).gaps[:1]
    assert gap == "item 2 is on record and nowhere"


async def test_time_that_is_skipped_passes_in_order() -> None:
    now_us = 1000
    agenda = Agenda(lambda: now_us)
    log: list[tuple[str, int]] = []
    agenda.at(500_000, lambda: log.append(("first", agenda.now_us)))
    agenda.at(2_000_000, lambda: log.append(("second", agenda.now_us)))
    agenda.skip(1_000_000)
    assert log == [("first", 500_000)]
    assert agenda.now_us == 1_001_000
    now_us = 2000
    await asyncio.sleep(0)
    agenda.skip(1_000_000)
    assert log[1:] == [("second", 2_000_000)]
    assert agenda.now_us == 2_002_000
    agenda.close()
