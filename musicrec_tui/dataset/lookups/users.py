"""Users: search by id, find one, and what the index keeps ready about them."""

from datetime import UTC

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.lookups.structs import ARTIST, USER, artist_of, aware, months_of, storable, user_of
from musicrec_tui.dataset.records import Listen, ListenPage, Mainstream, Played, User, UserPage, UserProfile
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable

_SEARCH = f"""
WITH hit AS MATERIALIZED (
    SELECT code, listens, CASE
        WHEN starts_with(search_id, wanted) THEN CAST(strlen(search_id) > strlen(wanted) AS INTEGER)
        WHEN contains(search_id, ' ' || wanted) THEN 2
        ELSE 3 END AS place
    FROM "user", (SELECT lower(strip_accents($text)) AS wanted) WHERE contains(search_id, wanted)),
page AS (FROM hit ORDER BY place, listens DESC, code LIMIT $limit OFFSET $offset)
SELECT {USER}, total FROM (SELECT count(*) AS total FROM hit)
LEFT JOIN (page JOIN "user" u ON u.code = page.code) ON true ORDER BY place, u.listens DESC, u.code
"""  # noqa: S608

_FIND = f'SELECT {USER} FROM "user" u WHERE u.key = $key'  # noqa: S608

_TYPICAL = f"""
SELECT {USER} FROM "user" u ORDER BY u.artists, u.code LIMIT 1 OFFSET (SELECT count(*) // 2 FROM "user")
"""  # noqa: S608

_TOP = f"""
SELECT {ARTIST}, plays, p.last_at FROM (
    SELECT artist_code, plays, last_at FROM play WHERE user_code = $user
    ORDER BY plays DESC, last_at DESC, artist_code LIMIT $limit) p
JOIN artist a ON a.code = artist_code ORDER BY plays DESC, p.last_at DESC, a.code
"""  # noqa: S608

_MONTHS = "SELECT month, listens, new_artists FROM user_month WHERE user_code = $user ORDER BY month"

_MAINSTREAM = """
SELECT mainstream, (SELECT avg(CAST(o.mainstream < u.mainstream AS INTEGER)) FROM "user" o) FROM "user" u
WHERE code = $user AND mainstream IS NOT NULL
"""

_RANGE = "SELECT min(rowid), max(rowid) FROM listen WHERE user_code = $user"

_LISTENS = """
SELECT listened_at, name, recording, key FROM (
    SELECT rowid AS place, listened_at, artist_code, recording FROM listen WHERE rowid BETWEEN $first AND $last
    LIMIT $limit)
JOIN artist ON code = artist_code ORDER BY place DESC
"""
"""The limit cuts nothing: without it DuckDB expects many rows, and reads all artists for them."""


def search(dataset: Dataset, text: str, limit: int = 50, offset: int = 0) -> UserPage:
    """The users whose ids hold `text`, case and accents aside, and how many there are.

    The id itself comes first, then ids that start so, then words that do, then the rest; within each, more listens
    first. An empty text means all users, the heaviest listeners first.
    """
    values = {"text": storable(text.strip()), "limit": limit, "offset": offset}
    rows = dataset.query(_SEARCH, values)
    return UserPage(tuple(user_of(row) for row in rows if row[0] is not None), int(rows[0][-1]))


def find(dataset: Dataset, user_id: str) -> User:
    """The user with this id, exactly.

    Raises:
        UserError: there is none; ids that look alike are suggested.
    """
    if rows := dataset.query(_FIND, {"key": storable(user_id)}):
        return user_of(rows[0])
    wanted = user_id.strip()
    alike = [printable(user.user_id) for user in search(dataset, wanted, 3).rows] if wanted else []
    hint = f" Did you mean {' or '.join(alike)}?" if alike else ""
    raise UserError(f"There is no user {printable(user_id)!r} in this data.{hint}")


def typical(dataset: Dataset) -> User:
    """The median user by number of artists: the one to show before anybody was asked for."""
    return user_of(dataset.query(_TYPICAL)[0])


def profile(dataset: Dataset, user: User, limit: int = 50) -> UserProfile:
    """A user's top artists, months and most recent listens (at most `limit` of each), and how mainstream they are."""
    top = dataset.query(_TOP, {"user": user.code, "limit": limit})
    known = dataset.query(_MAINSTREAM, {"user": user.code})
    latest = recent(dataset, user, limit)
    return UserProfile(
        user=user,
        top_artists=tuple(Played(artist_of(row), int(row[8]), aware(row[9])) for row in top),
        months=months_of(dataset.query(_MONTHS, {"user": user.code})),
        recent=latest.rows,
        listened=latest.total,
        mainstream=Mainstream(*map(float, known[0])) if known else None,
    )


def recent(dataset: Dataset, user: User, limit: int = 50, offset: int = 0) -> ListenPage:
    """A page of a user's listens, the latest first.

    `listen` is in the order of users and times: a user's rows are one range, so the oldest page takes no longer.
    """
    [(first, last)] = dataset.query(_RANGE, {"user": user.code})
    if first is None:
        return ListenPage((), 0)
    until = last - offset
    values = {"first": max(first, until - limit + 1), "last": until, "limit": limit}
    rows = dataset.query(_LISTENS, values)
    listens = tuple(Listen(at.replace(tzinfo=UTC), artist, name, key) for at, artist, name, key in rows)
    return ListenPage(listens, last - first + 1)
