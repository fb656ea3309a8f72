"""What a profile's `profile.json` holds."""

from datetime import datetime

import msgspec

from musicrec_tui.dataset.records import Offender, TableReading

SCHEMA = 1
FILE = "profile.json"


class FetchMark(msgspec.Struct, frozen=True):
    """How far a history of a service is imported: all of a user's listens at a server up to a time.

    Attributes:
        server: its address.
        user: the name there, raw.
        newest: the time of the latest listen, in seconds since 1970.
    """

    server: str
    user: str
    newest: int


class Imported(msgspec.Struct, frozen=True):
    """What one import did. `rows == kept + sum(rejected)` and `kept == new + known`.

    Attributes:
        at: when.
        files: the names of the files, without their folders.
        layout: what they are.
        user_id: whose rows were taken.
        rows: rows in the files.
        kept: rows that could be used.
        new: rows that the profile did not have before.
        known: rows that it had, from an earlier import or from a row before them.
        rejected: why rows were left out, and how many.
        repaired: the repairs of rows that were kept, each with its count.
        offenders: the first of those that were skipped or repaired, for each reason.
        understood: how the columns of the files were read (without rows).
        mark: where they came from a service: up to when.
        joined: plays that were paired with one at another second, or under a cut name, and count once.
        unreadable: files of a folder that were left out because they cannot be read, and why.
    """

    at: datetime
    files: tuple[str, ...]
    layout: str
    user_id: str
    rows: int
    kept: int
    new: int
    known: int
    rejected: dict[str, int] = {}
    repaired: dict[str, int] = {}
    offenders: tuple[Offender, ...] = ()
    understood: tuple[TableReading, ...] = ()
    unreadable: dict[str, str] = {}
    joined: int = 0
    mark: FetchMark | None = None


class SameArtist(msgspec.Struct, frozen=True):
    """The artist of a log that an artist of a profile is, by the user's choice."""

    key: str
    name: str
    mbid: str | None = None


class Stored(msgspec.Struct, frozen=True):
    """A profile in short, so that a list of them opens no Parquet.

    Attributes:
        name: as it was given.
        generation: counts the changes; the history is in the Parquet file of that number beside this one.
        sha256: its checksum.
        artists: with a play.
        listens: plays in total.
        ratings: artists and recordings that are rated, on the scales `rating_scales` (see `dataset.ratings`).
        first_at, last_at: the span of its listens, UTC.
        imports: what was imported when; the last is the latest.
        same_artists: artists of logs that the user chose for artists of the profile (by key) that logs spell otherwise.
    """

    name: str
    generation: int
    sha256: str
    artists: int
    listens: int
    ratings: int
    rating_scales: tuple[str, ...] = ()
    first_at: datetime | None = None
    last_at: datetime | None = None
    imports: tuple[Imported, ...] = ()
    same_artists: dict[str, SameArtist] = {}

    def mark_of(self, server: str, user: str) -> FetchMark | None:
        """How far a user's history at a server is imported; None where it was not, or too many imports ago."""
        marks = (one.mark for one in reversed(self.imports))
        return next((mark for mark in marks if mark and (mark.server, mark.user) == (server, user)), None)

    @property
    def history_file(self) -> str:
        """The name of the Parquet file that holds the history."""
        return history_file(self.generation)


def history_file(generation: int) -> str:
    """The name of the file that a history is in after so many changes."""
    return f"listens-{generation}.parquet"
