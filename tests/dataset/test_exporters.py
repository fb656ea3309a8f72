"""What exporters and services write, each with where its fields are said; all values are invented."""

import json
import lzma
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from musicrec_tui.dataset.index import schema
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.lookups import account
from musicrec_tui.dataset.sources import batches, delimited, listenbrainz_export, tables, time_forms, wide_table
from musicrec_tui.dataset.sources.text_tables import LineAccount
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from tests.dataset.logs import opened, played, write_text

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


def listens(dataset: Dataset) -> list[tuple[str, str, str | None, datetime]]:
    """User, artist, track and time of all listens, in their order."""
    rows = dataset.query(
        'SELECT u.user_id, a.name, l.recording, l.listened_at FROM listen l JOIN "user" u ON u.code = user_code '
        "JOIN artist a ON a.code = artist_code ORDER BY listened_at, a.name"
    )
    return [(user, artist, track, at.replace(tzinfo=UTC)) for user, artist, track, at in rows]


def test_koito(tmp_path: Path, home: Home) -> None:
    """https://github.com/gabehf/Koito/blob/main/internal/export/export.go"""
    file = write_text(
        tmp_path / "koito_export.json",
        '{"version": "1", "exported_at": "2024-06-01T00:00:00Z", "user": "ann", "listens": [',
        '{"listened_at": "2024-05-01T12:00:00Z", "client": "x", "track": {"mbid": null, "duration": 300, "aliases": [',
        '{"alias": "Other", "source": "a", "is_primary": false}, {"alias": "Roads", "is_primary": true}]},',
        '"album": {"image_url": "", "mbid": null, "aliases": [{"alias": "Dummy", "is_primary": true}]}, "artists": [',
        '{"is_primary": false, "aliases": [{"alias": "Guest", "is_primary": true}]},',
        '{"is_primary": true, "aliases": [{"alias": "Portishead", "is_primary": true}]}]}, {"listened_at": 5}]}',
    )
    dataset = opened(home, file)
    assert listens(dataset) == [("ann", "Portishead", "Roads", NOON)]
    assert (dataset.info.layout, sum(dataset.info.rejected.values())) == ("Koito", 1)


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_pano_scrobbler(ending: str, tmp_path: Path, home: Home) -> None:
    """https://github.com/kawaiiDango/pano-scrobbler, …/api/file/FileScrobblable.kt"""
    names = ["timeHuman", "timeMs", "artist", "track", "album", "albumArtist", "durationMs", "player", "event"]
    rows = [
        (
            "May 1, 2024, 12:00:00 PM",
            1714564800000,
            "Portishead",
            "Roads",
            "Dummy",
            "Portishead",
            300000,
            "p",
            "scrobble",
        ),
        ("May 1, 2024, 12:06:00 PM", 1714565160000, "Portishead", "Roads", "Dummy", "Portishead", 300000, "p", "love"),
    ]
    if ending == "csv":
        lines = [",".join(names), *(",".join(f'"{value}"' for value in row) for row in rows)]
    else:
        lines = [json.dumps(dict(zip(names, row, strict=True))) for row in rows]
    dataset = opened(home, write_text(tmp_path / f"pano.{ending}", *lines))
    assert listens(dataset) == [("me", "Portishead", "Roads", NOON)]
    assert dataset.info.rejected == {tables.NO_PLAY: 1}


def test_apples_track_history_and_days(tmp_path: Path, home: Home) -> None:
    """Columns as in exports of https://privacy.apple.com"""
    file = write_text(
        tmp_path / "Apple Music - Track Play History.csv",
        '"Track Name","Last Played Date","Is User Initiated"',
        '"Portishead - Roads",1714564800000,true',
        '"Rain",1714564800000,false',
    )
    dataset = opened(home, file)
    assert listens(dataset) == [("me", "Portishead", "Roads", NOON)]
    assert dataset.info.rejected == {schema.NO_ARTIST: 1}
    file = write_text(
        tmp_path / "Apple Music - Play History Daily Tracks.csv",
        "Country,Track Identifier,Media type,Date Played,Hours,Play Duration Milliseconds,Play Count,Track Description",
        "US,1,AUDIO,20240501,12,300000,2,Portishead - Roads",
    )
    assert opened(home, file).info.listens == 2


def test_apples_activity_without_artists_says_so(tmp_path: Path, home: Home) -> None:
    file = write_text(
        tmp_path / "Apple Music Play Activity.csv",
        "Album Name,Event Start Timestamp,Event Type,Song Name",
        "Dummy,2024-05-01T12:00:00Z,PLAY_END,Roads",
    )
    with pytest.raises(UserError, match=r"names tracks \(column 'Song Name'\) but no artists.*Track Play History"):
        opened(home, file)


