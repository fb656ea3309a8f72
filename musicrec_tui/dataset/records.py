"""What look-ups answer: plain structs that cross process borders as JSON. Names in them are raw; sinks clean them."""

from datetime import datetime

import msgspec


class DatasetInfo(msgspec.Struct, frozen=True):
    """Totals of a log.

    Attributes:
        paths: the files, folders and globs that were asked for, absolute.
        layout: the layout's name (see `dataset.sources`).
        content: hash of the (user key, artist key, plays) triples, free of order and of place.
        rows: rows in the files; `rows == kept + sum(rejected)`.
        kept: rows that were used.
        listens: plays in total (the sum of play counts).
        users: users with at least one play; so for `artists`.
        plays: (user, artist) pairs.
        has_times: whether the log says when; without times there is no leave-last and no time split.
        first_at, last_at: the span of the log, UTC.
        rejected: why rows were left out, and how many.
        repaired: the repairs of rows that were kept, each with its count.
        notes: what a reader should know (the sample is synthetic, say).
        insisted: the layout that the user insisted on, else empty.
        rating_scale: of its ratings (see `dataset.ratings`), empty for a log without.
        rated: (user, artist) pairs that are rated; `disliked` of them below, `neutral` at the middle of the scale.
        plays_from_ratings: whether `play` holds what ratings count as, because nothing else says who played what.
        understood: how the files were read.
        unreadable: files of folders that were left out because they cannot be read, and why.
        skipped: files of folders that are no logs.
        normal_form: the version of the normal form that names were compared in (see `text.NORMAL_FORM`). The content
            hash is made of keys in it, so where it changed the keys of a log its content is another one.
    """

    paths: tuple[str, ...]
    layout: str
    content: str
    rows: int
    listens: int
    users: int
    artists: int
    plays: int
    has_times: bool
    first_at: datetime | None = None
    last_at: datetime | None = None
    rejected: dict[str, int] = {}
    notes: tuple[str, ...] = ()
    kept: int = 0
    repaired: dict[str, int] = {}
    insisted: str = ""
    rating_scale: str = ""
    rated: int = 0
    disliked: int = 0
    neutral: int = 0
    plays_from_ratings: bool = False
    understood: tuple["TableReading", ...] = ()
    unreadable: dict[str, str] = {}
    skipped: tuple[str, ...] = ()
    normal_form: int = 1


class SourceFile(msgspec.Struct, frozen=True):
    """A file that was read, and what became of its rows.

    Attributes:
        path, layout: where and what it is.
        size: in bytes.
        rows: of them, `kept` were used.
        encoding: of a text table, else empty.
        lines: of a text table, its physical lines: each is a row, or one of those `before` the first row (header,
            comments), `blank`, or one that continues the row that began before (`continued`). Else 0.
    """

    path: str
    layout: str
    size: int
    rows: int
    kept: int
    encoding: str = ""
    lines: int = 0
    before: int = 0
    blank: int = 0
    continued: int = 0


class TableReading(msgspec.Struct, frozen=True):
    """How some files of a log were understood.

    Attributes:
        layout: what they are.
        files: how many.
        encoding: of text, with what was assumed; else empty.
        sentence: `artist ← Artist, time ← Date + Time (day/month/year)`; empty for a layout that says it all.
        columns: the file's column for each role (`artist`, `time`, …).
        warnings: what was seen and not used, as sentences.
        rows: the first few as understood; names in them are raw.
    """

    layout: str
    files: int
    encoding: str = ""
    sentence: str = ""
    columns: dict[str, str] = {}
    warnings: tuple[str, ...] = ()
    rows: tuple[dict[str, str], ...] = ()


class Offender(msgspec.Struct, frozen=True):
    """A row that was left out ("rejected") or repaired ("repaired"): why, where it is, and what it holds, in short."""

    outcome: str
    reason: str
    file: str
    row: int
    shown: str


class Artist(msgspec.Struct, frozen=True):
    """An artist of the index. `key` outlives the index, `code` (row of the tables, column of the matrix) does not."""

    code: int
    key: str
    name: str
    listeners: int
    listens: int
    mbid: str | None = None
    first_at: datetime | None = None
    last_at: datetime | None = None


class User(msgspec.Struct, frozen=True):
    """A user of the index. `user_id` is as the log has it; `artists` and `listens` are counts."""

    code: int
    key: str
    user_id: str
    artists: int
    listens: int
    first_at: datetime | None = None
    last_at: datetime | None = None


class ArtistPage(msgspec.Struct, frozen=True):
    """Some of the artists that a search found, best first, and how many there are.

    `forgiven` says that no name has the letters of the text, and these are the close ones.
    """

    rows: tuple[Artist, ...]
    total: int
    forgiven: bool = False


class UserPage(msgspec.Struct, frozen=True):
    """Some of the users that a search found, and how many there are."""

    rows: tuple[User, ...]
    total: int


