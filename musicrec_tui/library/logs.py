"""A log of listens: its counts, tables and matrix, and how it is cut."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, NamedTuple, Self

import msgspec
import pyarrow as pa
from scipy.sparse import csr_matrix

from musicrec_tui import paths, settings
from musicrec_tui.dataset import interactions
from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import Log as Files
from musicrec_tui.dataset.sources import read_options
from musicrec_tui.dataset.split_spec import SplitKind, SplitSpec
from musicrec_tui.errors import UserError
from musicrec_tui.jobs import training_data
from musicrec_tui.jobs.service import Service
from musicrec_tui.library.progress import Report, reported
from musicrec_tui.library.tables import saved_table
from musicrec_tui.paths import Home

Items = Literal["artists"]


class Counts(NamedTuple):
    """Totals of a log: plays are counted as `listens`, (user, item) pairs as `pairs`; `rows` were read, `kept` used."""

    users: int
    items: int
    pairs: int
    listens: int
    rows: int
    kept: int


class Matrix(NamedTuple):
    """Plays as a matrix.

    Attributes:
        plays: (users, items) float32 CSR, sorted indices, no explicit zeros.
        users: (users,) keys of the rows.
        items: (items,) keys of the columns; `Log.items` has their names.
    """

    plays: csr_matrix
    users: list[str]
    items: list[str]


class Log:
    """A log of listens, indexed; made by `open_log`. Use it as a context manager, or `close` it.

    For one thread. It holds the index open, and the models that were asked last.
    """

    def __init__(self, dataset: Dataset, home: Home) -> None:
        self._dataset, self._home = dataset, home
        self._service = Service(home.opinions)

    @property
    def counts(self) -> Counts:
        """Its totals."""
        info = self._dataset.info
        return Counts(info.users, info.artists, info.plays, info.listens, info.rows, info.kept)

    @property
    def content(self) -> str:
        """The hash of its plays: runs are of the same data where it is equal."""
        return self._dataset.info.content

    def users(self) -> pa.Table:
        """The users by code: code, key, user_id, items, listens."""
        return self._table('SELECT code, key, user_id, artists AS items, listens FROM "user" ORDER BY code')

    def items(self) -> pa.Table:
        """The items by code: code, key, name, listeners, listens."""
        return self._table("SELECT code, key, name, listeners, listens FROM artist ORDER BY code")

    def plays(self) -> pa.Table:
        """The (user, item) pairs: user, item (codes), plays, first_at, last_at (UTC; null where no time is known)."""
        return self._table(
            "SELECT user_code AS user, artist_code AS item, plays, first_at, last_at FROM play "
            "ORDER BY user_code, artist_code"
        )

    def matrix(self) -> Matrix:
        """The plays as a matrix."""
        return Matrix(*interactions.load_interactions(self._dataset))

    def close(self) -> None:
        """Close the index."""
        self._service.close()
        self._dataset.close()

    def __enter__(self) -> Self:
        """The log itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def __repr__(self) -> str:
        """Its files and totals."""
        counts = self.counts
        return f"Log({', '.join(self._dataset.info.paths)}: {counts.users:,} users, {counts.items:,} items)"

    @cached_property
    def _user_keys(self) -> frozenset[str]:
        """The keys of all users, which are their ids as the log has them."""
        return frozenset(str(key) for (key,) in self._dataset.query('SELECT key FROM "user"'))

    def _table(self, sql: str) -> pa.Table:
        """The rows of a query."""
        with self._dataset.relations() as cursor:
            return cursor.sql(sql).to_arrow_table()