def test_apples_activity_has_events_that_are_no_plays(tmp_path: Path, home: Home) -> None:
    file = write_text(
        tmp_path / "Apple Music Play Activity.csv",
        "Artist Name,Event Start Timestamp,Event Type,Play Duration Milliseconds,Song Name",
        "Portishead,2024-05-01T12:00:00Z,PLAY_END,300000,Roads",
        "Portishead,2024-05-01T12:00:00Z,LYRIC_DISPLAY,,Roads",
        "Portishead,2024-05-01T12:10:00Z,PLAY_END,3000,Roads",
    )
    assert opened(home, file).info.rejected == {tables.NO_PLAY: 1, tables.TOO_SHORT: 1}


@pytest.mark.parametrize("counts", [False, True])
def test_a_wide_table(counts: bool, tmp_path: Path, home: Home) -> None:
    cells = ["7,42,0,3,1", "8,0,1,0,0", "9,0,0,0,0"] if counts else ["7,1,0,1,1", "8,0,1,0,0", "9,0,0,0,0"]
    file = write_text(tmp_path / "x.csv", "user,Portishead,Massive Attack,Pixies,Air", *cells)
    dataset = opened(home, file)
    most = 42 if counts else 1
    assert played(dataset) == {
        ("7", "name:portishead", most), ("7", "name:pixies", 3 if counts else 1), ("7", "name:air", 1),
        ("8", "name:massive attack", 1),
    }  # fmt: skip
    assert dataset.info.rejected == {wide_table.NO_PLAYS: 1}


@pytest.mark.parametrize("packing", ["zst", "gz", "xz", "none"])
def test_the_public_dump_of_listens_is_streamed(packing: str, tmp_path: Path, home: Home) -> None:
    """https://listenbrainz.readthedocs.io/en/latest/users/listenbrainz-dumps.html"""
    line = (
        '{"user_id": %d, "user_name": "user%d", "listened_at": 1714564800, "recording_msid": "x", '
        '"track_metadata": {"artist_name": "Portishead", "track_name": "Roads"}}'
    )
    inner = tmp_path / "listenbrainz-listens-dump-1-20240601-000003-full"
    write_text(inner / "listens" / "2024" / "5.listens", line % (1, 1), line % (2, 2), "not a listen")
    write_text(inner / "COPYING", "text")
    plain = tmp_path / "dump.tar"
    with tarfile.open(plain, "w:gz" if packing == "gz" else "w") as made:
        made.add(inner, inner.name)
    content = plain.read_bytes()
    plain.unlink()
    file = tmp_path / f"dump.tar.{packing}"
    if packing == "zst":
        with pa.output_stream(str(file), compression="zstd") as out:
            out.write(content)
    else:
        file.write_bytes(lzma.compress(content) if packing == "xz" else content)
    if packing == "none":
        file = file.rename(tmp_path / "dump.tar")
    dataset = opened(home, file)
    assert [row[0] for row in listens(dataset)] == ["user1", "user2"]
    assert sum(dataset.info.rejected.values()) == 1
    assert not list(home.cache.rglob("*.listens"))


def test_pages_of_listenbrainzs_api(tmp_path: Path, home: Home) -> None:
    """https://listenbrainz.readthedocs.io/en/latest/users/api/core.html#get--1-user-(user_name)-listens"""
    file = write_text(
        tmp_path / "page.json",
        '{"payload": {"count": 2, "user_id": "ann", "latest_listen_ts": 1714564800, "listens": [',
        '{"listened_at": 1714564800, "user_name": "ann", "track_metadata": {"artist_name": "Portishead", '
        '"track_name": "Roads"}},',
        '{"playing_now": true, "track_metadata": {"artist_name": "Portishead", "track_name": "Numb"}}]}}',
    )
    assert listens(opened(home, file)) == [("ann", "Portishead", "Roads", NOON)]


def test_a_page_of_lastfms_api_with_one_track_and_one_that_plays_now(tmp_path: Path, home: Home) -> None:
    """https://www.last.fm/api/show/user.getRecentTracks"""
    track = '{"artist": {"#text": "%s", "mbid": ""}, "name": "Roads", "mbid": "", "album": {"#text": "Dummy"}%s}'
    one = track % ("Portishead", ', "date": {"uts": "1714564800", "#text": "01 May 2024, 12:00"}')
    now = track % ("Air", ', "@attr": {"nowplaying": "true"}')
    attributes = '"@attr": {"user": "ann", "page": "1", "totalPages": "1"}'
    lone = write_text(tmp_path / "one.json", f'{{"recenttracks": {{"track": {one}, {attributes}}}}}')
    assert listens(opened(home, lone)) == [("ann", "Portishead", "Roads", NOON)]
    two = write_text(tmp_path / "two.json", f'{{"recenttracks": {{"track": [{now}, {one}], {attributes}}}}}')
    dataset = opened(home, two)
    assert listens(dataset) == [("ann", "Portishead", "Roads", NOON)]
    assert dataset.info.rejected == {schema.NO_TIME: 1}


