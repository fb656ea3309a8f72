"""Ratings become likings and confidence, the same in Python and in SQL."""

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from musicrec_tui.dataset import ratings

SPANS = {ratings.STARS: (0.5, 5.0), ratings.HUNDRED: (0.0, 100.0), ratings.THUMBS: (-1.0, 1.0)}


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        ([1, 2, 3, 4, 5], ratings.STARS),
        ([0.5, 4.5], ratings.STARS),
        ([3, 4], ratings.STARS),
        ([1, 2], ratings.STARS),
        ([0, 30, 100], ratings.HUNDRED),
        ([55.5, 90], ratings.HUNDRED),
        ([-1, 0, 1], ratings.THUMBS),
        ([0, 1], ratings.THUMBS),
        ([-1], ratings.THUMBS),
        ([1], ratings.THUMBS),
        ([-1, 0.5, 1], None),
        ([0.1, 0.9], None),
        ([-5, 5], None),
        ([0, 5], None),
        ([1, 10], None),
        ([0, 101], None),
        ([float("-inf"), 5], None),
        ([float("nan"), float("nan")], None),
    ],
)
def test_the_scale_is_told_from_the_values(values: list[float], scale: str | None) -> None:
    assert ratings.recognise_scale(min(values), max(values), all(value % 1 == 0 for value in values)) == scale


def test_the_database_gives_what_the_scale_is_told_from() -> None:
    connection = duckdb.connect()
    [row] = connection.execute(f"SELECT {ratings.BOUNDS} FROM (VALUES (0.5), (4), (5)) t(rating)").fetchall()  # noqa: S608
    assert ratings.recognise_scale(float(row[0]), float(row[1]), row[2]) == ratings.STARS
    [row] = connection.execute(f"SELECT {ratings.BOUNDS} FROM (VALUES (0), (1)) t(rating)").fetchall()  # noqa: S608
    assert ratings.recognise_scale(*row) == ratings.THUMBS


@pytest.mark.parametrize(
    ("scale", "rating", "liked"),
    [
        (ratings.STARS, 5, 1.0),
        (ratings.STARS, 4, 0.5),
        (ratings.STARS, 3, 0.0),
        (ratings.STARS, 1, -1.0),
        (ratings.STARS, 0.5, -1.0),
        (ratings.HUNDRED, 100, 1.0),
        (ratings.HUNDRED, 50, 0.0),
        (ratings.HUNDRED, 0, -1.0),
        (ratings.THUMBS, -1, -1.0),
        (ratings.THUMBS, 1, 1.0),
    ],
)
def test_the_middle_of_a_scale_is_neutral_and_its_ends_are_one(scale: str, rating: float, liked: float) -> None:
    assert ratings.liking(scale, rating) == liked


@given(scale=st.sampled_from(ratings.SCALES), share=st.floats(0, 1))
def test_sql_and_python_agree(scale: str, share: float) -> None:
    low, high = SPANS[scale]
    rating = low + share * (high - low)
    liked = ratings.liking(scale, rating)
    [(found, counted)] = (
        duckdb.connect()
        .execute(
            f"SELECT {ratings.liking_sql(scale, '$rating')} AS liking, {ratings.confidence_sql()}", {"rating": rating}
        )
        .fetchall()
    )
    assert found == liked
    if liked > 0:
        assert counted == ratings.confidence(liked)


@given(liked=st.floats(0, 1, exclude_min=True), more=st.floats(0, 1))
def test_confidence_is_from_one_to_five_and_grows_with_the_liking(liked: float, more: float) -> None:
    assert 1 <= ratings.confidence(liked) <= 5
    assert ratings.confidence(min(1.0, liked + more)) >= ratings.confidence(liked)


def test_the_line_says_how_ratings_were_used() -> None:
    assert ratings.describe(ratings.STARS, 812, 93) == (
        "ratings, 1 to 5 stars: 4 stars counts 3, 5 stars 5; 812 dislikes never recommended; 93 neutral left out"
    )
    assert ratings.describe(ratings.THUMBS, 1) == "ratings, -1, 0, 1: 1 counts 5; 1 dislike never recommended"
    assert ratings.describe(ratings.THUMBS, 2, 3, counted=False) == (
        "ratings, -1, 0, 1: models learn from the plays; 2 dislikes never recommended"
    )
    assert ratings.describe("") == ""


def test_an_unknown_scale_is_told_with_its_ends() -> None:
    assert "from 0 to 10" in ratings.unknown_scale(0, 10)
