"""A year in review: held to a count by hand, of a user and of a profile, in another time zone, with hostile names."""

import csv
import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.lookups import users
from musicrec_tui.dataset.profiles import importing, lookup
from musicrec_tui.dataset.review import card, pages
from musicrec_tui.dataset.review.year import Review, latest_year, longest_streak, review
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home

HOSTILE = "<b>A|B</b> \x1b[31m & *bold*"
ZONE = "America/New_York"
Plays = list[tuple[datetime, str, str, str]]


def plays() -> Plays:
    """Listens of two years, around midnight and New Year too."""
    rng, start = np.random.default_rng(5), datetime(2022, 12, 10, tzinfo=UTC)
    names = [HOSTILE, *(f"Band {number}" for number in range(12))]
    found = []
    for _ in range(600):
        at = start + timedelta(minutes=int(rng.integers(0, 60 * 24 * 420)))
        artist = int(min(rng.geometric(0.2), len(names)) - 1)
        if at.year == 2022 and artist > 3:
            continue
        found.append((at, names[artist], f"Album {artist % 3}" if artist % 4 else "", f"Song {rng.integers(0, 4)}"))
    return sorted({one[0]: one for one in found}.values())


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, Path]:
    root = tmp_path_factory.mktemp("review")
    with (root / "log.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["user_id", "artist_name", "release_name", "recording_name", "date", "time"])
        for at, artist, album, track in plays():
            rows.writerow(["ann", artist, album, track, f"{at:%Y-%m-%d}", f"{at:%H:%M:%S}"])
        rows.writerow(["bob", "Band 1", "", "Song", "2023-01-01", "10:00:00"])
    home = Home(root, root / "cache")
    build.ensure(Log([root / "log.csv"]), home)
    return home, root / "log.csv"


@pytest.fixture
def dataset(log: tuple[Home, Path]) -> Iterator[Dataset]:
    found = Dataset(build.ensure(Log([log[1]]), log[0]))
    yield found
    found.close()


def counted(year: int, zone: str) -> tuple[Plays, Plays]:
    """The listens of a year in a time zone, and those before it."""
    local = [(at.astimezone(ZoneInfo(zone)), artist, album, track) for at, artist, album, track in plays()]
    return [one for one in local if one[0].year == year], [one for one in local if one[0].year < year]


@pytest.mark.parametrize("zone", ["UTC", ZONE])
@pytest.mark.parametrize("whose", ["user", "profile"])
def test_it_adds_up(log: tuple[Home, Path], dataset: Dataset, zone: str, whose: str) -> None:
    home = log[0]
    if whose == "user":
        user = users.find_user(dataset, "ann")
    else:
        user = lookup.user_of(importing.import_history(home, "me", Log([log[1]]), user="ann"))
    found = review(home, dataset, user, zone, 2023, limit=5)
    own, earlier = counted(2023, zone)
    assert found.totals.listens == len(own) == sum(found.hours) == sum(found.months)
    assert found.totals.artists == len({artist for _, artist, _, _ in own})
    assert found.totals.albums == len({(artist, album) for _, artist, album, _ in own if album})
    assert found.totals.tracks == len({(artist, track) for _, artist, _, track in own})
    days = sorted({at.date() for at, *_ in own})
    assert found.totals.days == len(days)
    assert found.streak == longest_streak(days)
    assert found.hours == tuple(Counter(at.hour for at, *_ in own)[hour] for hour in range(24))
    assert found.months == tuple(Counter(at.month for at, *_ in own)[month] for month in range(1, 13))
    artists = Counter(artist for _, artist, _, _ in own)
    assert [one.listens for one in found.artists] == [count for _, count in artists.most_common(5)]
    assert all(artists[one.name] == one.listens for one in found.artists)
    tracks = Counter((artist, track) for _, artist, _, track in own)
    assert all(tracks[one.artist, one.name] == one.listens for one in found.tracks)
    new = set(artists) - {artist for _, artist, _, _ in earlier}
    assert found.discovered == len(new)
    assert {one.name for one in found.discoveries} <= new
    first = {artist: min(at.date() for at, other, *_ in own if other == artist) for artist in new}
    assert all(one.first == first[one.name] for one in found.discoveries)
    assert found.busiest[1] == max(Counter(at.date() for at, *_ in own).values())
    assert found.before is not None
    assert found.before.listens == len(counted(2022, zone)[0])
    assert found.mainstream is not None
    assert found.mainstream == pytest.approx((len(artists) + 1) / len(artists) / 2)  # bob has one of them, too
    assert found.years == tuple(sorted({at.astimezone(ZoneInfo(zone)).year for at, *_ in plays()}))


def year_of(log: tuple[Home, Path], dataset: Dataset, year: int | None = None) -> Review:
    return review(log[0], dataset, users.find_user(dataset, "ann"), "UTC", year)


def test_a_year_that_has_not_begun_is_of_a_wrong_clock() -> None:
    assert latest_year([2022, 2024, 2099]) == 2024
    assert latest_year({2098: 1, 2099: 2}) == 2099


def test_without_a_year_it_is_the_latest(log: tuple[Home, Path], dataset: Dataset) -> None:
    assert year_of(log, dataset).year == 2024
    with pytest.raises(UserError, match=r"no listens by ann in 1999; years with listens: 2022, 2023, 2024"):
        year_of(log, dataset, 1999)


def test_the_first_year_has_nothing_to_be_compared_with(log: tuple[Home, Path], dataset: Dataset) -> None:
    found = year_of(log, dataset, 2022)
    assert found.before is None
    assert found.discovered == found.totals.artists
    assert "against" not in pages.plain_text(found)


def test_the_page_is_markdown_that_no_name_can_break(log: tuple[Home, Path], dataset: Dataset) -> None:
    text = pages.markdown(year_of(log, dataset, 2023))
    assert text.startswith("# 2023 of ann\n")
    assert "against 2022" in text
    assert "\x1b" not in text
    assert "\\<b\\>A\\|B\\</b\\>" in text
    for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(widths) == 1


def test_the_card_is_an_svg_that_no_name_can_break(log: tuple[Home, Path], dataset: Dataset) -> None:
    text = card.render_card(year_of(log, dataset, 2023))
    root = ET.fromstring(text)  # noqa: S314  (ours)
    words = [node.text or "" for node in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "2023 of ann" in words
    assert any(word.startswith("<b>A|B</b>") for word in words)
    assert "\x1b" not in text
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")


def test_the_longest_streak_is_the_earliest_of_equal_ones() -> None:
    days = [date(2024, 2, day) for day in (1, 2, 5, 6, 28, 29)] + [date(2024, 3, 1)]
    assert longest_streak(days) == longest_streak(days[:1] + days[4:])
    assert longest_streak(days).days == 3
    assert longest_streak(days[:4]).first == date(2024, 2, 1)


def test_a_history_without_times_has_no_year(home: Home, tmp_path: Path) -> None:
    (log := tmp_path / "counts.csv").write_text("user_id,artist_name,play_count\nann,Low,3\nbob,Low,1\n")
    found = Dataset(build.ensure(Log([log]), home))
    with pytest.raises(UserError, match="no listens with a time"):
        review(home, found, users.find_user(found, "ann"), "UTC")
    found.close()
