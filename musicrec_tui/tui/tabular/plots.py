"""Tables with plots: listens by time, histograms, ranks, metrics by epoch."""

import math
from collections.abc import Mapping, Sequence

from musicrec_tui.dataset.portrait import Week
from musicrec_tui.dataset.records import Bucket, Month
from musicrec_tui.dataset.table_files import Cells, Column
from musicrec_tui.tui.tabular import records
from musicrec_tui.tui.tabular.pictures import Bars, Map, Panel
from musicrec_tui.tui.tabular.sheet import Sheet

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_HOURS = 24


def months(title: str, told: Sequence[Month]) -> Sheet | None:
    """Listens by month; None without timestamps."""
    if not told:
        return None
    described = records.fields(told[0])
    points = [(float(place), float(month.listens)) for place, month in enumerate(told, 1)]
    panel = Panel(title, points, "month", "listens", (told[0].month, told[-1].month))
    return Sheet(title, records.columns_of(described), lambda: records.rows_of(told), pictures=lambda: (panel,))


def hours(title: str, told: Sequence[int], time_zone: str) -> Sheet | None:
    """Listens by hour of the day; None without timestamps."""
    if not told:
        return None
    columns = (Column("hour", "whole"), Column("listens", "whole"), Column("time_zone"))
    points = [(float(hour), float(count)) for hour, count in enumerate(told)]
    panel = Panel(title, points, f"hour, {time_zone}", "listens")
    rows = [(hour, count, time_zone) for hour, count in enumerate(told)]
    return Sheet(title, columns, lambda: rows, pictures=lambda: (panel,))


def week(title: str, told: Week) -> Sheet:
    """Listens by weekday and hour."""
    columns = (Column("day"), Column("hour", "whole"), Column("listens", "whole"), Column("time_zone"))
    rows = [
        (day, hour, count, told.time_zone)
        for day, counts in zip(_DAYS, told.listens, strict=True)
        for hour, count in enumerate(counts)
    ]
    cells = [(day, hour, float(count)) for day, counts in enumerate(told.listens) for hour, count in enumerate(counts)]
    drawn = Map(title, f"hours of {told.time_zone}", "days", (len(_DAYS), _HOURS), cells,
                [str(hour) for hour in range(_HOURS)], _DAYS)  # fmt: skip
    return Sheet(title, columns, lambda: rows, pictures=lambda: (drawn,))


def calendar(title: str, told: Sequence[Month], hours_told: Week) -> Sheet | None:
    """Listens by month, then by weekday and hour, in one table; None without timestamps."""
    by_month, by_hour = months("Listens by month", told), week("Listens by weekday and hour", hours_told)
    if by_month is None:
        return None
    rows: list[Cells] = [(one.month, None, None, one.listens, None) for one in told]
    drawn = [one.pictures for one in (by_month, by_hour) if one.pictures is not None]
    return Sheet(
        title, (Column("month"), *by_hour.columns), lambda: [*rows, *((None, *row) for row in by_hour.loaded())],
        pictures=lambda: [picture for pictures in drawn for picture in pictures()],
    )  # fmt: skip


def buckets(title: str, told: Sequence[Bucket], by: str) -> Sheet | None:
    """A histogram: the number of users or artists for each range of `by`."""
    if not told:
        return None
    bars = [(f"{_span(bucket)} {by}", float(bucket.count)) for bucket in told]
    return Sheet(
        title, records.columns_of(records.fields(told[0])), lambda: records.rows_of(told),
        pictures=lambda: (Bars(title, bars, ",.0f"),),
    )  # fmt: skip


def _span(bucket: Bucket) -> str:
    """`4–7`."""
    return f"{bucket.fewest:,}" if bucket.fewest == bucket.most else f"{bucket.fewest:,}–{bucket.most:,}"


def ranks(title: str, told: Sequence[tuple[int, int]], of: str) -> Sheet | None:
    """Listens by rank, both logarithmic."""
    if not told:
        return None
    columns = (Column("rank", "whole"), Column("listens", "whole"))
    panel = Panel(title, [(float(place), float(count)) for place, count in told if count > 0], of, "listens",
                  logarithmic=True)  # fmt: skip
    return Sheet(title, columns, lambda: told, pictures=lambda: (panel,))


def curves(title: str, across: str, series: Mapping[str, Sequence[tuple[int, float]]]) -> Sheet | None:
    """Metrics by epoch or trial, a column for each; None if there are none yet.

    Args:
        title: of the table.
        across: name of the first column.
        series: (epoch or trial, value) in order, by name.
    """
    if not series:
        return None
    columns = (Column(across, "whole"), *(Column(name, "number") for name in series))
    known = {name: dict(points) for name, points in series.items()}
    places = sorted({place for points in series.values() for place, _ in points})
    rows = [(place, *(known[name].get(place) for name in series)) for place in places]
    panels = tuple(
        Panel(f"{title}: {name}", [(float(x), y) for x, y in points if math.isfinite(y)], across, name)
        for name, points in series.items()
    )
    return Sheet(title, columns, lambda: rows, pictures=lambda: panels)
