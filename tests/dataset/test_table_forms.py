"""Forms of tables: lines of dashes, headers again, totals, names with delimiters, and what has no header."""

from pathlib import Path

import pytest

from musicrec_tui.dataset.lookups import account
from musicrec_tui.dataset.sources import tables
from musicrec_tui.paths import Home
from tests.dataset.logs import opened, write_text
from tests.dataset.test_other_files import DAY, MAY, TWO, counts, judged, listens, warnings

PADDED = f"| Portishead | Roads    | {MAY} |\n| Air        | Sexy Boy | {DAY} |\n"


@pytest.mark.parametrize(
    "table",
    [
        f"| Artist | Track | Date |\n| --- | --- | --- |\n| Portishead | Roads | {MAY} |\n| Air | Sexy Boy | {DAY} |\n",
        f"| Artist | Track | Date |\n|:---|:---:|---:|\n{PADDED}",
        f"| artist     | track    | date |\n|------------+----------+------|\n{PADDED}",
    ],
)
def test_a_line_of_dashes_below_the_header_is_part_of_it(table: str, tmp_path: Path, home: Home) -> None:
    assert listens(tmp_path, table) == TWO
    [told] = account.source_files(opened(home, write_text(tmp_path / "ruled.csv", table)))
    assert (told.rows, told.before) == (2, 2)


@pytest.mark.parametrize("again", ["artist,track,date\n", "\ufeffartist,track,date\n"])
def test_a_header_that_stands_in_the_file_again_is_no_listen(again: str, tmp_path: Path) -> None:
    table = f"artist,track,date\nPortishead,Roads,{MAY}\n{again}Air,Sexy Boy,{DAY}\n"
    assert listens(tmp_path, table) == TWO
    assert [row[6] for row in judged(tmp_path, table)[1]] == [None, tables.HEADER_AGAIN, None]
    table = f"artist,track,date\nartist,track,{MAY}\n"  # an artist
    assert [row[1] for row in listens(tmp_path, table)] == ["artist"]


def test_totals_of_a_wide_table_are_no_artist_and_no_user(tmp_path: Path) -> None:
    told = [("ann", "Portishead", 3), ("ann", "Moby", 1), ("bob", "Air", 2)]
    table = "user,Portishead,Air,Moby,Total\nann,3,0,1,4\nbob,0,2,0,2\nTotal,3,2,1,6\n"
    assert counts(tmp_path, table) == told
    assert judged(tmp_path, table)[1][-1][6] == tables.TOTAL
    table = "user,Portishead,Air,Moby,Total\nann,3,0,1,5\nbob,0,2,0,2\n"  # an artist
    assert ("ann", "Total", 5) in counts(tmp_path, table)


def test_a_wide_table_whose_first_column_has_no_name(tmp_path: Path) -> None:
    table = ",Portishead,Air,Moby\nann,3,,1\nbob,,2,\n"
    assert counts(tmp_path, table) == [("ann", "Portishead", 3), ("ann", "Moby", 1), ("bob", "Air", 2)]


SCRUBBLED = "Air,Moon Safari,Sexy Boy,27/05/2024 08:34:33 +00:00,,\n"
COMMA = "Portishead,Dummy, Live,Roads,26/05/2024 08:34:33 +00:00,,\n"


@pytest.mark.parametrize("at", [0, 1, 3])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_comma_in_a_name_costs_its_row_where_the_last_columns_are_empty(at: int, end: str, tmp_path: Path) -> None:
    """https://github.com/SHOEGAZEssb/Last.fm-Scrubbler-WPF/issues/112"""
    lines = [SCRUBBLED] * 3
    lines.insert(at, COMMA)
    _, rows = judged(tmp_path, "".join(lines).replace("\n", end))
    assert [row[1] for row in rows if row[3]] == ["Air"] * 3
    assert len(rows) == 3


def test_a_delimiter_at_the_end_of_a_row_is_no_field(tmp_path: Path) -> None:
    table = f"artist,track,date\nPortishead,Roads,{MAY}\nAir,Sexy Boy,{DAY},\nSimon, Garfunkel,Cecilia,{DAY},\n"
    assert listens(tmp_path, table) == TWO


