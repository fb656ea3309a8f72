"""Files of the same kinds as the cases, from other programs, people and countries: read right, or with a warning."""

import io
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import pytest

from musicrec_tui.dataset.index import build, schema
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.profiles import importing
from musicrec_tui.dataset.sources import encoding, json_repair, number_forms, read_options
from musicrec_tui.dataset.sources.reading import Reading
from musicrec_tui.dataset.sources.recognise import Source, recognise
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from tests.dataset.logs import opened, write_text

MAY, DAY = "2024-05-01 12:00:00", "2024-05-02 13:30:00"
ANN = "5f3c0000-0000-4000-8000-000000000001"
TWO = [("me", "Portishead", "Roads", MAY), ("me", "Air", "Sexy Boy", DAY)]
ROWS = f"Portishead,Dummy,Roads,{MAY}\nAir,Moon Safari,Sexy Boy,{DAY}\n"
PLAYS = [("u1", "Portishead", 1), ("u1", "Pixies", 1), ("u2", "Air", 1)]


def judged(folder: Path, content: str | bytes, name: str = "log.csv") -> tuple[Source, list[tuple[Any, ...]]]:
    """How a file was understood, and its rows: user, artist, track, time, plays, rating, why it is left out."""
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    with duckdb.connect() as connection:
        source = recognise(Log([file]))
        reading = Reading(connection, source)

        def execute(sql: str, values: Any = None) -> list[tuple[Any, ...]]:
            wanted = {name: value for name, value in (values or {}).items() if f"${name}" in sql}
            return connection.execute(sql, wanted).fetchall()

        with reading.failures():
            reading.stage(execute)
            fields = "user_id, artist_name, recording_name, CAST(date_trunc('second', listened_at) AS VARCHAR)"
            sql = schema.over(f"SELECT {fields}, plays, rating, reason FROM ({schema.JUDGED})", reading.sql)  # noqa: S608
            return source, execute(sql, reading.parameters)


def listens(folder: Path, content: str | bytes, name: str = "log.csv") -> list[tuple[Any, ...]]:
    """User, artist, track and time of the rows that are used, in the order of time."""
    _, rows = judged(folder, content, name)
    return sorted((row[:4] for row in rows if row[3] and not row[6]), key=lambda row: row[3])


def counts(folder: Path, content: str | bytes) -> list[tuple[str, str, int]]:
    """User, artist and plays of the rows that are used."""
    return [(row[0], row[1], row[4]) for row in judged(folder, content)[1] if not row[6]]


def warnings(source: Source) -> str:
    """What was said of how a file is understood."""
    return " ".join(told for part in source.parts if part.understood for told in part.understood.warnings)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Wed May 01 12:00:00 2024", "Thu May 02 13:30:00 2024"),
        ("Wed May 01 14:00:00 +0200 2024", "Thu May 02 15:30:00 +0200 2024"),
        ("Wed May  1 2024 12:00:00 GMT+0000 (UTC)", "Thu May  2 2024 13:30:00 GMT+0000 (UTC)"),
        ("2024-05-01T14:00:00+02:00[Europe/Berlin]", "2024-05-02T15:30:00+02:00[Europe/Berlin]"),
        ("May 1st, 2024 12:00", "May 2nd, 2024 13:30"),
        ("1. Mai 2024 12:00", "2. Mai 2024 13:30"),
        ("1 mai 2024 12:00", "2 mai 2024 13:30"),
        ("1 de mayo de 2024 12:00", "2 de mayo de 2024 13:30"),
        ("2024年5月1日 12:00", "2024年5月2日 13:30"),
        ("12:00 01.05.2024", "13:30 02.05.2024"),
    ],
)
def test_times_as_people_write_them(first: str, second: str, tmp_path: Path) -> None:
    table = f"Artist\tTrack\tWhen\nPortishead\tRoads\t{first}\nAir\tSexy Boy\t{second}\n"
    assert listens(tmp_path, table) == TWO


@pytest.mark.parametrize(
    ("written", "month"),
    [("3. März 2024 10:00", 3), ("3 août 2024 10:00", 8), ("3 dicembre 2024 10:00", 12), ("3 okt. 2024 10:00", 10)],
)
def test_months_in_other_languages(written: str, month: int, tmp_path: Path) -> None:
    [(*_, when)] = listens(tmp_path, f"Artist\tTrack\tWhen\nAir\tSexy Boy\t{written}\n")
    assert when == f"2024-{month:02}-03 10:00:00"


