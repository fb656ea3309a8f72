"""Reading files of people and dumps: the generic reader, `info`, the public dump of listens, plays in several exports.

    python -m benchmarks.sources [--rows 5000000] [--repeats 3] [--only csv|info|dump|plays] [--keep DIR]

It makes its own inputs (generated; the same numbers give the same rows). Each measured work is a process of its own;
the figures are processor seconds, which say more than the clock on a busy machine.

- **csv**: from a CSV to the plays of each user and artist, recognition, line and quote checks included, without the
  index; against DuckDB's `read_csv` of the same columns with given types, and the same aggregation.
- **info**: `musicrec-tui info` of that CSV, which builds its index.
- **dump**: from a `.tar.zst` of listens as JSON lines to canonical listens in a table; against pyarrow's zstd stream,
  `tarfile`, and a typed msgspec decoder of the same fields, which keeps nothing.
- **plays**: two overlapping exports: which plays are in both, however names and times differ; against an SQL join that
  finds those of the same second, artist and track.
"""

import json
import statistics
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import duckdb
import pyarrow as pa

from benchmarks.measure import Row, arguments, report

CSV_GOAL, INFO_GOAL_SECONDS, INFO_GOAL_MB, DUMP_GOAL = 1.5, 8.0, 1024.0, 1 / 0.6
MEMBER_ROWS = 500_000

LISTENS = """
SELECT 'user' || CAST(floor(10000 * pow(hash(i * 7) % 1000003 / 1000003, 2)) AS INTEGER) AS user_name,
    'Artist ' || CAST(floor(60000 * pow(hash(i * 11) % 1000003 / 1000003, 3)) AS INTEGER) AS artist_name,
    'Release ' || hash(i * 13) % 1000 AS release_name, 'Recording ' || hash(i * 17) % 100000 AS recording_name,
    1600000000 + i * 29 AS listened_at
FROM range({rows}) r(i)
"""
TO_CSV = f"""
COPY (SELECT user_name AS "Username", artist_name AS "Artist", release_name AS "Album", recording_name AS "Track",
    strftime(make_timestamp(listened_at * 1000000), '%Y-%m-%d %H:%M:%S') AS "Date" FROM ({LISTENS}))
TO '{{file}}' (HEADER)
"""  # noqa: S608
LINE = (
    '{"user_id": 1, "user_name": "%s", "listened_at": %d, "recording_msid": "7e5b1f0a-95a2-4c42-9ef0-5c2b7f7d1c11", '
    '"track_metadata": {"artist_name": "%s", "track_name": "%s", "release_name": "%s", "additional_info": '
    '{"submission_client": "player", "duration_ms": 240000}, "mbid_mapping": {"recording_mbid": '
    '"0b1e1a67-5b38-4c7e-8d11-0c7f9a3a1b22", "artist_mbids": ["8f6bd1e4-fbe1-4f50-aa9b-94c450ec0f11"]}}}\n'
)

