"""Typed artists are a profile like any other, and typing again changes nothing but them."""

from pathlib import Path

import pytest

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.lookups import artists
from musicrec_tui.dataset.profiles import history, lookup, person, store, taste, typed
from musicrec_tui.dataset.profiles.typed import TypedArtist
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from tests.dataset.logs import HOSTILE, listen, opened, write_listens
from tests.dataset.profiles.histories import add, heard, jot, rated

LONG = "x" * 10_000
LISTENS = [
    *(listen(user, name, credit) for user in (1, 2) for name, credit in (("Pixies", 7), ("Low", None), (HOSTILE, 9))),
    listen(1, "Nirvana", 50),
    listen(2, "Nirvana", 51, at=1),
    listen(2, LONG, None, at=2),
]


@pytest.fixture
def dataset(home: Home, tmp_path: Path) -> Dataset:
    """A log with mapped artists and others; two are called Nirvana."""
    return opened(home, write_listens(tmp_path / "log.parquet", LISTENS))


def chosen(dataset: Dataset, *keys: str, disliked: tuple[str, ...] = ()) -> list[TypedArtist]:
    """Artists by name or key."""
    return [TypedArtist(artists.find_artist(dataset, key), key not in disliked) for key in (*keys, *disliked)]


def test_what_was_typed_comes_back_in_its_order(dataset: Dataset, home: Home) -> None:
    choices = chosen(dataset, "Pixies", "Low", LONG, HOSTILE, "id:51", "id:50", disliked=())
    choices[1] = choices[1]._replace(liked=False)
    profile = typed.save_typed(home, dataset, "me", choices)
    assert [one[:2] for one in typed.typed_artists(dataset, profile)] == [one[:2] for one in choices]
    assert typed.typed_names(profile) == [(one.artist.name, one.liked) for one in choices]
    told = taste.taste_of(dataset, profile)
    assert told.plays == {one.artist.key: 5 for one in choices if one.liked}  # as `recommend --like` counts them
    assert told.disliked == {choices[1].artist.key}
    shown = person.person_of(home, dataset, lookup.user_of(profile), "UTC").profile(50)
    assert (shown.typed_liked, shown.typed_disliked, shown.typed_only, shown.unknown_artists) == (5, 1, True, 0)


def test_typing_again_replaces(dataset: Dataset, home: Home) -> None:
    typed.save_typed(home, dataset, "me", chosen(dataset, "Pixies", "Low"))
    profile = typed.save_typed(home, dataset, "me", chosen(dataset, "Low", "id:50", disliked=("Pixies",)))
    assert typed.typed_names(profile) == [("Low", True), ("Nirvana", True), ("Pixies", False)]
    [account] = profile.stored.imports
    assert (account.rows, account.new, account.known) == (3, 2, 1)
    assert (profile.stored.artists, profile.stored.ratings, profile.stored.rating_scales) == (2, 3, ("-1, 0, 1",))
    assert [path.name for path in sorted(profile.folder.iterdir())] == ["listens-2.parquet", "profile.json"]
    assert {path.stat().st_mode & 0o777 for path in profile.folder.iterdir()} == {0o600}
    assert profile.folder.stat().st_mode & 0o777 == 0o700


def test_what_was_imported_stays(dataset: Dataset, home: Home, tmp_path: Path) -> None:
    add(home, jot(tmp_path / "a.jsonl", [heard("Low", 0), heard("Low", 60), rated("Pixies", 5)]))
    typed.save_typed(home, dataset, "me", chosen(dataset, "id:50", disliked=("Pixies",)))
    profile = typed.save_typed(home, dataset, "me", chosen(dataset, "id:51"))
    assert taste.taste_of(dataset, profile).plays == {"name:low": 2, "id:7": 5, "id:51": 5}
    assert [one.layout for one in profile.stored.imports] == ["listens", "typed"]
    assert set(profile.stored.rating_scales) == {"1 to 5 stars", "-1, 0, 1"}
    add(home, jot(tmp_path / "b.jsonl", [heard("Low", 120)]))
    profile = store.read_profile(home, "me")
    assert taste.taste_of(dataset, profile).plays == {"name:low": 3, "id:7": 5, "id:51": 5}
    assert typed.typed_names(profile) == [("Nirvana", True)]


def test_artists_that_another_log_lacks_stay(dataset: Dataset, home: Home, tmp_path: Path) -> None:
    other = opened(home, write_listens(tmp_path / "other.parquet", [listen(1, "Low", 700), listen(1, "Blur", 7)]))
    typed.save_typed(home, dataset, "me", chosen(dataset, "Pixies", "Low", "id:51"))
    choices = typed.typed_artists(other, store.read_profile(home, "me"))
    # The ids of one log mean the same artist in another of its layout; else names do.
    assert [(one.artist.code >= 0, one.artist.key) for one in choices] == [
        (True, "id:7"), (True, "id:700"), (False, "name:nirvana"),
    ]  # fmt: skip
    typed.save_typed(home, other, "me", choices[1:])
    assert [one.artist.key for one in typed.typed_artists(dataset, store.read_profile(home, "me"))] == [
        "name:low",
        "id:51",
    ]


def test_a_typed_profile_is_found_and_shown_first(dataset: Dataset, home: Home) -> None:
    typed.save_typed(home, dataset, HOSTILE, chosen(dataset, "Pixies"))
    assert lookup.first_shown(home, dataset).user_id == HOSTILE
    assert [user.user_id for user in lookup.search_users_and_profiles(home, dataset, "owned").rows] == [HOSTILE]
    store.delete_profile(home, HOSTILE)
    assert not store.has_profile(home, HOSTILE)


@pytest.mark.parametrize(
    ("name", "liked", "disliked", "said"),
    [
        ("me", (), ("Low",), "at least one artist"),
        ("me", ("Low", "Low"), (), "'Low' is there twice"),
        (" ", ("Low",), (), "needs a name"),
    ],
)
def test_mistakes_get_sentences(
    dataset: Dataset, home: Home, name: str, liked: tuple[str, ...], disliked: tuple[str, ...], said: str
) -> None:
    with pytest.raises(UserError, match=said):
        typed.save_typed(home, dataset, name, chosen(dataset, *liked, disliked=disliked))
    assert store.profile_names(home) == []


def test_a_damaged_history_is_not_written_over(dataset: Dataset, home: Home) -> None:
    profile = typed.save_typed(home, dataset, "me", chosen(dataset, "Low"))
    (profile.folder / profile.stored.history_file).write_bytes(b"")
    with pytest.raises(UserError, match="not the one that was written"):
        typed.save_typed(home, dataset, "me", chosen(dataset, "Pixies"))
    with pytest.raises(UserError, match="not the one that was written"):
        history.ask(store.read_profile(home, "me"), lambda query: query("SELECT 1 FROM told"))