def test_a_few_impossible_numbers_do_not_hide_the_times(tmp_path: Path) -> None:
    table = (
        "artist,track,uts\nPortishead,Roads,1714564800\nAir,Sexy Boy,1714656600\nX,Y,9999999999999\nX,Z,9999999999999\n"
    )
    assert listens(tmp_path, table) == TWO


@pytest.mark.parametrize(
    "header",
    [
        "Artista,Álbum,Canción,Fecha", "Artista,Album,Brano,Data", "Artiest,Album,Nummer,Datum",
        "Artista,Álbum,Música,Data", "Исполнитель,Альбом,Трек,Дата", "アーティスト,アルバム,曲名,日時",
        "Artysta,Album,Utwór,Data", "Esittäjä,Levy,Kipale,Hetki",
    ],
)  # fmt: skip
def test_headers_in_other_languages(header: str, tmp_path: Path) -> None:
    _, rows = judged(tmp_path, f"{header}\n{ROWS}")
    assert [row[:4] for row in rows] == TWO  # and the header is no row


def test_a_header_that_names_tracks_and_no_artist_is_not_guessed_at(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="names tracks"):
        judged(tmp_path, f"played_at,track.title,track.user.username\n{MAY},Roads,Portishead\n{DAY},Sexy Boy,Air\n")


@pytest.mark.parametrize(
    "above",
    [
        "# written by an exporter, in 2024\n",
        "Listens of ann, exported in 2024, all of them, in order\n",
        "Listens of ann, exported, 1, 2\n\n",
        "Listens of ann\nuntil 2024, by day\n",
    ],
)
def test_lines_above_the_header_may_have_delimiters(above: str, tmp_path: Path) -> None:
    assert listens(tmp_path, f"{above}artist,album,track,date\n{ROWS}") == TWO


def test_bytes_around_a_table(tmp_path: Path) -> None:
    table = f"artist,album,track,date\n{ROWS}"
    assert listens(tmp_path, table.encode() + b"\0" * 4096) == TWO  # what a power cut leaves
    tabs = table.replace(",", "\t")
    assert listens(tmp_path, b"\xef\xbb\xbfsep=\t\r\n" + tabs.encode()) == TWO
    assert listens(tmp_path, table.replace(",", ", ")) == TWO


@pytest.mark.parametrize("name", ["Ñandú – x", "Déjà Vu", "El Niño", "Queensrÿche", "Håkan", "Beyoncé", "Ño"])
def test_a_few_western_names_are_windows_1252(name: str) -> None:
    assert encoding.single_byte(f"{name},Roads\n".encode("cp1252")).label == "Windows-1252 (assumed)"


def test_other_languages_are_told_by_their_words() -> None:
    polish = "Myslovitz,Długość dźwięku samotności\n".encode("cp1250")
    assert encoding.single_byte(polish).label == "Windows-1250 (assumed)"
    assert encoding.single_byte("Кино,Группа крови\n".encode("cp1251")).label == "Windows-1251 (assumed)"


def test_users_by_other_names(tmp_path: Path) -> None:
    for name in ("user_uuid", "scrobbler", "login", "customerId"):
        table = f"{name},artist,track,date\n{ANN},Portishead,Roads,{MAY}\nbob,Air,Sexy Boy,{DAY}\n"
        assert [row[0] for row in listens(tmp_path, table)] == [ANN, "bob"]
    source, _ = judged(tmp_path, f"owner_ref,artist,track,date\nann,Portishead,Roads,{MAY}\n")
    assert "looks like a user and is not used" in warnings(source)


def test_numbers_that_are_not_used_are_said(tmp_path: Path) -> None:
    source, _ = judged(tmp_path, "user,artist,rating\nu1,Air,★★★\nu2,Pixies,★\n")
    assert "'rating' is named like a number of plays or a rating" in warnings(source)
    source, _ = judged(tmp_path, "artist,ann,bob\nAir,3,0\nPixies,0,5\n")
    assert "'ann' holds numbers and is not used" in warnings(source)
    source, _ = judged(tmp_path, "artist,track,date,time\nAir,Sexy Boy,45413,early\nAir,All I Need,45414,late\n")
    assert "'time' is named like a time and is not used" in warnings(source)
    source, _ = judged(tmp_path, f"artist,låt,date\nAir,Sexy Boy,{MAY}\nAir,All I Need,{DAY}\n")
    assert "'låt' holds names and is not used; --map track=låt" in warnings(source)


def test_ratings_with_a_comma(tmp_path: Path) -> None:
    _, rows = judged(tmp_path, "user;artist;rating\nu1;Air;4,5\nu1;Pixies;1,0\nu2;Air;3,5\n")
    assert [row[5] for row in rows] == [4.5, 1.0, 3.5]


