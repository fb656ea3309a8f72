"""Tables, content hash and splits of a generated log by Spark and by DuckDB: are they equal, and what does each cost?

    python -m benchmarks.spark_canonical --to DIR [--listens 5000000] [--master "local[2]"] [--splits random,time]

Needs the extra `spark` and Java. Costs are seconds of processors, of this process and of all that it started, which
other programs on the machine change little; on a cluster (`--master spark://…`) those of its workers are not among
them, and the memory is the driver's. Rows are compared by DuckDB, in both directions. What was made in DIR is used
again.
"""

import os
import time
import uuid
from pathlib import Path

import duckdb

from benchmarks import make_listens
from benchmarks.measure import arguments, machine
from musicrec_tui.dataset import splits
from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.paths import find_home
from musicrec_tui.spark import canonical, pairs, session
from musicrec_tui.spark import splits as spark_splits

COLUMNS = {
    "artists": ("artist", "code, key, name, mbid, listeners, listens, first_at, last_at"),
    "users": ('"user"', "code, key, artists, listens, first_at, last_at"),
    "plays": ("play", "user_code, artist_code, plays, first_at, last_at"),
}
SPECS = {
    "random": SplitSpec(),
    "leave-last": SplitSpec(kind="leave-last"),
    "time": SplitSpec(kind="time"),
    "repeat": SplitSpec(kind="time", protocol="repeat"),
}


def processor_seconds() -> float:
    """Of this process and all that it started, ended ones included (Linux)."""
    stats: dict[int, tuple[int, float]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            except OSError:  # it has ended
                continue
            stats[int(folder.name)] = (int(fields[1]), sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK"))
    ours, before = {os.getpid()}, 0
    while len(ours) > before:
        before = len(ours)
        ours |= {pid for pid, (parent, _) in stats.items() if parent in ours}
    return sum(stats[pid][1] for pid in ours)


class Lap:
    """Prints what each step took since the last."""

    def __init__(self) -> None:
        self._wall, self._processor = time.monotonic(), processor_seconds()

    def __call__(self, step: str) -> None:
        """A step is over."""
        wall, processor = time.monotonic(), processor_seconds()
        print(f"| {step} | {processor - self._processor:.1f} | {wall - self._wall:.0f} |", flush=True)
        self._wall, self._processor = wall, processor


def differences(left: str, right: str, connection: duckdb.DuckDBPyConnection) -> int:
    """Rows that one of two SELECTs has and the other has not; -1 where they have different numbers of rows."""
    counts = [connection.execute(f"SELECT count(*) FROM ({one})").fetchone() for one in (left, right)]  # noqa: S608
    if counts[0] != counts[1]:
        return -1
    sql = "SELECT count(*) FROM (({}) EXCEPT ({}))"
    both = [connection.execute(sql.format(*pair)).fetchone() for pair in ((left, right), (right, left))]
    return sum(int(one[0]) for one in both if one)


def parquet(folder: Path) -> str:
    """The rows of a folder of Parquet, in SQL."""
    return f"read_parquet('{folder}/part-*.parquet')"


def java() -> str:
    """The process id of this process's Java."""
    own = os.getpid()
    return Path(f"/proc/{own}/task/{own}/children").read_text(encoding="ascii").split()[0]


def peak(pid: str) -> int:
    """The most memory that a process has held, MB (Linux)."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    [told] = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(told) // 1024


def main() -> None:
    """Make the log and its index, read it on Spark, and compare."""
    options = arguments(__doc__, to=Path, listens=5_000_000, master="local[2]", splits="random,time", memory="3g")
    folder, lap = options.to.absolute(), Lap()
    log = folder / f"log-{options.listens}"
    if not log.exists():
        make_listens.make(log, options.listens, 30_000, 500_000, 5, 1)
        lap("generating")
    print(machine(), "| step | processor seconds | wall seconds |", "|---|---|---|", sep="\n", flush=True)
    dataset = Dataset(build.ensure(Log([log]), find_home(folder / "home")))
    lap("DuckDB: the whole index (0 where it was there)")
    conf = {"spark.driver.memory": options.memory, "spark.local.dir": str(folder / "spark")}
    with session.opened(options.master, conf) as spark, duckdb.connect() as compared:
        lap("Spark: session")
        found = canonical.read(spark, Log([f"file://{log}"]), folder / f"tables-{options.listens}")
        lap("Spark: canonical tables and hash")
        print(f"hash {found.info.content} {'equal' if found.info.content == dataset.info.content else 'DIFFERENT'}")
        dataset.close()  # one process opens a file once
        compared.execute(f"ATTACH '{dataset.path}' AS index (READ_ONLY)")
        for table, (stored, columns) in COLUMNS.items():
            theirs = f"SELECT {columns} FROM {parquet(found.store.folder / table)}"  # noqa: S608
            told = differences(f"SELECT {columns} FROM index.{stored}", theirs, compared)  # noqa: S608
            print(f"{table}: {told} rows differ", flush=True)
        compared.execute("DETACH index")
        lap("comparing")
        dataset = Dataset(dataset.path)
        for name in options.splits.split(","):
            ours = folder / f"pairs-{uuid.uuid4().hex}"
            sizes = pairs.write(splits.in_batches(dataset, SPECS[name]), ours)
            lap(f"DuckDB: split {name}")
            source, counts = spark_splits.write(found, SPECS[name])
            lap(f"Spark: split {name}")
            both = [f"SELECT * FROM {parquet(one)}" for one in (ours, source)]  # noqa: S608
            told = differences(both[0], both[1], compared)
            print(f"{name}: {counts} pairs, {sizes} by DuckDB, {told} differ", flush=True)
            lap("comparing")
        print(f"peak of memory: Python {peak('self'):,} MB, its Java {peak(java()):,} MB")
    dataset.close()


if __name__ == "__main__":
    main()
