"""The split's promises: nothing in two parts, everything in one, the same on every machine."""

import hashlib
import math
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from musicrec_tui.dataset import interactions, last_listens, splits
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.split_spec import SplitKind, SplitSpec
from musicrec_tui.errors import UserError
from musicrec_tui.paths import find_home
from tests.dataset.logs import listen, opened, write_listens, write_text


def made(folder: Path, *, shuffled: bool = False) -> Dataset:
    """Users with 1 to 24 artists; later artists are heard later, some again much later."""
    log = [listen(user, f"artist {place * 7 % 31}", None, place) for user in range(1, 25) for place in range(user)]
    log += [listen(user, "artist 0", None, 100 + user) for user in range(1, 25, 3)]
    if shuffled:
        random.Random(1).shuffle(log)
    return opened(find_home(folder / "home"), write_listens(folder / "x.parquet", log))


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return made(tmp_path_factory.mktemp("splits"))


@pytest.fixture(scope="module")
def matrix(dataset: Dataset) -> interactions.Interactions:
    return interactions.load_interactions(dataset)


def cells(part: Any, matrix: interactions.Interactions) -> dict[tuple[str, str], float]:
    """The cells of a part by their keys."""
    coo = part.tocoo()
    return {
        (matrix.user_keys[user], matrix.artist_keys[artist]): float(plays)
        for user, artist, plays in zip(coo.row, coo.col, coo.data, strict=True)
    }


def test_the_matrix_is_what_the_index_says(dataset: Dataset, matrix: interactions.Interactions) -> None:
    matrix.plays.check_format(full_check=True)
    assert matrix.plays.has_sorted_indices
    assert matrix.plays.dtype == np.float32
    assert matrix.plays.shape == (dataset.info.users, dataset.info.artists)
    assert matrix.plays.nnz == dataset.info.plays
    assert matrix.plays.sum() == dataset.info.listens
    assert cells(matrix.plays, matrix)["1", "name:artist 0"] == 2


def leaves_nothing(dataset: Dataset, spec: SplitSpec) -> bool:
    """Whether validation begins, by time, with the oldest listens of all."""
    moments = sorted(moment for (moment,) in dataset.query("SELECT listened_at FROM listen"))
    held_out = sum(int(share * len(moments) + 0.5) for share in (spec.test, spec.validation))
    return bool(held_out) and moments[len(moments) - held_out] == moments[0]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@example(kind="time", test=0.5, validation=0.4375, seed=0, min_artists=1)
@given(
    kind=st.sampled_from(["random", "leave-last", "time"]),
    test=st.floats(0, 0.5),
    validation=st.floats(0, 0.45),
    seed=st.integers(-5, 2**40),
    min_artists=st.integers(1, 9),
)
def test_no_pair_is_in_two_parts_and_every_pair_is_in_one(
    dataset: Dataset,
    matrix: interactions.Interactions,
    kind: Any,
    test: float,
    validation: float,
    seed: int,
    min_artists: int,
) -> None:
    spec = SplitSpec(kind, test, validation, seed, min_artists=min_artists)
    if kind == "time" and leaves_nothing(dataset, spec):
        with pytest.raises(UserError, match="no train part"):
            splits.split(dataset, matrix, spec)
        return
    parts = splits.split(dataset, matrix, spec)
    for part in parts:
        part.check_format(full_check=True)
        assert part.shape == matrix.plays.shape
    found = [set(cells(part, matrix)) for part in parts]
    assert sum(map(len, found)) == len(set.union(*found))
    assert set.union(*found) == set(cells(matrix.plays, matrix))
    if kind != "time":
        assert (parts.train.getnnz(axis=1) >= 1).all()
        assert sum(part.sum() for part in parts) == matrix.plays.sum()


def test_random_is_md5_of_seed_user_and_artist(dataset: Dataset, matrix: interactions.Interactions) -> None:
    parts = splits.split(dataset, matrix, SplitSpec(test=0.25, validation=0.1, seed=7))
    train, validation, test = (cells(part, matrix) for part in parts)
    for user in matrix.user_keys:
        heard = [artist for who, artist in cells(matrix.plays, matrix) if who == user]
        heard.sort(key=lambda artist: hashlib.md5(f"7|{user}|{artist}".encode(), usedforsecurity=False).hexdigest())
        if len(heard) < 5:
            tests = validations = 0
        else:
            tests, validations = math.floor(0.25 * len(heard) + 0.5), math.floor(0.1 * len(heard) + 0.5)
        assert {artist for who, artist in test if who == user} == set(heard[:tests])
        assert {artist for who, artist in validation if who == user} == set(heard[tests : tests + validations])
        assert {artist for who, artist in train if who == user} == set(heard[tests + validations :])


def test_leave_last_takes_what_was_heard_last(dataset: Dataset, matrix: interactions.Interactions) -> None:
    parts = splits.split(dataset, matrix, SplitSpec("leave-last", 0.2, 0.2))
    # User 10 hears artists 0, 7, 14, 21, 28, 4, 11, 18, 25, 1 in this order, and artist 0 again at the end.
    found = [{artist for user, artist in cells(part, matrix) if user == "10"} for part in parts]
    assert found[2] == {"name:artist 0", "name:artist 1"}
    assert found[1] == {"name:artist 25", "name:artist 18"}