class Split:
    """A log that is cut into parts; made by `split`.

    Attributes:
        train, validation, test: (users, items) float32 CSR of plays within the part.
        label: all that makes two splits different, such as "random 0.2/0.1 seed 42".
    """

    def __init__(self, log: Log, spec: SplitSpec) -> None:
        self._log, self._spec = log, spec
        self._parts = training_data.load(log._dataset, spec)
        self.train, self.validation, self.test = self._parts.split
        self.label = spec.label()

    @cached_property
    def _timed(self) -> training_data.TrainingData:
        """With the times that recency needs."""
        return training_data.load(self._log._dataset, self._spec, timed=True)

    def __repr__(self) -> str:
        """Its label and sizes."""
        return f"Split({self.label}: {self.train.nnz:,} + {self.validation.nnz:,} + {self.test.nnz:,} pairs)"


def sample() -> Path:
    """The path of the embedded sample: synthetic listens of a thousand users."""
    return paths.sample_data()


def open_log(
    *data: str | Path | Any, layout: str = "", columns: Mapping[str, str] | None = None, dates: str = "",
    strict: bool = False, home: str | Path | None = None, items: Items = "artists", progress: Report = None,
) -> Log:  # fmt: skip
    """Open a log of listens, and index it where it is not indexed yet.

    Args:
        data: files, folders or globs, or a list of them; or one table (Arrow, pandas, polars), or rows of (user, item)
            with plays or a time, which is saved in the cache; none: that of MUSICREC_DATA, else the sample.
        layout: the name of a layout (`musicrec-tui formats` lists them); empty: recognised by content.
        columns: the column of a role, such as {"time": "played_at"}, as `--map time=played_at` says it.
        dates: "dmy" or "mdy", where 01/02/2024 could be both; empty: decided by the dates.
        strict: refuse files that are broken or in need of repair, instead of using the rest.
        home: the folder of runs, profiles and settings; None: that of MUSICREC_HOME, else the user's.
        items: what is recommended; "artists" alone so far.
        progress: hears of the indexing.

    Raises:
        UserError: there is no log, it has no listens, or the index cannot be written.
    """
    if items != "artists":
        raise UserError(f"Items must be 'artists', not {items!r}.")
    place = home_of(home)
    match data:
        case ([str() | Path(), *_] as listed,):  # such as `glob.glob` gives; a row is no text
            data = tuple(listed)
    if len(data) > 1 and not all(isinstance(one, str | Path) for one in data):
        raise UserError("A table is a log of its own: give one table, or paths.")
    named = [one if isinstance(one, str | Path) else saved_table(one, place) for one in data]
    roles = [f"{role}={column}" for role, column in (columns or {}).items()]
    layout = read_options.join(layout, roles, dates, strict=strict)
    report = reported("index", progress)
    index = build.ensure(
        Files(paths.find_data(named), layout), place, settings.load(place),
        report=lambda _, fraction: report(round(1000 * (fraction or 0)), 1000),
    )  # fmt: skip
    return Log(Dataset(index), place)


def split(
    log: Log, kind: SplitKind = "random", *, test: float = 0.2, validation: float = 0.1, seed: int = 42,
    protocol: Literal["discovery", "repeat"] = "discovery", min_items: int = 5,
) -> Split:  # fmt: skip
    """Cut a log into train, validation and test: the same log and arguments give the same parts everywhere.

    Args:
        log: which.
        kind: `random`, `leave-last` (each user's last items) or `time` (two instants).
        test: share of each user's items (of the listens for `time`).
        validation: share of the same.
        seed: of `random`.
        protocol: of `time`: drop from later parts what was heard before (`discovery`), or leave it in (`repeat`).
        min_items: users with fewer stay in train.

    Raises:
        UserError: the log has no timestamps, nothing would be left to train on, or a value is out of bounds.
    """
    wanted = {"kind": kind, "test": test, "validation": validation, "seed": seed, "protocol": protocol}
    try:
        spec = msgspec.convert(wanted | {"min_artists": min_items}, SplitSpec)
    except msgspec.ValidationError as error:
        raise UserError(f"This split is not possible: {error}.") from None
    return Split(log, spec)


def home_of(given: str | Path | None) -> Home:
    """The home that is meant."""
    return paths.find_home(Path(given) if given is not None else None)
