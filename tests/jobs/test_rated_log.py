"""A log of ratings: it trains, the run says how ratings counted, and what somebody dislikes is never recommended."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from musicrec_tui.dataset.filters import HEARD, Filters
from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.lookups import users
from musicrec_tui.dataset.popularity import rank_popular
from musicrec_tui.dataset.recipients import Verdicts, user_recipient
from musicrec_tui.jobs import model_export
from musicrec_tui.jobs.host_protocol import Recommend
from musicrec_tui.jobs.service import Service
from musicrec_tui.paths import Home
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.recommenders.popularity import PopularityParams
from musicrec_tui.recommenders.registry import Params
from musicrec_tui.recommenders.rp3beta import Rp3BetaParams
from musicrec_tui.runs import events, store
from musicrec_tui.runs.status import Status
from tests.jobs.answers import listed
from tests.jobs.conftest import World

MODELS: dict[str, Params] = {
    "als": AlsParams(factors=8, iterations=5),
    "popularity": PopularityParams(),
    "rp3beta": Rp3BetaParams(),
}


@pytest.fixture(scope="module")
def rated(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Stars of people who like half of 40 artists and dislike some of both halves; every model is trained on them."""
    root = tmp_path_factory.mktemp("rated")
    rng = np.random.default_rng(3)
    log = root / "stars.csv"
    with log.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["user_id", "artist_name", "rating"])
        for user in range(50):
            for artist in rng.choice(40, 20, replace=False):
                liked = artist % 2 == user % 2 and rng.random() < 0.8
                stars = rng.choice([4, 4.5, 5]) if liked else rng.choice([0.5, 1, 2, 3])
                rows.writerow([f"u{user}", f"artist {artist}", stars])
    home = Home(root, root / "cache")
    index = build.ensure(Log([log]), home)
    dataset = Dataset(index)
    world = World(home, log, index, dataset.info.content)
    dataset.close()
    for name, params in MODELS.items():
        assert world.finished(params, name=name).status is Status.FINISHED
    return world


@pytest.fixture
def dataset(rated: World) -> Iterator[Dataset]:
    opened = Dataset(rated.index)
    yield opened
    opened.close()


def disliked(log: Path) -> dict[str, set[str]]:
    """By user, the artists with less than three stars on average, read from the log itself."""
    found = defaultdict(set)
    with log.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if float(row["rating"]) < 3:
                found[row["user_id"]].add(row["artist_name"])
    return found


def test_the_run_says_how_ratings_became_confidence(rated: World, dataset: Dataset) -> None:
    total = sum(map(len, disliked(rated.log).values()))
    assert dataset.info.disliked == total > 100
    for name in MODELS:
        run = store.find_run(rated.home, name)
        assert run.result is not None
        assert run.result.ratings.startswith("ratings, 1 to 5 stars: 4 stars counts 3, 5 stars 5; ")
        assert f"{total} dislikes never recommended" in run.result.ratings
        assert run.result.candidates.endswith("and does not dislike")
        assert any(
            run.result.ratings == event.text for event in store.events(run.folder) if isinstance(event, events.Log)
        )


@pytest.mark.parametrize("name", MODELS)
def test_no_list_has_what_its_user_dislikes(rated: World, dataset: Dataset, tmp_path: Path, name: str) -> None:
    run = store.find_run(rated.home, name)
    hated = disliked(rated.log)
    service = Service()
    for user, names in hated.items():
        for heard in HEARD:
            ask = Recommend(run=str(run.folder), index=str(rated.index), user=user, k=100, filters=Filters(heard=heard))
            answer = listed(service.answer(ask))
            listed_names = {row.artist.name for row in answer.rows}
            assert not listed_names & names
            assert answer.total == len(answer.rows)
    service.close()
    target = tmp_path / "all.csv"
    assert model_export.recommendations(run, dataset, target, 40).rows > 0
    with target.open(encoding="utf-8", newline="") as file:
        assert not any(row["artist_name"] in hated[row["user_id"]] for row in csv.DictReader(file))


def test_popularity_without_a_model_leaves_dislikes_out_too(rated: World, dataset: Dataset) -> None:
    for user, names in disliked(rated.log).items():
        found = users.find_user(dataset, user)
        for heard in HEARD:
            page = rank_popular(dataset, user_recipient(dataset, found.code, Verdicts()), 100, Filters(heard=heard))
            assert not {one.artist.name for one in page.rows} & names


def test_what_counts_is_the_confidence(rated: World, dataset: Dataset) -> None:
    plays = dict(dataset.query("SELECT r.rating, p.plays FROM play p JOIN rating r USING (user_code, artist_code)"))
    assert plays == {4.0: 3, 4.5: 4, 5.0: 5}
