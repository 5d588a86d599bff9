"""Killed (-9) at any step of SQLite or of the app: what was confirmed is there, each pair of rows whole or not at all.

A process that is killed loses nothing that it gave to the system: what a power cut does is SQLite's own promise
(synchronous = FULL, held in test_database), not shown here.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.app.deaths import killed_at
from tests.app.store import dying

ROOT = Path(__file__).parents[3]
EVERY = 23  # of about six hundred steps
DIE = """
import sys
from pathlib import Path
from tests.app.store.test_crashes import die
die(Path(sys.argv[1]), int(sys.argv[2]))
print("every step")
"""


def die(folder: Path, every: int) -> int:
    """Dies at each `every`-th step until a child comes to its end; returns how many died."""
    for count, at in enumerate(range(1, 100_000, every)):
        home = folder / str(at)
        killed, confirmed = killed_at(home, at, dying.work)
        check(home, confirmed)
        if not killed:
            assert confirmed == dying.ROWS
            return count
    raise AssertionError("no child came to its end")


def check(home: Path, confirmed: int) -> None:
    """Reopened by the later version of the app."""
    database = dying.opened(home, dying.first, dying.second)
    database.check()
    rows = dict(database.rows("rows"))
    assert rows == dict(database.rows("more"))
    numbers = {key[1:] for key in rows}
    assert rows.keys() == {letter + number for letter in "ab" for number in numbers}, "a pair is whole or not there"
    assert numbers >= {str(number) for number in range(confirmed)}
    assert len(numbers) <= confirmed + 1
    database.close()
    again = dying.opened(home, dying.first, dying.second)
    assert dict(again.rows("rows")) == rows
    again.close()
    assert sorted(path.name for path in (home / "library").iterdir()) == ["library.db"]


@pytest.mark.promise(3)
def test_nothing_confirmed_is_lost_wherever_the_app_was_killed(tmp_path: Path) -> None:
    """In a process of its own, which has no threads when it forks."""
    run = subprocess.run(
        [sys.executable, "-c", DIE, str(tmp_path), str(EVERY)],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
    )
    assert run.stdout == b"every step\n"
    died = len(list(tmp_path.iterdir())) - 1
    assert died > 15
