"""Which spellings are one artist, on a cluster: the statements of `dataset.index.identity` in Spark's SQL."""

from typing import TYPE_CHECKING, NamedTuple

from musicrec_tui.dataset.index.schema import ID, NAME
from musicrec_tui.spark import executor
from musicrec_tui.spark.table_store import TableStore

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_SPELLINGS = """
SELECT reason, timeless, rated, repaired, artist_id, artist_name, min(mbid) AS mbid, sum(rows) AS rows,
    sum(plays) AS plays, sum(rounded) AS rounded, min(lowest) AS lowest, max(highest) AS highest,
    bool_and(whole) AS whole
FROM {tallies} GROUP BY reason, timeless, rated, repaired, artist_id, artist_name
"""

_NAMES = "SELECT DISTINCT artist_name AS name FROM {spellings} WHERE artist_name IS NOT NULL"

_MATCHED = """
SELECT mbid AS id, min_by(artist_id, struct(-plays, artist_id)) AS credit FROM (
    SELECT mbid, artist_id, sum(plays) AS plays FROM {spellings} WHERE mbid <> artist_id GROUP BY mbid, artist_id)
GROUP BY mbid
"""

_SPELLED = f"""
SELECT artist_id, artist_name, normal, id_key, min(mbid) AS mbid, sum(plays) AS plays FROM (
    SELECT artist_id, artist_name, coalesce(normal, '') AS normal, mbid, plays,
        concat('{ID}', coalesce(credit, artist_id)) AS id_key
    FROM {{spellings}} LEFT JOIN {{names}} ON name = artist_name LEFT JOIN {{matched}} ON id = artist_id
    WHERE reason IS NULL AND NOT (timeless AND :has_times) AND NOT (artist_id IS NULL AND coalesce(normal, '') = ''))
GROUP BY artist_id, artist_name, normal, id_key
"""  # noqa: S608

_OWNERS = """
WITH called AS (
    SELECT id_key AS key, normal FROM {spelled} WHERE artist_id IS NOT NULL GROUP BY id_key, normal),
artist AS (
    SELECT id_key AS key, sum(plays) AS plays,
        min_by(normal, struct(-plays, artist_name)) FILTER (WHERE normal <> '') AS shown
    FROM {spelled} WHERE artist_id IS NOT NULL GROUP BY id_key)
SELECT normal, min_by(key, struct(normal <> shown, -artist.plays, key)) AS owner
FROM called JOIN artist USING (key) WHERE normal <> '' GROUP BY normal
"""

_KEYED = f"""
SELECT artist_id, artist_name, mbid, plays, coalesce(id_key, owner, concat('{NAME}', normal)) AS key
FROM {{spelled}} LEFT JOIN {{owners}} USING (normal)
"""  # noqa: S608

_ARTISTS = """
WITH spelling AS (
    SELECT key, artist_name, sum(plays) AS plays FROM {keyed} GROUP BY key, artist_name),
shown AS (
    SELECT key, min_by(artist_name, struct(-plays, artist_name))
        FILTER (WHERE artist_name IS NOT NULL AND trim(artist_name) <> '') AS name
    FROM spelling GROUP BY key),
matched AS (
    SELECT key, min_by(mbid, struct(-plays, mbid)) FILTER (WHERE mbid IS NOT NULL) AS mbid FROM {keyed} GROUP BY key)
SELECT key, coalesce(name, key) AS name, mbid FROM shown JOIN matched USING (key)
"""

_CREDITS = """
SELECT DISTINCT artist_id IS NULL AS named, coalesce(artist_id, artist_name) AS spelling, code AS artist_code
FROM {keyed} JOIN {artists} USING (key)
"""

_RANGE, _MOST_RANGES, _SAMPLED = 100_000, 256, 50
"""Keys of a range, about; the most ranges; and keys of each that the driver looks at."""


class Spellings(NamedTuple):
    """How artists are spelled in a log.

    Attributes:
        spellings: every spelling of every artist, and how many rows were left out for which reason.
        names: `name string, normal string` of all of them.
    """

    spellings: "DataFrame"
    names: "DataFrame"


class Artists(NamedTuple):
    """Who is who.

    Attributes:
        artists: `code int, key string, name string, mbid string`.
        credits: `named boolean, spelling string, artist_code int`: which artist an id means and, where there is none
            (`named`), a name.
    """

    artists: "DataFrame"
    credits: "DataFrame"


def spellings(store: TableStore, tallies: "DataFrame") -> Spellings:
    """The spellings of a log's artists, with their normal forms."""
    found = store.keep("spellings", store.run(_SPELLINGS, tallies=tallies))
    names = store.run(_NAMES, spellings=found).mapInArrow(executor.normal_names, "name string, normal string")
    return Spellings(found, store.keep("names", names))


def identify(store: TableStore, found: Spellings, *, has_times: bool) -> Artists:
    """The artists that spellings stand for; codes are in the order of keys."""
    matched = store.run(_MATCHED, spellings=found.spellings)
    args = {"has_times": has_times}
    tables = {"spellings": found.spellings, "names": found.names, "matched": matched}
    spelled = store.keep("spelled", store.run(_SPELLED, args, **tables))
    owners = store.run(_OWNERS, spelled=spelled)
    keyed = store.keep("keyed", store.run(_KEYED, spelled=spelled, owners=owners))
    artists = coded(store, "artist", store.run(_ARTISTS, keyed=keyed))
    return Artists(artists, store.keep("credits", store.run(_CREDITS, keyed=keyed, artists=artists)))


def coded(store: TableStore, name: str, table: "DataFrame") -> "DataFrame":
    """A table with a column `code` of dense ints from 0, in the order of its column `key`, which is unique; kept.

    Keys are cut into ranges, each of which is numbered by itself. The driver learns some keys, between which it cuts,
    and how many each range has. Nothing of it depends on how Spark happens to place rows, which is another way when it
    calculates them again: codes that are half of one way and half of another would be wrong without a word.
    """
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    table = store.keep(f"{name}-keys", table)
    bounds = _bounds(table, table.count())
    within = f.size(f.filter(f.array(*map(f.lit, bounds)), lambda bound: bound <= f.col("key"))) if bounds else f.lit(0)
    ranged = table.withColumn("range", within)
    counts = {
        int(row["range"]): int(row["rows"]) for row in ranged.groupBy("range").agg(f.count("*").alias("rows")).collect()
    }
    offset, before = f.lit(0), 0
    for number in sorted(counts):
        offset = f.when(f.col("range") >= number, f.lit(before)).otherwise(offset) if before else offset
        before += counts[number]
    place = f.row_number().over(Window.partitionBy("range").orderBy("key"))
    return store.keep(f"{name}-codes", ranged.withColumn("code", (place - 1 + offset).cast("int")).drop("range"))


def _bounds(table: "DataFrame", count: int) -> list[str]:
    """Keys that cut a table of so many into ranges of about `_RANGE`: chosen by their hashes, so always the same."""
    ranges = min(_MOST_RANGES, -(-count // _RANGE))
    if ranges < 2:
        return []
    one_in = max(1, count // (ranges * _SAMPLED))
    sample = sorted(row["key"] for row in table.where(f"pmod(xxhash64(key), {one_in}) = 0").select("key").collect())
    return sample[len(sample) // ranges :: max(1, len(sample) // ranges)]
