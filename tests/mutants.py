"""Small faults put into the code on purpose: do the tests notice? (`make mutants`, after `make coverage`)

    python -m tests.mutants [--seed 1] [--count 400] [--first 40] [--to mutants.jsonl]

All places of dataset, evaluation, runs and jobs where one of `OPERATORS` applies are listed, none is left out, and the
seed draws from them. Each mutant is tried in a copy of the package against the tests that reach its line, as
`.coverage` knows them; a line that runs at import only is tried against the tests that reach its file. It is *killed*
when a test fails or hangs. What was tried already stands in the file of results and is not tried again.
"""

import argparse
import ast
import copy
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
ROOMS = ("dataset", "evaluation", "runs", "jobs")
_SECONDS = 240
_MOST_TESTS = 60


class Mutant(NamedTuple):
    """A change of one place.

    Attributes:
        file: below the project.
        line: of the place.
        operator: what was done.
        number: of the place among those of the file, in the order of `ast.walk`.
        before, after: the statement, as Python writes it.
    """

    file: str
    line: int
    operator: str
    number: int
    before: str
    after: str


_COMPARED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_CALCULATED = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip


def _comparison(node: ast.AST) -> bool:
    """`<` becomes `<=`, `==` becomes `!=`, `in` becomes `not in`, and the other way round."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _COMPARED:
        node.ops = [_COMPARED[type(node.ops[0])](), *node.ops[1:]]
        return True
    return False


def _calculation(node: ast.AST) -> bool:
    """`+` becomes `-`, `*` becomes `/`, and so on."""
    if isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in _CALCULATED:
        node.op = _CALCULATED[type(node.op)]()
        return True
    return False


def _junction(node: ast.AST) -> bool:
    """`and` becomes `or`, and the other way round."""
    if isinstance(node, ast.BoolOp):
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        return True
    return False


def _negation(node: ast.AST) -> bool:
    """A condition is negated."""
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        node.test = ast.UnaryOp(ast.Not(), node.test)
        return True
    return False


def _number(node: ast.AST) -> bool:
    """A number is one more; True is False, and the other way round."""
    if isinstance(node, ast.Constant) and isinstance(node.value, bool | int | float):
        node.value = not node.value if isinstance(node.value, bool) else node.value + 1
        return True
    return False


def _result(node: ast.AST) -> bool:
    """None is returned."""
    if isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
        node.value = ast.Constant(None)
        return True
    return False


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _call(node: ast.AST) -> bool:
    """A call whose result is not used is left out."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call | ast.Await):
        node.value = ast.Constant(None)
        return True
    return False


OPERATORS: dict[str, Callable[[ast.AST], bool]] = {
    "comparison": _comparison, "calculation": _calculation, "junction": _junction, "negation": _negation,
    "number": _number, "result": _result, "call": _call,
}  # fmt: skip


def all_mutants(root: Path = ROOT) -> list[Mutant]:
    """All of them, in the order of files and places."""
    files = sorted(path for room in ROOMS for path in (root / "musicrec_tui" / room).rglob("*.py"))
    return [mutant for file in files for mutant in _mutants(file, root)]


def _mutants(file: Path, root: Path) -> Iterator[Mutant]:
    """Those of a file."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    statements = {id(inner): outer for outer in ast.walk(tree) if isinstance(outer, ast.stmt) for inner in _own(outer)}
    for number, node in enumerate(ast.walk(tree)):
        for name, operator in OPERATORS.items():
            changed = copy.copy(node)
            statement = statements.get(id(node))
            if statement is None or not operator(changed):
                continue
            before, after = (ast.unparse(one).split("\n")[0] for one in (node, changed))
            yield Mutant(str(file.relative_to(root)), getattr(node, "lineno", 0), name, number, before, after)


def _own(statement: ast.stmt) -> Iterator[ast.AST]:
    """A statement with its expressions, without the statements in it."""
    yield statement
    stack = [child for child in ast.iter_child_nodes(statement) if not isinstance(child, ast.stmt)]
    while stack:
        node = stack.pop()
        yield node
        stack += [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.stmt)]


def mutated(source: str, mutant: Mutant) -> str:
    """A file's text with the mutant in it."""
    tree = ast.parse(source)
    node = next(node for number, node in enumerate(ast.walk(tree)) if number == mutant.number)
    assert OPERATORS[mutant.operator](node)
    return ast.unparse(ast.fix_missing_locations(tree))


