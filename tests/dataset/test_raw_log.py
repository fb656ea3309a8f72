"""The rows of the files themselves: every one, once, wherever one looks; and what their columns hold."""

import contextlib
import gzip
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.lookups import columns, rows
from musicrec_tui.dataset.lookups.rows import RawLog, open_unindexed
from musicrec_tui.dataset.sources.base import CANONICAL, Record, RecordLayout
from musicrec_tui.dataset.sources.delimited import REASONS
from musicrec_tui.dataset.sources.recognise import Part, Source
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.paths import Home
from tests.dataset.logs import HOSTILE, listen, opened, write_listens, write_text

MANY = 100_000


def paged(log: RawLog, size: int) -> list[tuple[str | None, ...]]:
    """All pages of a log, one after another."""
    found: list[tuple[str | None, ...]] = []
    for offset in range(0, log.total, size):
        table = log.page(offset, size)
        assert len(table.rows) == min(size, log.total - offset)
        assert table.total == log.total
        found += table.rows
    return found


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RawLog]:
    """Three Parquet files with small row groups, 100,000 rows in all."""
    folder = tmp_path_factory.mktemp("big")
    files, first = [], 0
    for number, count in enumerate((1, 60_000, MANY - 60_001)):
        ids = pa.array(range(first, first + count))
        names = pa.array(
            [None if at % 7 == 0 else f"artist {at % 1000}" for at in range(first, first + count)], pa.string()
        )
        file = folder / f"{number}.parquet"
        pq.write_table(pa.table({"User_Id": ids, "artist_name": names, "play_count": ids}), file, row_group_size=5_000)
        files.append(file)
        first += count
    home = Home(folder / "home", folder / "home" / "cache")
    dataset = opened(home, *files)
    with contextlib.closing(RawLog.of(dataset)) as log:
        yield log
    dataset.close()


def test_every_row_of_a_big_log_is_on_one_page(big: RawLog) -> None:
    assert big.total == MANY
    found = paged(big, 7_919)
    assert [row[0] for row in found] == [str(at) for at in range(MANY)]
    assert big.page(0, 1).columns == ("User_Id", "artist_name", "play_count")


@given(offset=st.integers(0, MANY + 10), limit=st.integers(1, 300))
def test_a_page_begins_where_it_should_across_files(big: RawLog, offset: int, limit: int) -> None:
    table = big.page(offset, limit)
    assert [row[0] for row in table.rows] == [str(at) for at in range(offset, min(MANY, offset + limit))]


def test_text_with_broken_lines_is_paged_too(tmp_path: Path, home: Home) -> None:
    lines = ["user_id,artist_name,play_count"]
    lines += ["broken" if at % 11 == 5 else f'{at},"{HOSTILE}, {at}",{at + 1}' for at in range(500)]
    plain = write_text(tmp_path / "a.csv", *lines)
    packed = tmp_path / "b.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    dataset = opened(home, plain, packed)
    with contextlib.closing(RawLog.of(dataset)) as log:
        found = paged(log, 64)
    whole = [str(at) for at in range(500) if at % 11 != 5]
    assert [row[0] for row in found] == whole * 2
    assert found[0][1] == f"{HOSTILE}, 0"
    assert dataset.info.kept == len(found)


def test_files_with_other_columns_are_one_table(tmp_path: Path, home: Home) -> None:
    one = write_listens(tmp_path / "a.parquet", [listen(1, "Air", 1)], without=["created"])
    two = write_text(tmp_path / "b.csv", "user_id,artist_name,release_name,recording_name,date,time",
                     "2,Moby,Play,Honey,2007-01-01,12:00:00")  # fmt: skip
    table = rows.index_rows(opened(home, one, two))
    by_name = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    assert [row["artist_name"] for row in by_name] == ["Air", "Moby"]
    assert [row["date"] for row in by_name] == [None, "2007-01-01"]
    assert by_name[1]["listened_at"] is None
    assert len(table.types) == len(table.columns)


def test_a_log_that_is_gone_or_was_cut_is_a_sentence(tmp_path: Path, home: Home) -> None:
    file = write_listens(tmp_path / "a.parquet", [listen(user, "Air", 1) for user in range(1000)])
    dataset = opened(home, file)
    with contextlib.closing(RawLog.of(dataset)) as log:
        file.write_bytes(file.read_bytes()[:300])
        with pytest.raises(UserError, match="changed, or it is damaged"):
            log.page(0, 10)
    file.unlink()
    with pytest.raises(UserError, match="There is nothing at"):
        rows.index_rows(dataset)
    assert dataset.query("SELECT count(*) FROM play") == [(1000,)]


def record_log(tmp_path: Path, records: Sequence[Record]) -> RawLog:
    """A log that Python reads."""
    layout = RecordLayout("records", "records", "", lambda head: True, lambda path: iter(records))
    file = write_text(tmp_path / "records.json", "[]")
    return RawLog(Source((file,), (Part(layout, "records", (file,)),)), [len(records)])


def test_records_are_paged_as_canonical_listens(tmp_path: Path) -> None:
    records = [Record(user_id=f"u{at}", artist_name=HOSTILE, listened_at=86_400.0 * at) for at in range(10)]
    log = record_log(tmp_path, [*records, Record(listened_at=1e300)])
    table = log.page(8, 3)
    assert table.columns == tuple(CANONICAL)
    shown = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    assert [row["listened_at"] for row in shown] == ["1970-01-09 00:00:00", "1970-01-10 00:00:00", "1e+300"]
    assert shown[0]["artist_name"] == HOSTILE
    [facts] = columns.column_facts(log)
    by_name = {column.name: column for column in facts.columns}
    assert (by_name["user_id"].nulls, by_name["user_id"].distinct) == (1, 10)
    assert (by_name["user_id"].least, by_name["user_id"].greatest) == ("u0", "u9")
    with pytest.raises(Cancelled):
        columns.column_facts(log, cancelled=lambda: True)
    log.close()
    with pytest.raises(Cancelled):
        log.page(0, 1)