def test_time_cuts_at_instants_and_counts_plays_within_the_part(tmp_path: Path) -> None:
    log = [
        *(listen(1, "old", None, hour) for hour in range(6)),
        listen(1, "middle", None, 6),
        listen(1, "old", None, 7),
        listen(1, "middle", None, 8),
        listen(2, "new", None, 9),
    ]
    dataset = opened(find_home(tmp_path / "home"), write_listens(tmp_path / "x.parquet", log))
    matrix = interactions.load_interactions(dataset)
    discovery = splits.split(dataset, matrix, SplitSpec("time", 0.2, 0.2))
    assert [cells(part, matrix) for part in discovery] == [
        {("1", "name:old"): 6.0},
        {("1", "name:middle"): 1.0},
        {("2", "name:new"): 1.0},
    ]
    repeat = splits.split(dataset, matrix, SplitSpec("time", 0.2, 0.2, protocol="repeat"))
    assert [cells(part, matrix) for part in repeat] == [
        {("1", "name:old"): 6.0},
        {("1", "name:old"): 1.0, ("1", "name:middle"): 1.0},
        {("1", "name:middle"): 1.0, ("2", "name:new"): 1.0},
    ]


@pytest.mark.parametrize("kind", ["random", "leave-last", "time"])
def test_a_split_does_not_depend_on_the_order_of_rows(
    kind: Any, dataset: Dataset, matrix: interactions.Interactions, tmp_path: Path
) -> None:
    other = made(tmp_path, shuffled=True)
    other_matrix = interactions.load_interactions(other)
    for one, two in zip(
        splits.split(dataset, matrix, SplitSpec(kind)), splits.split(other, other_matrix, SplitSpec(kind)), strict=True
    ):
        assert cells(one, matrix) == cells(two, other_matrix)
    assert other.info.content == dataset.info.content


def test_seeds_differ(dataset: Dataset, matrix: interactions.Interactions) -> None:
    one, two = (splits.split(dataset, matrix, SplitSpec(seed=seed)).test for seed in (1, 2))
    assert cells(one, matrix) != cells(two, matrix)


def test_what_cannot_be_split_is_one_sentence(
    dataset: Dataset, matrix: interactions.Interactions, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match="leaves nothing"):
        splits.split(dataset, matrix, SplitSpec(test=0.5, validation=0.5))
    counts = opened(
        find_home(tmp_path / "home"), write_text(tmp_path / "x.csv", "user_id,artist_name,play_count", "1,Air,2")
    )
    for kind in ("leave-last", "time"):
        with pytest.raises(UserError, match="has no timestamps"):
            splits.split(counts, interactions.load_interactions(counts), SplitSpec(kind))
    instant = opened(
        find_home(tmp_path / "home"), write_listens(tmp_path / "y.parquet", [listen(user, "a") for user in range(9)])
    )
    with pytest.raises(UserError, match="the same time"):
        splits.split(instant, interactions.load_interactions(instant), SplitSpec("time"))


@pytest.mark.parametrize("kind", ["random", "leave-last", "time"])
def test_ages_are_days_to_the_users_last_listen_within_the_part(
    kind: SplitKind, dataset: Dataset, matrix: interactions.Interactions
) -> None:
    spec = SplitSpec(kind)
    parts, last = splits.split(dataset, matrix, spec), last_listens.last_listens(dataset, spec)
    assert last is not None
    both = (parts.train + parts.validation).tocsr()
    both.sort_indices()
    listens = dataset.query("SELECT user_code, artist_code, epoch(listened_at) FROM listen ORDER BY 3")
    for part, known, share in ((parts.train, last.train, 0.3), (both, last.both, 0.2)):
        cut = len(listens) - int(share * len(listens) + 0.5) if kind == "time" else len(listens)
        latest = {(user, artist): second for user, artist, second in listens[:cut]}
        coo = part.tocoo()
        of_user: dict[int, float] = {}
        for user, artist in zip(coo.row.tolist(), coo.col.tolist(), strict=True):
            of_user[user] = max(of_user.get(user, 0.0), latest[user, artist])
        wanted = [
            (of_user[user] - latest[user, artist]) / 86400
            for user, artist in zip(coo.row.tolist(), coo.col.tolist(), strict=True)
        ]
        np.testing.assert_allclose(last_listens.ages(matrix.plays, part, known), wanted, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    "spec",
    [
        SplitSpec(), SplitSpec(kind="leave-last"), SplitSpec(kind="time"), SplitSpec(kind="time", protocol="repeat"),
        SplitSpec(test=0.0), SplitSpec(validation=0.0),
    ],
)  # fmt: skip
def test_a_split_in_batches_is_the_same_split(
    spec: SplitSpec, dataset: Dataset, matrix: interactions.Interactions
) -> None:
    batches = list(splits.in_batches(dataset, spec, rows=100))
    assert len(batches) > 2  # users are asked for in several ranges
    users, artists, *parts = (np.concatenate(column) for column in zip(*batches, strict=True))
    assert (np.diff(users.astype(np.int64) * matrix.plays.shape[1] + artists) > 0).all()
    for plays, wanted in zip(parts, splits.split(dataset, matrix, spec), strict=True):
        inside = plays > 0
        np.testing.assert_array_equal(artists[inside], wanted.indices)
        np.testing.assert_array_equal(users[inside], np.repeat(np.arange(wanted.shape[0]), np.diff(wanted.indptr)))
        np.testing.assert_array_equal(plays[inside], wanted.data)
