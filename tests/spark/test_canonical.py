"""Tables, hash and splits of a log by both engines: Spark's must equal DuckDB's, row by row."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pytest

from musicrec_tui.dataset import interactions, splits
from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.records import DatasetInfo
from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.errors import UserError
from musicrec_tui.paths import find_home
from musicrec_tui.spark import canonical, identity, pairs
from musicrec_tui.spark import splits as spark_splits
from tests.spark.logs import LOGS

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

pytestmark = pytest.mark.slow

TABLES = {
    "artists": ("artist", "code, key, name, mbid, listeners, listens, first_at, last_at"),
    "users": ('"user"', "code, key, artists, listens, first_at, last_at"),
    "plays": ("play", "user_code, artist_code, plays, first_at, last_at"),
    "listens": ("listen", "user_code, artist_code, listened_at, recording, release, plays"),
    "ratings": ("rating", "user_code, artist_code, rating, liking"),
}
SPECS = (
    SplitSpec(),
    SplitSpec(kind="leave-last", test=0.25, validation=0.15, min_artists=3),
    SplitSpec(kind="time"),
    SplitSpec(kind="time", test=0.3, validation=0.0, protocol="repeat"),
)


def _rows(frame: "DataFrame") -> list[tuple[Any, ...]]:
    """All rows of a table, sorted."""
    return sorted((tuple(row) for row in frame.collect()), key=repr)


def _both(
    name: str, spark: "SparkSession", folder: Path, address: Callable[[Path], str | Path] = Path
) -> tuple[Dataset, canonical.CanonicalLog]:
    """A log by both engines."""
    made = folder / "log"
    made.mkdir()
    paths = LOGS[name](made)
    dataset = Dataset(build.ensure(Log(paths), find_home(folder / "home")))
    return dataset, canonical.read(spark, Log([address(path) for path in paths]), folder / "tables")


def without_rows(info: DatasetInfo) -> DatasetInfo:
    """Totals of an index without what Spark does not say: first rows of files, and which encoding a file was in."""
    readings = tuple(msgspec.structs.replace(one, rows=(), encoding="") for one in info.understood)
    return msgspec.structs.replace(info, understood=readings)


@pytest.mark.parametrize("name", LOGS)
def test_tables_account_and_hash_are_those_of_the_index(
    name: str, spark: "SparkSession", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "_RANGE", 1_000)  # so that codes are given range by range
    dataset, log = _both(name, spark, tmp_path)
    assert log.info == without_rows(dataset.info)
    for table, (stored, columns) in TABLES.items():
        expected = sorted(dataset.query(f"SELECT {columns} FROM {stored}"), key=repr)  # noqa: S608
        assert _rows(getattr(log, table).select(*columns.split(", "))) == expected, table
    specs = [spec for spec in SPECS if log.info.has_times or spec.kind == "random"]
    if name not in ("sample", "date and time"):
        specs = specs[:1]
    for spec in specs:
        parts = splits.split(dataset, interactions.load_interactions(dataset), spec)
        folder, counts = spark_splits.write(log, spec)
        for part, count in zip(pairs.PARTS, counts, strict=True):
            expected = getattr(parts, part)
            found = pairs.matrix(folder, [part], tmp_path, part, expected.shape).mapped()
            assert found.dtype == expected.dtype == np.float32
            assert (found.nnz, (found != expected).nnz, count) == (expected.nnz, 0, expected.nnz), (spec, part)
    dataset.close()


def test_the_fixtures_have_rejected_repaired_and_rated_rows(tmp_path: Path) -> None:
    told = {}
    for name, make in LOGS.items():
        folder = tmp_path / name
        folder.mkdir()
        with_index = Dataset(build.ensure(Log(make(folder)), find_home(tmp_path / "home")))
        told[name] = with_index.info
        with_index.close()
    assert {name for name, info in told.items() if info.rejected} == {*LOGS} - {"sample"}
    assert {name for name, info in told.items() if info.repaired} == {"play counts"}
    assert {name for name, info in told.items() if info.rated} == {"ratings"}


def test_an_address_elsewhere_is_read_as_a_path_is(spark: "SparkSession", tmp_path: Path) -> None:
    link = "fs.viewfs.mounttable.elsewhere.link./log"  # Hadoop's own way to give a folder an address of another kind
    spark.sparkContext._jsc.hadoopConfiguration().set(link, f"file://{tmp_path}/log")
    dataset, log = _both("play counts", spark, tmp_path, lambda _: "viewfs://elsewhere/log/*.csv")
    assert log.info.paths == ("viewfs://elsewhere/log/*.csv",)
    seen = (tmp_path / "log" / "counts.csv").stat()
    assert [(one.path, one.size) for one in log.inputs] == [("viewfs://elsewhere/log/counts.csv", seen.st_size)]
    assert (log.info.content, log.info.rejected) == (dataset.info.content, dataset.info.rejected)
    assert (log.info.rows, log.info.repaired) == (dataset.info.rows, dataset.info.repaired)
    dataset.close()


def test_what_cannot_be_read_is_refused_in_a_sentence(spark: "SparkSession", tmp_path: Path) -> None:
    with pytest.raises(UserError, match="There is nothing at"):
        canonical.read(spark, Log([f"file://{tmp_path}/none/*.parquet"]), tmp_path)
    with pytest.raises(UserError, match="Spark cannot list"):
        canonical.read(spark, Log(["nowhere://bucket/listens"]), tmp_path)
    hetrec = Path(__file__).parents[1] / "dataset" / "fixtures" / "cases" / "hetrec"
    with pytest.raises(UserError, match="its tables have to be joined first"):
        canonical.read(spark, Log([hetrec]), tmp_path)
    counts = tmp_path / "counts.csv"
    counts.write_text("user_id,artist_name,play_count\n1,Air,0\n", encoding="utf-8")
    with pytest.raises(UserError, match="None of the rows"):
        canonical.read(spark, Log([counts]), tmp_path)