@pytest.mark.parametrize(
    "table",
    [
        "user,Portishead,Air,Pixies\nu1,1,0,1\nu2,0,1,0\n",
        "user,Portishead,Air,Pixies\nu1,True,False,True\nu2,False,True,False\n",
        "user;Portishead;Air;Pixies\nu1;x;;x\nu2;;x;\n",
        "user;Portishead;Air;Pixies\nu1;1,0;0,0;1,0\nu2;0,0;1,0;0,0\n",
    ],
)
def test_small_wide_tables(table: str, tmp_path: Path) -> None:
    assert counts(tmp_path, table) == PLAYS


def test_a_wide_table_with_thousands(tmp_path: Path) -> None:
    table = "user;Portishead;Air;Pixies;Moby\nu1;1.234;0;12;1\nu2;0;2.000;0;3\n"
    assert {(user, artist): plays for user, artist, plays in counts(tmp_path, table)} == {
        ("u1", "Portishead"): 1234, ("u1", "Pixies"): 12, ("u1", "Moby"): 1, ("u2", "Air"): 2000, ("u2", "Moby"): 3,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "form", "value"),
    [
        ("1.234,5", number_forms.DOTS, 1234.5), ("1,234.5", number_forms.COMMAS, 1234.5),
        ("1 234,5", number_forms.SPACES, 1234.5), ("12", number_forms.PLAIN, 12), ("1.5", number_forms.PLAIN, 1.5),
        ("n/a", number_forms.DOTS, None), ("", number_forms.PLAIN, None),
    ],
)  # fmt: skip
def test_a_number_of_each_form(text: str, form: str, value: float | None) -> None:
    assert number_forms.parse(text, form) == value


ENTRIES = (
    f'{{"artist": "Portishead", "track": "Roads", "date": "{MAY}"}}',
    f'{{"artist": "Air", "track": "Sexy Boy", "date": "{DAY}"}}',
)


@pytest.mark.parametrize(
    "document",
    [
        "[" + ",".join(ENTRIES) + ",]",
        "[" + ",".join(entry.replace("}", ', "year": NaN, "tags": [1, 2, ],}') for entry in ENTRIES) + "]",
        "\n".join(entry.replace("}", ', "year": NaN}') for entry in ENTRIES),
        "[" + ",".join(f"[{entry}]" for entry in ENTRIES) + "]",
        "[" + ",".join(entry.replace('"artist": "', '"artists": [{"name": "').replace('", "track"', '"}], "track"')
                       for entry in ENTRIES) + "]",
    ],
)  # fmt: skip
def test_json_as_other_programs_write_it(document: str, tmp_path: Path) -> None:
    assert listens(tmp_path, document, "log.json") == TWO


def test_slips_in_strings_stay() -> None:
    assert json_repair.without_slips(b'["NaN, ]", NaN, -Infinity, ]') == b'["NaN, ]", null, null ]'


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (f'artist,album,track,date\n{ROWS}"Moby,Play,Porcelain,{DAY}\n', "never closed"),
        (f'artist,album,track,date\n{ROWS}"Moby" B,Play,Porcelain,{DAY}\n', "repaired"),
        (f"artist,album,track,date\n{ROWS}Moby,Play,Porcel\0ain,{DAY}\n", "NUL"),
        (f"artist,album,track,date\n{ROWS}Moby,Pl", "not a row"),
        (f"[{ENTRIES[0]},{ENTRIES[1]},{ENTRIES[0][:20]}", "cut off"),
        (f"{ENTRIES[0]}\n{ENTRIES[1]}\n{{broken}}\n", "not an entry"),
    ],
)
def test_strictness_refuses_what_is_not_whole(content: str, why: str, tmp_path: Path, home: Home) -> None:
    file = write_text(tmp_path / "log", content)
    strict = Log([file], read_options.join("", strict=True))
    assert opened(home, file).info.listens >= 2
    with pytest.raises(UserError, match=f"--strict refuses log, which is not whole: .*{why}"):
        build.ensure(strict, home)
    with pytest.raises(UserError, match="--strict refuses"):
        importing.import_history(home, "me", strict)
    write_text(file, f"artist,album,track,date\n{ROWS}")
    assert Dataset(build.ensure(strict, home)).info.listens == 2


def test_times_that_begin_late_in_a_file_are_found(tmp_path: Path) -> None:
    blank = "".join(f"Moby,Play,Song {at},\n" for at in range(1_000))
    assert listens(tmp_path, f"artist,album,track,date\n{blank}{ROWS}") == TWO
    huge = f"{'x' * (5 << 20)},Play,Porcelain,{DAY}\n"
    _, rows = judged(tmp_path, f"artist,album,track,date\n{huge}{ROWS}")
    assert [row[:4] for row in rows if not row[6]] == TWO


