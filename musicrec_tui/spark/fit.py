"""ALS fitted by Spark: `pyspark.ml.recommendation.ALS` with implicit feedback.

With c = 1 + alpha_spark · rating it minimises Σ c (p - x_u · y_i)² + λ (Σ n_u |x_u|² + Σ n_i |y_i|²), where n counts a
row's heard pairs: all of ours but for the n, by which every row's λ grows with what it has. So

- a rating of alpha · weight - 1, with alpha_spark = 1, gives each pair our confidence exactly (for binary weights this
  is alpha_spark = alpha - 1); one below 1 Spark cannot express, and it becomes 1;
- `regularization` is divided by the n of the rows that a pair is in, in the mean: approximate, since rows differ. The
  saved model has the λ that was used, and says that it is scaled, so that reasons and new users' scores solve the
  equations that were trained.

Each artist's, then each user's equations are solved once more in an iteration, users last: user factors are the exact
solutions for the saved artist factors.
"""

import math
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import numpy as np
import pyarrow.parquet as pq
from numpy.lib.format import open_memmap
from numpy.typing import NDArray

from musicrec_tui.errors import UserError
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.recommenders.weighting import BM25_B, BM25_K1, LEAST_IDF
from musicrec_tui.spark import pairs
from musicrec_tui.spark.addresses import local_address, plain
from musicrec_tui.spark.disk_matrix import DiskMatrix

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

PAIRS_OF_A_BLOCK = 2_000_000
"""About so many pairs are solved by one task: some 100 MB with what they refer to."""
CHECKPOINT_EVERY = 2
"""Iterations: a lost executor costs at most so many."""
_LEAST_RATING = 1e-6
"""Above zero, or Spark takes the pair for a dislike."""
_SEED_BITS = 2**63


class Size(NamedTuple):
    """What a fit is of.

    Attributes:
        users, artists: how many the log has.
        pairs: of train.
        row: how many pairs a user, and an artist, of a pair have: the geometric mean of the two means over pairs.
    """

    users: int
    artists: int
    pairs: int
    row: float


def translated(params: AlsParams, size: Size) -> AlsParams:
    """The parameters that are really fitted: the regularization of one pair of a row, see the module."""
    return msgspec.structs.replace(params, regularization=params.regularization / size.row)


def size_of(train: DiskMatrix) -> Size:
    """The size of a matrix, (users, artists)."""
    users, artists = train.shape
    means = [float((counts**2).sum()) / max(1, train.cells) for counts in (train.counts(), train.column_counts())]
    return Size(users, artists, train.cells, max(1.0, math.sqrt(means[0] * means[1])))


def blocks(size: Size, cores: int) -> int:
    """In how many blocks users and artists are cut: one for each core at least, none of too many pairs."""
    return max(1, min(max(cores, -(-size.pairs // PAIRS_OF_A_BLOCK)), size.users, size.artists))


def fit(
    spark: "SparkSession", source: Path, parts: list[str], params: AlsParams, size: Size, seed: int, work: Path
) -> None:
    """Fit, and write `users` and `artists` as Parquet of `id` and `features` into a folder.

    Args:
        spark: the session.
        source: the folder of pairs.
        parts: those that are fitted on.
        params: as `translated` gives them.
        size: of the part.
        seed: of the first factors.
        work: the folder to write into, which the executors see under the same path.
    """
    from pyspark.ml.recommendation import ALS

    context = spark.sparkContext
    context.setCheckpointDir(local_address(work / "checkpoints"))
    cut = blocks(size, context.defaultParallelism)
    als = ALS(
        rank=params.factors, maxIter=params.iterations, regParam=params.regularization, implicitPrefs=True, alpha=1.0,
        seed=seed % _SEED_BITS, numUserBlocks=cut, numItemBlocks=cut, checkpointInterval=CHECKPOINT_EVERY,
        userCol="user", itemCol="artist", ratingCol="rating", intermediateStorageLevel="MEMORY_AND_DISK",
        finalStorageLevel="MEMORY_AND_DISK",
    )  # fmt: skip
    model = als.fit(ratings(spark, source, parts, params, size.users))
    for name, factors in (("users", model.userFactors), ("artists", model.itemFactors)):
        factors.write.parquet(local_address(work / name))


def ratings(spark: "SparkSession", source: Path, parts: list[str], params: AlsParams, users: int) -> "DataFrame":
    """The ratings that Spark is given: `user`, `artist` and `rating`, alpha · weight - 1 of each pair of these parts.

    Args:
        spark: the session.
        source: the folder of pairs.
        parts: whose plays count.
        params: alpha and weighting are used.
        users: how many the log has.
    """
    from pyspark.sql import functions

    found = _plays(spark, source, parts)
    if params.weighting == "bm25":
        found = _with_bm25(found, users)
    else:
        weight = {"binary": "1.0D", "counts": "plays", "log": "log1p(plays)"}[params.weighting]
        found = found.withColumn("weight", functions.expr(weight))
    rating = functions.greatest(functions.lit(params.alpha) * found["weight"] - 1.0, functions.lit(_LEAST_RATING))
    return found.select("user", "artist", rating.cast("float").alias("rating"))


def _plays(spark: "SparkSession", source: Path, parts: list[str]) -> "DataFrame":
    """The pairs of some parts with their plays."""
    total = " + ".join(parts)
    return (
        spark.read.parquet(plain(local_address(source)))
        .selectExpr("user", "artist", f"cast({total} as double) plays")
        .where("plays > 0")
    )


def write_listeners(spark: "SparkSession", source: Path, parts: list[str], work: Path) -> None:
    """Write the pairs of some parts as Parquet `listeners`, by artist and then by user."""
    found = _plays(spark, source, parts).select("artist", "user").orderBy("artist", "user")
    found.write.parquet(local_address(work / "listeners"))


def _with_bm25(found: "DataFrame", users: int) -> "DataFrame":
    """Pairs with the column `weight`, BM25 as `recommenders.weighting.weigh` has it: joined with its two sums."""
    from pyspark.sql import functions

    lengths = found.groupBy("user").agg(functions.sum("plays").alias("length"))
    listeners = found.groupBy("artist").agg(functions.count("*").alias("listeners"))
    average = (found.agg(functions.sum("plays")).first() or [0.0])[0] / users or 1.0
    norm = f"{1 - BM25_B} + {BM25_B} * length / {average!r}D"
    idf = f"greatest({LEAST_IDF}D, ln({users}) - log1p(listeners))"
    weight = functions.expr(f"plays * {BM25_K1 + 1}D / ({BM25_K1}D * ({norm}) + plays) * {idf}")
    return found.join(lengths, "user").join(listeners, "artist").withColumn("weight", weight)


def factors(source: Path, target: Path, rows: int, rank: int) -> NDArray[np.float32]:
    """Factors that `fit` wrote, as a mapped array, (rows, rank); zeros for rows without a pair.

    Args:
        source: the folder of Parquet.
        target: the file of the array.
        rows: how many there are.
        rank: the length of a row.

    Raises:
        UserError: a factor is not a finite number.
    """
    found = open_memmap(target, "w+", np.float32, (rows, rank))
    for path in pairs.files_of(source):
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(columns=["id", "features"]):
                values = batch.column("features").flatten().to_numpy().reshape(-1, rank)
                if not np.isfinite(values).all():
                    raise UserError(
                        "ALS did not arrive at finite factors; train it with more regularization, or a smaller alpha.",
                        exit_code=1,
                    )
                found[batch.column("id").to_numpy()] = values
    found.flush()
    return found
