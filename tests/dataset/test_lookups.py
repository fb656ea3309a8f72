"""What a person who browses finds, and in which order."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.lookups import artists, popular, users
from musicrec_tui.dataset.records import Month
from musicrec_tui.errors import UserError
from musicrec_tui.paths import find_home
from tests.dataset.logs import listen, opened, write_listens

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
    page = artists.search(dataset, "RÓS")
    assert [artist.name for artist in page.rows] == ["Ros", "Rosetta", "Roses", "Sigur Rós", "The Rose", "Macrosolid"]
    assert page.total == 6


def test_pages_of_a_search_tell_the_honest_total(dataset: Dataset) -> None:
    whole = artists.search(dataset, "ros").rows
    assert artists.search(dataset, "ros", 2, 2).rows == whole[2:4]
    assert artists.search(dataset, "ros", 2, 2).total == 6
    beyond = artists.search(dataset, "ros", 2, 100)
    assert (beyond.rows, beyond.total) == ((), 6)
    assert artists.search(dataset, "nobody at all").total == 0


def test_an_empty_search_lists_the_most_popular(dataset: Dataset) -> None:
    page = artists.search(dataset, "  ", 2)
    assert [artist.name for artist in page.rows] == ["Sigur Rós", "The Rose"]
    assert page.total == dataset.info.artists == 8


@pytest.mark.parametrize("text", ["%", "_", "'", "\\", "\0", "*", "[a-z]"])
def test_wildcards_are_letters(text: str, dataset: Dataset) -> None:
    assert artists.search(dataset, text).total == 0


@pytest.mark.parametrize("text", ["id:1", "Sigur Rós", "sigur rós", "SIGUR  ROS"])
def test_an_artist_is_found_by_key_and_by_name(text: str, dataset: Dataset) -> None:
    assert artists.find(dataset, text).key == "id:1"


def test_an_unknown_artist_gets_suggestions(dataset: Dataset) -> None:
    with pytest.raises(UserError, match=r"no artist 'Rosseta' .* Did you mean Rosetta"):
        artists.find(dataset, "Rosseta")
    with pytest.raises(UserError, match=r"no artist ''"):
        artists.find(dataset, "")


def test_an_ambiguous_name_is_told_with_keys(dataset: Dataset) -> None:
    with pytest.raises(UserError, match=r"2 artists are called 'Air'; give a key: id:6 .*, id:7 "):
        artists.find(dataset, "Air")


def test_artists_by_key_and_code(dataset: Dataset) -> None:
    found = artists.by_keys(dataset, ["id:4", "id:99", "id:1"])
    assert {key: artist.name for key, artist in found.items()} == {"id:4": "Ros", "id:1": "Sigur Rós"}
    code = found["id:4"].code
    assert artists.by_codes(dataset, [code]) == {code: found["id:4"]}
    assert artists.by_keys(dataset, []) == {}


def test_an_artists_profile(dataset: Dataset) -> None:
    profile = artists.profile(dataset, artists.find(dataset, "macrosolid"))
    assert (profile.artist.listeners, profile.artist.listens, profile.artist.mbid) == (2, 2, "mbid-8")
    assert [(listener.user.user_id, listener.plays) for listener in profile.top_listeners] == [("1", 1), ("512", 1)]
    assert profile.months == (Month("2007-01", 1), Month("2007-02", 0), Month("2007-03", 0), Month("2007-04", 1))
    assert [(recording.name, recording.listens) for recording in profile.top_recordings] == [("Latest", 1), ("Only", 1)]


def test_users_are_ranked_prefix_before_substring_then_by_listens(dataset: Dataset) -> None:
    page = users.search(dataset, "1")
    assert [user.user_id for user in page.rows] == ["1", "12", "10", "512"]
    assert page.total == 4
    assert users.search(dataset, "1", 1, 9).total == 4
    assert users.search(dataset, "").rows[0].user_id == "1"


def test_an_unknown_user_gets_suggestions(dataset: Dataset) -> None:
    assert users.find(dataset, "512").artists == 1
    with pytest.raises(UserError, match=r"no user '51' .* Did you mean 512"):
        users.find(dataset, "51")


def test_a_users_profile(dataset: Dataset) -> None:
    profile = users.profile(dataset, users.find(dataset, "1"), limit=3)
    assert [(played.artist.name, played.plays) for played in profile.top_artists] == [
        ("Ros", 9),
        ("Macrosolid", 1),
        ("Sigur Rós", 1),
    ]
    assert [month.listens for month in profile.months] == [12, 0, 0, 1]
    recent = profile.recent[0]
    assert (recent.recording_name, recent.listened_at) == ("Latest", datetime(2007, 4, 4, 12, tzinfo=UTC))
    assert [at.listened_at for at in profile.recent] == sorted((at.listened_at for at in profile.recent), reverse=True)


def test_popular_artists_that_a_user_has_not_heard(dataset: Dataset) -> None:
    user = users.find(dataset, "12")
    assert [artist.name for artist in popular.unheard(dataset, user, 3)] == ["Sigur Rós", "The Rose", "Rosetta"]
    assert len(popular.unheard(dataset, user, 100)) == dataset.info.artists - user.artists
