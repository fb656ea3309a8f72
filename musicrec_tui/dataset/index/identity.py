"""Which spellings are one artist, and what it is called.

A mapped artist is its id; where one log has MBIDs for ids and another has ids of its own with MBIDs beside them, the
MBID leads to the other log's id. A name without id is its normal form, unless a mapped artist is called so: then it is
that one (of several: one that is shown under this name before one that is only sometimes spelled so, then the one with
most listens, then the smallest key).
"""

from collections.abc import Callable

import pyarrow as pa

from musicrec_tui.dataset.index.running import Runner
from musicrec_tui.dataset.index.schema import ID, NAME
from musicrec_tui.text import normal_name, search_name

_NAMES = "SELECT DISTINCT artist_name AS key, artist_name AS name FROM spelling WHERE artist_name IS NOT NULL"
_SHOWN = "SELECT code AS key, name FROM artist_code"
_BATCH = 100_000
"""Names that are in Python's memory at a time."""

_SPELLED = f"""
CREATE TEMP TABLE spelled AS
WITH matched AS (
    SELECT mbid AS id, first(artist_id ORDER BY plays DESC, artist_id) AS credit FROM (
        SELECT mbid, artist_id, sum(plays) AS plays FROM spelling WHERE mbid <> artist_id GROUP BY ALL)
    GROUP BY mbid)
SELECT artist_id, artist_name, coalesce(normal, '') AS normal, '{ID}' || coalesce(credit, artist_id) AS id_key,
    min(mbid) AS mbid, CAST(sum(plays) AS BIGINT) AS plays
FROM spelling LEFT JOIN normal ON normal.name = artist_name LEFT JOIN matched ON matched.id = artist_id
WHERE reason IS NULL AND NOT (timeless AND $has_times) AND NOT (artist_id IS NULL AND coalesce(normal, '') = '')
GROUP BY ALL
"""  # noqa: S608

_OWNERS = """
CREATE TEMP TABLE owner AS
WITH called AS (
    SELECT id_key AS key, normal, sum(plays) AS plays FROM spelled WHERE artist_id IS NOT NULL GROUP BY ALL),
artist AS (
    SELECT id_key AS key, sum(plays) AS plays,
        first(normal ORDER BY plays DESC, artist_name) FILTER (normal <> '') AS shown
    FROM spelled WHERE artist_id IS NOT NULL GROUP BY id_key)
SELECT normal, first(key ORDER BY normal = shown DESC, artist.plays DESC, key) AS key
FROM called JOIN artist USING (key) WHERE normal <> '' GROUP BY normal
"""

_KEYED = f"""
CREATE TEMP TABLE keyed AS
SELECT artist_id, artist_name, mbid, plays, coalesce(id_key, owner.key, '{NAME}' || normal) AS key
FROM spelled LEFT JOIN owner USING (normal)
"""  # noqa: S608

_ARTIST_CODES = """
CREATE TEMP TABLE artist_code AS
WITH spelling AS (
    SELECT key, artist_name, sum(plays) AS plays FROM keyed GROUP BY ALL),
shown AS (
    SELECT key, first(artist_name ORDER BY plays DESC, artist_name)
        FILTER (artist_name IS NOT NULL AND trim(artist_name) <> '') AS name
    FROM spelling GROUP BY key),
matched AS (
    SELECT key, first(mbid ORDER BY plays DESC, mbid) FILTER (mbid IS NOT NULL) AS mbid FROM keyed GROUP BY key)
SELECT CAST(row_number() OVER (ORDER BY key) - 1 AS INTEGER) AS code, key, coalesce(name, key) AS name, mbid
FROM shown JOIN matched USING (key)
"""

_CREDITS = """
CREATE TEMP TABLE credit AS
SELECT DISTINCT artist_id IS NULL AS named, coalesce(artist_id, artist_name) AS spelling, code
FROM keyed JOIN artist_code USING (key)
"""


def normalise(runner: Runner, until: float) -> None:
    """Make the temporary table `normal(name, normal)` of all spellings (DuckDB has no NFKC and no casefold)."""
    _map_names(runner, ("reading names", until), "normal (name VARCHAR, normal VARCHAR)", _NAMES, normal_name)


def identify(runner: Runner, until: float, *, has_times: bool) -> None:
    """Make `artist_code(code, key, name, mbid)`, `searchable(code, search)` and `credit`, from `spelling` and `normal`.

    `credit(named, spelling, code)` says which artist each id means and, where there is none (`named`), each spelling.
    """
    phase = "identifying artists"
    runner.step(phase, until, _SPELLED, {"has_times": has_times})
    for statement in (_OWNERS, _KEYED, _ARTIST_CODES, _CREDITS):
        runner.step(phase, until, statement)
    make_searchable(runner, until)


def make_searchable(runner: Runner, until: float) -> None:
    """Make `searchable(code, search)`, what searches look at, from `artist_code`."""
    _map_names(runner, ("identifying artists", until), "searchable (code INTEGER, search VARCHAR)", _SHOWN, search_name)


def _map_names(
    runner: Runner, phase: tuple[str, float], table: str, select: str, function: Callable[[str], str]
) -> None:
    """Make a temporary table with a function of each name, a batch of them at a time.

    Args:
        runner: executes.
        phase: what is being done, and how far the whole is then.
        table: its name and two columns, of which the first is the key.
        select: gives `key` and `name`.
        function: of a name.
    """
    runner.step(*phase, f"CREATE TEMP TABLE listed AS {select}")
    runner.step(*phase, f"CREATE TEMP TABLE {table}")
    [(count,)] = runner.step(*phase, "SELECT count(*) FROM listed")
    for start in range(0, count, _BATCH):
        rows = runner.step(*phase, f"SELECT key, name FROM listed WHERE rowid >= {start} AND rowid < {start + _BATCH}")  # noqa: S608
        values = [function(str(name)) for _, name in rows]
        keys = pa.array([key for key, _ in rows])
        runner.append(table.partition(" ")[0], pa.table({"key": keys, "value": pa.array(values, pa.string())}))
    runner.step(*phase, "DROP TABLE listed")