COSTS = """
import json, time
from musicrec_tui.jobs.environment import peak_memory_mb
print(json.dumps([time.process_time() - begun, peak_memory_mb()]))
"""
BEGUN = "import time; begun = time.process_time()\n"
OWN_CSV = """
import sys, duckdb
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.sources.reading import Reading
from musicrec_tui.dataset.sources.recognise import recognise
import time; begun = time.process_time()
with duckdb.connect() as connection:
    reading = Reading(connection, recognise(Log([sys.argv[1]])))
    run = lambda sql, values: connection.execute(sql, {k: v for k, v in values.items() if "$" + k in sql}).fetchall()
    reading.stage(run)
    sql = f"SELECT user_id, artist_name, count(*), min(listened_at) FROM ({reading.sql}) GROUP BY ALL"
    connection.execute(f"CREATE TEMP TABLE counted AS {sql}", reading.parameters)
"""
BARE_CSV = """
import sys, duckdb
import time; begun = time.process_time()
with duckdb.connect() as connection:
    connection.execute('''CREATE TEMP TABLE counted AS SELECT "Username", "Artist", count(*), min("Date") FROM read_csv(
        $file, header = true, auto_detect = false, delim = ',', quote = '"', escape = '"', columns = {
        'Username': 'VARCHAR', 'Artist': 'VARCHAR', 'Album': 'VARCHAR', 'Track': 'VARCHAR', 'Date': 'TIMESTAMP'})
        GROUP BY ALL''', {"file": sys.argv[1]})
"""
INFO = """
import sys, time; begun = 0.0
from musicrec_tui.__main__ import main
sys.argv = ["musicrec-tui", "info", "--json", "--data", sys.argv[1], "--home", sys.argv[2]]
try:
    main()
except SystemExit as ended:
    assert not ended.code, ended.code
"""
OWN_DUMP = """
import sys, duckdb
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.sources.reading import Reading
from musicrec_tui.dataset.sources.recognise import recognise
import pyarrow, msgspec, tarfile
import time; begun = time.process_time()
with duckdb.connect() as connection:
    reading = Reading(connection, recognise(Log([sys.argv[1]])))
    run = lambda sql, values: connection.execute(sql, {k: v for k, v in values.items() if "$" + k in sql}).fetchall()
    reading.stage(run)
"""
BARE_DUMP = """
import sys, duckdb, io, msgspec, tarfile
import pyarrow as pa
class Mapping(msgspec.Struct):
    recording_mbid: str | None = None
    artist_mbids: list[str] | None = None
class Track(msgspec.Struct):
    artist_name: str | None = None
    track_name: str | None = None
    release_name: str | None = None
    mbid_mapping: Mapping | None = None
class Listen(msgspec.Struct):
    track_metadata: Track
    listened_at: float | None = None
    user_name: str | None = None
    user_id: int | str | None = None
import time; begun = time.process_time()
decode = msgspec.json.Decoder(Listen).decode
with pa.input_stream(sys.argv[1], compression="zstd") as opened:
    with tarfile.open(fileobj=io.BufferedReader(opened), mode="r|") as archive:
        for member in archive:
            if member.isreg():
                for line in archive.extractfile(member):
                    decode(line)
"""
OWN_PLAYS = """
import sys, duckdb
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.sources.reading import Reading
from musicrec_tui.dataset.sources.recognise import recognise
with duckdb.connect() as connection:
    reading = Reading(connection, recognise(Log(sys.argv[1:])), join_plays=True)
    run = lambda sql, values: connection.execute(sql, {k: v for k, v in values.items() if "$" + k in sql}).fetchall()
    join, reading._join_plays = reading._join_plays, False
    reading.stage(run)
    import time; begun = time.process_time()
    reading._leave_out_repeated(run)
"""
BARE_PLAYS = """
import sys, duckdb
columns = "columns = {'u': 'VARCHAR', 'a': 'VARCHAR', 'r': 'VARCHAR', 't': 'VARCHAR', 'd': 'TIMESTAMP'}, header = true"
with duckdb.connect() as connection:
    for name, file in zip("xy", sys.argv[1:]):
        connection.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM read_csv($file, {columns})", {"file": file})
    import time; begun = time.process_time()
    connection.execute('''CREATE TEMP TABLE shared AS SELECT x.* FROM x JOIN y ON x.u = y.u AND x.d = y.d
        AND lower(strip_accents(x.a)) = lower(strip_accents(y.a))
        AND lower(strip_accents(x.t)) = lower(strip_accents(y.t))''')
"""


def cost(code: str, *given: str) -> tuple[float, float]:
    """Processor seconds and peak MiB of a script."""
    printed = subprocess.run(
        [sys.executable, "-c", code + COSTS, *given], check=True, stdout=subprocess.PIPE, text=True
    )
    seconds, peak = json.loads(printed.stdout.splitlines()[-1])
    print(f"{seconds:.2f} CPU s, {peak:.0f} MiB", file=sys.stderr, flush=True)
    return seconds, peak