def test_lines_of_date_time_artist_and_track(tmp_path: Path, home: Home) -> None:
    """https://github.com/emkor/lastfm-backup-cli"""
    file = write_text(tmp_path / "x.csv", "2024-05-01,12:00:00,Portishead,Roads", "2024-05-01,12:05:00,Air,La")
    assert listens(opened(home, file))[0] == ("me", "Portishead", "Roads", NOON)


@pytest.mark.parametrize(
    ("written", "dates"),
    [
        ("31/12/2023 12:00", ""), ("12/31/2023 12:00 PM", ""), ("2023/12/31 12:00", ""), ("31.12.2023 12:00", ""),
        ("31-12-2023 12:00:00", ""), ("45291.5", ""), ("Dec 31, 2023, 12:00:00 PM", ""), ("31 December 2023 12:00", ""),
        ("2023-12-31T12:00:00Z", ""), ("2023-12-31 13:00:00+01:00", ""), ("2023-12-31 12:00:00 UTC", ""),
        ("1704024000000000", ""), ("1704024000000000000", ""), ("Sun, 31 Dec 2023 12:00:00 +0000", ""),
        ("20231231T120000Z", ""), ("202312311200", ""), ("20231231120000", ""), ("1704024000,0", ""),
        ("Sun Dec 31 2023 13:00:00 GMT+0100 (CET)", ""), ("Dec 31, 2023 at 12:00pm", ""), ("2023-12-31 12:00 PM", ""),
        ("2023-12-31, 12:00", ""), ("2023. 12. 31. 12:00", ""), ("31/12/2023 - 12:00", ""),
        ("Sunday, December 31, 2023 12:00:00 PM", ""), ("12/31/2023 7:00 AM -05:00", ""),
    ],
)  # fmt: skip
def test_forms_of_times(written: str, dates: str, tmp_path: Path, home: Home) -> None:
    file = write_text(tmp_path / "x.csv", "Artist;Track;Played at", f"Portishead;Roads;{written}", f"Air;La;{written}")
    assert {row[3] for row in listens(opened(home, file))} == {datetime(2023, 12, 31, 12, tzinfo=UTC)}


UUID = "8f6bd1e4-fbe1-4f50-aa9b-94c450ec0f1"


def _plays(form: str, rows: int = 12) -> list[str]:
    """So many lines of plays of three artists, the first of which is of Portishead's Roads at `NOON`."""
    artists, tracks = ("Portishead", "Air", "Pixies"), ["Roads", *(f"Song {at}" for at in range(1, rows))]
    return [form.format(artist=artists[at % 3], track=tracks[at], at=at, day=at + 1) for at in range(rows)]


@pytest.mark.parametrize("mbids", ["\t\t", f"{UUID}1\t{UUID}2\t"])
def test_lines_of_librefm_as_lastexport_writes_them(mbids: str, tmp_path: Path, home: Home) -> None:
    """https://github.com/kabniel/last2libre, lastexport.py: time, track, artist, album, MBIDs; tabs, no header."""
    lines = [
        line.replace("NOON", str(1714564800 + 300 * at))
        for at, line in enumerate(_plays(f"NOON\t{{track}}\t{{artist}}\tAlbum {{at}}\t{mbids}"))
    ]
    dataset = opened(home, write_text(tmp_path / "exported_tracks.txt", *lines))
    assert listens(dataset)[0] == ("me", "Portishead", "Roads", NOON)
    assert (dataset.info.artists, dataset.info.kept) == (3, 12)


@pytest.mark.parametrize(
    "time", ["5/{day}/2024 12:00:00 PM +00:00", "{day:02}.05.2024 14:00:00 +02:00", "{day:02}/05/2024 05:30:00 -06:30"]
)
def test_scrubblers_csv(time: str, tmp_path: Path, home: Home) -> None:
    """https://github.com/SHOEGAZEssb/Last.fm-Scrubbler-WPF, ExtraFunctions/CSVDownloaderViewModel.cs

    Artist, album, track, time as the machine's language has it, an empty album artist, duration; no header, and quotes
    only around values with a comma.
    """
    lines = _plays('{artist},"Al, bum",{track},' + time + ",,00:05:05", 14)
    dataset = opened(home, write_text(tmp_path / "scrobbles.csv", *lines))
    assert listens(dataset)[0] == ("me", "Portishead", "Roads", NOON)
    assert (dataset.info.artists, dataset.info.kept) == (3, 14)