def test_a_single_entry_is_a_log(tmp_path: Path) -> None:
    assert listens(tmp_path, ENTRIES[0] + "\n", "log.jsonl") == TWO[:1]


def zipped(**members: str | bytes) -> bytes:
    """A zip of these files; in their names __ stands for a slash."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return packed.getvalue()


ACTIVITY = "Apple_Media_Services__Apple Music Activity__Apple Music Play Activity.csv"
TRACKS = "Apple_Media_Services__Apple Music Activity__Apple Music - Track Play History.csv"
WITHOUT_ARTISTS = "Song Name,Event Start Timestamp\nRoads,2024-05-01T12:00:00Z\n"
WITH_ARTISTS = (
    "Artist Name,Song Name,Event Start Timestamp,Event Type,Play Duration Milliseconds\n"
    "Portishead,Roads,2024-05-01T12:00:00Z,PLAY_END,300000\nAir,Sexy Boy,2024-05-02T13:30:00Z,PLAY_END,300000\n"
)
LAST_PLAYS = (
    "Track Name,Last Played Date,Is User Initiated\nPortishead - Roads,1714564800000,true\n"
    "Air - Sexy Boy,1714656600000,true\n"
)


@pytest.mark.parametrize(
    "members",
    [
        {"log.csv": f"artist,album,track,date\n{ROWS}", "readme.txt": "Hello."},
        {"log.csv": f"artist,album,track,date\n{ROWS}".encode("utf-16"), "._log.csv": b"\0\1"},
        {ACTIVITY: WITH_ARTISTS, TRACKS: LAST_PLAYS, "Apple_Media_Services__Other.csv": "a,b\n1,2\n"},
        {ACTIVITY: WITHOUT_ARTISTS, TRACKS: LAST_PLAYS},
    ],
)
@pytest.mark.parametrize("twice", [False, True])
def test_the_table_in_a_zip(members: dict[str, str | bytes], twice: bool, tmp_path: Path, home: Home) -> None:
    content = zipped(**members)
    if twice and ACTIVITY not in members:
        content = zipped(**{"folder__log.csv": members["log.csv"]})
    elif twice:
        content = zipped(**{"Apple Media Services information__Apple_Media_Services.zip": content, "a.pdf": b"%PDF"})
    assert listens(tmp_path, content, "data.zip") == TWO
    stored = importing.import_history(home, "me", Log([tmp_path / "data.zip"])).stored
    assert (stored.listens, stored.imports[-1].rejected) == (2, {})


def test_zips_of_several_tables_or_none_say_so(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"holds 2 tables \(a.csv, b.csv\)\. Unpack it"):
        judged(tmp_path, zipped(**{"a.csv": "artist\nAir\n", "b.csv": "artist\nAir\n"}), "two.zip")
    innermost = zipped(**{"a.csv": "artist\nAir\n"})
    with pytest.raises(UserError, match="of no layout"):
        judged(tmp_path, zipped(**{"inner.zip": zipped(**{"innermost.zip": innermost})}), "outer.zip")
    broken = zipped(**{"log.csv": f"artist,album,track,date\n{ROWS * 500}"})
    with pytest.raises(UserError, match="damaged"):
        judged(tmp_path, broken[: len(broken) // 2], "cut.zip")
    flipped = broken[:80] + bytes([broken[80] ^ 0xFF]) + broken[81:]
    with pytest.raises(UserError, match="damaged"):
        judged(tmp_path, flipped, "flipped.zip")


def test_a_wide_table_in_a_zip(tmp_path: Path) -> None:
    table = zipped(**{"wide.csv": "user,Portishead,Air,Pixies\nu1,1,0,1\nu2,0,1,0\n"})
    assert counts(tmp_path, table) == PLAYS


def test_minutes_are_known_by_how_they_are_written(tmp_path: Path) -> None:
    """Spotify's account data as a table: the length is taken off, so what comes of it has seconds."""
    table = "endTime,artistName,trackName,msPlayed\n2024-05-01 12:05,Portishead,Roads,200001\n"
    source, _ = judged(tmp_path, table)
    assert source.parts[0].understood is not None
    assert source.parts[0].understood.minutes
    source, _ = judged(tmp_path, table.replace("12:05", "12:05:31"))
    assert source.parts[0].understood is not None
    assert not source.parts[0].understood.minutes
