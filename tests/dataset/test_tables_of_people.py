"""How spreadsheets and exporters really write: quotes, headers, totals, encodings, times, shapes of JSON, zips."""

import bz2
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from musicrec_tui.dataset.sources import encoding, spotify, tables, time_forms, zipped_table
from musicrec_tui.dataset.sources.listenbrainz_export import PLAYING_NOW
from musicrec_tui.dataset.sources.watched_words import watched_words
from musicrec_tui.paths import Home
from tests.dataset.logs import opened, write_text
from tests.dataset.test_other_files import DAY, MAY, ROWS, TWO, counts, judged, listens, warnings, zipped

FIRST, SECOND = 1714564800, 1714656600


@pytest.mark.parametrize(
    "table",
    [
        "'artist','album','track','date'\n"
        f"'Portishead','Dummy','Roads','{MAY}'\n'Air','Moon Safari','Sexy Boy','{DAY}'\n",
        f"artist,track,date\n'Portishead',Roads,{MAY}\n'Air',Sexy Boy,{DAY}\n",
        f'artist,album,track,"date\n(UTC)"\n{ROWS}',
        f'"Artist\r\nname",album,track,"date\r\n(UTC)"\r\n{ROWS.replace(chr(10), chr(13) + chr(10))}',
        f"Music,,,When\nArtist,Album,Track,Date\n{ROWS}",
        f'"artist","album","track","date"\n"1",Portishead,Dummy,Roads,{MAY}\n"2",Air,Moon Safari,Sexy Boy,{DAY}\n',
    ],
)
def test_quotes_and_headers_of_other_programs(table: str, tmp_path: Path) -> None:
    assert listens(tmp_path, table) == TWO


def test_a_title_in_apostrophes_stays_where_all_rows_have_it(tmp_path: Path) -> None:
    table = f"artist,track,date\nDavid Bowie,'Heroes',{MAY}\nDavid Bowie,'Heroes',{DAY}\n"
    assert [row[2] for row in listens(tmp_path, table)] == ["'Heroes'", "'Heroes'"]


def test_names_with_apostrophes_stay_as_they_are(tmp_path: Path) -> None:
    table = f"'artist','track','date'\n'Earth, Wind & Fire','Don''t','{MAY}'\n'Air','It’s','{DAY}'\n"
    assert [row[1:3] for row in listens(tmp_path, table)] == [("Earth, Wind & Fire", "Don't"), ("Air", "It’s")]
    table = f"artist,track,date\n'Til Tuesday,Voices Carry,{MAY}\n'N Sync',Rockin',{DAY}\n"
    assert [row[1:3] for row in listens(tmp_path, table)] == [("'Til Tuesday", "Voices Carry"), ("'N Sync'", "Rockin'")]


def test_a_total_below_a_table_is_no_artist(tmp_path: Path) -> None:
    table = "Artist;Plays\nPortishead;12\nAir;34\nTotal;%d\n"
    assert counts(tmp_path, table % 46) == [("me", "Portishead", 12), ("me", "Air", 34)]
    assert [row[6] for row in judged(tmp_path, table % 46)[1]] == [None, None, tables.TOTAL]
    assert counts(tmp_path, table % 45)[2] == ("me", "Total", 45)  # an artist


NAMES = "Björk,Jóga\nCafé Tacvba,Ingrata\nSigur Rós,Svefn\nEl Niño,Qué\nMøtrik,Håndtak\n"


@pytest.mark.parametrize("codec", ["cp1252", "mac_roman", "cp850"])
def test_western_encodings_are_told_by_their_letters(codec: str) -> None:
    assert NAMES.encode(codec).decode(encoding.single_byte(NAMES.encode(codec)).codec) == NAMES


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("cp1250", "Kayah,Śpij kochany\nVoo Voo,Łobi jabi\n"),
        ("cp1254", "Sezen Aksu,Şarkı söylemek\nTarkan,Şımarık\n"),
        ("cp1257", "Prāta Vētra,Mājās\nFoje,Laužo šviesa\nAndrius Mamontovas,Geltona žalia raudona, kaip žiūrėti į\n"),
        ("cp1251", "Кино,Группа крови\n"), ("shift_jis", "宇多田ヒカル,あなた\n椎名林檎,丸の内サディスティック\n"),
    ],
)  # fmt: skip
def test_other_encodings_stay_told(codec: str, text: str) -> None:
    found = encoding.single_byte(text.encode(codec))
    assert text.encode(codec).decode(found.codec) == text


