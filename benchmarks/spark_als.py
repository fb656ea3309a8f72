"""What an iteration of Spark's ALS costs: seconds of processors and bytes of shuffle at three sizes, and a fit to them.

    python -m benchmarks.spark_als [--master "local[2]"] [--factors 64] [--sizes 10000x20000x600000,…]

A size is users x artists x pairs. Each is fitted with 2 and with 6 iterations: the difference is that of 4, without
what a fit takes once. The two prices (of a pair, which each half of an iteration reads once, and of a solve) are those
of least squares of relative errors. Needs the extra `spark` and Java, and Linux.
"""

import json
import urllib.request
from typing import Any

import numpy as np

from benchmarks.measure import arguments, machine
from benchmarks.spark_canonical import processor_seconds
from musicrec_tui.spark import session

SHORT, LONG = 2, 6
PAIRS = """
SELECT DISTINCT CAST(floor({users} * pow(rand(1), 2)) AS int) AS user,
    CAST(floor({artists} * pow(rand(2), 3)) AS int) AS artist, 1f AS plays FROM range({draws})
"""


def shuffled(spark: Any) -> int:
    """Bytes that the session's stages have written for others to read, so far."""
    context = spark.sparkContext
    address = f"{context.uiWebUrl}/api/v1/applications/{context.applicationId}/stages"
    with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310  (our own)
        return sum(int(stage["shuffleWriteBytes"]) for stage in json.load(answer))


def cost(spark: Any, pairs: Any, factors: int, iterations: int) -> tuple[float, int]:
    """Processor seconds and shuffled bytes of a fit."""
    from pyspark.ml.recommendation import ALS

    seconds, written = processor_seconds(), shuffled(spark)
    names = {"userCol": "user", "itemCol": "artist", "ratingCol": "plays"}
    als = ALS(rank=factors, maxIter=iterations, regParam=0.1, implicitPrefs=True, alpha=10.0, seed=1, **names)
    als.setNumBlocks(2).fit(pairs)
    return processor_seconds() - seconds, shuffled(spark) - written


def main() -> None:
    """Measure each size, then fit."""
    options = arguments(
        __doc__,
        master="local[2]",
        factors=64,
        memory="3g",
        sizes="10000x20000x600000,20000x200000x800000,30000x400000x2000000",
    )
    print(machine(), "| users | artists | pairs | processor seconds | shuffle, MB |", "|---|---|---|---|---|", sep="\n")
    rows: list[tuple[int, int, float]] = []
    conf = {"spark.driver.memory": options.memory, "spark.sql.shuffle.partitions": "4"}
    with session.opened(options.master, conf) as spark:
        for size in options.sizes.split(","):
            users, artists, draws = map(int, size.split("x"))
            pairs = spark.sql(PAIRS.format(users=users, artists=artists, draws=draws)).persist()
            solves = sum(pairs.select(column).distinct().count() for column in ("user", "artist"))
            count = pairs.count()
            if not rows:
                cost(spark, pairs, options.factors, 1)  # the Java process compiles what the fits run
            (short, some), (long, more) = (cost(spark, pairs, options.factors, one) for one in (SHORT, LONG))
            iteration, written = (long - short) / (LONG - SHORT), (more - some) / (LONG - SHORT)
            print(f"| {users:,} | {artists:,} | {count:,} | {iteration:.2f} | {written / 1e6:.0f} |", flush=True)
            rows.append((2 * count, solves, iteration))
            pairs.unpersist()
    design, seconds = np.array([row[:2] for row in rows], float), np.array([row[2] for row in rows])
    prices, *_ = np.linalg.lstsq(design / seconds[:, None], np.ones(len(rows)), rcond=None)
    errors = np.abs(design @ prices / seconds - 1)
    pair, solve = prices * 1e6
    print(f"{pair:.2f} µs per pair and half, {solve:.1f} µs per solve; largest error {errors.max():.0%}")


if __name__ == "__main__":
    main()
