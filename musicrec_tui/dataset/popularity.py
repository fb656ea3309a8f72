"""Popularity: the best known artists for a recipient, without a model."""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from musicrec_tui.dataset.filters import MOST, QUIET_DAYS, Filters, Heard, Share, ceiling
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.lookups import artists
from musicrec_tui.dataset.lookups.structs import ARTIST, artist_of
from musicrec_tui.dataset.recipients import Recipient, read_recipient
from musicrec_tui.dataset.records import Played, User
from musicrec_tui.paths import Home

_OF_USER = "SELECT artist_code, plays, last_at FROM play WHERE user_code = $user"

_OF_PROFILE = """
SELECT code AS artist_code, own.plays, own.last_at FROM (
    SELECT unnest($keys) AS key, CAST(unnest($plays) AS BIGINT) AS plays, CAST(unnest($times) AS TIMESTAMP) AS last_at
) own JOIN artist USING (key)
"""

_PASSING: dict[Heard, str] = {
    "new": "own.plays IS NULL AND a.code NOT IN (SELECT code FROM artist WHERE key IN (SELECT unnest($loved)))",
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
        AND a.code NOT IN (SELECT code FROM artist WHERE key IN (SELECT unnest($never))) AND (%(passing)s)),
page AS (FROM hit ORDER BY listeners DESC, listens DESC, code LIMIT $limit)
SELECT {ARTIST}, page.plays, total FROM (SELECT count(*) AS total FROM hit)
LEFT JOIN (page JOIN artist a ON a.code = page.code) ON true ORDER BY a.listeners DESC, a.listens DESC, a.code
"""  # noqa: S608

_AT = "SELECT listeners FROM artist ORDER BY listeners, code LIMIT 1 OFFSET $place"


class PopularPage(NamedTuple):
    """The best known artists.

    Attributes:
        rows: with the recipient's plays of each (0: not heard).
        total: how many candidates there are.
        loved: the keys of the artists that the recipient loves.
    """

    rows: list[Played]
    total: int
    loved: frozenset[str]


def rank_popular(dataset: Dataset, recipient: Recipient, k: int = 10, filters: Filters = Filters()) -> PopularPage:  # noqa: B008  (frozen)
    """The k artists with most listeners that pass the filters, best known first.

    `jobs.candidate_filter` has the same rules for models, which have no SQL.
    """
    own = _OF_PROFILE if recipient.code is None else _OF_USER
    values = _profile_values(recipient) if recipient.code is None else {"user": recipient.code}
    values |= {
        "least": filters.min_listeners,
        "most": MOST if filters.max_listeners is None else filters.max_listeners,
        "most_plays": MOST * MOST if filters.max_plays is None else filters.max_plays,
        "never": [*recipient.never, *filters.blocked],
        "limit": k,
    }
    if filters.heard == "new":
        values["loved"] = list(recipient.verdicts.loved)
    elif filters.heard == "rediscover":
        since = recipient.end - timedelta(days=filters.quiet_days) if recipient.end else None
        values |= {"few": filters.max_plays, "since": since.replace(tzinfo=None) if since else None}
    rows = dataset.query(_RANKED % {"own": own, "passing": _PASSING[filters.heard]}, values)
    found = [Played(artist_of(row), int(row[8])) for row in rows if row[0] is not None]
    return PopularPage(found, int(rows[0][-1]), recipient.verdicts.loved)


def rank_popular_for(
    home: Home, dataset: Dataset, user: User, k: int = 10, filters: Filters = Filters()  # noqa: B008  (frozen)
) -> PopularPage:  # fmt: skip
    """`rank_popular` for a user or a profile's user; errors as `read_recipient` raises them."""
    return rank_popular(dataset, read_recipient(home, dataset, user), k, filters)


def listeners_at(dataset: Dataset, share: Share) -> int:
    """The listeners of the best known artist among that share of all artists which fewest people play."""
    place = max(0, round(share.share * dataset.info.artists) - 1)
    rows = dataset.query(_AT, {"place": place})
    return int(rows[0][0]) if rows else 0


def filters_of(
    dataset: Dataset,
    heard: Heard = "new",
    max_plays: int | None = None,
    min_listeners: int = 0,
    max_listeners: str = "",
    quiet_days: int = QUIET_DAYS,
    block: Sequence[str] = (),
) -> Filters:
    """The conditions that a user means, on a log: artists by name, a popularity ceiling as a number or a share.

    Raises:
        UserError: an artist is unknown, or the ceiling is neither a number nor a share.
    """
    most = ceiling(max_listeners)
    if isinstance(most, Share):
        most = listeners_at(dataset, most)
    blocked = tuple(artists.find_artist(dataset, name).key for name in block)
    return Filters(heard, max_plays, min_listeners, most, quiet_days, blocked)


def _profile_values(recipient: Recipient) -> dict[str, object]:
    """The parameters of `_OF_PROFILE`."""
    times = [recipient.last_at.get(key) for key in recipient.plays]
    return {
        "keys": list(recipient.plays),
        "plays": list(recipient.plays.values()),
        "times": [at.replace(tzinfo=None) if at else None for at in times],
    }
