"""Every row is either kept or rejected for a reason that is counted; nothing vanishes."""

from datetime import datetime
from pathlib import Path

import pytest

from musicrec_tui.dataset.index import filling, schema
from musicrec_tui.dataset.lookups import artists, users
from musicrec_tui.dataset.sources import delimited
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from tests.dataset.logs import HOSTILE, MARKUP, listen, opened, played, write_listens, write_query, write_text


def test_unusable_listens_are_counted_by_reason(tmp_path: Path, home: Home) -> None:
    write_listens(
        tmp_path / "log.parquet",
        [
            listen(1, "Air"),
            listen(None, "Air"),
            listen(1, None),
            listen(1, "  "),
            listen(1, "\u3000\t"),
            listen(1, None, 9),
            listen(1, "Air", at=datetime(1969, 12, 31)),
            listen(1, "Air", at=datetime(2100, 1, 1)),
            listen(1, "Air", at=None),
        ],
    )
    info = opened(home, tmp_path / "log.parquet").info
    assert info.rejected == {schema.NO_USER: 1, schema.NO_ARTIST: 3, schema.BAD_TIME: 2, schema.NO_TIME: 1}
    assert info.kept == 2
    assert info.rows == 9 == info.kept + sum(info.rejected.values())


def test_unusable_counts_are_counted_by_reason(tmp_path: Path, home: Home) -> None:
    counts = "0, -1, 'nan'::DOUBLE, 'inf'::DOUBLE, 1e10, NULL, 3, 0.2"
    file = write_query(
        tmp_path / "x.parquet", f"SELECT 1 AS user_id, 'Air' AS artist_name, unnest([{counts}]) AS play_count"
    )
    info = opened(home, file).info
    assert info.rejected == {schema.BAD_COUNT: 6}
    assert (info.rows, info.kept, info.listens, info.repaired) == (8, 2, 4, {schema.ROUNDED: 1})


def test_broken_lines_of_a_csv_are_counted(tmp_path: Path, home: Home) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(
        b'\xef\xbb\xbfuser_id,artist_name,play_count\r\n1,"a, ""b""\nc",3\r\n2\r\n3,x,4,5\r\n'
        b"4,\xff\xfe,6\r\n5,ok,many\r\n6,ok,1\r\n"
    )
    dataset = opened(home, file)
    assert dataset.info.rejected == {delimited.BROKEN_ROW: 3, schema.BAD_COUNT: 1}
    assert dataset.info.rows == 6
    assert played(dataset) == {("1", 'name:a, "b" c', 3), ("6", "name:ok", 1)}


def test_a_log_without_a_usable_row_is_one_sentence(tmp_path: Path, home: Home) -> None:
    file = write_text(tmp_path / "x.csv", "user_id,artist_name,play_count", "1,Air,0")
    with pytest.raises(UserError, match=f"1 × {schema.BAD_COUNT}"):
        opened(home, file)
    write_text(file, "user_id,artist_name,play_count")
    with pytest.raises(UserError, match="no rows"):
        opened(home, file)
    assert not list(home.indexes.glob("*.duckdb"))


def test_listens_without_any_time_are_a_log_without_times(tmp_path: Path, home: Home) -> None:
    info = opened(home, write_listens(tmp_path / "x.parquet", [listen(1, "Air", at=None)])).info
    assert (info.has_times, info.kept, info.rejected) == (False, 1, {})


def test_hostile_names_are_kept_as_they_are(tmp_path: Path, home: Home) -> None:
    names = [HOSTILE, MARKUP, "a" * 10_000, "مرحبا\u202e", "'; DROP TABLE artist; --", "%_\\", "nul\0nul"]
    users_ = ["[/b]\x1b[31m", "5' OR 1=1"]
    rows = [listen(user, name, at=place) for user in users_ for place, name in enumerate(names)]
    dataset = opened(home, write_listens(tmp_path / "x.parquet", rows))

    assert {artist.name for artist in artists.search_artists(dataset, "", 50).rows} == set(names)
    for name in names:
        found = artists.find_artist(dataset, name)
        assert found.name == name
        assert found in artists.search_artists(dataset, name).rows
    for user in users_:
        assert users.find_user(dataset, user).user_id == user
        assert [
            listen_.artist_name for listen_ in users.user_profile(dataset, users.find_user(dataset, user)).recent
        ] == names[::-1]


def test_a_log_that_says_it_is_synthetic_is_noted(tmp_path: Path, home: Home) -> None:
    marked = write_listens(tmp_path / "a.parquet", [listen(1, "Air")], metadata={"musicrec.synthetic": "true"})
    plain = write_listens(tmp_path / "b.parquet", [listen(1, "Air")])
    assert opened(home, marked).info.notes == (filling.SYNTHETIC,)
    assert opened(home, plain).info.notes == ()