class Played(msgspec.Struct, frozen=True):
    """An artist with one user's plays of it."""

    artist: Artist
    plays: int
    last_at: datetime | None = None


class Listener(msgspec.Struct, frozen=True):
    """A user with their plays of one artist."""

    user: User
    plays: int


class Listen(msgspec.Struct, frozen=True):
    """One listen; `artist_key` is None where the index does not have the artist."""

    listened_at: datetime
    artist_name: str
    recording_name: str | None
    artist_key: str | None = None


class ListenPage(msgspec.Struct, frozen=True):
    """Some of a user's listens, the latest first, and how many there are (rows of the log; one may be many plays)."""

    rows: tuple[Listen, ...]
    total: int


class Month(msgspec.Struct, frozen=True):
    """Listens in one month; months without any are listed with 0, so a row of them is a timeline.

    `new_artists` counts those that a user first played in that month; None where it is not about a user.
    """

    month: str
    listens: int
    new_artists: int | None = None


class Title(msgspec.Struct, frozen=True):
    """A release or a recording with its listens; whose it is, where that is not clear from where it stands."""

    name: str
    listens: int
    artist_name: str | None = None
    artist_key: str | None = None


class TitlePage(msgspec.Struct, frozen=True):
    """The releases or recordings with most listens, and how many there are."""

    rows: tuple[Title, ...] = ()
    total: int = 0


class Mainstream(msgspec.Struct, frozen=True):
    """How well known a user's artists are.

    Attributes:
        share: of all users, those that an artist of theirs has on average (0 to 1; each artist counts once).
        above: of all users, those whose share is smaller.
    """

    share: float
    above: float

    @property
    def word(self) -> str:
        """What a place among all users is called: "niche" (the lowest quarter), "middle", "popular" (the highest)."""
        if self.above < 0.25:
            return "niche"
        return "popular" if self.above >= 0.75 else "middle"


class UserProfile(msgspec.Struct, frozen=True):
    """All that the user pane shows at once; `recent` is the beginning of `listened` listens.

    `unknown_artists` counts those of a profile that the log does not have, `typed_liked` and `typed_disliked` those
    that were typed (see `profiles.typed`).
    """

    user: User
    top_artists: tuple[Played, ...]
    months: tuple[Month, ...]
    recent: tuple[Listen, ...]
    listened: int = 0
    mainstream: Mainstream | None = None
    unknown_artists: int = 0
    typed_liked: int = 0
    typed_disliked: int = 0

    @property
    def typed_only(self) -> bool:
        """Whether this is a profile that nothing was imported into: its plays stand for likes."""
        return 0 < self.typed_liked == self.user.artists and not self.listened


class UserDetails(msgspec.Struct, frozen=True):
    """Details from all listens of a user.

    Attributes:
        top_releases, top_recordings: by listens.
        hours: listens in each hour of the day, from midnight on; empty where the log has no timestamps.
        time_zone: whose hours they are, an IANA name.
    """

    top_releases: TitlePage
    top_recordings: TitlePage
    hours: tuple[int, ...]
    time_zone: str


class ArtistProfile(msgspec.Struct, frozen=True):
    """All that the artist pane shows at once."""

    artist: Artist
    top_listeners: tuple[Listener, ...]
    months: tuple[Month, ...]
    top_releases: TitlePage
    top_recordings: TitlePage


class Table(msgspec.Struct, frozen=True):
    """The first rows of something, as text, and how many rows there are in all."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    total: int


class Bucket(msgspec.Struct, frozen=True):
    """How many artists have so many listeners, or users so many artists (both ends included), and their listens."""

    fewest: int
    most: int
    count: int
    listens: int


class MatrixStats(msgspec.Struct, frozen=True):
    """The users × artists matrix, and how long its tail is.

    Attributes:
        users, artists: its shape.
        plays: (user, artist) pairs: its cells that are not zero.
        density: `plays / (users · artists)`.
        one_listener, one_listen: the share of artists with a single listener, with a single listen.
        gini: how unequally listens fall on artists (0 equally, 1 all on one).
        median_artists, median_listens: of users.
        tail: artists by their number of listeners, in buckets 1, 2–3, 4–7, …
    """

    users: int
    artists: int
    plays: int
    density: float
    one_listener: float
    one_listen: float
    gini: float
    median_artists: float
    median_listens: float
    tail: tuple[Bucket, ...]

    @property
    def typical_user(self) -> str:
        """The medians in words: "50 artists, 21,588.5 listens"."""
        artists, listens = (f"{value:,.1f}".removesuffix(".0") for value in (self.median_artists, self.median_listens))
        return f"{artists} artists, {listens} listens"


class QueryRows(msgspec.Struct, frozen=True):
    """The first rows of a SQL query's result, as text.

    Attributes:
        columns: their names, as DuckDB has them; two may be alike.
        types: their DuckDB types.
        rows: a text for each cell, None for a missing value. Lists and structs are JSON.
        more: whether there are more rows than these.
    """

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    more: bool