class Reach:
    """Which tests reach a line, as coverage's contexts have it."""

    def __init__(self, data: Path = ROOT / ".coverage") -> None:
        from coverage import CoverageData

        self._data = CoverageData(str(data))
        self._data.read()

    def tests(self, mutant: Mutant) -> list[str]:
        """Node ids of tests, at most `_MOST_TESTS`; those of the line, or else of the file."""
        lines = self._data.contexts_by_lineno(str(ROOT / mutant.file))
        found = {context for context in lines.get(mutant.line, []) if context}
        found = found or {context for contexts in lines.values() for context in contexts if context}
        nodes = sorted(filter(None, map(_node, found)))
        return random.Random(mutant.number).sample(nodes, min(_MOST_TESTS, len(nodes)))


def _node(context: str) -> str | None:
    """`tests.runs.test_store.test_x` as `tests/runs/test_store.py::test_x`; None for a fixture or a helper."""
    parts = context.split(".")
    for end in range(len(parts) - 1, 0, -1):
        path = ROOT.joinpath(*parts[:end]).with_suffix(".py")
        if path.is_file():
            if not parts[-1].startswith("test_"):
                return None
            return "::".join([str(path.relative_to(ROOT)), *parts[end:]])
    return None


def tried(mutant: Mutant, tests: list[str], folder: Path) -> str:
    """`killed`, `survived`, or `unreached` where no test reaches it.

    Args:
        mutant: what to try.
        tests: node ids.
        folder: has a copy of the package, which is as it was afterwards.
    """
    file = folder / mutant.file
    source = file.read_text(encoding="utf-8")
    while tests:
        file.write_text(mutated(source, mutant), encoding="utf-8")
        try:
            failed = _failed(folder, tests)
        finally:
            file.write_text(source, encoding="utf-8")
        if failed == "":
            return "survived"
        suspects = [failed] if failed else tests[:3]
        if _failed(folder, suspects) == "":
            return "killed"
        tests = [one for one in tests if one not in suspects]  # they fail without the mutant, too
    return "unreached"


def _failed(folder: Path, tests: list[str]) -> str | None:
    """The first test that fails; empty where all pass, None where they hang or cannot begin."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-q",
        "-p",
        "no:cacheprovider",
        "-m",
        "",
        "--timeout",
        "60",
        *tests,
    ]
    surroundings = os.environ | {"PYTHONPATH": str(folder), "MUSICREC_TEST_PATIENCE": "30"}
    try:
        ran = subprocess.run(
            command, cwd=folder, env=surroundings, capture_output=True, text=True, timeout=_SECONDS, check=False
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return None
    if ran.returncode == 0:
        return ""
    found = re.search(r"^(?:FAILED|ERROR) (tests/[^\s\[]+::[^\s\[]+)", ran.stdout, re.MULTILINE)
    return found[1] if found else None


def prepared(folder: Path) -> None:
    """A copy of the project's code and tests."""
    for name in ("musicrec_tui", "tests", "sample_data", "docs", "benchmarks"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "__snapshots__"))
    for name in ("pyproject.toml", "README.md", "CHANGELOG.md", "CONTRIBUTING.md"):
        shutil.copy(ROOT / name, folder / name)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--first", type=int, help="try only so many of them, in the order drawn")
    parser.add_argument("--to", type=Path, default=ROOT / "mutants.jsonl")
    given = parser.parse_args()
    places = all_mutants()
    drawn = random.Random(given.seed).sample(places, min(given.count, len(places)))[: given.first]
    lines = given.to.read_text(encoding="utf-8").splitlines() if given.to.exists() else []
    results = {Mutant(*known["mutant"]): known["result"] for known in map(json.loads, lines)}
    reach = Reach()
    with tempfile.TemporaryDirectory(prefix="mutants-") as name, given.to.open("a", encoding="utf-8") as log:
        prepared(Path(name))
        for mutant in drawn:
            if mutant not in results:
                results[mutant] = tried(mutant, reach.tests(mutant), Path(name))
                log.write(json.dumps({"mutant": mutant, "result": results[mutant]}) + "\n")
                log.flush()
    ended = [results[mutant] for mutant in drawn]
    killed = ended.count("killed")
    for mutant in drawn:
        if results[mutant] != "killed":
            print(f"{results[mutant]}: {mutant.file}:{mutant.line}: {mutant.before}  →  {mutant.after}")  # noqa: T201
    print(  # noqa: T201
        f"{killed} of {len(drawn)} killed ({killed / max(1, len(drawn)):.1%}), seed {given.seed}, "
        f"drawn from {len(places):,} places."
    )
    return 0 if killed >= 0.85 * len(drawn) else 1


if __name__ == "__main__":
    sys.exit(main())
