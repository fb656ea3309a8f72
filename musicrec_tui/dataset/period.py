"""Periods: whole days of a time zone, such as a year, the last twelve months, or from one day to another."""

import calendar
import re
import zoneinfo
from datetime import UTC, date, datetime, time, timedelta

import msgspec

from musicrec_tui.errors import UserError
from musicrec_tui.text import printable

NAMES = ("this-year", "last-12-months")
WANTED = f"a year (2024), a month (2024-05), a day (2024-05-31), {' or '.join(NAMES)}"
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_SPAN = re.compile(r"\s*(.*?)\s*(?:\bto\b|…|\.\.|–|—|/)\s*(.*?)\s*")
_REFUSED = re.compile(r"Unknown TimeZone '(.*?)'", re.DOTALL)
_FROM = re.compile(r"(from .*?)()")
_EARLIEST, _LATEST = datetime(1970, 1, 1), datetime(2100, 1, 1)


def in_zone(moment: datetime, time_zone: str) -> datetime:
    """A moment on the clocks of a time zone; UTC where the zone does not exist."""
    try:
        return moment.astimezone(zoneinfo.ZoneInfo(time_zone))
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return moment.astimezone(UTC)


class Period(msgspec.Struct, frozen=True):
    """From the beginning of one day to the end of another, in a time zone.

    Attributes:
        first, last: the days, both included; None: no bound.
        time_zone: an IANA name.
        name: `this-year` or `last-12-months` where it was asked for so, else empty.
    """

    first: date | None
    last: date | None
    time_zone: str = "UTC"
    name: str = ""

    @property
    def begin(self) -> datetime:
        """The first moment, UTC without saying so, as an index has its times."""
        return self._midnight(self.first) if self.first is not None else _EARLIEST

    @property
    def end(self) -> datetime:
        """The first moment after it, likewise."""
        return self._midnight(self.last, 1) if self.last is not None else _LATEST

    def _midnight(self, day: date, after: int = 0) -> datetime:
        """When the day that comes so many after another one begins; within the times that an index can have."""
        if not _EARLIEST.year <= day.year < _LATEST.year:
            return _EARLIEST if day.year < _EARLIEST.year else _LATEST
        day += timedelta(days=after)
        zone = zoneinfo.ZoneInfo(self.time_zone)
        return datetime.combine(day, time(), zone).astimezone(UTC).replace(tzinfo=None)

    def words(self) -> str:
        """`2024`, `2024-05`, `2023-11 to 2024-02`, `2023-11-01 to 2024-02-15`, `from 2023-11-01`, `to 2024-02-15`."""
        if self.first is None or self.last is None:
            day = self.first or self.last
            return f"{'from' if self.first else 'to'} {day}" if day else "all time"
        for shown in (len("2024"), len("2024-05"), len("2024-05-31")):
            first, last = self.first.isoformat()[:shown], self.last.isoformat()[:shown]
            if (self.first, self.last) == (_days_of(first)[0], _days_of(last)[1]):
                break
        return first if first == last else f"{first} to {last}"


def period_of(text: str, latest: datetime | None, time_zone: str) -> Period | None:
    """The period that a text means; None for an empty one and `all`.

    Args:
        text: as `WANTED` says, or two days with `to` between them, either of which may be left out.
        latest: the last listen, which `this-year` and `last-12-months` end with; not later than today.
        time_zone: an IANA name, whose days they are.

    Raises:
        UserError: it means none, or the time zone does not exist.
    """
    wanted = " ".join(text.split()).casefold()
    if wanted in ("", "all", "all time"):
        return None
    name = wanted.replace(" ", "-")
    if name in NAMES:
        return _relative(name, latest, time_zone)
    if parts := _SPAN.fullmatch(wanted) or _FROM.fullmatch(wanted):
        return between(parts[1].removeprefix("from "), parts[2], time_zone)
    first, last = _days_of(wanted)
    return _checked(Period(first, last, time_zone))


def between(first: str, last: str, time_zone: str) -> Period | None:
    """From the beginning of one year, month or day to the end of another; None where both are empty.

    Raises:
        UserError: one is none, or the second ends before the first.
    """
    if not first.strip() and not last.strip():
        return None
    begin = _days_of(first)[0] if first.strip() else None
    end = _days_of(last)[1] if last.strip() else None
    if begin is not None and end is not None and end < begin:
        raise UserError(f"A period ends after it begins: {end} is before {begin}.")
    return _checked(Period(begin, end, time_zone))


def _relative(name: str, latest: datetime | None, time_zone: str) -> Period:
    """A period that ends with the last listen, or today where a wrong clock dated that later."""
    if latest is None:
        raise UserError("There are no listens with a time, so there is no period to choose.")
    day = in_zone(min(latest, datetime.now(UTC)), time_zone).date()
    if name == "this-year":
        return _checked(Period(date(day.year, 1, 1), date(day.year, 12, 31), time_zone, name))
    before = day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)
    return _checked(Period(before + timedelta(days=1), day, time_zone, name))


def _days_of(text: str) -> tuple[date, date]:
    """The first and the last day of a year, month or day.

    Raises:
        UserError: it is none.
    """
    found = _DAY.fullmatch(text.strip())
    try:
        if found is None:
            raise ValueError
        year, month, day = (int(part) if part else None for part in found.groups())
        if month is None:
            return date(year or 0, 1, 1), date(year or 0, 12, 31)
        first = date(year or 0, month, day or 1)
        last = first if day else date(first.year, month, calendar.monthrange(first.year, month)[1])
    except ValueError as error:
        raise UserError(f"{printable(text, 40)!r} is no period: write {WANTED}.") from error
    return first, last


def _checked(period: Period) -> Period:
    """The period, whose time zone exists.

    Raises:
        UserError: it does not.
    """
    try:
        zoneinfo.ZoneInfo(period.time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise unknown_zone(period.time_zone) from error
    return period


def unknown_zone(time_zone: str) -> UserError:
    """What to say of a time zone that does not exist, or that DuckDB does not know."""
    return UserError(f"Unknown time zone {printable(time_zone)!r}; set time_zone to another one.")


def refused_zone(error: Exception) -> UserError | None:
    """What to say where DuckDB lacks a time zone that Python knows (`localtime`); None: the error is another one."""
    found = _REFUSED.search(str(error))
    return unknown_zone(found[1]) if found else None