def test_what_letters_cannot_decide_is_said() -> None:
    assert " or " in encoding.single_byte("BJÖRK,Roads\n".encode("mac_roman")).label
    assert encoding.single_byte("Ænima,Roads\r".encode("mac_roman")).codec == "mac_roman"  # lines end as on old Macs


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("5/1/24, 12:00\u202fPM", "5/22/24, 1:30\u202fPM"), ("24-05-01 12:00:00", "24-05-22 13:30:00"),
        ("Mittwoch, 1. Mai 2024, 12:00", "Mittwoch, 22. Mai 2024, 13:30"), (str(FIRST), "2024-05-22 13:30:00"),
        ("2024-05-01 14:00:00 Europe/Berlin", "2024-05-22 15:30:00 Europe/Berlin"),
    ],
)  # fmt: skip
def test_more_ways_to_write_a_time(first: str, second: str, tmp_path: Path) -> None:
    found = listens(tmp_path, f"Artist\tTrack\tWhen\nPortishead\tRoads\t{first}\nAir\tSexy Boy\t{second}\n")
    assert [row[3] for row in found] == [MAY, "2024-05-22 13:30:00"]


@pytest.mark.parametrize(
    ("dates", "form"),
    [
        (["31.12.22", "31.12.23"], time_forms.DMY), (["13.05.22", "13.05.23", "14.05.24"], time_forms.DMY),
        (["13/05/22", "13/05/23"], time_forms.UNDECIDED), (["98-05-01", "98-05-22"], time_forms.SHORT_YMD),
        (["24-05-01", "24-05-22"], time_forms.SHORT_YMD),
        ([f"24/05/{day:02}" for day in range(1, 9)], time_forms.SHORT_YMD),
    ],
)  # fmt: skip
def test_years_of_two_digits_come_first_where_the_dates_prove_it(dates: list[str], form: str) -> None:
    assert time_forms.decided(dates) == form


def test_a_zone_that_is_not_used_is_said(tmp_path: Path) -> None:
    table = "artist,track,date,%s\nAir,Kelly,%s,%s\n"
    for label, value in (("timezone", "Europe/Berlin"), ("utc_offset", "+02:00")):
        source, _ = judged(tmp_path, table % (label, MAY, value))
        assert f"'{label}' says a time zone and is not used" in warnings(source)
    source, _ = judged(tmp_path, "artist,track,date,time,tz\nAir,Kelly,2024-05-01,12:00:00,CEST\n")
    assert "'tz' says a time zone" in warnings(source)
    for when, value in ((f"{MAY}Z", "+02:00"), (str(FIRST), "Europe/Berlin"), (MAY, "UTC"), (MAY, "0")):
        source, _ = judged(tmp_path, table % ("timezone", when, value))
        assert not warnings(source)


def test_listens_of_the_future_are_noted(tmp_path: Path, home: Home) -> None:
    file = write_text(tmp_path / "log.csv", f"artist,track,date\nAir,Kelly,{MAY}\nAir,Sexy Boy,2098-05-01 12:00:00\n")
    [told] = opened(home, file).info.understood
    assert told.warnings == ("1 listen later than today, the last of 2098-05-01: was a clock wrong?",)


def test_seconds_that_count_from_2001_are_doubted(tmp_path: Path, home: Home) -> None:
    apple = 736_214_400  # seconds from 2001 to May 2024
    file = write_text(tmp_path / "log.csv", f"artist,track,time\nAir,Kelly,{apple}\nAir,Sexy Boy,{apple + 300}\n")
    [told] = opened(home, file).info.understood
    assert told.warnings == (
        "all listens are before 2002, the last of 1993-05-01: do the times count from another day?",
    )


