"""Which spellings are one artist, on a cluster: the statements of `dataset.index.identity` in Spark's SQL."""

from typing import TYPE_CHECKING, NamedTuple

from musicrec_tui.dataset.index.schema import ID, NAME
from musicrec_tui.spark import executor

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

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


def spellings(spark: "SparkSession", tallies: "DataFrame") -> Spellings:
    """The spellings of a log's artists, with their normal forms."""
    found = spark.sql(_SPELLINGS, tallies=tallies).persist()
    names = spark.sql(_NAMES, spellings=found).mapInArrow(executor.normal_names, "name string, normal string")
    return Spellings(found, names.persist())


def identify(spark: "SparkSession", found: Spellings, *, has_times: bool) -> Artists:
    """The artists that spellings stand for; codes are in the order of keys."""
    matched = spark.sql(_MATCHED, spellings=found.spellings)
    args = {"has_times": has_times}
    spelled = spark.sql(_SPELLED, args=args, spellings=found.spellings, names=found.names, matched=matched).persist()
    owners = spark.sql(_OWNERS, spelled=spelled)
    keyed = spark.sql(_KEYED, spelled=spelled, owners=owners).persist()
    artists = coded(spark.sql(_ARTISTS, keyed=keyed), "code")
    credits_ = spark.sql(_CREDITS, keyed=keyed, artists=artists).persist()
    credits_.count()
    for table in (spelled, keyed):
        table.unpersist()
    return Artists(artists, credits_)


def coded(table: "DataFrame", code: str) -> "DataFrame":
    """A table with a column of dense int codes from 0, in the order of its column `key`, which is unique; persisted.

    The driver learns how many rows each range of keys has, and no key.
    """
    from pyspark.sql import functions as f

    ordered = table.repartitionByRange("key").sortWithinPartitions("key")
    # An id is the number of the range, shifted by 33 bits, plus the place within it.
    numbered = ordered.withColumn("place", f.monotonically_increasing_id()).persist()
    counts = {
        int(row["part"]): int(row["rows"])
        for row in numbered.groupBy(f.shiftright("place", 33).alias("part")).agg(f.count("*").alias("rows")).collect()
    }
    before, offsets = 0, {}
    for part in sorted(counts):
        offsets[part] = before - (part << 33)
        before += counts[part]
    pairs = [f.lit(value) for item in offsets.items() for value in item]
    offset = f.create_map(*pairs)[f.shiftright("place", 33)] if pairs else f.lit(0)
    result = numbered.withColumn(code, (f.col("place") + offset).cast("int")).drop("place").persist()
    result.count()
    numbered.unpersist()
    return result
