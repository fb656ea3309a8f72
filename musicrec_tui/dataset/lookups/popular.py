"""Popularity: what can be recommended before any model is trained."""

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.lookups.structs import ARTIST, artist_of
from musicrec_tui.dataset.records import Artist, Played, User

_DISLIKED = "SELECT artist_code FROM rating WHERE user_code = $user AND liking < 0"

_UNHEARD = f"""
SELECT {ARTIST} FROM artist a
WHERE a.code NOT IN (SELECT artist_code FROM play WHERE user_code = $user) AND a.code NOT IN ({_DISLIKED})
ORDER BY a.listeners DESC, a.listens DESC, a.code LIMIT $limit
"""  # noqa: S608

_ALL = f"""
SELECT {ARTIST}, coalesce(p.plays, 0) FROM artist a
LEFT JOIN (SELECT artist_code, plays FROM play WHERE user_code = $user) p ON p.artist_code = a.code
WHERE a.code NOT IN ({_DISLIKED})
ORDER BY a.listeners DESC, a.listens DESC, a.code LIMIT $limit
"""  # noqa: S608


def ranked(dataset: Dataset, user: User, k: int = 10) -> list[Played]:
    """The k artists with most listeners, best known first, each with the user's plays (0: not heard).

    What the user dislikes is left out, here and in `unheard`.
    """
    rows = dataset.query(_ALL, {"user": user.code, "limit": k})
    return [Played(artist_of(row), int(row[8])) for row in rows]


def unheard(dataset: Dataset, user: User, k: int = 10) -> list[Artist]:
    """The k artists with most listeners that a user has not played, best known first."""
    return [artist_of(row) for row in dataset.query(_UNHEARD, {"user": user.code, "limit": k})]
