"""Every layout becomes the same canonical listens, and what is none gets a sentence."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from musicrec_tui.dataset.index import schema
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.sources.reading import Reading
from musicrec_tui.dataset.sources.recognise import recognise
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from tests.dataset.logs import listen, opened, played, write_listens, write_query, write_text
from tests.dataset.samples import FIXTURES


def test_a_dump_of_files_that_differ_is_one_log(tmp_path: Path, home: Home) -> None:
    write_listens(tmp_path / "log" / "0.parquet", [listen(1, "Pixies", 7, 0)])
    write_listens(tmp_path / "log" / "1.parquet", [listen(1, "Pixies", 7, 1)], zone="UTC", without=["created"])
    write_listens(tmp_path / "log" / "sub" / "2.parquet", [listen(2, "Pixies", 7, 2)], zone="Europe/Vienna")
    write_listens(
        tmp_path / "log" / "3.parquet",
        [listen("2", "Blur", None, 3)],
        without=["recording_msid", "artist_credit_mbids", "release_name", "recording_name", "artist_credit_id"],
    )
    write_text(tmp_path / "log" / "README.md", "not a log")
    write_text(tmp_path / "log" / ".hidden.csv", "nor this")
    write_text(tmp_path / "log" / "_SUCCESS.csv", "nor this")

    dataset = opened(home, tmp_path / "log")

    assert played(dataset) == {("1", "id:7", 2), ("2", "id:7", 1), ("2", "name:blur", 1)}
    info = dataset.info
    assert (info.layout, info.rows, info.kept, info.rejected) == ("ListenBrainz", 4, 4, {})
    assert info.first_at == datetime(2007, 1, 1, 12, tzinfo=UTC)
    # The array's 14:00 in Vienna's column is 14:00 UTC: Arrow stores instants.
    assert info.last_at == datetime(2007, 1, 1, 15, tzinfo=UTC)


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_the_decks_table(ending: str, tmp_path: Path, home: Home) -> None:
    file = write_text(
        tmp_path / "deck.csv",
        "user_id,artist_name,release_name,recording_name,date,time",
        '5838,"Crosby, Stills & Nash",CSN,"Say ""hi""",2007-01-02,03:04:05',
        "5838,crosby,,Other,2007-01-03,23:59:59",
        "x,Crosby,,,2007-13-40,00:00:00",
    )
    if ending == "parquet":
        file = write_query(
            tmp_path / "deck.parquet",
            f"CREATE TABLE deck AS FROM read_csv('{file}', all_varchar = true)",
            "SELECT * REPLACE (TRY_CAST(date AS DATE) AS date, CAST(time AS TIME) AS time) FROM deck",
        )

    dataset = opened(home, file)

    assert played(dataset) == {("5838", "name:crosby, stills & nash", 1), ("5838", "name:crosby", 1)}
    assert dataset.info.first_at == datetime(2007, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert dataset.info.rejected == {schema.NO_TIME: 1}
    assert dataset.query("SELECT recording FROM listen ORDER BY listened_at") == [('Say "hi"',), ("Other",)]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_play_counts_as_csv(delimiter: str, tmp_path: Path, home: Home) -> None:
    lines = ["User_ID,artist_id,artist_name,play_count", "1,51,Duran Duran,10", "1,,Air,3", "u2,51,DURAN DURAN,1"]
    file = write_text(tmp_path / "counts.csv", *(line.replace(",", delimiter) for line in lines))

    dataset = opened(home, file)

    assert played(dataset) == {("1", "id:51", 10), ("1", "name:air", 3), ("u2", "id:51", 1)}
    assert (dataset.info.listens, dataset.info.has_times, dataset.info.first_at) == (14, False, None)


def test_play_counts_without_ids_and_with_pandas_floats(tmp_path: Path, home: Home) -> None:
    file = write_query(
        tmp_path / "counts.parquet",
        "SELECT * FROM (VALUES (1.0::DOUBLE, 'Air', 2.4::DOUBLE), ('nan'::DOUBLE, 'Air', 1.0)) "
        "AS t(user_id, artist_name, play_count)",
    )
    dataset = opened(home, file)
    assert played(dataset) == {("1", "name:air", 2)}
    assert dataset.info.rejected == {schema.NO_USER: 1}
    assert dataset.info.repaired == {schema.ROUNDED: 1}


def test_listens_as_csv_with_offsets_and_epochs(tmp_path: Path, home: Home) -> None:
    file = write_text(
        tmp_path / "l.csv",
        "user_id,listened_at,artist_name",
        "1,2007-01-01 02:00:00+02,Air",
        "1,1167609600,Air",
        "1,2007-01-01T00:00:00Z,Air",
    )
    dataset = opened(home, file)
    assert dataset.info.first_at == dataset.info.last_at == datetime(2007, 1, 1, tzinfo=UTC)


def test_text_without_an_offset_is_utc_wherever_the_machine_is(tmp_path: Path) -> None:
    times = ("2024-05-01 12:00:00", "2024-05-01T14:00:00+02:00", "2024-05-01T12:00:00Z")
    file = write_text(tmp_path / "x.csv", "user_id,artist_name,listened_at", *(f"1,Air,{time}" for time in times))
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'Asia/Tokyo'")
        reading = Reading(connection, recognise(Log([file])))
        with reading.failures():
            reading.stage(
                lambda sql, values: connection.execute(
                    sql, {name: value for name, value in values.items() if f"${name}" in sql}
                ).fetchall()
            )
        found = connection.execute(f"SELECT epoch(listened_at) FROM ({reading.sql})").fetchall()  # noqa: S608
    assert found == [(1714564800.0,)] * 3


def test_a_glob_and_names_that_look_like_globs(tmp_path: Path, home: Home) -> None:
    write_listens(tmp_path / "a[1].parquet", [listen(1, "Air")])
    write_listens(tmp_path / "a1.parquet", [listen(2, "Blur")])
    assert played(opened(home, tmp_path / "a[1].parquet")) == {("1", "name:air", 1)}
    assert opened(home, tmp_path / "a*.parquet").info.rows == 2
    assert len(Log([tmp_path / "a1.parquet", tmp_path, tmp_path / "*1.parquet"]).files) == 2


def test_parquet_is_known_by_its_content(tmp_path: Path) -> None:
    write_listens(tmp_path / "log.parquet", [listen(1, "Air")]).rename(tmp_path / "log.data")
    assert recognise(Log([tmp_path / "log.data"])).parts[0].format == "parquet"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PAR1 and then nothing", ["x.parquet", "damaged"]),
        (b"", ["x.parquet", "damaged"]),
    ],
)
def test_a_broken_parquet_file_is_named(content: bytes, words: list[str], tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_bytes(content)
    with pytest.raises(UserError) as raised:
        recognise(Log([tmp_path]))
    assert all(word in str(raised.value) for word in words)


def test_a_truncated_parquet_file_is_named(tmp_path: Path) -> None:
    file = write_listens(tmp_path / "x.parquet", [listen(1, "Air")])
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(UserError, match=r"x\.parquet.*damaged"):
        recognise(Log([file]))


def test_unknown_columns_are_told_with_the_layouts_that_are_known(tmp_path: Path) -> None:
    file = write_text(tmp_path / "x.csv", "who,what\x1b[31m", "1,2")
    with pytest.raises(UserError) as raised:
        recognise(Log([file]))
    message = str(raised.value)
    assert "who, what�[31m" in message
    assert all(layout in message for layout in ("ListenBrainz", "date and time", "play counts", "shows the columns"))


def test_columns_of_a_wrong_type_are_told(tmp_path: Path) -> None:
    write_query(tmp_path / "x.parquet", "SELECT 1 AS user_id, [1] AS artist_name, 1 AS play_count")
    with pytest.raises(UserError, match=r"artist_name is INTEGER\[\]"):
        recognise(Log([tmp_path]))


def test_two_layouts_do_not_belong_together(tmp_path: Path) -> None:
    write_listens(tmp_path / "a.parquet", [listen(1, "Air")])
    write_text(tmp_path / "b.csv", "user_id,artist_name,play_count", "1,Air,2")
    with pytest.raises(UserError, match="do not belong together"):
        recognise(Log([tmp_path]))


@pytest.mark.parametrize("what", ["missing.parquet", "*.parquet", "empty"])
def test_nothing_there_is_one_sentence(what: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match=r"^There is (nothing at|no file in the folder) "):
        recognise(Log([tmp_path / what]))


@pytest.mark.parametrize("content", [b"", b"\n", b"\0\0\0\0"])
def test_an_empty_csv_is_one_sentence(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(content)
    with pytest.raises(UserError, match="is empty: there is no log in it"):
        recognise(Log([tmp_path]))


def test_an_excerpt_beside_the_whole_table_does_not_count_twice(tmp_path: Path, home: Home) -> None:
    for file in (FIXTURES / "nyu-tables").glob("*.csv"):
        for name in (file.name, file.name.replace(".csv", "_small.csv")):
            write_text(tmp_path / "both" / name, file.read_text())
        write_text(tmp_path / "small" / file.name.replace(".csv", "_small.csv"), file.read_text())

    source = recognise(Log([tmp_path / "both"]))
    assert [file.name for file in source.files] == ["interactions_train.csv"]
    assert "interactions_train_small.csv" in {file.name for file in source.skipped}
    both, alone = opened(home, tmp_path / "both").info, opened(home, tmp_path / "small").info
    assert both.rows == alone.rows == 4
    assert both.content == alone.content