def test_what_scrubbler_reads(tmp_path: Path, home: Home) -> None:
    """https://github.com/Scrubbler-Dev, CsvFileParserConfiguration.cs: UTF-16, `;`, time, track, artist; no header."""
    lines = _plays("2024-05-{day:02} 12:00;{track};{artist}")
    file = tmp_path / "plays.csv"
    file.write_bytes("\n".join(lines).encode("utf-16"))
    dataset = opened(home, file)
    assert listens(dataset)[0] == ("me", "Portishead", "Roads", NOON)
    [read] = dataset.info.understood
    assert "artist ← column 3, track ← column 2" in read.sentence
    for codec in ("utf-16-le", "utf-16-be"):  # without a mark at its start
        unmarked = tmp_path / f"{codec}.csv"
        unmarked.write_bytes("\n".join(lines).encode(codec))
        assert listens(opened(home, unmarked)) == listens(dataset)


def test_lines_with_a_user_before_the_artist(tmp_path: Path, home: Home) -> None:
    lines = [f"user{at % 2},{line}" for at, line in enumerate(_plays("{artist},{track},2024-05-{day:02} 12:00"))]
    dataset = opened(home, write_text(tmp_path / "x.csv", *lines))
    assert dataset.info.users == 2
    assert listens(dataset)[0] == ("user0", "Portishead", "Roads", NOON)


def test_artists_with_digits_in_their_names_are_no_users(tmp_path: Path, home: Home) -> None:
    names = ("U2", "M83", "blink182")
    lines = [f"{names[at % 3]},Album {at % 3},Song {at},2024-05-{at + 1:02} 12:00" for at in range(12)]
    dataset = opened(home, write_text(tmp_path / "x.csv", *lines))
    assert (dataset.info.users, dataset.info.artists) == (1, 3)
    assert listens(dataset)[0] == ("me", "U2", "Song 0", NOON)


def test_few_lines_without_a_header_say_what_was_assumed(tmp_path: Path, home: Home) -> None:
    [read] = opened(home, write_text(tmp_path / "x.csv", "Portishead,Roads,2024-05-01 12:00")).info.understood
    assert read.warnings[0].startswith(
        "There is no header: column 1 is taken for the artist and column 2 for the track"
    )


def test_an_album_has_an_mbid_that_is_no_tracks(tmp_path: Path, home: Home) -> None:
    entry = (
        '{{"artist": {{"#text": "Air"}}, "name": "La", "album": {{"mbid": "{0}"}}, "date": {{"uts": "1714564800"}}}}'
    )
    [read] = opened(home, write_text(tmp_path / "x.json", f"[{entry.format(UUID + '1')}]")).info.understood
    assert "mbid" not in read.sentence


def test_a_number_of_a_row_is_no_time(tmp_path: Path, home: Home) -> None:
    file = write_text(tmp_path / "x.csv", ",Artist,Track,Date,Time", "0,Portishead,Roads,1 May 2024, 12:00")
    assert listens(opened(home, file)) == [("me", "Portishead", "Roads", NOON)]


def test_quotes_within_a_value_are_letters_and_said(tmp_path: Path, home: Home) -> None:
    file = write_text(tmp_path / "x.csv", "artist,track,uts", 'Portishead,12" mix,1714564800', '"Air","La",1714564801')
    dataset = opened(home, file)
    assert {row[2] for row in listens(dataset)} == {'12" mix', "La"}
    assert dataset.info.repaired == {delimited.STRAY_QUOTES: 1}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_json_in_other_encodings(encoding: str, tmp_path: Path, home: Home) -> None:
    plays = [
        {"endTime": "2024-05-01 12:05", "artistName": "Björk", "trackName": "Jóga", "msPlayed": 300_000},
        {"endTime": "2024-05-02 12:05", "artistName": "Sigur Rós", "trackName": "Olsen Olsen", "msPlayed": 300_000},
    ]
    for name, text in (
        ("StreamingHistory0.json", json.dumps(plays, ensure_ascii=False)),
        ("lines.jsonl", "\n".join(json.dumps(play, ensure_ascii=False) for play in plays)),
    ):
        file = tmp_path / name
        file.write_bytes(text.encode(encoding))
        assert {row[1] for row in listens(opened(home, file))} == {"Björk", "Sigur Rós"}


