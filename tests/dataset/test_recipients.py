"""Opinions on an index: which artists they mean, whichever log they were given on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from musicrec_tui.dataset import opinions, recipients
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.lookups import artists
from musicrec_tui.dataset.opinions import EVERYBODY, Opinion, Verdict
from musicrec_tui.dataset.popularity import rank_popular_for
from musicrec_tui.dataset.profiles import importing
from musicrec_tui.dataset.profiles import store as profiles
from musicrec_tui.dataset.profiles.lookup import user_of
from musicrec_tui.dataset.recipients import Verdicts
from musicrec_tui.paths import Home, find_home
from tests.dataset.logs import listen, opened, write_listens, write_text

LOG = [
    *(listen(user, "Sigur Rós", 7, user) for user in range(5)),
    *(listen(user, "Nirvana", 8, 20 + user) for user in range(3)),
    *(listen(user, "nirvana", 9, 30 + user) for user in range(2)),
    listen(1, "Low", None, 50),
]


@pytest.fixture
def dataset(home: Home, tmp_path: Path) -> Iterator[Dataset]:
    made = opened(home, write_listens(tmp_path / "log.parquet", LOG))
    yield made
    made.close()


def judge(home: Home, dataset: Dataset, whom: str, name: str, verdict: Verdict) -> str:
    return recipients.toggle_opinion(home, dataset, whom, artists.find_artist(dataset, name), verdict)


def held(home: Home, dataset: Dataset, whom: str) -> tuple[set[str], set[str]]:
    found = recipients.verdicts_of(dataset, opinions.read_opinions(home.opinions), whom)
    return set(found.loved), set(found.blocked)


def test_a_verdict_is_given_changed_and_taken_back(home: Home, dataset: Dataset) -> None:
    assert held(home, dataset, "1") == (set(), set())
    assert judge(home, dataset, "1", "id:8", "loved") == "loved"
    assert judge(home, dataset, "1", "id:9", "blocked") == "blocked"  # of two that are called so
    assert held(home, dataset, "1") == ({"id:8"}, {"id:9"})
    assert judge(home, dataset, "1", "id:8", "blocked") == "blocked"
    assert judge(home, dataset, "1", "id:9", "blocked") == "neither"
    assert held(home, dataset, "1") == (set(), {"id:8"})
    assert held(home, dataset, "2") == (set(), set())


def test_what_is_blocked_for_everybody_nobody_loves(home: Home, dataset: Dataset) -> None:
    judge(home, dataset, EVERYBODY, "Low", "blocked")
    judge(home, dataset, "1", "Low", "loved")
    judge(home, dataset, "1", "Sigur Rós", "loved")
    assert held(home, dataset, "1") == ({"id:7"}, {"name:low"})
    assert held(home, dataset, EVERYBODY) == (set(), {"name:low"})


def test_another_log_knows_the_artist_by_its_name_and_not_by_an_id_of_elsewhere(
    home: Home, dataset: Dataset, tmp_path: Path
) -> None:
    judge(home, dataset, "me", "Sigur Rós", "loved")
    judge(home, dataset, "me", "Low", "blocked")
    lines = ("user_id,artist_id,artist_name,play_count", "me,7,Another,1", "me,3,SIGUR RÓS,2", "me,4,Low,2")
    other = opened(find_home(tmp_path / "other"), write_text(tmp_path / "counts.csv", *lines))
    assert {one.key for one in artists.search_artists(other, "").rows} == {"id:7", "id:3", "id:4"}
    assert held(home, other, "me") == ({"id:3"}, {"id:4"})
    assert judge(home, other, "me", "id:4", "blocked") == "neither"  # what was said elsewhere is taken back here
    assert held(home, dataset, "me") == ({"id:7"}, set())
    other.close()


def test_a_forgotten_profile_takes_its_opinions_along(home: Home, dataset: Dataset, tmp_path: Path) -> None:
    log = write_text(tmp_path / "x.csv", "user_id,artist_name,play_count", "me,Low,3")
    user = user_of(importing.import_history(home, "me", Log([log])))
    judge(home, dataset, user.key, "id:8", "loved")
    assert "id:8" not in {one.artist.key for one in rank_popular_for(home, dataset, user).rows}
    profiles.delete_profile(home, "me")
    importing.import_history(home, "me", Log([log]))
    assert recipients.verdicts_of(dataset, opinions.read_opinions(home.opinions), user.key) == Verdicts()
    assert "id:8" in {one.artist.key for one in rank_popular_for(home, dataset, user).rows}


def test_an_opinion_about_an_artist_that_the_log_lacks_changes_nothing(home: Home, dataset: Dataset) -> None:
    opinions.change_opinions(home, "1", give=[Opinion("blocked", "name:nobody", "Nobody")])
    assert held(home, dataset, "1") == (set(), set())
