"""What a person who browses finds, and in which order."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.lookups import artists, details, users
from musicrec_tui.dataset.popularity import rank_popular
from musicrec_tui.dataset.recipients import Verdicts, user_recipient
from musicrec_tui.dataset.records import Month, Title, TitlePage, UserDetails
from musicrec_tui.errors import UserError
from musicrec_tui.paths import find_home
from tests.dataset.logs import listen, opened, write_listens, write_text

MONTH = 31 * 24


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dataset]:
    folder = tmp_path_factory.mktemp("lookups")
    log = [
        *(listen(user, "Sigur Rós", 1, user) for user in range(1, 6)),
        *(listen(user, "The Rose", 2, user) for user in range(1, 5)),
        *(listen(user, "Rosetta", 3, user) for user in range(1, 4)),
        *(listen(1, "Ros", 4, place) for place in range(9)),
        *(listen(user, "Roses", 5, user) for user in (10, 12)),
        *(listen(12, name, credit, MONTH * 2) for name, credit in (("Air", 6), ("Air", 7), ("air", None))),
        listen(512, "Macrosolid", 8, 0, "Only"),
        listen(1, "Macrosolid", 8, MONTH * 3, "Latest"),
    ]
    dataset = opened(find_home(folder / "home"), write_listens(folder / "x.parquet", log))
    yield dataset
    dataset.close()


def test_artists_are_ranked_exact_prefix_word_substring_then_by_listeners(dataset: Dataset) -> None:
    page = artists.search_artists(dataset, "RÓS")
    assert [artist.name for artist in page.rows] == ["Ros", "Rosetta", "Roses", "Sigur Rós", "The Rose", "Macrosolid"]
    assert page.total == 6


def test_pages_of_a_search_tell_the_honest_total(dataset: Dataset) -> None:
    whole = artists.search_artists(dataset, "ros").rows
    assert artists.search_artists(dataset, "ros", 2, 2).rows == whole[2:4]
    assert artists.search_artists(dataset, "ros", 2, 2).total == 6
    beyond = artists.search_artists(dataset, "ros", 2, 100)
    assert (beyond.rows, beyond.total) == ((), 6)
    assert artists.search_artists(dataset, "nobody at all").total == 0


def test_an_empty_search_lists_the_most_popular(dataset: Dataset) -> None:
    page = artists.search_artists(dataset, "  ", 2)
    assert [artist.name for artist in page.rows] == ["Sigur Rós", "The Rose"]
    assert page.total == dataset.info.artists == 8


@pytest.mark.parametrize("text", ["%", "_", "'", "\\", "\0", "*", "[a-z]"])
def test_wildcards_are_letters(text: str, dataset: Dataset) -> None:
    assert artists.search_artists(dataset, text).total == 0


@pytest.mark.parametrize("text", ["id:1", "Sigur Rós", "sigur rós", "SIGUR  ROS"])
def test_an_artist_is_found_by_key_and_by_name(text: str, dataset: Dataset) -> None:
    assert artists.find_artist(dataset, text).key == "id:1"


def test_an_unknown_artist_gets_suggestions(dataset: Dataset) -> None:
    with pytest.raises(UserError, match=r"no artist 'Rosseta' .* Did you mean Rosetta"):
        artists.find_artist(dataset, "Rosseta")
    with pytest.raises(UserError, match=r"no artist ''"):
        artists.find_artist(dataset, "")


def test_an_ambiguous_name_is_told_with_keys(dataset: Dataset) -> None:
    with pytest.raises(UserError, match=r"2 artists are called 'Air'; give a key: id:6 .*, id:7 "):
        artists.find_artist(dataset, "Air")


def test_artists_by_key_and_code(dataset: Dataset) -> None:
    found = artists.by_keys(dataset, ["id:4", "id:99", "id:1"])
    assert {key: artist.name for key, artist in found.items()} == {"id:4": "Ros", "id:1": "Sigur Rós"}
    code = found["id:4"].code
    assert artists.by_codes(dataset, [code]) == {code: found["id:4"]}
    assert artists.by_keys(dataset, []) == {}


def test_an_artists_profile(dataset: Dataset) -> None:
    profile = artists.artist_profile(dataset, artists.find_artist(dataset, "macrosolid"))
    assert (profile.artist.listeners, profile.artist.listens, profile.artist.mbid) == (2, 2, "mbid-8")
    assert [(listener.user.user_id, listener.plays) for listener in profile.top_listeners] == [("1", 1), ("512", 1)]
    assert profile.months == (Month("2007-01", 1), Month("2007-02", 0), Month("2007-03", 0), Month("2007-04", 1))
    assert profile.top_recordings == TitlePage((Title("Latest", 1), Title("Only", 1)), 2)
    assert profile.top_releases == TitlePage((Title("Album", 2),), 1)
    assert artists.artist_profile(dataset, profile.artist, 1).top_recordings == TitlePage((Title("Latest", 1),), 2)


def test_users_are_ranked_prefix_before_substring_then_by_listens(dataset: Dataset) -> None:
    page = users.search_users(dataset, "1")
    assert [user.user_id for user in page.rows] == ["1", "12", "10", "512"]
    assert page.total == 4
    assert users.search_users(dataset, "1", 1, 9).total == 4
    assert users.search_users(dataset, "").rows[0].user_id == "1"


def test_an_unknown_user_gets_suggestions(dataset: Dataset) -> None:
    assert users.find_user(dataset, "512").artists == 1
    with pytest.raises(UserError, match=r"no user '51' .* Did you mean 512"):
        users.find_user(dataset, "51")


def test_a_users_profile(dataset: Dataset) -> None:
    profile = users.user_profile(dataset, users.find_user(dataset, "1"), limit=3)
    assert [(played.artist.name, played.plays) for played in profile.top_artists] == [
        ("Ros", 9),
        ("Macrosolid", 1),
        ("Sigur Rós", 1),
    ]
    assert profile.months == (
        Month("2007-01", 12, 4),
        Month("2007-02", 0, 0),
        Month("2007-03", 0, 0),
        Month("2007-04", 1, 1),
    )
    recent = profile.recent[0]
    assert (recent.recording_name, recent.artist_key) == ("Latest", "id:8")
    assert recent.listened_at == datetime(2007, 4, 4, 12, tzinfo=UTC)
    assert [at.listened_at for at in profile.recent] == sorted((at.listened_at for at in profile.recent), reverse=True)


def test_recent_listens_page_on(dataset: Dataset) -> None:
    user = users.find_user(dataset, "1")
    whole = users.recent_listens(dataset, user, 100)
    assert whole.total == len(whole.rows) == users.user_profile(dataset, user).listened == 13
    pages = [users.recent_listens(dataset, user, 5, offset) for offset in (0, 5, 10, 15)]
    assert [listen for page in pages for listen in page.rows] == list(whole.rows)
    assert [(len(page.rows), page.total) for page in pages] == [(5, 13), (5, 13), (3, 13), (0, 13)]


def test_how_mainstream_a_user_is(dataset: Dataset) -> None:
    shares = dict(
        dataset.query(
            'SELECT user_code, avg(listeners) / (SELECT count(*) FROM "user") FROM play '
            "JOIN artist ON code = artist_code GROUP BY user_code"
        )
    )
    for user in users.search_users(dataset, "").rows:
        mainstream = users.user_profile(dataset, user).mainstream
        assert mainstream is not None
        assert mainstream.share == pytest.approx(shares[user.code])
        less = [share for share in shares.values() if share < shares[user.code] - 1e-9]
        assert mainstream.above == pytest.approx(len(less) / len(shares))


def test_a_users_details(dataset: Dataset) -> None:
    told = details.details(dataset, users.find_user(dataset, "1"), limit=2)
    assert told.top_recordings == TitlePage(
        (Title("Song", 9, "Ros", "id:4"), Title("Latest", 1, "Macrosolid", "id:8")), 5
    )
    assert told.top_releases == TitlePage((Title("Album", 9, "Ros", "id:4"), Title("Album", 1, "Sigur Rós", "id:1")), 5)


@pytest.mark.parametrize("zone", ["UTC", "Europe/Vienna", "Asia/Kathmandu", "America/St_Johns", "Pacific/Auckland"])
def test_hours_are_those_of_the_time_zone_with_its_summer_time(zone: str, tmp_path: Path) -> None:
    start = datetime(2015, 1, 1, 0, 25, tzinfo=UTC)
    times = [start + timedelta(hours=step * 7, minutes=step) for step in range(2_000)]
    log = [listen(1, "Air", 1, at.replace(tzinfo=None)) for at in times]
    dataset = opened(find_home(tmp_path / "home"), write_listens(tmp_path / "x.parquet", log))
    told = details.details(dataset, users.find_user(dataset, "1"), zone)
    expected = Counter(at.astimezone(ZoneInfo(zone)).hour for at in times)
    assert told.hours == tuple(expected[hour] for hour in range(24))
    assert told.time_zone == zone


def test_a_time_zone_that_is_not_known_gets_a_sentence(dataset: Dataset) -> None:
    with pytest.raises(UserError, match="Mars/Olympus"):
        details.details(dataset, users.find_user(dataset, "1"), "Mars/Olympus")


def test_a_log_without_times_has_no_hours_and_no_recent_listens(tmp_path: Path) -> None:
    file = write_text(tmp_path / "x.csv", "user_id,artist_name,play_count", "1,Air,2")
    dataset = opened(find_home(tmp_path / "home"), file)
    user = users.find_user(dataset, "1")
    profile = users.user_profile(dataset, user)
    assert (profile.months, profile.recent, profile.listened) == ((), (), 0)
    assert details.details(dataset, user) == UserDetails(TitlePage(), TitlePage(), (), "UTC")
    assert artists.artist_profile(dataset, artists.find_artist(dataset, "Air")).top_releases == TitlePage()


def test_titles_of_nothing_but_blanks_are_no_titles(tmp_path: Path) -> None:
    log = [listen(1, "Air", 1, hour, title) for hour, title in enumerate(["  ", "", "La femme"])]
    dataset = opened(find_home(tmp_path / "home"), write_listens(tmp_path / "x.parquet", log))
    told = details.details(dataset, users.find_user(dataset, "1"))
    assert told.top_recordings == TitlePage((Title("La femme", 1, "Air", "id:1"),), 1)
    assert artists.artist_profile(dataset, artists.find_artist(dataset, "Air")).top_recordings.total == 1


def test_accents_in_a_users_id_do_not_matter(tmp_path: Path) -> None:
    log = [listen(user, "Air", 1) for user in ("José", "jose luis", "Kim José", "other")]
    dataset = opened(find_home(tmp_path / "home"), write_listens(tmp_path / "x.parquet", log))
    assert [user.user_id for user in users.search_users(dataset, "JOSE").rows] == ["José", "jose luis", "Kim José"]
    assert users.search_users(dataset, "josé").total == 3


def test_popular_artists_that_a_user_has_not_heard(dataset: Dataset) -> None:
    user = users.find_user(dataset, "12")
    page = rank_popular(dataset, user_recipient(dataset, user.code, Verdicts()), 3)
    assert [one.artist.name for one in page.rows] == ["Sigur Rós", "The Rose", "Rosetta"]
    assert page.total == dataset.info.artists - user.artists
