"""Small faults put into the code on purpose: do the tests notice? (`make mutants`, after `make coverage`)

    python -m tests.mutants [--seed 1] [--count 400] [--first 40] [--to mutants.jsonl] [--again TEST ...]

All places of dataset, evaluation, runs and jobs where one of `OPERATORS` applies are listed, none is left out, and the
seed draws from them. Each mutant is tried in a copy of the package against the tests that reach its line, as
`.coverage` knows them; a line that runs at import only is tried against the tests that reach its file. It is *killed*
when a test fails or hangs. What was tried already stands in the file of results and is not tried again, but with
`--again`: those that lived, against the tests named.
"""

import argparse
import ast
import contextlib
import copy
import ctypes
import importlib
import itertools
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("dataset", "evaluation", "runs", "jobs")
_SECONDS = 180
_SECONDS_OF_TESTS = 40.0  # as coverage had them, beside other load: a tenth of it, alone
_MOST_TESTS = 150
_FIRST = 8
_LIBRARIES = (
    "numpy", "scipy.sparse", "implicit.als", "duckdb", "pyarrow.parquet", "msgspec", "typer", "textual.app", "optuna",
)  # fmt: skip


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
    """Which tests reach a line, and how long they take, as `make coverage` has it (`tests.reach`)."""

    def __init__(self, data: Path = ROOT / ".coverage", durations: Path = ROOT / ".durations.json") -> None:
        from coverage import CoverageData

        self._data = CoverageData(str(data))
        self._data.read()
        self._seconds: dict[str, float] = json.loads(durations.read_text(encoding="utf-8"))
        self._files = {name[name.index("musicrec_tui/") :]: name for name in self._data.measured_files()}

    def tests(self, mutant: Mutant) -> list[str]:
        """Node ids: first those of the line, then those of its file whose own tests they are; short ones first.

        A line that runs at import is all tests' of the file; one of a fixture shared by many tests is the first one's.
        """
        lines = self._data.contexts_by_lineno(self._files.get(mutant.file, mutant.file))
        of_file = {context for contexts in lines.values() for context in contexts if context in self._seconds}
        reached = set(lines.get(mutant.line, []))
        of_line = of_file if "" in reached else of_file & reached
        own = {test for test in of_file if _is_mirror(test, mutant.file)}
        chosen: list[str] = []
        for tests in (own & of_line, of_line - own, own - of_line, set() if of_line else of_file - own):
            chosen += self._shortest(tests)
        return chosen[:_MOST_TESTS]

    def _shortest(self, tests: set[str]) -> list[str]:
        """As many as end in `_SECONDS_OF_TESTS`, at least one."""
        ordered = sorted(tests, key=lambda test: (self._seconds[test], test))
        ends = itertools.accumulate(self._seconds[test] for test in ordered)
        return [
            test
            for number, (test, end) in enumerate(zip(ordered, ends, strict=True))
            if not number or end < _SECONDS_OF_TESTS
        ]


def _is_mirror(test: str, file: str) -> bool:
    """Whether a test lies where those of a file do: `tests/runs/test_store.py` for `musicrec_tui/runs/store.py`."""
    place = file.removeprefix("musicrec_tui/").removesuffix(".py").split("/")
    tested = test.partition("::")[0].removeprefix("tests/").removesuffix(".py").split("/")
    return tested[:-1] == place[:-1] and tested[-1].removeprefix("test_").startswith(place[-1])


class Trials:
    """Tries mutants in a copy of the project, each in a process that has all libraries loaded already."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sound: set[str] = set()
        self._unsound: set[str] = set()
        os.environ |= dict.fromkeys(
            ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"
        )  # as tests/conftest.py: before numpy
        for library in _LIBRARIES:
            importlib.import_module(library)

    def result(self, mutant: Mutant, tests: list[str]) -> tuple[str, str]:
        """`killed` with the test that did it, `survived`, or `unreached` where no test reaches it."""
        survived = False
        for some in (tests[:_FIRST], tests[_FIRST:]):  # most are killed at once, and fewer files are imported for that
            result, by = self._result(mutant, some)
            if result == "killed":
                return result, by
            survived = survived or result == "survived"
        return "survived" if survived else "unreached", ""

    def _result(self, mutant: Mutant, tests: list[str]) -> tuple[str, str]:
        file = self._folder / mutant.file
        source = file.read_text(encoding="utf-8")
        while tests:
            self._write(file, mutated(source, mutant))
            try:
                failed = self._failed(tests)
            finally:
                self._write(file, source)
            if failed == "":
                return "survived", ""
            suspects = [failed] if failed else tests[:3]
            if self._sound.issuperset(suspects) or self._failed(suspects) == "":
                self._sound.update(suspects)
                return "killed", failed or "a hang, or an error at import"
            self._unsound.update(suspects)  # they fail without the mutant, too
            tests = [one for one in tests if one not in suspects]
        return "unreached", ""

    @staticmethod
    def _write(file: Path, text: str) -> None:
        """Without what is compiled of it, which could have the same second and length."""
        for compiled in (file.parent / "__pycache__").glob(f"{file.stem}.*.pyc"):
            compiled.unlink()
        file.write_text(text, encoding="utf-8")

    def _failed(self, tests: list[str]) -> str | None:
        """The first test that fails; empty where all pass, None where they hang or cannot begin."""
        told = self._folder / "told"
        told.unlink(missing_ok=True)
        if not (child := os.fork()):
            with contextlib.suppress(BaseException):
                _run([*tests, *(f"--deselect={one}" for one in self._unsound)], self._folder, told)
            os._exit(1)
        try:
            _wait(child, time.monotonic() + _SECONDS)
        finally:
            _end_children()
        return told.read_text(encoding="utf-8") if told.exists() else None


class _First:
    """A plugin of pytest that notes the first test that fails."""

    failed = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test, or its fixture."""
        if report.failed:
            self.failed = self.failed or report.nodeid


