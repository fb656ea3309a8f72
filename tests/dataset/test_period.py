"""Periods: what people write for them, and look-ups in one, which answer as an index of those listens alone would."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.lookups import artists, details, stats, users
from musicrec_tui.dataset.lookups.in_period import InPeriod
from musicrec_tui.dataset.period import Period, between, in_zone, period_of
from musicrec_tui.dataset.profiles import importing, lookup, person
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home, find_home
from tests.dataset.logs import listen, opened, write_listens, write_text
from tests.dataset.profiles.histories import heard, jot

DAY = 86_400
LATEST = datetime(2024, 2, 29, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "first", "last", "words"),
    [
        ("2024", "2024-01-01", "2024-12-31", "2024"),
        ("2024-02", "2024-02-01", "2024-02-29", "2024-02"),
        ("2023-2", "2023-02-01", "2023-02-28", "2023-02"),
        ("2024-02-10", "2024-02-10", "2024-02-10", "2024-02-10"),
        ("this-year", "2024-01-01", "2024-12-31", "2024"),
        ("This year", "2024-01-01", "2024-12-31", "2024"),
        ("last-12-months", "2023-03-01", "2024-02-29", "2023-03 to 2024-02"),
        ("2022 to 2023-06", "2022-01-01", "2023-06-30", "2022-01 to 2023-06"),
        ("2022-11-01 – 2023-02-15", "2022-11-01", "2023-02-15", "2022-11-01 to 2023-02-15"),
        ("2022 to", "2022-01-01", None, "from 2022-01-01"),
        ("from 2022-01-01", "2022-01-01", None, "from 2022-01-01"),
        ("from 2022 to 2023", "2022-01-01", "2023-12-31", "2022 to 2023"),
        ("to 2022-06", None, "2022-06-30", "to 2022-06-30"),
        ("9999-12", "9999-12-01", "9999-12-31", "9999-12"),
        ("0999", "0999-01-01", "0999-12-31", "0999"),
        ("0001", "0001-01-01", "0001-12-31", "0001"),
    ],
)
def test_a_period_is_written_in_many_ways(text: str, first: str | None, last: str | None, words: str) -> None:
    period = period_of(text, LATEST, "UTC")
    assert period is not None
    assert (period.first, period.last) == tuple(day and date.fromisoformat(day) for day in (first, last))
    assert period.words() == words


@pytest.mark.parametrize("text", ["", "  ", "all"])
def test_all_time_is_no_period(text: str) -> None:
    assert period_of(text, LATEST, "UTC") is None


@pytest.mark.parametrize("text", ["soon", "2024-13", "2024-02-30", "24", "2023 to 2022", "0000", "2024-01-01-01"])
def test_what_is_no_period_gets_a_sentence(text: str) -> None:
    with pytest.raises(UserError, match=r"is no period|ends after it begins"):
        period_of(text, LATEST, "UTC")


def test_a_listen_of_a_wrong_clock_moves_no_period_into_the_future() -> None:
    today = datetime.now(UTC).date()
    this_year = period_of("this-year", datetime(2099, 1, 1, tzinfo=UTC), "UTC")
    twelve = period_of("last-12-months", datetime(2099, 1, 1, tzinfo=UTC), "UTC")
    assert this_year is not None
    assert twelve is not None
    assert this_year.first == date(today.year, 1, 1)
    assert twelve.last == today


def test_days_are_those_of_the_time_zone() -> None:
    assert period_of("this-year", datetime(2023, 12, 31, 23, 30, tzinfo=UTC), "Europe/Vienna") == Period(
        date(2024, 1, 1), date(2024, 12, 31), "Europe/Vienna", "this-year"
    )
    summer = between("2024-07-01", "2024-07-01", "Europe/Vienna")
    assert summer is not None
    assert (summer.begin, summer.end) == (datetime(2024, 6, 30, 22), datetime(2024, 7, 1, 22))
    assert in_zone(LATEST, "No/Where") == LATEST
    with pytest.raises(UserError, match="Unknown time zone"):
        period_of("2024", LATEST, "No/Where")
    with pytest.raises(UserError, match="no listens with a time"):
        period_of("this-year", None, "UTC")


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
@pytest.mark.parametrize("text", ["0001", "0999", "1969", "2100", "9999-12"])
def test_no_listen_is_in_years_that_an_index_cannot_have(text: str, zone: str) -> None:
    period = period_of(text, LATEST, zone)
    assert period is not None
    assert period.begin == period.end


class Two(NamedTuple):
    """A log's index in a period, and the index of the period's listens alone."""

    part: InPeriod
    alone: Dataset


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    folder, dice = tmp_path_factory.mktemp("period"), random.Random(3)
    log = []
    for _ in range(1500):
        band = min(int(dice.expovariate(0.15)), 39)
        title = f"Song {dice.randrange(4)}" if dice.random() < 0.9 else " "
        log.append(listen(dice.randrange(25), f"Band {band}", band, dice.randrange(6000), title))
    period = Period(date(2007, 3, 10), date(2007, 5, 3), "UTC")
    inside = [one for one in log if period.begin <= one[3] < period.end]
    assert 100 < len(inside) < 1400
    whole = opened(find_home(folder / "whole"), write_listens(folder / "whole.parquet", log))
    alone = opened(find_home(folder / "part"), write_listens(folder / "part.parquet", inside))
    yield Two(InPeriod(whole, period), alone)
    whole.close()
    alone.close()


def test_users_and_artists_are_found_and_counted(two: Two) -> None:
    for text in ("", "1", "nobody"):
        part, alone = (users.search_users(one, text, 100) for one in two)
        assert part.total == alone.total
        assert [_figures(one) for one in part.rows] == [_figures(one) for one in alone.rows]
    for text in ("", "band 1", "bnad 12", "nobody"):
        found, expected = (artists.search_artists(one, text, 100) for one in two)
        assert (found.total, found.forgiven) == (expected.total, expected.forgiven)
        assert [(one.name, one.listeners, one.listens, one.first_at, one.last_at) for one in found.rows] == [
            (one.name, one.listeners, one.listens, one.first_at, one.last_at) for one in expected.rows
        ]


def _figures(user: Any) -> tuple[Any, ...]:
    return user.user_id, user.artists, user.listens, user.first_at, user.last_at


def test_a_user_is_shown_as_they_were_then(two: Two) -> None:
    whose = users.search_users(two.alone, "", 3).rows[0].user_id
    whole = users.find_user(two.part._dataset, whose)
    part, alone = (users.user_profile(one, users.find_user(one, whose), 100) for one in two)
    assert _figures(part.user) == _figures(alone.user)
    assert [(one.artist.name, one.artist.listeners, one.plays) for one in part.top_artists] == [
        (one.artist.name, one.artist.listeners, one.plays) for one in alone.top_artists
    ]
    assert [(one.month, one.listens) for one in part.months] == [(one.month, one.listens) for one in alone.months]
    assert (part.recent, part.listened) == (alone.recent, alone.listened)
    pages = [users.recent_listens(one, users.find_user(one, whose), 5, 7) for one in two]
    assert pages[0] == pages[1]
    assert details.details(two.part, part.user, "Asia/Tokyo") == details.details(two.alone, alone.user, "Asia/Tokyo")
    assert part.mainstream == users.user_profile(two.part._dataset, whole).mainstream, "among all users, as ever"
    stale = person.person_of(Home(Path(), Path()), two.part._dataset, part.user, "UTC").user
    assert _figures(stale) == _figures(whole), "who comes with the figures of a period is looked up again"
    new = sum(month.new_artists or 0 for month in part.months)
    assert new < sum(month.new_artists or 0 for month in alone.months), "those known before are not new"


def test_an_artist_is_shown_as_it_was_then(two: Two) -> None:
    part, alone = (artists.artist_profile(one, artists.find_artist(one, "Band 1"), 100) for one in two)
    assert [(one.user.user_id, one.user.artists, one.plays) for one in part.top_listeners] == [
        (one.user.user_id, one.user.artists, one.plays) for one in alone.top_listeners
    ]
    assert (part.months, part.top_recordings, part.top_releases) == (
        alone.months, alone.top_recordings, alone.top_releases,
    )  # fmt: skip


def test_activity_is_that_of_then(two: Two) -> None:
    assert two.part.info.users == two.alone.info.users
    for look in (stats.activity_stats, stats.matrix_stats, stats.listens_by_month, stats.listens_by_hour):
        assert look(two.part) == look(two.alone), look.__name__


def test_a_zone_that_duckdb_does_not_know_gets_a_sentence(two: Two) -> None:
    part = InPeriod(two.part._dataset, Period(None, None, "right/Nowhere"))
    with pytest.raises(UserError, match="Unknown time zone 'right/Nowhere'; set time_zone"):
        stats.listens_by_month(part)


def test_nobody_listened_before_the_log_began(two: Two) -> None:
    empty = InPeriod(two.part._dataset, Period(None, date(1999, 1, 1), "UTC"))
    user, artist = users.find_user(two.alone, "1"), artists.find_artist(two.alone, "Band 1")
    assert users.search_users(empty, "").total == 0
    gone = users.user_in(empty, user)
    assert (gone.listens, users.user_profile(empty, gone).top_artists) == (0, ())
    assert artists.artist_in(empty, artist).listeners == 0
    assert stats.activity_stats(empty).user_gini == 0
    assert stats.matrix_stats(empty).density == 0
    assert stats.listens_by_month(empty) == ()


def test_months_begin_at_local_midnight(home: Home, tmp_path: Path) -> None:
    dataset = opened(home, write_text(tmp_path / "log.csv", "user,artist,timestamp\nme,Low,2024-01-31 23:30:00\n"))
    tokyo = InPeriod(dataset, Period(date(2024, 2, 1), date(2024, 2, 29), "Asia/Tokyo"))
    assert [(one.month, one.listens) for one in stats.listens_by_month(tokyo)] == [("2024-02", 1)]
    assert InPeriod(dataset, Period(date(2024, 2, 1), date(2024, 2, 29), "UTC")).info.listens == 0
    dataset.close()


def test_a_log_without_times_has_no_periods(home: Home, tmp_path: Path) -> None:
    dataset = opened(home, write_text(tmp_path / "log.csv", "user,artist,plays\nme,Low,7\n"))
    with pytest.raises(UserError, match="no timestamps"):
        InPeriod(dataset, Period(None, None))
    dataset.close()


def test_a_profile_has_the_figures_of_the_period(home: Home, tmp_path: Path) -> None:
    records = [heard("Low", 0), heard("Low", 40 * DAY), heard("Air", 41 * DAY), heard("Air", 42 * DAY), heard("Zao", 1)]
    importing.import_history(home, "me", Log([jot(tmp_path / "me.json", records)]))
    dataset = opened(home, write_listens(tmp_path / "log.parquet", [listen(1, "Low", 1, 0), listen(2, "Air", 2, 1)]))
    user = lookup.find_user_or_profile(home, dataset, "me")
    begin = (user.first_at or LATEST).date() + timedelta(days=30)
    period = Period(begin, None, "UTC")
    who = person.person_of(home, dataset, user, "UTC", period)
    assert (who.user.artists, who.user.listens) == (2, 3)
    profile = who.profile(10)
    assert [(one.artist.name, one.plays) for one in profile.top_artists] == [("Air", 2), ("Low", 1)]
    assert sum(month.listens for month in profile.months) == profile.listened == 3
    assert sum(month.new_artists or 0 for month in profile.months) == 1, "Low was known before"
    assert sum(who.details(10).hours) == 3
    assert who.recent(10, 0).total == 3
    found = lookup.search_users_and_profiles(home, InPeriod(dataset, period), "me").rows[0]
    assert (found.listens, found.first_at) == (3, who.user.first_at)
    dataset.close()