def listen(artist: str, track: str, at: object) -> dict[str, Any]:
    """A listen as ListenBrainz's API has it."""
    return {"listened_at": at, "track_metadata": {"artist_name": artist, "track_name": track}}


PORTISHEAD, AIR = listen("Portishead", "Roads", FIRST), listen("Air", "Sexy Boy", SECOND)
SINGLE = {"listen_type": "single", "payload": [PORTISHEAD]}
IMPORT = {"listen_type": "import", "payload": [AIR]}
NOW = {"listen_type": "playing_now", "payload": [{"track_metadata": PORTISHEAD["track_metadata"]}]}


@pytest.mark.parametrize(
    "document",
    [
        json.dumps({"listen_type": "import", "payload": [PORTISHEAD, AIR]}, indent=2),
        json.dumps({"payload": [PORTISHEAD, AIR], "listen_type": "import"}),
        json.dumps([SINGLE, NOW, IMPORT]),
        "\n".join(map(json.dumps, (SINGLE, NOW, IMPORT))),
        json.dumps([{"payload": {"count": 1, "listens": [one]}} for one in (PORTISHEAD, AIR)]),
        json.dumps([listen("Portishead", "Roads", str(FIRST)), listen("Air", "Sexy Boy", "2024-05-02T15:30:00+02:00")]),
        json.dumps(listen("Portishead", "Roads", FIRST * 1000)) + "\n" + json.dumps(AIR),
    ],
)
def test_what_players_submit_to_listenbrainz(document: str, tmp_path: Path) -> None:
    assert listens(tmp_path, document, "listens.json") == TWO


@pytest.mark.parametrize(
    ("broken", "at"),
    [("garbage", 1), ("garbage", 5), ("", 3), *(('{"listen_type": "single", "payl', at) for at in (0, 1, 5))],
)
def test_a_broken_line_costs_itself(broken: str, at: int, tmp_path: Path) -> None:
    lines = [json.dumps({"listen_type": "single", "payload": [listen("Air", str(song), FIRST)]}) for song in range(5)]
    lines.insert(at, broken)
    found = judged(tmp_path, "\n".join(lines), "listens.json")[1]
    assert [row[2] for row in found if row[6] is None] == ["0", "1", "2", "3", "4"]
    assert len(found) == (6 if broken else 5)


def test_what_plays_now_is_no_listen_yet(tmp_path: Path) -> None:
    assert [row[6] for row in judged(tmp_path, json.dumps(NOW), "now.json")[1]] == [PLAYING_NOW]


def last_fm(artist: object, track: str, at: object) -> dict[str, object]:
    """A track as Last.fm's API has it."""
    return {"artist": artist, "name": track, "date": at}


@pytest.mark.parametrize("turned", [False, True])
def test_pages_of_last_fm_that_mix_forms(turned: bool, tmp_path: Path) -> None:
    plays = [
        last_fm({"#text": "Portishead"}, "Roads", {"uts": str(FIRST)}),
        last_fm({"name": "Air"}, "Sexy Boy", {"uts": str(SECOND)}), last_fm("Moby", "Porcelain", "1714743000"),
    ]  # fmt: skip
    page = {"recenttracks": {"track": plays[::-1] if turned else plays, "@attr": {"user": "me"}}}
    assert listens(tmp_path, json.dumps(page), "page.json") == [
        *TWO,
        ("me", "Moby", "Porcelain", "2024-05-03 13:30:00"),
    ]


def watched(title: str) -> dict[str, object]:
    """An entry of YouTube's history."""
    music = {"header": "YouTube Music", "titleUrl": "https://music.youtube.com/watch?v=x"}
    return {**music, "title": title, "subtitles": [{"name": "Portishead - Topic"}], "time": "2024-05-01T12:00:00Z"}


