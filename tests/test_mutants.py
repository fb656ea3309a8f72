"""Mutants are what they say, and all places have them; trying them is `make mutants`."""

import ast
from pathlib import Path

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


def test_contexts_become_tests() -> None:
    node = f"{__name__}.test_contexts_become_tests"
    assert mutants._node(node) == "tests/test_mutants.py::test_contexts_become_tests"
    assert mutants._node(f"{__name__}.made") is None
    assert mutants._node("elsewhere.test_x") is None
