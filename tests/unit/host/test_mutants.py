"""The mutation run fits the code: named mutants stand where they say, homes and their tests exist, statements drop."""

from __future__ import annotations

from pathlib import Path

import pytest
from cosmic_ray.mutating import mutate_code

from host_tools.mutants.homes import HOMES
from host_tools.mutants.named import BadMutant, Mutant, load, notices
from host_tools.mutants.operators import DropStatement

ROOT = Path(__file__).resolve().parents[3]


def test_every_named_mutant_fits_the_code_and_names_a_test() -> None:
    mutants = load(ROOT, None)
    assert {mutant.promise for mutant in mutants} == {1, 2, 3, 4, 5, 6}
    for mutant in mutants:
        path, _, test = mutant.test.partition("::")
        assert mutant.find != mutant.replace
        assert f"def {test.split('[')[0].rpartition('::')[2]}(" in (ROOT / path).read_text(), mutant.test


def test_every_home_and_its_tests_exist() -> None:
    assert {home.promise for home in HOMES} == {1, 2, 3, 4, 5, 6}
    for home in HOMES:
        assert (ROOT / home.path).is_file(), home.path
        assert all((ROOT / tests).exists() for tests in home.tests), home.tests


@pytest.mark.parametrize("example", DropStatement.examples(), ids=str)
def test_a_statement_is_dropped(example: object) -> None:
    assert mutate_code(example.pre_mutation_code, DropStatement(), 0) == example.post_mutation_code


def test_declarations_and_docstrings_are_not_dropped() -> None:
    code = '"""Words."""\nimport os\nfrom sys import path\n'
    assert mutate_code(code, DropStatement(), 0) is None


def test_a_stale_mutant_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tests/promises").mkdir(parents=True)
    (tmp_path / "home.py").write_text("light_off()\nlight_off()\n")
    row = 'promise = 1\nbreaks = "x"\nfile = "home.py"\nfind = "light_off()"\nreplace = "pass"\ntest = "t.py::t"\n'
    (tmp_path / "tests/promises/mutants.toml").write_text(f"[[mutant]]\n{row}")
    with pytest.raises(BadMutant) as caught:
        load(tmp_path, None)
    assert caught.value.times == 2


@pytest.mark.parametrize(("check", "noticed"), [("assert home.lit is True", True), ("assert home", False)])
def test_a_mutant_is_noticed_by_a_test_that_fails(tmp_path: Path, check: str, noticed: bool) -> None:
    (tmp_path / "home.py").write_text("lit = True\n")
    (tmp_path / "test_home.py").write_text(f"import home\n\n\ndef test_home():\n    {check}\n")
    mutant = Mutant(1, "the light", "home.py", "lit = True", "lit = False", "test_home.py::test_home")
    assert notices(tmp_path, mutant) is noticed
    assert (tmp_path / "home.py").read_text() == "lit = True\n"
