"""Files as people have them (invented), each with what must come out, by `--data` and by `import`.

Each stands for a kind. `fixtures/cases/README.md` says where they come from.
"""

from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from musicrec_tui.dataset.artist_matching import match_by_key
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.lookups import account
from musicrec_tui.dataset.profiles import importing
from musicrec_tui.dataset.profiles.taste import own_artists
from musicrec_tui.dataset.sources.repeated_plays import SAME_PLAY
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from tests.dataset.logs import opened

CASES = Path(__file__).parent / "fixtures" / "cases"
FIVE = ["Aurora Pines", "Nine Lanterns", "Ovoid", "The Paper Kites Club", "Velvet Harbour"]


class Case(NamedTuple):
    """A file, and what must come out: listens, users, the span of days, rows left out, artists."""

    name: str
    listens: int
    users: int = 1
    first: str | None = None
    last: str | None = None
    left_out: int = 0
    artists: list[str] = FIVE
    imported: bool = True


CASE_LIST = (
    Case("table_user_date_time.csv", 12, 3, "2021-01-20", "2021-01-31", imported=False),
    Case("lines_header_iso_date.csv", 12, 1, "2020-04-01", "2020-04-12"),
    Case("lastfm_lines_comma_date.csv", 12, 1, "2025-03-01", "2025-03-12"),
    Case("open_quote.csv", sum([*range(1, 21)]), 4, left_out=1, imported=False),
    Case("listener_lb-2023-02-11.json", 6, 1, "2023-11-14", "2023-11-14"),
    Case("several_users.jsonl", 12, 3, "2023-11-14", "2023-11-14", imported=False),
    Case("lb_dump", 12, 3, "2023-11-14", "2023-11-14", imported=False),
    Case("spotify_both_kinds", 10, 1, "2023-04-01", "2023-04-10"),
    Case("timeless.scrobbler.log", 12, 1, artists=["Aurora Pines", "The Paper Kites Club", "Velvet Harbour"]),
    Case("hash_artist.scrobbler.log", 2, 1, "2023-11-14", "2023-11-14", 1, ["#9 Lanterns", "Ovoid"]),
    Case("lastfmstats-listener.csv", 12, 1, "2023-11-14", "2023-11-14"),
    Case("lastfmstats-listener.json", 12, 1, "2023-11-14", "2023-11-14"),
    Case("uts_milliseconds.csv", 6, 1, "2023-11-14", "2023-11-14"),
    Case("excel_unicode_text.txt", 6, 1, "2023-11-14", "2023-11-14"),
    Case("excel_sep_line.csv", 6, 1, "2023-11-14", "2023-11-14"),
    Case("cp1252.csv", 6, 1, "2023-11-14", "2023-11-14", artists=["Café Öland"]),
    Case("lastfm_api_pages.json", 6, 1, "2023-11-14", "2023-11-14"),
    Case("spotify_epoch_1970.json", 9, 1, "2023-04-02", "2023-04-10", 1),
    Case("hetrec", 1, 7, artists=[f"Invented Artist {number}" for number in (52, 53, 55, 56, 58, 59)], imported=False),
    Case("watch-history.json", 5, 1, "2024-05-01", "2024-05-05"),
    Case("Apple Music Play Activity.csv", 5, 1, "2024-05-01", "2024-05-05"),
    Case("spotify_history_table.csv", 10, 1, "2013-07-01", "2013-07-10"),
    Case("own_export_interactions.csv", 1, 4, imported=False),
    Case("thousands.csv", sum(range(1000, 1012)), 4, imported=False),
)


def day(moment: datetime | None) -> str | None:
    """A day as ISO has it."""
    return None if moment is None else f"{moment:%Y-%m-%d}"


def names(dataset: Dataset) -> list[str]:
    """All artists, by name."""
    return sorted(name for (name,) in dataset.query("SELECT name FROM artist"))


@pytest.mark.parametrize("case", CASE_LIST, ids=lambda case: case.name)
def test_a_case_as_a_log(case: Case, home: Home) -> None:
    dataset = opened(home, CASES / case.name)
    info = dataset.info
    assert info.users == case.users
    joined = info.rejected.get(SAME_PLAY, 0)
    assert sum(info.rejected.values()) == case.left_out + joined
    assert joined == (10 if case.name == "spotify_both_kinds" else 0)
    assert info.rows == info.kept + case.left_out + joined
    assert (day(info.first_at), day(info.last_at)) == (case.first, case.last)
    assert names(dataset) == case.artists
    if case.name == "hetrec":
        assert info.kept == 42
    elif case.name == "own_export_interactions.csv":
        assert info.kept == 20
    else:
        assert info.listens == case.listens
    assert info.understood
    for file in account.source_files(dataset):
        if file.lines:
            assert file.lines == file.rows + file.before + file.blank + file.continued


@pytest.mark.parametrize("case", [case for case in CASE_LIST if case.imported], ids=lambda case: case.name)
def test_a_case_as_an_import(case: Case, home: Home) -> None:
    profile = importing.import_history(home, "me", Log([CASES / case.name]))
    stored = profile.stored
    assert stored.listens == case.listens
    assert stored.artists == len(case.artists)
    assert sum(stored.imports[-1].rejected.values()) == case.left_out
    assert (day(stored.first_at), day(stored.last_at)) == (case.first, case.last)


@pytest.mark.parametrize("case", [case for case in CASE_LIST if not case.imported], ids=lambda case: case.name)
def test_an_import_of_several_users_asks_whose(case: Case, home: Home) -> None:
    with pytest.raises(UserError, match=r"say whose \(--user ID\)"):
        importing.import_history(home, "me", Log([CASES / case.name]))


def test_the_artists_of_a_profile_are_those_of_a_log_with_typographic_signs(home: Home) -> None:
    profile = importing.import_history(home, "me", Log([CASES / "StreamingHistory_music_ascii_names.json"]))
    dataset = opened(home, CASES / "typographic_names_log.csv")
    found = match_by_key(dataset, own_artists(profile))
    assert len(found) == 4


def understood(home: Home, name: str) -> Any:
    """How a case was understood."""
    [one] = opened(home, CASES / name).info.understood
    return one


def test_what_was_understood_is_said_with_rows(home: Home) -> None:
    one = understood(home, "table_user_date_time.csv")
    assert one.sentence == (
        "user ← Username, artist ← Artist, track ← Track, album ← Album, time ← Date + Time (day month year)"
    )
    assert one.columns == {
        "user": "Username", "artist": "Artist", "track": "Track", "album": "Album", "date": "Date", "clock": "Time",
    }  # fmt: skip
    assert [row["listened_at"] for row in one.rows] == [
        "2021-01-31 01:36:00", "2021-01-30 02:36:00", "2021-01-29 03:36:00",
    ]  # fmt: skip
    assert one.warnings == ()
    assert understood(home, "cp1252.csv").encoding == "Windows-1252 (assumed)"
    assert understood(home, "excel_unicode_text.txt").encoding == "UTF-16"
    assert understood(home, "uts_milliseconds.csv").sentence.endswith("(no column says whose)")
    assert "user ← listener" in understood(home, "lastfmstats-listener.csv").sentence


def test_an_unclosed_quote_is_shown_as_it_stands(home: Home) -> None:
    [one] = account.offenders(opened(home, CASES / "open_quote.csv"))
    assert (one.row, one.shown) == (7, 'u1,"Unclosed,3')