def test_columns_are_what_an_exact_count_says(tmp_path: Path, home: Home) -> None:
    log = [listen(at % 9, HOSTILE if at % 5 else None, at % 4 or None, at, f"Song {at % 13}") for at in range(300)]
    file = write_listens(tmp_path / "a.parquet", [*log, listen(1, "Air", 1)])
    with contextlib.closing(RawLog.of(opened(home, file))) as raw:
        [part] = columns.column_facts(raw)
    assert (part.rows, part.looked_at, part.layout) == (301, 301, "ListenBrainz")
    with duckdb.connect() as connection:
        for column in part.columns:
            name = f'"{column.name}"'
            sql = f"SELECT count(*) - count({name}), count(DISTINCT {name}), min({name})::VARCHAR, max({name})::VARCHAR"
            sql += " FROM read_parquet($file)"
            [expected] = connection.execute(sql, {"file": str(file)}).fetchall()
            assert (column.nulls, column.distinct, column.least, column.greatest) == expected
    by_name = {column.name: column for column in part.columns}
    assert by_name["created"].example is None
    assert by_name["artist_name"].example in (HOSTILE, "Air")


def test_a_sample_is_told_as_one_and_claims_no_more_than_it_saw(big: RawLog) -> None:
    [part] = columns.column_facts(big, most=8_000)
    assert part.rows == MANY
    assert 7_000 <= part.looked_at <= 8_000
    ids, names, _ = part.columns
    assert ids.distinct == part.looked_at
    assert names.distinct <= 1000
    assert names.nulls / part.looked_at == pytest.approx(1 / 7, rel=0.05)
    assert columns.column_facts(big)[0].looked_at == MANY


@given(counts=st.lists(st.integers(0, 500), max_size=8), most=st.integers(8, 600))
def test_stretches_are_rows_that_exist_each_once(counts: list[int], most: int) -> None:
    found = columns.stretches(counts, most)
    seen = [(file, at) for file, first, count in found for at in range(first, first + count)]
    assert len(seen) == len(set(seen)) <= max(most, 0)
    assert all(at < counts[file] for file, at in seen)
    if sum(counts) <= most:
        assert len(seen) == sum(counts)
    else:
        assert seen


def test_an_empty_profile_of_rows_is_an_empty_page(tmp_path: Path, home: Home, big: RawLog) -> None:
    assert big.page(MANY, 5).rows == ()
    dataset: Dataset = opened(home, write_text(tmp_path / "x.csv", "user_id,artist_name,play_count", "1,Air,2", "2,,3"))
    assert rows.index_rows(dataset).rows == (("1", "Air", "2"), ("2", None, "3"))


def test_a_log_without_an_index_shows_its_first_rows(tmp_path: Path, big: RawLog) -> None:
    text = write_text(tmp_path / "a.csv", "user_id,artist_name,play_count", *(f"{at},Air,1" for at in range(1_500)))
    short = write_text(tmp_path / "b.csv", "user_id,artist_name,play_count", "7,Moby,1")
    with contextlib.closing(open_unindexed(Log([text, short]))) as log:
        assert log.total == rows.FIRST + 1
        assert log.page(log.total - 1, 5).rows == (("7", "Moby", "1"),)
    files = [file for part in big.parts for file in part.files]
    with contextlib.closing(open_unindexed(Log(files))) as log:
        assert log.total == MANY
        assert log.page(MANY - 1, 5).rows == big.page(MANY - 1, 5).rows
    with pytest.raises(UserError, match="There is nothing at"):
        open_unindexed(Log([tmp_path / "none"]))


def test_text_that_is_not_utf8_is_counted_as_the_index_counts_it(tmp_path: Path, home: Home) -> None:
    file = tmp_path / "[odd] \x07name*.csv"
    lines = [
        b"user_id,artist_name,play_count",
        b"1,Air,1",
        b"2,\xff\xfe,1",
        b'3,"never closed,1',
        b"4,Moby,1",
        b"5,Air,1",
    ]
    file.write_bytes(b"\n".join(lines) + b"\n")
    dataset = opened(home, file)
    with contextlib.closing(RawLog.of(dataset)) as log:
        found = paged(log, 1)
        assert [part.rows for part in columns.column_facts(log)] == [len(found)]
    assert len(found) == dataset.info.rows - sum(
        count for why, count in dataset.info.rejected.items() if why in REASONS
    )
    assert found[0] == ("1", "Air", "1")


def test_names_of_columns_are_data_too(tmp_path: Path, home: Home) -> None:
    odd = 'x"; DROP TABLE t; --\x1b]0;owned\x07[/b]'
    file = tmp_path / "a.parquet"
    pq.write_table(
        pa.table({"user_id": [1, 2], "artist_name": ["Air", "U2"], "play_count": [1, 2], odd: [None, 7]}), file
    )
    with contextlib.closing(RawLog.of(opened(home, file))) as log:
        table = log.page(0, 5)
        [part] = columns.column_facts(log)
    assert table.columns[-1] == odd
    assert [row[-1] for row in table.rows] == [None, "7"]
    assert (part.columns[-1].name, part.columns[-1].nulls, part.columns[-1].example) == (odd, 1, "7")
