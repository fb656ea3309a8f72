"""Users: search by id, find one, and all about them."""

from datetime import UTC

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.lookups.structs import ARTIST, USER, artist_of, aware, months_of, user_of
from musicrec_tui.dataset.records import Listen, Played, User, UserPage, UserProfile
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable

_SEARCH = f"""
SELECT {USER}, count(*) OVER () AS total FROM "user" u
WHERE contains(u.search_id, $text)
ORDER BY CASE WHEN u.search_id = $text THEN 0 WHEN starts_with(u.search_id, $text) THEN 1 ELSE 2 END,
    u.listens DESC, u.code
LIMIT $limit OFFSET $offset
"""  # noqa: S608

_COUNT = 'SELECT count(*) FROM "user" WHERE contains(search_id, $text)'

_FIND = f'SELECT {USER} FROM "user" u WHERE u.key = $key'  # noqa: S608

_TYPICAL = f"""
SELECT {USER} FROM "user" u ORDER BY u.artists, u.code LIMIT 1 OFFSET (SELECT count(*) // 2 FROM "user")
"""  # noqa: S608

_TOP = f"""
SELECT {ARTIST}, p.plays, p.last_at FROM play p JOIN artist a ON a.code = p.artist_code
WHERE p.user_code = $user ORDER BY p.plays DESC, p.last_at DESC, a.code LIMIT $limit
"""  # noqa: S608

_MONTHS = "SELECT month, listens FROM user_month WHERE user_code = $user ORDER BY month"

_RECENT = """
SELECT l.listened_at, a.name, l.recording FROM listen l JOIN artist a ON a.code = l.artist_code
WHERE l.user_code = $user ORDER BY l.listened_at DESC, a.code, l.recording LIMIT $limit
"""


def search(dataset: Dataset, text: str, limit: int = 50, offset: int = 0) -> UserPage:
    """The users whose ids hold `text`: those that start with it first, more listens first within each.

    An empty text means all users, the heaviest listeners first.
    """
    wanted = text.strip().lower()
    rows = dataset.query(_SEARCH, {"text": wanted, "limit": limit, "offset": offset})
    if rows:
        return UserPage(tuple(map(user_of, rows)), int(rows[0][-1]))
    [(total,)] = dataset.query(_COUNT, {"text": wanted})
    return UserPage((), int(total))


def find(dataset: Dataset, user_id: str) -> User:
    """The user with this id, exactly.

    Raises:
        UserError: there is none; ids that look alike are suggested.
    """
    if rows := dataset.query(_FIND, {"key": user_id}):
        return user_of(rows[0])
    wanted = user_id.strip()
    alike = [printable(user.user_id) for user in search(dataset, wanted, 3).rows] if wanted else []
    hint = f" Did you mean {' or '.join(alike)}?" if alike else ""
    raise UserError(f"There is no user {printable(user_id)!r} in this data.{hint}")


def typical(dataset: Dataset) -> User:
    """The median user by number of artists: the one to show before anybody was asked for."""
    return user_of(dataset.query(_TYPICAL)[0])


def profile(dataset: Dataset, user: User, limit: int = 50) -> UserProfile:
    """A user's top artists, months and most recent listens (at most `limit` of each)."""
    values = {"user": user.code, "limit": limit}
    return UserProfile(
        user=user,
        top_artists=tuple(Played(artist_of(row), int(row[8]), aware(row[9])) for row in dataset.query(_TOP, values)),
        months=months_of(dataset.query(_MONTHS, {"user": user.code})),
        recent=tuple(
            Listen(at.replace(tzinfo=UTC), artist, name) for at, artist, name in dataset.query(_RECENT, values)
        ),
    )
