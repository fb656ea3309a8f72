"""Mutants are what they say, and all places have them; trying them is `make mutants`."""

import ast
import json
from pathlib import Path

from coverage import CoverageData

from tests import mutants

SOURCE = '''"""A module."""

LIMIT = 3


def first(items: list[int], most: int = LIMIT) -> int | None:
    """The first small one."""
    for item in items:
        if item < most and item != 0:
            print(item)
            return item + 1
    return None
'''


def made(folder: Path) -> list[mutants.Mutant]:
    """All mutants of `SOURCE`."""
    file = folder / "musicrec_tui" / "runs" / "small.py"
    file.parent.mkdir(parents=True)
    file.write_text(SOURCE)
    return mutants.all_mutants(folder)


def test_every_place_has_its_mutant(tmp_path: Path) -> None:
    found = {(one.operator, one.before, one.after) for one in made(tmp_path)}
    assert {
        ("comparison", "item < most", "item <= most"),
        ("comparison", "item != 0", "item == 0"),
        ("junction", "item < most and item != 0", "item < most or item != 0"),
        ("number", "3", "4"),
        ("calculation", "item + 1", "item - 1"),
        ("result", "return item + 1", "return None"),
        ("call", "print(item)", "None"),
        ("negation", "if item < most and item != 0:", "if not (item < most and item != 0):"),
    } <= found


def test_a_mutant_changes_its_place_and_nothing_else(tmp_path: Path) -> None:
    plain = ast.unparse(ast.parse(SOURCE)).splitlines()
    for mutant in made(tmp_path):
        changed = mutants.mutated(SOURCE, mutant).splitlines()
        assert sum(one != other for one, other in zip(plain, changed, strict=True)) == 1, mutant


def test_tests_of_the_line_come_first_and_short_ones_before_long_ones(tmp_path: Path) -> None:
    own, other = "tests/runs/test_small.py", "tests/cli/test_shown.py"
    reached = {
        f"{own}::test_end": (12, 0.1), f"{own}::test_slow": (11, 0.5), f"{own}::test_quick": (11, 0.2),
        f"{other}::test_line": (11, 0.1), f"{other}::test_hours": (11, 9000.0), f"{other}::test_end": (12, 0.1),
    }  # fmt: skip
    data = CoverageData(str(tmp_path / "data"))
    for test, (line, _) in reached.items():
        data.set_context(test)
        data.add_arcs({str(tmp_path / "musicrec_tui" / "runs" / "small.py"): [(-1, line)]})
    data.set_context("")
    data.add_arcs({str(tmp_path / "musicrec_tui" / "runs" / "small.py"): [(-1, 3)]})
    data.write()
    durations = tmp_path / "durations"
    durations.write_text(json.dumps({test: seconds for test, (_, seconds) in reached.items()}))
    reach = mutants.Reach(tmp_path / "data", durations)
    at = {one.line: one for one in made(tmp_path)}
    of_the_line = [f"{own}::test_quick", f"{own}::test_slow", f"{other}::test_line"]
    assert reach.tests(at[11]) == [*of_the_line, f"{own}::test_end"]
    assert reach.tests(at[3])[:3] == [f"{own}::test_end", f"{own}::test_quick", f"{own}::test_slow"]


def test_where_the_own_tests_of_a_file_lie() -> None:
    assert mutants._is_mirror("tests/runs/test_store.py::test_x", "musicrec_tui/runs/store.py")
    assert mutants._is_mirror("tests/runs/test_store_damage.py::test_x[1]", "musicrec_tui/runs/store.py")
    assert not mutants._is_mirror("tests/cli/test_store.py::test_x", "musicrec_tui/runs/store.py")
