"""The portrait of a log: structs that the look-ups behind the Data screen answer with. Names in them are raw."""

from typing import Literal

import msgspec

from musicrec_tui.dataset.records import Bucket

Order = Literal["activity", "code"]
"""How the matrix is sorted: the heaviest listeners and the best known artists first, or by code."""


class ColumnFacts(msgspec.Struct, frozen=True):
    """A column of a log's files, over the rows that were looked at.

    Attributes:
        name: as the files have it.
        type: DuckDB's; text files have none, so theirs is VARCHAR.
        nulls: rows without a value.
        distinct: different values, counted exactly.
        least, greatest: in the order of the type.
        example: one of the values.
    """

    name: str
    type: str
    nulls: int
    distinct: int
    least: str | None
    greatest: str | None
    example: str | None


class PartFacts(msgspec.Struct, frozen=True):
    """The columns of those files of a log that have the same ones.

    Attributes:
        layout: of these files.
        files: their paths.
        rows: that they have; broken lines of text aside.
        looked_at: rows that `columns` speaks of. Fewer than `rows`: a sample, so the share of nulls is an estimate,
            and there are at least as many distinct values, and values at least as far apart.
        columns: in the files' order.
    """

    layout: str
    files: tuple[str, ...]
    rows: int
    looked_at: int
    columns: tuple[ColumnFacts, ...]


class Window(msgspec.Struct, frozen=True):
    """A part of the users × artists matrix, in cells of several users and artists.

    Attributes:
        order: what the places of users and artists are counted in.
        top, left: the first user's and the first artist's place, from 0.
        rows, columns: cells.
        users, artists: that each cell stands for.
    """

    order: Order
    top: int
    left: int
    rows: int
    columns: int
    users: int = 1
    artists: int = 1


class BlockCell(msgspec.Struct, frozen=True):
    """A cell of a block that is not empty: its (user, artist) pairs, and their plays."""

    row: int
    column: int
    pairs: int
    plays: int


class Block(msgspec.Struct, frozen=True):
    """What is in a window.

    Attributes:
        window: what was asked for.
        cells: those that are not empty.
        users: the ids of the first user of each row, as many as the matrix has; `artists` are names likewise.
        share: of the pairs that were looked at: below 1 it is a sample, and the counts are estimates.
    """

    window: Window
    cells: tuple[BlockCell, ...]
    users: tuple[str, ...]
    artists: tuple[str, ...]
    share: float = 1.0


class Activity(msgspec.Struct, frozen=True):
    """How unequal listeners and artists are.

    Attributes:
        artists_by_listeners: artists in buckets of 1, 2–3, 4–7, … listeners.
        users_by_artists: users in buckets of so many artists.
        artist_gini, user_gini: how unequally listens fall on artists, on users (0 equally, 1 all on one).
        top_artists, top_users: the share of all listens that the first hundredth of them have (at least one).
        artist_ranks, user_ranks: (place, listens) at places that grow by equal ratios, from 1 to the last: a long tail
            is close to a straight line where both are on logarithmic scales.
    """

    artists_by_listeners: tuple[Bucket, ...]
    users_by_artists: tuple[Bucket, ...]
    artist_gini: float
    user_gini: float
    top_artists: float
    top_users: float
    artist_ranks: tuple[tuple[int, int], ...]
    user_ranks: tuple[tuple[int, int], ...]


class Week(msgspec.Struct, frozen=True):
    """Listens by weekday (Monday first) and hour of the day, 7 × 24; empty for a log without times."""

    time_zone: str
    listens: tuple[tuple[int, ...], ...]
