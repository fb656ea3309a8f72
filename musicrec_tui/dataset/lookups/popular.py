"""Popularity: what can be recommended before any model is trained."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from musicrec_tui.dataset.filters import MOST, Filters, Heard, Share
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.lookups.structs import ARTIST, artist_of
from musicrec_tui.dataset.records import Played, User

_OWN = "SELECT artist_code, plays, last_at FROM play WHERE user_code = $user"

_DISLIKED = "SELECT artist_code FROM rating WHERE user_code = $user AND liking < 0"

_PASSING: dict[Heard, str] = {
    "new": "own.plays IS NULL AND a.code NOT IN (SELECT unnest($loved))",
    "all": "true",
    "rediscover": """own.plays IS NOT NULL AND CASE
        WHEN own.last_at IS NULL THEN own.plays <= coalesce(CAST($few AS BIGINT), (SELECT median(plays) FROM own))
        ELSE own.last_at < CAST($since AS TIMESTAMP) END""",
}

_RANKED = f"""
WITH own AS MATERIALIZED (%(own)s),
hit AS MATERIALIZED (
    SELECT a.code, coalesce(own.plays, 0) AS plays, a.listeners, a.listens
    FROM artist a LEFT JOIN own ON own.artist_code = a.code
    WHERE a.listeners BETWEEN $least AND $most AND coalesce(own.plays, 0) <= $most_plays
        AND a.code NOT IN (SELECT unnest($never)) AND (%(passing)s)),
page AS (FROM hit ORDER BY listeners DESC, listens DESC, code LIMIT $limit)
SELECT {ARTIST}, page.plays, total FROM (SELECT count(*) AS total FROM hit)
LEFT JOIN (page JOIN artist a ON a.code = page.code) ON true ORDER BY a.listeners DESC, a.listens DESC, a.code
"""  # noqa: S608

_AT = "SELECT listeners FROM artist ORDER BY listeners, code LIMIT 1 OFFSET $place"


class PopularPage(NamedTuple):
    """The best known artists with somebody's plays (0: not heard), and how many candidates there are."""

    rows: list[Played]
    total: int


class Known(NamedTuple):
    """What a list must know of somebody; artists are codes of the index.

    Attributes:
        own: SQL for their artists: `artist_code, plays, last_at` (UTC; NULL: nobody knows).
        values: its parameters.
        end: when their history ends; None where no play has a time.
        never: what they dislike or block.
        loved: what they love.
    """

    own: str
    values: Mapping[str, object]
    end: datetime | None
    never: Iterable[int] = ()
    loved: Iterable[int] = ()


def known(dataset: Dataset, user: User, blocked: Iterable[int] = (), loved: Iterable[int] = ()) -> Known:
    """A user of the index, who dislikes what they rated below the middle unless they love it."""
    hated = [code for (code,) in dataset.query(_DISLIKED, {"user": user.code})] if dataset.info.disliked else []
    never = {*hated}.difference(loved).union(blocked)
    return Known(_OWN, {"user": user.code}, dataset.info.last_at, never, loved)


def ranked(dataset: Dataset, who: Known, k: int = 10, filters: Filters = Filters()) -> PopularPage:  # noqa: B008  (frozen)
    """The k artists with most listeners that pass the filters, best known first; `Filters.blocked` is not looked at."""
    sql = _RANKED % {"own": who.own, "passing": _PASSING[filters.heard]}
    values: dict[str, object] = {
        **who.values,
        "least": filters.min_listeners,
        "most": MOST if filters.max_listeners is None else filters.max_listeners,
        "most_plays": MOST * MOST if filters.max_plays is None else filters.max_plays,
        "never": list(who.never),
        "limit": k,
    }
    if filters.heard == "new":
        values["loved"] = list(who.loved)
    elif filters.heard == "rediscover":
        since = who.end - timedelta(days=filters.quiet_days) if who.end else None
        values |= {"few": filters.max_plays, "since": since.replace(tzinfo=None) if since else None}
    rows = dataset.query(sql, values)
    return PopularPage([Played(artist_of(row), int(row[8])) for row in rows if row[0] is not None], int(rows[0][-1]))


def listeners_at(dataset: Dataset, share: Share) -> int:
    """The listeners of the best known artist among that share of all artists which fewest people play."""
    place = max(0, round(share.share * dataset.info.artists) - 1)
    rows = dataset.query(_AT, {"place": place})
    return int(rows[0][0]) if rows else 0
