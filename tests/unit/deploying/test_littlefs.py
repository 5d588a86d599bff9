"""What littlefs does that a deploy has to work around: not ours, but if it changes the work-around can go."""

from __future__ import annotations

import pytest

from host_tools.cable.errors import CableLost
from tests.unit.deploying.bench import Board

_MAKE = """
import os
for folder in ("/from", "/from/b_folder"):
    os.mkdir(folder)
for path in ("/from/a_file", "/from/c_file"):
    open(path, "w").close()
"""


def test_a_move_between_folders_that_is_cut_hides_a_neighbour_until_something_is_written(bare: Board) -> None:
    bare.execute(_MAKE)
    bare.power_on()
    bare.flash.gauge.cut_after(1, torn=False)
    with pytest.raises(CableLost):
        bare.execute("import os\nos.rename('/from/a_file', '/a_file')")
    bare.power_on()
    assert bare.execute("import os\nprint(os.listdir('/'))") == "['a_file', 'from']\n"
    assert bare.execute("print(os.listdir('/from'))") == "['c_file']\n"
    bare.execute("os.mkdir('/written')")
    assert bare.execute("print(os.listdir('/from'))") == "['b_folder', 'c_file']\n"