def _run(arguments: list[str], folder: Path, told: Path) -> None:
    """In a process of its own: run tests on the copy and write which failed first, if they could begin."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    os.setsid()
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    for name in [name for name in sys.modules if name.partition(".")[0] in ("tests", "__main__", "musicrec_tui")]:
        del sys.modules[name]
    os.environ |= {"PYTHONPATH": str(folder), "MUSICREC_TEST_PATIENCE": "30"}
    for name in ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"):
        os.environ.pop(name, None)
    sys.dont_write_bytecode = False
    first = _First()
    options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-m", "", "--timeout", "60", "--basetemp", "t"]
    code = pytest.main([*options, *arguments], plugins=[first])
    if first.failed or code in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        told.write_text(first.failed, encoding="utf-8")


def _wait(child: int, end: float) -> None:
    """Until a process is gone; it is ended where it takes too long."""
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if time.monotonic() > end:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return
        time.sleep(0.05)


def _end_children() -> None:
    """End what tests left behind."""
    listed = Path(f"/proc/self/task/{os.getpid()}/children")
    while listed.exists() and (children := listed.read_text().split()):
        for child in map(int, children):
            with contextlib.suppress(OSError):
                os.kill(child, signal.SIGKILL)
            with contextlib.suppress(OSError):
                os.waitpid(child, 0)


def prepared(folder: Path) -> None:
    """A copy of the project's code and tests."""
    for name in ("musicrec_tui", "tests", "sample_data", "docs", "benchmarks"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "__snapshots__"))
    for name in ("pyproject.toml", "README.md", "CHANGELOG.md", "CONTRIBUTING.md"):
        shutil.copy(ROOT / name, folder / name)


def _known(file: Path) -> dict[Mutant, str]:
    """Results so far; of a mutant that was tried again, the last."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return {Mutant(*known["mutant"]): known["result"] for known in map(json.loads, lines)}


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--first", type=int, help="try only so many of them, in the order drawn")
    parser.add_argument("--to", type=Path, default=ROOT / "mutants.jsonl")
    parser.add_argument(
        "--again", nargs="+", metavar="TEST", help="try those that lived once more, against these tests"
    )
    given = parser.parse_args()
    places = all_mutants()
    drawn = random.Random(given.seed).sample(places, min(given.count, len(places)))[: given.first]
    results = _known(given.to)
    left = [
        mutant
        for mutant in drawn
        if (results.get(mutant, "killed") != "killed" if given.again else mutant not in results)
    ]
    reach = None if given.again else Reach()
    with tempfile.TemporaryDirectory(prefix="mutants-") as name, given.to.open("a", encoding="utf-8") as log:
        prepared(Path(name))
        with contextlib.suppress(AttributeError):  # Linux has it
            ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER: what tests leave behind is ours to end
        trials = Trials(Path(name))
        for mutant in left:
            results[mutant], by = trials.result(mutant, reach.tests(mutant) if reach else given.again)
            log.write(json.dumps({"mutant": mutant, "result": results[mutant], "by": by}) + "\n")
            log.flush()
    ended = [results[mutant] for mutant in drawn if mutant in results]
    killed = ended.count("killed")
    for mutant in drawn:
        if results.get(mutant, "killed") != "killed":
            print(f"{results[mutant]}: {mutant.file}:{mutant.line}: {mutant.before}  →  {mutant.after}")  # noqa: T201
    print(  # noqa: T201
        f"{killed} of {len(ended)} killed ({killed / max(1, len(ended)):.1%}), seed {given.seed}, "
        f"drawn from {len(places):,} places."
    )
    return 0 if killed >= 0.85 * len(drawn) else 1


if __name__ == "__main__":
    sys.exit(main())
