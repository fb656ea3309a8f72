"""Popularity: what can be recommended before any model is trained."""

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.lookups.structs import ARTIST, artist_of
from musicrec_tui.dataset.records import Artist, User

_UNHEARD = f"""
SELECT {ARTIST} FROM artist a
WHERE a.code NOT IN (SELECT artist_code FROM play WHERE user_code = $user)
ORDER BY a.listeners DESC, a.listens DESC, a.code LIMIT $limit
"""  # noqa: S608


def unheard(dataset: Dataset, user: User, k: int = 10) -> list[Artist]:
    """The k artists with most listeners that a user has not played, best known first."""
    return [artist_of(row) for row in dataset.query(_UNHEARD, {"user": user.code, "limit": k})]
