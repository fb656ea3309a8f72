"""Artists that the user typed instead of importing a history, saved as a profile.

They are its rows of the layout `typed`: one rating for each artist, 1 for liked and -1 for disliked, as loves and hates
of other layouts are. Typing again replaces these rows, and leaves alone what was imported into the same profile.
"""

import glob
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import _duckdb as duckdb

from musicrec_tui.dataset import ratings
from musicrec_tui.dataset.artist_matching import LAYOUT_END, OutsideArtist, match_by_key
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.index.schema import NAME
from musicrec_tui.dataset.profiles import history, merging, saving, store
from musicrec_tui.dataset.profiles.lookup import missing
from musicrec_tui.dataset.profiles.names import checked_name
from musicrec_tui.dataset.profiles.store import Profile
from musicrec_tui.dataset.profiles.stored import Imported
from musicrec_tui.dataset.records import Artist
from musicrec_tui.dataset.sources.base import ME
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.text import normal_name, printable

LAYOUT = "typed"

_TYPED = f"""
SELECT artist_key, coalesce(artist_name, artist_key), artist_mbid, artist_id, rating FROM told
WHERE layout = '{LAYOUT}' AND kind = '{merging.RATING}' ORDER BY listened_at, artist_key
"""  # noqa: S608

COUNTS = f"""
SELECT count(*) FILTER (rating > 0), count(*) FILTER (rating < 0) FROM told
WHERE layout = '{LAYOUT}' AND kind = '{merging.RATING}'
"""  # noqa: S608
"""How many typed artists a history has that are liked, and disliked."""

_HISTORY = f"CREATE TEMP TABLE history AS {history.CURRENT.format(source='read_parquet($file)')}"

_OTHERS = f"CREATE TEMP TABLE merged AS FROM history WHERE layout <> '{LAYOUT}'"

_WAS = f"SELECT artist_key, rating FROM history WHERE layout = '{LAYOUT}'"  # noqa: S608

_RATED_OTHERS = "SELECT count(*) FROM merged WHERE rating IS NOT NULL"

_COLUMNS = (
    "kind", "artist_key", "recording_key", "artist_name", "artist_id", "artist_mbid", "listened_at", "plays", "rating",
    "liking", "layout", "source", "imported_at",
)  # fmt: skip

_ADD = f"INSERT INTO merged ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608


class TypedArtist(NamedTuple):
    """An artist that was typed.

    Attributes:
        artist: of the index; with the code -1 one that was typed over another log, which this one lacks.
        liked: False: disliked, never to be recommended.
        artist_id: where the index lacks it, its mapped id as `merging` stores it.
    """

    artist: Artist
    liked: bool = True
    artist_id: str | None = None


def typed_artists(dataset: Dataset, profile: Profile) -> list[TypedArtist]:
    """The typed artists of a profile, in the order in which they were typed.

    Raises:
        UserError: its history or the index is damaged.
    """
    rows = history.ask(profile, lambda query: query(_TYPED))
    own = [
        OutsideArtist(key, name, mbid, [artist_id] if artist_id else [], 0, None, rating)
        for key, name, mbid, artist_id, rating in rows
    ]
    found = match_by_key(dataset, own)
    return [
        TypedArtist(found.get(one.key, missing(one)), (one.liking or 0) > 0, next(iter(one.ids), None))
        for one in own
    ]  # fmt: skip


def typed_names(profile: Profile) -> list[tuple[str, bool]]:
    """The names of the typed artists (raw), and whether they are liked; in the order in which they were typed.

    Raises:
        UserError: the history is damaged.
    """
    return [(name, rating > 0) for _, name, _, _, rating in history.ask(profile, lambda query: query(_TYPED))]


