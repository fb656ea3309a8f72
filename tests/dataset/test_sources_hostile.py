"""Bad input: a row's fate is decided and told, and a file that cannot be read is named in one sentence."""

import gzip
import math
import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from musicrec_tui.dataset.index import schema
from musicrec_tui.dataset.lookups import rows
from musicrec_tui.dataset.sources import base, delimited
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from tests.dataset.logs import listen, opened, write_listens, write_query, write_text

LONG = "x" * 10_000


def cut_gzip(folder: Path) -> Path:
    """A CSV whose second half is missing."""
    lines = ["user_id,artist_name,play_count", *(f"{number},{os.urandom(8).hex()},1" for number in range(60_000))]
    file = folder / "bad.csv.gz"
    packed = gzip.compress("\n".join(lines).encode(), 1)
    file.write_bytes(packed[: len(packed) // 2])
    return file


def damaged_pages(folder: Path) -> Path:
    """Parquet with a good footer, and noise in the middle."""
    table = pa.table({"user_id": [1] * 20_000, "artist_name": [os.urandom(8).hex() for _ in range(20_000)],
                      "play_count": [1] * 20_000})  # fmt: skip
    file = folder / "bad.parquet"
    pq.write_table(table, file, compression="zstd")
    content = bytearray(file.read_bytes())
    content[5000:9000] = os.urandom(4000)
    file.write_bytes(content)
    return file


def bytes_for_text(folder: Path) -> Path:
    """Parquet whose text is no UTF-8."""
    file = folder / "bad.parquet"
    pq.write_table(pa.table({"user_id": [1], "artist_name": pa.array([b"\xff\xfe"]), "play_count": [1]}), file)
    return file


@pytest.mark.parametrize("make", [cut_gzip, damaged_pages, bytes_for_text])
def test_a_file_that_cannot_be_read_is_named_among_good_ones(
    make: Callable[[Path], Path], tmp_path: Path, home: Home
) -> None:
    columns = "user_id,artist_name,play_count"
    good = write_text(tmp_path / "good.csv", columns, "1,Air,1")
    other = write_query(tmp_path / "good.parquet", "SELECT 1 AS user_id, 'Air' AS artist_name, 1 AS play_count")
    bad = make(tmp_path)
    with pytest.raises(UserError) as raised:
        opened(home, good, other, bad)
    assert str(bad) in str(raised.value)
    assert "good" not in str(raised.value).replace(str(bad), "")
    assert "\n" not in str(raised.value)
    assert not list(home.indexes.glob("*.duckdb"))


@pytest.mark.parametrize("type_", ["us", "ns", "ms", "s"])
@pytest.mark.parametrize("zone", [None, "UTC"])
def test_times_that_no_calendar_has_are_refused_and_told(
    type_: str, zone: str | None, tmp_path: Path, home: Home
) -> None:
    most = {"us": 2**63 - 1, "ns": 2**63 - 1, "ms": 2**52, "s": 2**42}[type_]  # more is a file that DuckDB cannot read
    times = pa.array([0, most, -most, most // 2], pa.int64()).cast(pa.timestamp(type_, tz=zone))
    table = pa.table({"user_id": [1] * 4, "listened_at": times, "artist_name": ["Air"] * 4})
    pq.write_table(table, tmp_path / "x.parquet")
    dataset = opened(home, tmp_path / "x.parquet")
    assert dataset.info.kept == 1
    assert sum(dataset.info.rejected.values()) == 3
    assert dataset.query("SELECT count(*) > 0 FROM offender") == [(True,)]
    assert [row[0] for row in rows.index_rows(dataset).rows] == ["1"] * 4
    assert (rows.index_rows(dataset).rows[0][1] or "").startswith("1970-01-01 00:00:00")


def test_days_that_no_calendar_has_are_refused(tmp_path: Path, home: Home) -> None:
    days = pa.array([0, 2**31 - 1, -(2**31), 20_000], pa.int32()).cast(pa.date32())
    pq.write_table(
        pa.table({"user_id": [1] * 4, "listened_at": days, "artist_name": ["Air"] * 4}), tmp_path / "x.parquet"
    )
    assert opened(home, tmp_path / "x.parquet").info.kept == 2


def test_ids_that_are_no_numbers_and_names_that_are_too_long(tmp_path: Path, home: Home) -> None:
    file = write_text(
        tmp_path / "x.csv",
        "user_id,artist_name,play_count",
        f"1,{LONG},3",
        "NaN,Air,1",
        "1,Air,-7",
        f"1,Air,{LONG}",
        f"{LONG},Air,1",
    )
    dataset = opened(home, file)
    assert dataset.info.rejected == {schema.BAD_COUNT: 2}
    assert dataset.query('SELECT max(length(user_id)) FROM "user"') == [(10_000,)]
    assert dataset.query("SELECT max(length(name)) FROM artist") == [(10_000,)]
    assert dataset.query("SELECT max(length(shown)) <= 200 FROM offender") == [(True,)]
    table = pa.table({"user_id": [math.nan, 1.0, None], "artist_name": ["Air"] * 3, "play_count": [1.0] * 3})
    pq.write_table(table, tmp_path / "x.parquet")
    assert opened(home, tmp_path / "x.parquet").info.rejected == {schema.NO_USER: 2}


def test_bytes_that_are_no_text_reject_their_row_only(tmp_path: Path, home: Home) -> None:
    play = {"endTime": "2024-05-01 12:05", "artistName": "Sigur Rós", "trackName": "Gú", "msPlayed": 60_000}
    file = tmp_path / "x.json"
    file.write_bytes(msgspec.json.encode([play, {**play, "artistName": "@@"}]).replace(b"@@", b"\xff\xfe"))
    assert (opened(home, file).info.kept, sum(opened(home, file).info.rejected.values())) == (1, 1)
    file = tmp_path / "x.log"
    file.write_bytes(
        "#AUDIOSCROBBLER/1.1\n@@\t\tÁgætis byrjun\t1\t60\tL\t1714564800\n".encode().replace(b"@@", b"\xff\xfe")
    )
    assert opened(home, file).query("SELECT name FROM artist") == [("��",)]
    file = tmp_path / "x.tsv"
    file.write_bytes(b"u\t2009-05-04T23:08:57Z\t\tAir\t\tLa\nu\t2009-05-04T23:08:57Z\t\t\xff\t\tLa\n")
    assert opened(home, file).info.rejected == {delimited.BROKEN_ROW: 1}


def test_half_a_surrogate_pair_rejects_its_row_only(tmp_path: Path, home: Home) -> None:
    names = ["Air", r"\ud83d", r"\udc00 x", r"\ud83d\ude00", r"a\\ud83d", "\U0001f600"]
    plays = [
        f'{{"endTime": "2024-05-01 12:05", "artistName": "{name}", "trackName": "La", "msPlayed": 60000}}'
        for name in names
    ]
    dataset = opened(home, write_text(tmp_path / "x.json", f"[{','.join(plays)}]"))
    assert dataset.info.rejected == {base.NO_ENTRY: 2}
    assert dataset.query("SELECT name, listens FROM artist ORDER BY name") == [
        ("Air", 1),
        (r"a\ud83d", 1),
        ("\U0001f600", 2),
    ]


def test_a_table_that_could_accompany_another_is_read_for_itself(tmp_path: Path, home: Home) -> None:
    file = write_text(tmp_path / "x.csv", "user_id,user_name,artist_name,play_count", "1,ann,Air,2")
    assert opened(home, file).info.layout == "play counts"


def test_listens_without_their_tracks_say_what_is_missing(tmp_path: Path, home: Home) -> None:
    write_text(tmp_path / "interactions.csv", "user_id,recording_msid,timestamp", "1,a,2019-05-01")
    with pytest.raises(
        UserError, match=r"interactions\.csv is one of .* missing: tracks \(recording_msid, artist_name"
    ):
        opened(home, tmp_path)
    write_text(tmp_path / "tracks.csv", "recording_msid,artist_name,track_name", "a,Air,La", "b,Low", "c,Can,x")
    assert opened(home, tmp_path).info.kept == 1
    (tmp_path / "interactions.csv").unlink()
    with pytest.raises(UserError, match="There is no log in"):
        opened(home, tmp_path)


def test_tables_with_times_go_with_ratings_and_not_with_counts(tmp_path: Path, home: Home) -> None:
    listens = write_listens(tmp_path / "a.parquet", [listen(1, "Air")])
    rated = write_text(tmp_path / "b.csv", "user_id,artist_name,rating", "1,Air,5", "2,Low,1")
    counts = write_text(tmp_path / "c.csv", "user_id,artist_name,play_count", "1,Air,5")
    assert opened(home, listens, rated).info.has_times
    assert not opened(home, counts, rated).info.has_times
    with pytest.raises(UserError, match="do not belong together"):
        opened(home, listens, counts)


def test_the_first_rows_of_broken_text_are_those_that_are_rows(tmp_path: Path, home: Home) -> None:
    file = write_text(tmp_path / "x.csv", "user_id,artist_name,play_count", "1", "1,Air,2", "1,Air,2,3,4")
    assert rows.index_rows(opened(home, file)).rows == (("1", "Air", "2"),)


def test_json_without_objects_is_read_as_a_table_of_one_column(tmp_path: Path, home: Home) -> None:
    lines = ('"artist"', "true", '"Pixies"', '[true, {}, "artist"]', "1.5e+307")
    dataset = opened(home, write_text(tmp_path / "log.json", *lines))
    assert (dataset.info.rows, dataset.info.kept) == (4, 3)
    assert ("Pixies",) in dataset.query("SELECT name FROM artist")


def test_too_many_columns_are_refused(tmp_path: Path, home: Home) -> None:
    for header in ([f"c{at}" for at in range(100_000)], ["user", "artist", *["x"] * 30_000]):
        file = write_text(tmp_path / "x.csv", ",".join(header), ",".join("1" for _ in header))
        with pytest.raises(UserError, match="has more than 20,000 columns"):
            opened(home, file)


def test_a_name_that_is_none_is_left_out(tmp_path: Path, home: Home) -> None:
    names = ["a" * 65_536, "b" * 65_537, "é" * 40_000, "Air"]
    rows = "".join(f"u,{name},1\n" for name in names) + f"{'u' * 70_000},Air,1\n"
    (tmp_path / "x.csv").write_text(f"user,artist,plays\n{rows}")
    dataset = opened(home, tmp_path / "x.csv")
    assert dataset.info.rejected == {schema.LONG_NAME: 3}
    assert {name for (name,) in dataset.query("SELECT name FROM artist")} == {names[0], "Air"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("log.csv", "user_id,artist_name,play_cou\0nt\nu1,Air,3\nu2,Air,2\n"),
        ("log.jsonl", '{"user_id": "u1", "artist_name": "Air", "play_cou\\u0000nt": 2.5}\n' * 2),
        ("log.json", '[{"user_id": "u1", "artist_name": "Air", "play_count": 5, "o\\u0000dd": 1}]'),
    ],
    ids=["csv", "jsonl", "json"],
)
def test_a_column_with_a_nul_in_its_name_is_read(name: str, content: str, tmp_path: Path, home: Home) -> None:
    (tmp_path / name).write_text(content.replace("2.5", "3", 1).replace("2.5", "2"))
    assert opened(home, tmp_path / name).info.listens == 5


def test_a_path_that_is_no_text_is_refused_and_its_folder_is_read(tmp_path: Path, home: Home) -> None:
    file = write_text(tmp_path / os.fsdecode(b"l\xff.csv"), "user,artist,plays", "1,Air,1", "2,Air,1", "3,Air,1")
    with pytest.raises(UserError, match=r"l�\.csv holds bytes that are no UTF-8 text: rename it"):
        opened(home, file)
    assert opened(home, tmp_path).info.users == 3
