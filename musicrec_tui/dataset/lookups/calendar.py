"""When people listen: by month, and by weekday and hour."""

import zoneinfo

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.lookups.structs import months_of
from musicrec_tui.dataset.portrait import Week
from musicrec_tui.dataset.records import Month
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable

_MONTHS = "SELECT month, CAST(sum(listens) AS BIGINT) FROM user_month GROUP BY month ORDER BY month"

_WEEK = """
WITH quarters AS (
    SELECT time_bucket(INTERVAL 15 MINUTE, listened_at) AS quarter, sum(plays) AS plays FROM listen GROUP BY quarter),
local AS (SELECT timezone($zone, timezone('UTC', quarter)) AS moment, plays FROM quarters)
SELECT isodow(moment) - 1, hour(moment), CAST(sum(plays) AS BIGINT) FROM local GROUP BY ALL
"""
"""Every zone is a multiple of a quarter of an hour away from UTC, so quarters are moved instead of every listen."""


def months(dataset: Dataset) -> tuple[Month, ...]:
    """Listens by month (UTC); empty for a log without times."""
    return months_of(dataset.query(_MONTHS))


def week(dataset: Dataset, time_zone: str = "UTC") -> Week:
    """Listens by weekday and hour of the day in a time zone. The one look-up here that reads all listens.

    Args:
        dataset: the log.
        time_zone: an IANA name.

    Raises:
        UserError: there is no such time zone.
    """
    try:
        zoneinfo.ZoneInfo(time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UserError(
            f"There is no time zone {printable(time_zone, 60)!r}: write a name such as Europe/Vienna for time_zone in "
            "the settings."
        ) from error
    if not dataset.info.has_times:
        return Week(time_zone, ())
    listens = [[0] * 24 for _ in range(7)]
    for day, hour, count in dataset.query(_WEEK, {"zone": time_zone}):
        listens[int(day)][int(hour)] = int(count)
    return Week(time_zone, tuple(map(tuple, listens)))