def test_lines_of_records_are_counted_and_shown_as_they_stand(tmp_path: Path, home: Home) -> None:
    log = write_text(
        tmp_path / ".scrobbler.log", "#AUDIOSCROBBLER/1.1", "#TZ/UTC", "", "Air\t\tLa\t1\t300\tL\t1714564800", "Pixies",
        "# the end",
    )  # fmt: skip
    lines = write_text(
        tmp_path / "x.jsonl",
        "",
        '{"listened_at": 1714564800, "track_metadata": {"artist_name": "Air"}}',
        "",
        "{Pixies",
    )
    for file, line, before, blank in ((log, 5, 3, 1), (lines, 4, 0, 2)):
        dataset = opened(home, file)
        [one] = account.offenders(dataset)
        assert (one.row, one.shown) == (line, file.read_text().splitlines()[line - 1])
        [told] = account.source_files(dataset)
        assert (told.lines, told.before, told.blank, told.rows) == (before + blank + 2, before, blank, 2)


def test_lines_of_a_dump_are_the_same_read_quickly_and_one_by_one(tmp_path: Path) -> None:
    """What Arrow reads of many lines is what msgspec reads of each, numbers of rows included."""
    track = '"track_metadata": {"artist_name": "Air", "track_name": "La", "release_name": %s, "mbid_mapping": %s}'
    mapped = f'{{"recording_mbid": "{UUID}3", "artist_mbids": %s}}'
    lines = [
        '{"listened_at": 1714564800, "user_name": "ann", %s}' % (track % ('"Moon"', mapped % f'["{UUID}1"]')),
        '{"listened_at": 1714564800.25, "user_name": "", "user_id": 7, %s}' % (track % ("null", "null")),
        '{"timestamp": 1714564801, "extra": [1, {"a": 2}], %s}' % (track % ('"M"', mapped % f'["{UUID}1", "{UUID}2"]')),
        '{"listened_at": 1e300, "playing_now": true, %s}' % (track % ('"\\u00e9\\ud83d\\ude00"', mapped % "[]")),
        '{"listened_at": null, "user_name": "bob", %s}' % (track % ('"Sigur Rós"', mapped % "null")),
    ]
    broken = ["", "{", '{"listened_at": "now", %s}' % (track % ("1", "null")), '{"user_id": "x", "track_metadata": {}}']
    for given in (lines, [*lines[:2], *broken, *lines[2:], lines[0] * 2], ["\ufeff" + lines[0]], broken[1:2]):
        file = write_text(tmp_path / "x.jsonl", *given)
        quickly, slowly = LineAccount(), LineAccount()
        quick = listenbrainz_export.LAYOUT.quick
        assert quick is not None
        made = quick(file, quickly)
        assert made is not None
        found = pa.Table.from_batches(made, batches.SCHEMA).to_pylist()
        one_by_one = batches.batches(listenbrainz_export.LAYOUT.read(file), slowly)
        assert found == pa.Table.from_batches(one_by_one, batches.SCHEMA).to_pylist()
        assert vars(quickly) == vars(slowly)


def test_hetrec_in_latin_1(tmp_path: Path, home: Home) -> None:
    """https://grouplens.org/datasets/hetrec-2011"""
    (tmp_path / "artists.dat").write_bytes("id\tname\turl\tpictureURL\n51\tMotörhead\t\t\n".encode("latin-1"))
    write_text(tmp_path / "user_artists.dat", "userID\tartistID\tweight", "2\t51\t3")
    assert opened(home, tmp_path).query("SELECT name FROM artist") == [("Motörhead",)]


def test_a_time_that_cannot_be_read_is_a_warning(tmp_path: Path, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write_text(tmp_path / "x.csv", "artist,date", "Air,1704024000", "Air,1704024001")
    monkeypatch.setattr(time_forms, "_epoch_sql", lambda _: "NULL")
    [read] = opened(home, file).info.understood
    assert read.warnings == ("No time could be read from the column 'date': these are plays without times.",)


def test_artists_that_hetrec_does_not_name_are_a_warning(tmp_path: Path, home: Home) -> None:
    write_text(tmp_path / "artists.dat", "id\tname\turl\tpictureURL", "51\tAir\t\t", "52\tbroken")
    write_text(tmp_path / "user_artists.dat", "userID\tartistID\tweight", "2\t51\t3", "2\t52\t3", "3\t53\t1")
    [read] = opened(home, tmp_path).info.understood
    assert read.warnings == (
        "1 line of artists.dat left out: no row of its table.",
        "2 artists without a name in artists.dat: shown by number.",
    )
