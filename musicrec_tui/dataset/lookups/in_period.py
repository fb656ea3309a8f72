"""An index as it would be if it had the listens of a period alone: what look-ups ask of it, they can ask of this."""

from collections.abc import Mapping
from typing import Any, Protocol

import msgspec

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.period import Period
from musicrec_tui.dataset.records import DatasetInfo
from musicrec_tui.errors import UserError


class Tables(Protocol):
    """An index, or the part of it that is in a period."""

    @property
    def info(self) -> DatasetInfo:
        """Its totals."""

    def query(self, sql: str, parameters: Mapping[str, object] | None = None) -> list[tuple[Any, ...]]:
        """The rows that a SELECT gives; errors as `Dataset.query` raises them."""


_LISTEN = "SELECT rowid AS rowid, * FROM main.listen WHERE listened_at >= {begin} AND listened_at < {end}"
_PLAY = """
SELECT user_code, artist_code, CAST(sum(plays) AS BIGINT) AS plays, min(listened_at) AS first_at,
    max(listened_at) AS last_at
FROM listen GROUP BY ALL
"""
_ARTIST = """
SELECT a.* REPLACE (h.listeners AS listeners, h.listens AS listens, h.first_at AS first_at, h.last_at AS last_at)
FROM main.artist a JOIN (
    SELECT artist_code, CAST(count(*) AS INTEGER) AS listeners, CAST(sum(plays) AS BIGINT) AS listens,
        min(first_at) AS first_at, max(last_at) AS last_at
    FROM play GROUP BY artist_code) h ON h.artist_code = a.code
"""
_USER = """
SELECT u.* REPLACE (h.artists AS artists, h.listens AS listens, h.first_at AS first_at, h.last_at AS last_at)
FROM main."user" u JOIN (
    SELECT user_code, CAST(count(*) AS INTEGER) AS artists, CAST(sum(plays) AS BIGINT) AS listens,
        min(first_at) AS first_at, max(last_at) AS last_at
    FROM play GROUP BY user_code) h ON h.user_code = u.code
"""
_MONTH = "CAST(date_trunc('month', timezone({zone}, timezone('UTC', {moment}))) AS DATE)"
_USER_MONTH = f"""
SELECT user_code, month, listens, coalesce(new_artists, 0) AS new_artists FROM (
    SELECT user_code, {_MONTH.replace("{moment}", "listened_at")} AS month, CAST(sum(plays) AS BIGINT) AS listens
    FROM listen GROUP BY ALL)
LEFT JOIN (
    SELECT user_code, {_MONTH.replace("{moment}", "first_at")} AS month, count(*) AS new_artists
    FROM main.play WHERE first_at >= {{begin}} AND first_at < {{end}} GROUP BY ALL) USING (user_code, month)
"""  # noqa: S608
_ARTIST_MONTH = f"""
SELECT artist_code, {_MONTH.replace("{moment}", "listened_at")} AS month, CAST(sum(plays) AS BIGINT) AS listens
FROM listen GROUP BY ALL
"""  # noqa: S608
_TITLES = """
SELECT artist_code, {column} AS name, CAST(sum(plays) AS BIGINT) AS listens
FROM listen WHERE {column} IS NOT NULL GROUP BY ALL
"""
_VIEWS = {
    "listen": _LISTEN, "play": _PLAY, "play_by_artist": "FROM play", "artist": _ARTIST, '"user"': _USER,
    "user_month": _USER_MONTH, "artist_month": _ARTIST_MONTH, "recording": _TITLES.replace("{column}", "recording"),
    "release": _TITLES.replace("{column}", "release"),
}  # fmt: skip
"""What stands in for each table; what a statement does not read is not calculated."""
_TOTALS = """
SELECT (SELECT count(*) FROM "user"), (SELECT count(*) FROM artist), (SELECT count(*) FROM play),
    (SELECT CAST(coalesce(sum(plays), 0) AS BIGINT) FROM play)
"""


class InPeriod:
    """The listens of a period, under the names of the index's tables.

    New artists are those that were never heard before; how mainstream users are, and ratings, are those of all time.
    Months are those of the period's time zone.

    Args:
        dataset: an index with times; it is closed by who opened it.
        period: which listens.

    Raises:
        UserError: the log has no timestamps.
    """

    def __init__(self, dataset: Dataset, period: Period) -> None:
        if not dataset.info.has_times:
            raise UserError("This log has no timestamps, so it has no periods to choose from.")
        values = {
            "begin": f"TIMESTAMP '{period.begin}'", "end": f"TIMESTAMP '{period.end}'",
            "zone": "'{}'".format(period.time_zone.replace("'", "''")),
        }  # fmt: skip
        self._views = ", ".join(f"{name} AS NOT MATERIALIZED ({sql.format(**values)})" for name, sql in _VIEWS.items())
        self._dataset = dataset
        self._info: DatasetInfo | None = None
        self.period = period

    @property
    def info(self) -> DatasetInfo:
        """The log's totals, with users, artists, pairs and listens of the period."""
        if self._info is None:
            [(users, artists, plays, listens)] = self.query(_TOTALS)
            self._info = msgspec.structs.replace(
                self._dataset.info, users=users, artists=artists, plays=plays, listens=listens
            )
        return self._info

    def query(self, sql: str, parameters: Mapping[str, object] | None = None) -> list[tuple[Any, ...]]:
        """The rows that a SELECT gives, read from the period's listens."""
        body = sql.strip()
        rest = f", {body[4:]}" if body[:4].upper() == "WITH" else f" {body}"
        return self._dataset.query(f"WITH {self._views}{rest}", parameters)


def tables_of(dataset: Dataset, period: Period | None) -> Tables:
    """The index, or what of it is in a period; errors as `InPeriod` raises them."""
    return dataset if period is None else InPeriod(dataset, period)
