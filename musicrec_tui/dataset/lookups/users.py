"""Users: search by id, find one, and what the index keeps ready about them."""

from datetime import UTC

from msgspec import structs

from musicrec_tui.dataset.lookups import artists
from musicrec_tui.dataset.lookups.in_period import Tables
from musicrec_tui.dataset.lookups.structs import USER, Row, aware, months_of, storable, user_of
from musicrec_tui.dataset.records import Artist, Listen, ListenPage, Mainstream, Played, User, UserPage, UserProfile
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

_TOP = """
SELECT artist_code, plays, last_at FROM play WHERE user_code = $user
ORDER BY plays DESC, last_at DESC, artist_code LIMIT $limit
"""

_MONTHS = "SELECT month, listens, new_artists FROM user_month WHERE user_code = $user ORDER BY month"

_MAINSTREAM = """
SELECT share, avg(CAST(mainstream < share AS INTEGER))
FROM main."user", (SELECT mainstream AS share FROM main."user" WHERE code = $user)
WHERE share IS NOT NULL GROUP BY share
"""

_RANGE = "SELECT min(rowid), max(rowid) FROM listen WHERE user_code = $user"

_LISTENS = """
SELECT artist_code, listened_at, recording FROM listen WHERE rowid BETWEEN $first AND $last ORDER BY rowid DESC
"""


def search_users(dataset: Tables, text: str, limit: int = 50, offset: int = 0) -> UserPage:
    """The users whose ids hold `text`, case and accents aside, and how many there are.

    The id itself comes first, then ids that start so, then words that do, then the rest; within each, more listens
    first. An empty text means all users, the heaviest listeners first.
    """
    values = {"text": storable(text.strip()), "limit": limit, "offset": offset}
    rows = dataset.query(_SEARCH, values)
    return UserPage(tuple(user_of(row) for row in rows if row[0] is not None), int(rows[0][-1]))


def find_user(dataset: Tables, user_id: str) -> User:
    """The user with this id, exactly.

    Raises:
        UserError: there is none; ids that look alike are suggested.
    """
    if rows := dataset.query(_FIND, {"key": storable(user_id)}):
        return user_of(rows[0])
    wanted = user_id.strip()
    alike = [printable(user.user_id) for user in search_users(dataset, wanted, 3).rows] if wanted else []
    hint = f" Did you mean {' or '.join(alike)}?" if alike else ""
    raise UserError(f"There is no user {printable(user_id)!r} in this data.{hint}")


def user_in(tables: Tables, user: User) -> User:
    """A user with the figures of a period; zeros where they have no listens in it."""
    if rows := tables.query(_FIND, {"key": user.key}):
        return user_of(rows[0])
    return structs.replace(user, artists=0, listens=0, first_at=None, last_at=None)


def typical_user(dataset: Tables) -> User:
    """The median user by number of artists: the one to show before any is chosen."""
    return user_of(dataset.query(_TYPICAL)[0])


def user_profile(dataset: Tables, user: User, limit: int = 50) -> UserProfile:
    """A user's top artists, months and most recent listens (at most `limit` of each), and how mainstream they are."""
    top = dataset.query(_TOP, {"user": user.code, "limit": limit})
    latest, listened = _latest(dataset, user, limit, 0)
    known = artists.by_codes(dataset, [row[0] for row in (*top, *latest)])
    mainstream = dataset.query(_MAINSTREAM, {"user": user.code})
    return UserProfile(
        user=user,
        top_artists=tuple(Played(known[code], int(plays), aware(last_at)) for code, plays, last_at in top),
        months=months_of(dataset.query(_MONTHS, {"user": user.code})),
        recent=_listens_of(latest, known),
        listened=listened,
        mainstream=Mainstream(*map(float, mainstream[0])) if mainstream else None,
    )


def recent_listens(dataset: Tables, user: User, limit: int = 50, offset: int = 0) -> ListenPage:
    """A page of a user's listens, the latest first."""
    rows, total = _latest(dataset, user, limit, offset)
    return ListenPage(_listens_of(rows, artists.by_codes(dataset, [row[0] for row in rows])), total)


def _latest(dataset: Tables, user: User, limit: int, offset: int) -> tuple[list[Row], int]:
    """A page of a user's listens as rows (artist's code, time, recording), and how many there are.

    `listen` is in the order of users and times: a user's rows are one range, so the oldest page takes no longer.
    """
    [(first, last)] = dataset.query(_RANGE, {"user": user.code})
    if first is None:
        return [], 0
    until = last - offset
    return dataset.query(_LISTENS, {"first": max(first, until - limit + 1), "last": until}), last - first + 1


def _listens_of(rows: list[Row], known: dict[int, Artist]) -> tuple[Listen, ...]:
    """Listens with their artists."""
    return tuple(
        Listen(at.replace(tzinfo=UTC), known[code].name, recording, known[code].key) for code, at, recording in rows
    )
