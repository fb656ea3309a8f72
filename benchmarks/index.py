"""The index: its build against plain SQL that makes the same tables, the matrix from it, and reopening it.

    python -m benchmarks.make_listens --listens 50000000 --to LOG
    python -m benchmarks.index [--data LOG] [--memory-limit 4GB] [--repeats 1] [--only build|matrix|reopen] [--keep DIR]

Without `--data` it makes a log of two million listens.

- **build**: the indexer, as the product starts it, against `plain_index.sql` in one DuckDB connection. Both are
  processes of their own, one after the other, with the same memory limit, spill to the same disk, on all cores.
- **matrix**: `interactions.load` from the index (with the keys of its rows and columns) against fetching the table
  `play` as Arrow and giving its columns to SciPy's `csr_matrix`.
- **reopen**: `musicrec-tui` from its start to the header's counts, with this log and with the sample, both indexed.

Peak memory is `VmHWM` of the process. Processor seconds are reported as well: on a busy machine they say more.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from benchmarks import make_listens
from benchmarks.measure import Row, alternate, arguments, compared, musicrec, report
from benchmarks.startup import SCRIPT, until
from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.log import Log
from musicrec_tui.paths import find_home
from tests.e2e.terminal import Terminal

SQL = Path(__file__).with_name("plain_index.sql")
BUILD_GOAL, PEAK_GOAL_MB, MATRIX_GOAL, REOPEN_GOAL = 1.3, 5 * 1024, 1.3, 1.2

COSTS = """
import json, time
from musicrec_tui.dataset.log import Log
from musicrec_tui.jobs.environment import peak_memory_mb
print(json.dumps([time.process_time(), peak_memory_mb()]))
"""
INDEXER = "import sys; from musicrec_tui.jobs.indexer import main; assert main(sys.argv[1:]) == 0"
PLAIN = """
import sys, duckdb
from pathlib import Path
sql, target, limit, *files = sys.argv[1:]
with duckdb.connect(target, config={"memory_limit": limit, "temp_directory": target + ".spill"}) as connection:
    for statement in connection.extract_statements(Path(sql).read_text(encoding="utf-8")):
        connection.execute(statement, {"files": files} if "$files" in statement.query else {})