def save_typed(home: Home, dataset: Dataset, name: str, choices: Sequence[TypedArtist]) -> Profile:
    """Make these the typed artists of a profile, which is made where there is none.

    Args:
        home: whose profiles.
        dataset: the index that the artists are from.
        name: of the profile.
        choices: in the order in which they were typed.

    Raises:
        UserError: none is liked, one is there twice, the name is no profile's, or the profile is damaged or cannot be
            written.
    """
    name = checked_name(name)
    counts = Counter(choice.artist.key for choice in choices)
    if twice := [choice.artist.name for choice in choices if counts[choice.artist.key] > 1]:
        raise UserError(f"{printable(twice[0])!r} is there twice: name each artist once.")
    if not any(choice.liked for choice in choices):
        raise UserError("A profile needs at least one artist that is liked.")
    layout = dataset.info.layout.split(" + ")[0]
    with store.changing_soon(home) as folder:
        before = store.read_profile(home, name) if store.has_profile(home, name) else None
        try:
            with duckdb.connect(config=history.CONFIG) as connection:
                return _keep(home, connection, before, name, _rows(choices, layout))
        except duckdb.Error as error:
            first = printable(str(error).partition("\n")[0], 300)
            raise UserError(f"Cannot write the profile {printable(name, 60)}: {first}", exit_code=1) from error
        except OSError as error:
            raise store.unwritable(folder, error) from error


def _keep(
    home: Home, connection: duckdb.DuckDBPyConnection, before: Profile | None, name: str, rows: list[dict[str, object]]
) -> Profile:
    """Put the rows in the place of those that were typed before; the lock is held."""
    if before:
        connection.execute(_HISTORY, {"file": glob.escape(str(history.file(before)))})
    else:
        connection.execute(merging.EMPTY)
    connection.execute(_OTHERS)
    [(rated,)] = connection.execute(_RATED_OTHERS).fetchall()
    connection.executemany(_ADD, [[row[column] for column in _COLUMNS] for row in rows])
    [totals] = connection.execute(saving.TOTALS).fetchall()
    scales = before.stored.rating_scales if before and rated else ()
    imports = before.stored.imports if before else ()
    was = dict(connection.execute(_WAS).fetchall())
    change = saving.ProfileChange(
        name, before, totals, tuple(dict.fromkeys((*scales, ratings.THUMBS))),
        (*(one for one in imports if one.layout != LAYOUT), _account(rows, was)),
    )  # fmt: skip
    return saving.save_change(home, connection, change)


def _rows(choices: Sequence[TypedArtist], layout: str) -> list[dict[str, object]]:
    """The ratings; the order in which they were typed is that of their times."""
    now = datetime.now(UTC).replace(tzinfo=None)
    rows: list[dict[str, object]] = []
    keys: set[str] = set()
    for place, choice in enumerate(choices):
        artist, rating = choice.artist, 1.0 if choice.liked else -1.0
        artist_id = choice.artist_id if artist.code < 0 else _mapped_id(artist, layout)
        key = artist.key if artist.code < 0 else _key(artist)
        if key in keys:  # two mapped artists of one name
            key = f"{key}{LAYOUT_END}{artist.key}"
        keys.add(key)
        rows.append({
            "kind": merging.RATING, "artist_key": key, "recording_key": "", "artist_name": artist.name,
            "artist_id": artist_id, "artist_mbid": artist.mbid, "listened_at": now + timedelta(microseconds=place),
            "plays": 0, "rating": rating, "liking": ratings.liking(ratings.THUMBS, rating), "layout": LAYOUT,
            "source": LAYOUT, "imported_at": now,
        })  # fmt: skip
    return rows


def _key(artist: Artist) -> str:
    """An artist's key in a profile: by name, as far as it has one, so that it is known in other logs too."""
    normal = normal_name(artist.name)
    return f"{NAME}{normal}" if normal else artist.key


def _mapped_id(artist: Artist, layout: str) -> str | None:
    """The id that the log maps the artist to, as `merging` keeps it."""
    if artist.key.startswith(NAME):
        return None
    return f"{layout}{LAYOUT_END}{artist.key.partition(':')[2]}"


def _account(rows: Sequence[dict[str, object]], was: dict[str, float]) -> Imported:
    """What the change did."""
    new = sum(was.get(str(row["artist_key"])) != row["rating"] for row in rows)
    return Imported(
        at=datetime.now(UTC), files=(), layout=LAYOUT, user_id=ME, rows=len(rows), kept=len(rows), new=new,
        known=len(rows) - new,
    )  # fmt: skip