def both(repeats: int, ours: str, bare: str, *given: str) -> tuple[float, float]:
    """The medians of two works, in turns."""
    pairs = [(cost(ours, *given)[0], cost(bare, *given)[0]) for _ in range(repeats)]
    return statistics.median(one for one, _ in pairs), statistics.median(other for _, other in pairs)


def make_csv(file: Path, rows: int) -> Path:
    """A CSV of listens, without a quote in it."""
    if not file.exists():
        with duckdb.connect() as connection:
            connection.execute(TO_CSV.format(rows=rows, file=file))
    return file


def make_dump(file: Path, rows: int) -> Path:
    """A packed tar of JSON lines, as the public dump of listens is."""
    if file.exists():
        return file
    with (
        duckdb.connect() as connection,
        pa.output_stream(str(file), compression="zstd") as out,
        tarfile.open(fileobj=out, mode="w|") as archive,
        tempfile.TemporaryDirectory(dir=file.parent) as folder,
    ):
        found = connection.execute(LISTENS.format(rows=rows))
        number = 0
        while several := found.fetchmany(MEMBER_ROWS):
            number += 1
            member = Path(folder, f"{number}.listens")
            with member.open("w") as opened:
                opened.writelines(
                    LINE % (user, at, artist, track, release) for user, artist, release, track, at in several
                )
            archive.add(member, f"listenbrainz-listens-dump/listens/{2000 + number}/1.listens")
            member.unlink()
    return file


def ratio(work: str, ours: float, bare: float, goal: float) -> Row:
    """A row of processor seconds."""
    found = ours / bare
    return Row(work, f"{ours:.2f} s", f"{bare:.2f} s", f"{found:.2f} ×", f"≤ {goal:.2f} ×", found <= goal)


def main() -> None:
    """Measure and print."""
    asked = arguments(__doc__, rows=5_000_000, repeats=3, only="", keep="")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(asked.keep or temporary)
        folder.mkdir(parents=True, exist_ok=True)
        report(measured(folder, asked.rows, asked.repeats, asked.only, Path(temporary)))


def measured(folder: Path, count: int, repeats: int, only: str, temporary: Path) -> list[Row]:
    """The rows of the table."""
    found: list[Row] = []
    shown = f"{count / 1e6:g} M rows"
    if only in ("", "csv", "info"):
        file = str(make_csv(folder / f"listens-{count}.csv", count))
    if only in ("", "csv"):
        ours, bare = both(repeats, OWN_CSV, BARE_CSV, file)
        found.append(ratio(f"CSV of {shown} to user × artist counts, CPU", ours, bare, CSV_GOAL))
    if only in ("", "info"):
        seconds, peak = cost(INFO, file, str(temporary / "home"))
        found += [
            Row(
                "`info` of it, CPU",
                f"{seconds:.1f} s",
                "–",
                "–",
                f"≤ {INFO_GOAL_SECONDS:g} s",
                seconds <= INFO_GOAL_SECONDS,
            ),
            Row("the same, peak memory", f"{peak:.0f} MiB", "–", "–", f"≤ {INFO_GOAL_MB:g} MiB", peak <= INFO_GOAL_MB),
        ]
    if only in ("", "dump"):
        dump = str(make_dump(folder / f"listens-{count}.tar.zst", count))
        ours, bare = both(repeats, OWN_DUMP, BARE_DUMP, dump)
        found.append(ratio(f"public dump of {shown} (`.tar.zst`) to canonical listens, CPU", ours, bare, DUMP_GOAL))
    if only in ("", "plays"):
        one = make_csv(folder / f"plays-{count // 10}.csv", count // 10)
        other = one.with_name(f"again-{one.name}")
        other.write_bytes(one.read_bytes())
        ours, bare = both(repeats, OWN_PLAYS, BARE_PLAYS, str(one), str(other))
        found.append(ratio(f"plays that two exports of {count / 1e7:g} M rows share, CPU", ours, bare, 100.0))
    return found


if __name__ == "__main__":
    main()
