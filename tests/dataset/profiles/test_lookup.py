"""A profile beside the users of an index: mapped by the index's own rules, found, opened, and honest about gaps."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from musicrec_tui.dataset.artist_matching import match_by_key
from musicrec_tui.dataset.filters import Filters
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.lookups import users
from musicrec_tui.dataset.popularity import rank_popular_for
from musicrec_tui.dataset.profiles import importing, lookup, person, store, taste
from musicrec_tui.dataset.profiles.store import Profile
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from tests.dataset.logs import HOSTILE, listen, opened, write_listens, write_text
from tests.dataset.profiles.histories import add, counted, heard, jot, rated

LOG = [
    *(listen(user, "Sigur Rós", 7, user) for user in range(5)),
    *(listen(user, "Low", None, 10 + user) for user in range(4)),
    *(listen(user, "Nirvana", 8, 20 + user) for user in range(3)),
    *(listen(user, "nirvana", 9, 30 + user) for user in range(2)),
    listen(0, HOSTILE, None, 50),
    listen(1, "Air", 10, 51),
]


@pytest.fixture
def dataset(home: Home, tmp_path: Path) -> Iterator[Dataset]:
    """Mapped artists and nameless ones, two of one name."""
    made = opened(home, write_listens(tmp_path / "log.parquet", LOG))
    yield made
    made.close()


def profile_of(home: Home, tmp_path: Path, *records: dict[str, object], name: str = "me") -> Profile:
    return importing.import_history(home, name, Log([jot(tmp_path / f"{name}.json", records)]))


def test_artists_are_found_by_id_mbid_and_name(home: Home, tmp_path: Path, dataset: Dataset) -> None:
    own = write_listens(
        tmp_path / "own.parquet",
        [
            listen(0, "Sigur Ros with another spelling", 7, 0),
            listen(0, "ＬＯＷ", None, 1),
            listen(0, "NIRVANA", None, 2),
        ],
    )
    importing.import_history(home, "me", Log([own]))
    profile = importing.import_history(
        home,
        "me",
        Log(
            [
                jot(
                    tmp_path / "own.json",
                    [heard("L'Air", 3, artist_mbid="mbid-10"), heard(HOSTILE, 4), heard("Nobody", 5), heard("Rós", 6)],
                )
            ]
        ),
    )
    found = match_by_key(dataset, taste.own_artists(profile))
    assert {key: artist.key for key, artist in found.items()} == {
        "name:sigur ros with another spelling": "id:7",
        "name:low": "name:low",
        "name:nirvana": "id:8",  # of the two that are called so the one with most listens, as the index does it
        "name:l'air": "id:10",
        f"name:{HOSTILE}": f"name:{HOSTILE}",
    }


def test_ids_of_another_layout_mean_nothing(home: Home, tmp_path: Path, dataset: Dataset) -> None:
    counts = write_text(
        tmp_path / "own.csv", "user_id,artist_id,artist_name,play_count", "me,7,Somebody,3", "me,8,Low,1"
    )
    profile = importing.import_history(home, "me", Log([counts]))
    found = match_by_key(dataset, taste.own_artists(profile))
    assert {key: artist.key for key, artist in found.items()} == {"name:low": "name:low"}


def test_accents_tell_artists_apart_as_in_the_index(home: Home, tmp_path: Path, dataset: Dataset) -> None:
    profile = profile_of(home, tmp_path, heard("Sigur Ros"), heard("SIGUR RÓS", 1))
    found = match_by_key(dataset, taste.own_artists(profile))
    assert {key: artist.key for key, artist in found.items()} == {"name:sigur rós": "id:7"}


def test_a_profile_opens_as_a_user_does(home: Home, tmp_path: Path, dataset: Dataset) -> None:
    month = 31 * 24 * 3600
    profile = profile_of(
        home, tmp_path, heard("Low", 0, "A"), heard("Low", 1, "B"), heard("Nobody", 2), heard("Air", 2 * month),
        rated("Nirvana", -1, 5),
    )  # fmt: skip
    user = lookup.find_user_or_profile(home, dataset, "me")
    assert (user.key, user.user_id, user.artists, user.listens) == ("profile:me", "me", 3, 4)
    found = person.person_of(home, dataset, user, "UTC")
    page = found.profile(50)
    assert page.user == user == found.user == lookup.user_of(profile)
    top = [(one.artist.name, one.plays, one.artist.code >= 0) for one in page.top_artists]
    assert top == [("Low", 2, True), ("Air", 1, True), ("Nobody", 1, False)]
    assert page.top_artists[0].artist.listeners == 4
    assert [(month.month, month.listens, month.new_artists) for month in page.months] == [
        ("2023-11", 3, 2), ("2023-12", 0, 0), ("2024-01", 1, 1),
    ]  # fmt: skip
    recent = [(one.artist_name, one.recording_name) for one in page.recent]
    assert recent == [("Air", "Song"), ("Nobody", "Song"), ("Low", "B"), ("Low", "A")]
    assert page.recent[0].listened_at == user.last_at
    assert (page.unknown_artists, page.listened) == (1, 4)
    assert len(found.profile(1).top_artists) == 1


def test_listens_are_paged_and_titles_and_hours_are_counted(home: Home, tmp_path: Path, dataset: Dataset) -> None:
    hour = 3600
    profile_of(
        home, tmp_path,
        heard("Low", 0, "A"), heard("Low", 1, "A"), heard("Air", hour, "B"), heard("Low", 2 * hour, "B"),
    )  # fmt: skip
    found = person.person_of(home, dataset, lookup.find_user_or_profile(home, dataset, "me"), "Europe/Vienna")
    paged = [found.recent(1, offset) for offset in range(4)]
    assert [page.total for page in paged] == [4] * 4
    assert [page.rows[0].recording_name for page in paged] == ["B", "B", "A", "A"]
    details = found.details(2)
    titles = [(one.name, one.listens, one.artist_name) for one in details.top_recordings.rows]
    assert titles == [("A", 2, "Low"), ("B", 1, "Air")]
    assert details.top_recordings.total == 3
    assert sum(details.hours) == 4
    first = next(at for at, count in enumerate(details.hours) if count == 2)
    in_utc = person.person_of(home, dataset, lookup.find_user_or_profile(home, dataset, "me"), "UTC").details(2).hours
    assert in_utc[(first - 1) % 24] == 2  # Vienna is an hour ahead in November


def test_a_user_of_the_log_opens_as_ever(home: Home, dataset: Dataset) -> None:
    user = lookup.find_user_or_profile(home, dataset, "0")
    assert person.person_of(home, dataset, user, "UTC").profile(50) == users.user_profile(dataset, user)


def test_a_user_and_a_profile_may_have_the_same_name(home: Home, tmp_path: Path, dataset: Dataset) -> None:
    profile_of(home, tmp_path, heard("Low"), name="0")
    assert lookup.find_user_or_profile(home, dataset, "0").key == "0"
    assert lookup.find_user_or_profile(home, dataset, "profile:0").key == "profile:0"
    with pytest.raises(UserError, match="no user 'nobody'"):
        lookup.find_user_or_profile(home, dataset, "nobody")
    with pytest.raises(UserError, match="no profile 'nobody'"):
        lookup.find_user_or_profile(home, dataset, "profile:nobody")


def test_profiles_are_searched_with_users_and_come_first(home: Home, tmp_path: Path, dataset: Dataset) -> None:
    for name in ("Zoë 1", "me", "1st"):
        profile_of(home, tmp_path, heard("Low"), name=name)
    everybody = lookup.search_users_and_profiles(home, dataset, "")
    assert [user.user_id for user in everybody.rows[:3]] == ["1st", "me", "Zoë 1"]
    assert everybody.total == 3 + 5 == len(everybody.rows)
    assert [user.key for user in lookup.search_users_and_profiles(home, dataset, "zoe").rows] == ["profile:Zoë 1"]
    assert [user.key for user in lookup.search_users_and_profiles(home, dataset, "1").rows] == [
        "profile:1st",
        "profile:Zoë 1",
        "1",
    ]
    pages = [lookup.search_users_and_profiles(home, dataset, "", 2, offset) for offset in range(0, 8, 2)]
    assert [user for page in pages for user in page.rows] == list(everybody.rows)
    assert {page.total for page in pages} == {8}


def test_popular_artists_leave_out_what_was_heard_and_what_is_disliked(
    home: Home, tmp_path: Path, dataset: Dataset
) -> None:
    profile = profile_of(
        home, tmp_path, heard("Sigur Rós"), heard("Nobody", 1), rated("Low", -1, 0), rated("Air", 0, 0)
    )
    user = lookup.user_of(profile)
    page = rank_popular_for(home, dataset, user)
    new = [one.artist.name for one in page.rows]
    assert page.total == len(new) == dataset.info.artists - 2
    assert new[0] == "Nirvana"
    assert not {"Sigur Rós", "Low"} & set(new)
    assert "Air" in new  # neither liked nor disliked, never heard
    every, total, _ = rank_popular_for(home, dataset, user, filters=Filters(heard="all"))
    assert total == len(every) == dataset.info.artists - 1
    assert [(one.artist.name, one.plays) for one in every][:2] == [("Sigur Rós", 1), ("Nirvana", 0)]
    assert "Low" not in {one.artist.name for one in every}


def test_a_taste_is_what_the_index_knows_of_it(home: Home, tmp_path: Path, dataset: Dataset) -> None:
    profile = profile_of(
        home, tmp_path, heard("Sigur Rós"), heard("Sigur Ros", 1, artist_mbid="mbid-7"), heard("Nobody", 2),
        rated("Low", -1, 0), rated("Air", 1, 0), rated("Unheard of", 1, 0),
    )  # fmt: skip
    told = taste.taste_of(dataset, profile)
    assert told.plays == {"id:7": 2, "id:10": 5}
    assert told.disliked == {"name:low"}
    assert told.unknown == 2


def test_who_imported_last_is_shown_first(home: Home, tmp_path: Path, dataset: Dataset) -> None:
    assert lookup.first_shown(home, dataset) == users.typical_user(dataset)
    for name in ("me", "you"):
        profile_of(home, tmp_path, heard("Low"), name=name)
    assert lookup.first_shown(home, dataset).key == "profile:you"
    profile_of(home, tmp_path, heard("Low"), name="me")
    assert lookup.first_shown(home, dataset).key == "profile:me"


def test_counts_have_no_months(home: Home, tmp_path: Path, dataset: Dataset) -> None:
    importing.import_history(home, "me", Log([jot(tmp_path / "c.json", [counted("Low", 3)], "counts")]))
    page = person.person_of(home, dataset, lookup.find_user_or_profile(home, dataset, "me"), "UTC").profile(50)
    assert (page.months, page.recent) == ((), ())
    assert page.user.listens == 3


def test_a_profile_that_is_gone_is_said_to_be(home: Home, tmp_path: Path, dataset: Dataset) -> None:
    user = lookup.user_of(profile_of(home, tmp_path, heard("Low")))
    store.delete_profile(home, "me")
    with pytest.raises(UserError, match="no profile 'me'"):
        person.person_of(home, dataset, user, "UTC").profile(50)


def test_an_empty_mapping_asks_nothing(dataset: Dataset) -> None:
    assert match_by_key(dataset, []) == {}


def test_an_import_is_no_rebuild(home: Home, tmp_path: Path, dataset: Dataset) -> None:
    before = {path: path.stat().st_mtime_ns for path in home.indexes.iterdir()}
    add(home, jot(tmp_path / "a.json", [heard("Low")]))
    assert {path: path.stat().st_mtime_ns for path in home.indexes.iterdir()} == before
