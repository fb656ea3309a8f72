"""Who is light, middle, heavy; who mainstream and who niche."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from musicrec_tui.evaluation.groups import Traits, members

NAN = float("nan")


def people(artists: list[int], popularity: list[float]) -> Traits:
    return Traits(np.array(artists, np.int64), np.array(popularity, np.float64))


def inside(traits: Traits) -> dict[str, list[int]]:
    return {name: np.flatnonzero(chosen).tolist() for name, chosen in members(traits).items()}


def test_thirds_by_artists_and_halves_by_popularity() -> None:
    found = inside(people([5, 90, 30, 6, 80, 31], [1, 9, 2, 8, 3, 7]))
    assert found == {
        "light": [0, 3], "middle": [2, 5], "heavy": [1, 4], "mainstream": [1, 3, 5], "niche": [0, 2, 4],
    }  # fmt: skip


def test_users_who_are_all_alike_are_in_the_middle() -> None:
    assert inside(people([40] * 5, [2.5] * 5)) == {"middle": [0, 1, 2, 3, 4], "niche": [0, 1, 2, 3, 4]}


def test_who_has_nothing_in_train_has_no_taste() -> None:
    assert inside(people([0, 3, 9], [NAN, 4, 2])) == {
        "light": [0], "middle": [1], "heavy": [2], "mainstream": [1], "niche": [2],
    }  # fmt: skip
    assert "niche" not in members(people([0, 0], [NAN, NAN]))


def test_nobody_is_in_no_group() -> None:
    assert members(people([], [])) == {}


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from([NAN, 0.5, 2.0, 9.0])), min_size=1, max_size=40))
def test_everybody_is_in_one_group_of_each_kind_and_equals_are_together(rows: list[tuple[int, float]]) -> None:
    traits = people([row[0] for row in rows], [row[1] for row in rows])
    found = members(traits)
    activity = np.array([found.get(name, np.zeros(len(rows), bool)) for name in ("light", "middle", "heavy")])
    assert (activity.sum(axis=0) == 1).all()
    taste = np.array([found.get(name, np.zeros(len(rows), bool)) for name in ("mainstream", "niche")])
    assert (taste.sum(axis=0) == ~np.isnan(traits.popularity)).all()
    for count in set(traits.artists):
        assert len(set(map(tuple, activity.T[traits.artists == count]))) == 1
    lightest = activity.argmax(axis=0)
    assert (np.diff(lightest[np.argsort(traits.artists)]) >= 0).all()
