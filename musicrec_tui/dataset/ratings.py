"""Ratings: which scale they are on, how much each says that a user likes an artist, and what that counts as.

A liking goes from -1 to 1. Above 0 the pair is trained on with a confidence from 1 to 5 in the place of a play count,
below 0 it is a dislike, which is never recommended, and 0 is neutral: neither.
"""

import math
from typing import NamedTuple

from musicrec_tui.text import printable

STARS = "1 to 5 stars"
HUNDRED = "0 to 100"
THUMBS = "-1, 0, 1"
SCALES = (STARS, HUNDRED, THUMBS)

MOST_CONFIDENCE = 5
_FEWEST_OF_HUNDRED = 10
"""A log whose highest rating is no more than this is not on a scale to 100, but on one that we do not know."""

BOUNDS = "min(rating), max(rating), bool_and(rating = round(rating))"
"""What `recognise_scale` wants to know, as SQL over a column `rating` (not null, finite)."""


class _Scale(NamedTuple):
    """How a rating becomes a liking: `(rating - middle) / half`, held between -1 and 1, and two ratings to tell of."""

    middle: int
    half: int
    examples: tuple[tuple[str, float], ...]


_KNOWN = {
    STARS: _Scale(3, 2, (("4 stars counts", 4), ("5 stars", 5))),
    HUNDRED: _Scale(50, 50, (("75 counts", 75), ("100", 100))),
    THUMBS: _Scale(0, 1, (("1 counts", 1),)),
}


def recognise_scale(minimum: float, maximum: float, whole: bool) -> str | None:
    """The scale that ratings from `minimum` to `maximum` are on; None where they fit none (`unknown_scale` says so).

    Args:
        minimum: the lowest rating of the log.
        maximum: the highest.
        whole: whether all ratings are whole numbers; half stars are stars, half thumbs are nothing.
    """
    if whole and minimum >= -1 and maximum <= 1:
        return THUMBS  # a log of loves alone has nothing but 1; nobody gives everything one star
    if minimum >= 0.5 and maximum <= 5:
        return STARS
    if minimum >= 0 and _FEWEST_OF_HUNDRED < maximum <= 100:
        return HUNDRED
    return None


def unknown_scale(minimum: float, maximum: float) -> str:
    """What to say of ratings on no scale that is known."""
    return (
        f"The ratings go from {minimum:g} to {maximum:g}, which is none of the known scales "
        f"({STARS}; {HUNDRED}; {THUMBS}): convert them to one of these."
    )


def liking(scale: str, rating: float) -> float:
    """How much a rating says that its user likes the artist, from -1 to 1.

    Raises:
        KeyError: there is no such scale.
    """
    known = _KNOWN[scale]
    return max(-1.0, min(1.0, (rating - known.middle) / known.half))


def liking_sql(scale: str, rating: str = "rating") -> str:
    """`liking` as SQL over an expression; KeyError where there is no such scale."""
    known = _KNOWN[scale]
    return f"greatest(-1.0, least(1.0, (CAST({rating} AS DOUBLE) - {known.middle}) / {known.half}))"


def confidence(liked: float) -> int:
    """What a liking above 0 counts as in training: whole, from 1 to 5 (halves are rounded up)."""
    return max(1, math.floor(MOST_CONFIDENCE * liked + 0.5))


def confidence_sql(liked: str = "liking") -> str:
    """`confidence` as SQL over an expression, a BIGINT."""
    return f"greatest(1, CAST(floor({MOST_CONFIDENCE} * ({liked}) + 0.5) AS BIGINT))"


def describe(scale: str, disliked: int = 0, neutral: int = 0, *, counted: bool = True) -> str:
    """How the ratings of a log were used, in a line; empty for a log without ratings (`scale` is empty).

    Args:
        scale: `DatasetInfo.rating_scale`.
        disliked: (user, artist) pairs with a liking below 0.
        neutral: those with a liking of 0.
        counted: False where the log has plays of its own, so that models learn from these and not from ratings.
    """
    if scale not in _KNOWN:
        return f"ratings on the scale {printable(scale)}" if scale else ""
    told = [f"{words} {confidence(liking(scale, rating))}" for words, rating in _KNOWN[scale].examples]
    parts = [f"ratings, {scale}: {', '.join(told) if counted else 'models learn from the plays'}"]
    if disliked:
        parts.append(f"{disliked:,} dislike{'s' if disliked > 1 else ''} never recommended")
    if neutral and counted:
        parts.append(f"{neutral:,} neutral left out")
    return "; ".join(parts)