def test_a_comma_in_quotes_is_no_field(tmp_path: Path) -> None:
    lines = [SCRUBBLED, COMMA.replace("Dummy, Live", '"Dummy, Live"'), SCRUBBLED]
    assert [row[1] for row in listens(tmp_path, "".join(lines))] == ["Portishead", "Air", "Air"]


def test_what_universal_scrobbler_takes(tmp_path: Path) -> None:
    """https://github.com/benfoxall/lastfm-to-csv/issues/19: artist, track, album, time, album artist, length."""
    table = "".join(
        f'"Artist {at % 3}", "Track {at}", "Album {at % 3}", "2024-05-{at + 1:02} 12:00:00", "Artist {at % 3}", "275"\n'
        for at in range(12)
    )
    assert [row[1:3] for row in listens(tmp_path, table)] == [(f"Artist {at % 3}", f"Track {at}") for at in range(12)]


@pytest.mark.parametrize(
    "header",
    [
        "Artist Name (Original),Song title (full),Listened at [UTC]", "Band / Artist,Song,Scrobbled on",
        "artist_name_text,track_txt,played_at_utc", "tags.artist,tags.title,timestamp", "Kunstner,Sang,Dato",
        "Esittäjä,Kappale,Päivämäärä", "Sanatçı,Şarkı,Tarih", "Előadó,Cím,Dátum",
    ],
)  # fmt: skip
def test_names_of_columns_with_remarks_and_of_other_languages(header: str, tmp_path: Path) -> None:
    source, _ = judged(tmp_path, table := f"{header}\nPortishead,Roads,{MAY}\nAir,Sexy Boy,{DAY}\n")
    assert listens(tmp_path, table) == TWO
    assert not warnings(source)


@pytest.mark.parametrize("name", ["email", "Nickname", "spotify_username", "member_no", "device_owner", "handle"])
def test_names_of_columns_of_users(name: str, tmp_path: Path) -> None:
    table = f"{name},artist,track,date\nann,Portishead,Roads,{MAY}\nbob,Air,Sexy Boy,{DAY}\n"
    assert [row[0] for row in listens(tmp_path, table)] == ["ann", "bob"]


@pytest.mark.parametrize(
    ("column", "values", "told"),
    [
        ("loved", "true false true false", "The column 'loved' says what is liked and is not used."),
        ("isFavourite", "1 0 0 1", "The column 'isFavourite' says what is liked and is not used."),
        (
            "uuid",
            "ann bob ann bob",
            "The column 'uuid' may say whose listens these are and is not used; --map user=uuid",
        ),
        (
            "session",
            "ann bob ann bob",
            "The column 'session' may say whose listens these are and is not used; --map user=session",
        ),
        ("loved", "false false false false", None),
        ("uuid", "a1 b2 c3 d4", None),  # a row's own
        ("session", "17 17 18 18", None),
    ],
)
def test_columns_of_likes_and_of_whom_are_not_passed_over(
    column: str, values: str, told: str | None, tmp_path: Path
) -> None:
    rows = zip(["Low,Words", "Can,Halleluhwah", "Air,Sexy Boy", "Björk,Jóga"], values.split(), strict=True)
    table = f"artist,track,date,{column}\n" + "".join(f"{names},{MAY},{value}\n" for names, value in rows)
    assert warnings(judged(tmp_path, table)[0]) == (told or "")


def test_names_of_a_web_page_are_repaired_where_all_of_a_file_are_written_so(tmp_path: Path) -> None:
    rows = f"Simon &amp; Garfunkel,America,{MAY}\nGuns N&#39; Roses,&quot;Civil&quot; War &lt;live&gt;,{DAY}\n"
    table = f"artist,track,date\n{rows}"
    names = [row[1:3] for row in listens(tmp_path, table)]
    assert names == [("Simon & Garfunkel", "America"), ("Guns N' Roses", '"Civil" War <live>')]
    assert "&amp; is &" in understood(tmp_path, table)
    table += f"Earth & Fire,&amp;,{DAY}\n"  # who writes this sign by itself does not escape it
    assert ("Earth & Fire", "&amp;") in [row[1:3] for row in listens(tmp_path, table)]
    assert "&amp; is &" not in understood(tmp_path, table)


def understood(folder: Path, table: str) -> str:
    """What was said of the columns of a table."""
    found = judged(folder, table)[0].parts[0].understood
    assert found is not None
    return found.sentence
