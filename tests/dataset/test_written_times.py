"""Times as locales, spreadsheets and programs write them: read as what they mean, in one column or in two."""

from pathlib import Path

import pytest

from musicrec_tui.dataset.sources import time_rewrites
from tests.dataset.test_other_files import DAY, MAY, judged, listens, warnings

TABLE = "Artist\tTrack\tWhen\nPortishead\tRoads\t%s\nAir\tSexy Boy\t%s\n"
PAIR = [MAY, "2024-05-22 13:30:00"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2024-05-01 12:00:00,123", "2024-05-22 13:30:00,456"), ("2024-05-01-12:00", "2024-05-22-13:30"),
        ("2024:05:01 12:00:00", "2024:05:22 13:30:00"), ("2024-05-01 12-00-00", "2024-05-22 13-30-00"),
        ("2024-05-01 12:00:00 +0000 UTC", "2024-05-22 13:30:00 +0000 UTC"),
        ("2024-05-01 14:00:00 +0200 CEST", "2024-05-22 15:30:00 +0200 CEST"),
        ("2024-05-01 14:00:00 CEST", "2024-05-22 15:30:00 CEST"),
        ("05/01/2024 8:00 AM EDT", "05/22/2024 9:30 AM EDT"),
        ("01 May 2024 12:00:00 +0000", "22 May 2024 15:30:00 +0200"),
        ("01/May/2024:12:00:00 +0000", "22/May/2024:13:30:00 +0000"), ("May-01-2024 12:00", "May-22-2024 13:30"),
        ("1/5/2024, 12:00:00 p.\u00a0m.", "22/5/2024, 1:30:00 p.\u00a0m."),
        ("2024/5/1 下午12:00:00", "2024/5/22 下午1:30:00"), ("2024. 5. 1. 오후 12:00:00", "2024. 5. 22. 오후 1:30:00"),
        ("1.5.2024 klo 12.00.00", "22.5.2024 klo 13.30.00"), ("01/05/2024 à 12h00", "22/05/2024 à 13h30"),
        ("01.05.2024, 12:00 Uhr", "22.05.2024, 13:30 Uhr"), ("1 мая 2024, 12:00", "22 мая 2024, 13:30"),
        ("1 maja 2024 12:00", "22 maja 2024 13:30"), ("1. května 2024 12:00", "22. května 2024 13:30"),
        ("'2024-05-01 12:00:00", "'2024-05-22 13:30:00"),
    ],
)  # fmt: skip
def test_ways_of_writing_a_time(first: str, second: str, tmp_path: Path) -> None:
    assert [row[3] for row in listens(tmp_path, TABLE % (first, second))] == PAIR


@pytest.mark.parametrize(
    ("month", "number"),
    [
        ("marraskuuta", 11), ("maaliskuuta", 3), ("červenec", 7), ("červen", 6), ("stycznia", 1), ("kasım", 11),
        ("ağustos", 8), ("szeptember", 9), ("декабря", 12), ("марта", 3), ("lipca", 7), ("desember", 12),
    ],
)  # fmt: skip
def test_months_that_begin_like_others(month: str, number: int, tmp_path: Path) -> None:
    found = listens(tmp_path, TABLE % (f"1 {month} 2024 12:00", f"22 {month} 2024 13:30"))
    assert [row[3] for row in found] == [f"2024-{number:02}-01 12:00:00", f"2024-{number:02}-22 13:30:00"]


def test_an_abbreviation_of_a_zone_is_said(tmp_path: Path) -> None:
    source, _ = judged(tmp_path, TABLE % ("2024-05-01 14:00:00 CEST", "2024-05-22 15:30:00 CEST"))
    [part] = source.parts
    assert part.understood is not None
    assert "CEST = +0200" in part.understood.sentence
    source, rows = judged(tmp_path, TABLE % ("2024-05-01 14:00:00 BST", "2024-05-22 15:30:00 BST"))
    assert [row[3] for row in rows] == [None, None]  # Britain's, or Bangladesh's
    assert "holds none that can be read" in warnings(source)


def test_what_is_no_time_is_not_rewritten() -> None:
    for text in ("Portishead", "1979", "1.5", "12h", "Track 4.30", "9 to 5", "2024-05-01T12:00:00Z"):
        assert time_rewrites.rewritten(text) == (text, ())


@pytest.mark.parametrize(
    "rows",
    [
        ("2024-05-01,12:00:00", "2024-05-02,13:30:00"), ("2024-05-01 00:00:00,12:00:00", "2024-05-02 00:00:00,13:30"),
        ("45413,0.5", "45414,0.5625"), ("20240501,120000", "20240502,133000"), ("01.05.2024,12:00", "02.05.2024,13:30"),
        ("2024-05-01,12h00", "2024-05-02,13h30"), ('"May 1, 2024",12:00 PM', '"May 2, 2024",1:30 PM'),
    ],
)  # fmt: skip
def test_a_day_and_a_time_of_day_in_two_columns(rows: tuple[str, str], tmp_path: Path) -> None:
    table = f"who,date,time,artist,track\nann,{rows[0]},Portishead,Roads\nbob,{rows[1]},Air,Sexy Boy\n"
    assert listens(tmp_path, table) == [("ann", "Portishead", "Roads", MAY), ("bob", "Air", "Sexy Boy", DAY)]


def test_the_end_of_a_play_has_several_names(tmp_path: Path) -> None:
    table = "artist,track,ms_played,%s\nPortishead,Roads,300000,2024-05-01 12:05:00\n"
    for name in ("ended_at", "stopped", "end_time"):
        assert [row[3] for row in listens(tmp_path, table % name)] == [MAY]