@pytest.mark.parametrize(
    "written",
    [
        "Watched {}", "{} angesehen", "Vous avez regardé {}", "Has visto {}", "Hai guardato {}", "Je hebt {} bekeken",
        "{} を視聴しました", "「{}」を視聴しました", "{}을(를) 시청했습니다.", "{}",
    ],
)  # fmt: skip
def test_titles_in_the_language_of_the_account(written: str, tmp_path: Path) -> None:
    entries = json.dumps([watched(written.format("Roads"))])
    assert listens(tmp_path, entries, "watch-history.json") == TWO[:1]
    takeout = zipped(
        **{"Takeout__YouTube__Wiedergabeverlauf.json": entries, "Takeout__YouTube__subscriptions.csv": "a,b\n"}
    )
    assert listens(tmp_path, takeout, "takeout.zip") == TWO[:1]


def test_words_of_an_unknown_language_are_learnt_from_the_titles() -> None:
    titles = [f"Zhlédnuto: {chr(65 + at)} Song {at}" for at in range(26)]
    assert watched_words([*titles, "x"]).without(titles[3]) == "D Song 3"
    assert watched_words([f"The {chr(65 + at)}" for at in range(5)]).without("The A") == "The A"


def spotify_play(**odd: object) -> dict[str, object]:
    """A play of Spotify's extended history."""
    play = {"ts": "2024-05-01T12:05:00Z", "ms_played": 300000, "incognito_mode": False}
    names = {"master_metadata_track_name": "Roads", "master_metadata_album_artist_name": "Portishead"}
    return {**play, **names, **odd}


def test_spotify_with_odd_members(tmp_path: Path) -> None:
    odd = [
        spotify_play(ms_played="300000"),
        spotify_play(incognito_mode="false"),
        spotify_play(ts="2024-05-01 12:05:00 UTC"),
    ]
    assert listens(tmp_path, json.dumps(odd), "plays.json") == TWO[:1] * 3
    play = {
        "endTime": "2024-05-01 12:05",
        "artistName": "Unknown Artist",
        "trackName": "Unknown Track",
        "msPlayed": 90000,
    }
    assert [row[6] for row in judged(tmp_path, json.dumps([play]), "plays.json")[1]] == [spotify.NO_NAMES]


SCROBBLER = f"#AUDIOSCROBBLER/1.1\nPortishead\tD\tRoads\t1\t9\tL\t{FIRST}\nAir\tM\tSexy Boy\t1\t9\tL\t{SECOND}\n"
GENERIC = json.dumps([
    {"artist": "Portishead", "track": "Roads", "date": MAY}, {"artist": "Air", "track": "Sexy Boy", "date": DAY},
])  # fmt: skip


@pytest.mark.parametrize(
    "members",
    [
        {"log.json": GENERIC},
        {"listens.json": json.dumps([PORTISHEAD, AIR])},
        {"listens.jsonl": f"{json.dumps(PORTISHEAD)}\n{json.dumps(AIR)}\n"},
        {"my.log": SCROBBLER},
        {"log.csv": f"artist,album,track,date\n{ROWS}"},
        {"Streaming_History_Audio_1.json": json.dumps([
            spotify_play(), spotify_play(ts="2024-05-02T13:35:00Z", master_metadata_track_name="Sexy Boy",
                                         master_metadata_album_artist_name="Air"),
        ])},
    ],
)  # fmt: skip
@pytest.mark.parametrize("twice", [False, True])
def test_the_only_log_in_a_zip(members: dict[str, str | bytes], twice: bool, tmp_path: Path) -> None:
    content = zipped(**members)
    outer: dict[str, str | bytes] = {"inner.zip": content, "a.pdf": "x"}
    assert listens(tmp_path, zipped(**outer) if twice else content, "data.zip") == TWO


def test_both_zips_are_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[str | None] = []
    close = zipfile.ZipFile.close

    def noted(archive: zipfile.ZipFile) -> None:
        closed.append(archive.filename)
        close(archive)

    monkeypatch.setattr(zipfile.ZipFile, "close", noted)
    file = tmp_path / "data.zip"
    file.write_bytes(zipped(**{"inner.zip": zipped(**{"log.csv": f"artist,album,track,date\n{ROWS}"})}))
    zipped_table.open_table(file).close()
    assert str(file) in closed


def test_bzip2(tmp_path: Path) -> None:
    assert listens(tmp_path, bz2.compress(f"artist,album,track,date\n{ROWS}".encode()), "log.csv.bz2") == TWO