"""
MATRIX = """
import sys
from pathlib import Path
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.interactions import load_interactions
print(load(Dataset(Path(sys.argv[1]))).plays.nnz)
"""
BARE_MATRIX = """
import sys, duckdb
from scipy.sparse import csr_matrix
connection = duckdb.connect(sys.argv[1], read_only=True)
play = connection.sql("SELECT user_code, artist_code, CAST(plays AS FLOAT) AS plays FROM play").to_arrow_table()
users, artists, plays = (play[name].to_numpy() for name in ("user_code", "artist_code", "plays"))
print(csr_matrix((plays, (users, artists))).nnz)
"""


class Cost(NamedTuple):
    """What a process took: seconds by the clock and of the processors, and its largest memory in MiB."""

    seconds: float
    cpu: float
    peak_mb: float


def run(code: str, *arguments: str) -> Cost:
    """Run a script in a process of its own."""
    started = time.perf_counter()
    command = [sys.executable, "-c", code + COSTS, *arguments]
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    seconds = time.perf_counter() - started
    return Cost(seconds, *json.loads(printed.splitlines()[-1]))


def in_turns(repeats: int, works: Mapping[str, Callable[[], Cost]]) -> dict[str, Cost]:
    """Run each work so often, in turns; the medians of each."""
    costs: dict[str, list[Cost]] = {name: [] for name in works}
    for _ in range(repeats):
        for name, work in works.items():
            costs[name].append(work())
            print(f"{name}: {costs[name][-1]}", file=sys.stderr, flush=True)
    return {name: Cost(*map(statistics.median, zip(*taken, strict=True))) for name, taken in costs.items()}


def build_rows(log: Path, limit: str, home: Path, repeats: int) -> list[Row]:
    """Seconds and memory of both builds; the index stays in the home."""
    files = [str(file) for file in sorted(log.glob("*.parquet"))]
    target = home / "plain.duckdb"

    def ours() -> Cost:
        for old in home.rglob("indexes/*.duckdb"):
            old.unlink()
        (home / "settings.toml").write_text(f'memory_limit = "{limit}"\n')
        return run(INDEXER, "--home", str(home), str(log))

    def plain() -> Cost:
        target.unlink(missing_ok=True)
        return run(PLAIN, str(SQL), str(target), limit, *files)

    cost = in_turns(repeats, {"ours": ours, "plain": plain})
    target.unlink()
    work = f"index of {log.name}, memory limit {limit}"
    return [
        compared(work, cost["ours"].seconds, cost["plain"].seconds, BUILD_GOAL),
        compared("the same, processor seconds", cost["ours"].cpu, cost["plain"].cpu),
        _memory(cost["ours"], cost["plain"], f"≤ {PEAK_GOAL_MB} MiB", met=cost["ours"].peak_mb <= PEAK_GOAL_MB),
    ]


def matrix_rows(index: Path, repeats: int) -> list[Row]:
    """Seconds and memory of both ways to the matrix."""
    works = {"ours": lambda: run(MATRIX, str(index)), "bare": lambda: run(BARE_MATRIX, str(index))}
    cost = in_turns(repeats, works)
    work = "matrix from the index"
    return [
        compared(work, cost["ours"].seconds, cost["bare"].seconds, MATRIX_GOAL),
        compared("the same, processor seconds", cost["ours"].cpu, cost["bare"].cpu),
        _memory(
            cost["ours"],
            cost["bare"],
            f"≤ {MATRIX_GOAL} ×",
            met=cost["ours"].peak_mb <= MATRIX_GOAL * cost["bare"].peak_mb,
        ),
    ]


def _memory(ours: Cost, theirs: Cost, goal: str, *, met: bool) -> Row:
    """A row about peak memory."""
    ratio = f"{ours.peak_mb / theirs.peak_mb:.2f} ×"
    return Row("its peak memory", f"{ours.peak_mb:.0f} MiB", f"{theirs.peak_mb:.0f} MiB", ratio, goal, met)


def reopen_rows(log: Path, home: Path, repeats: int) -> list[Row]:
    """Seconds to the header's counts with the large log and with the sample."""
    sample = musicrec("info", "--json", home=home)
    large = musicrec("info", "--data", str(log), "--json", home=home)

    # A worktree without an environment of its own is measured by PYTHONPATH.
    ours = os.environ.get("PYTHONPATH", "")

    def opened(info: str, *arguments: str) -> Callable[[], float]:
        counts = f"{json.loads(info)['listens']:,} listens"

        def work() -> float:
            started = time.perf_counter()
            program = [str(SCRIPT), *arguments]
            with Terminal(home=home.parent, program=program, MUSICREC_HOME=str(home), PYTHONPATH=ours) as terminal:
                return until(terminal, started, counts)

        return work

    works = {"sample": opened(sample), "large": opened(large, "--data", str(log))}
    seconds = alternate(repeats, works)
    work = f"from the start to the counts, {log.name} against the sample"
    return [compared(work, seconds["large"], seconds["sample"], REOPEN_GOAL)]


def measure(log: Path, limit: str, home: Path, repeats: int, only: str | None) -> list[Row]:
    """The rows that are asked for."""
    rows: list[Row] = []
    if only in (None, "build"):
        rows += build_rows(log, limit, home, repeats)
    if only in (None, "matrix"):
        rows += matrix_rows(build.ensure(Log([log]), find_home(home)), max(3, repeats))
    if only in (None, "reopen"):
        rows += reopen_rows(log, home, max(5, repeats))
    return rows


def main() -> None:
    """Print the rows; `--keep` names a home for the index that is used again."""
    given = arguments(__doc__, data=Path, memory_limit="4GB", repeats=1, only=str, keep=Path)
    with tempfile.TemporaryDirectory(dir=given.data.parent if given.data else None) as name:
        log = given.data or Path(name) / "2m"
        if given.data is None:
            make_listens.make(log, 2_000_000, 30_000, 500_000, 2, 1)
        home = (given.keep or Path(name) / "home").absolute()
        home.mkdir(parents=True, exist_ok=True)
        report(measure(log.absolute(), given.memory_limit, home, given.repeats, given.only))


if __name__ == "__main__":
    main()
