"""A year in review as sections of a page, which front ends draw, and as Markdown."""

import calendar
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from musicrec_tui.dataset.review.year import Favourite, Review
from musicrec_tui.text import counted, printable

_BLOCKS = " ▁▂▃▄▅▆▇█"
_SPECIAL = r"\`*_{}[]<>()#+-!|~&"


class PageSection(NamedTuple):
    """A heading above rows of cells; `columns` is empty where the rows say what they are."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def title(found: Review) -> str:
    """The page's title (raw)."""
    return f"{found.year} of {found.whose}"


def sections(found: Review) -> list[PageSection]:
    """The page: what has nothing to show is left out."""
    everything = [
        PageSection("In numbers", (), tuple(_numbers(found))),
        _favourites("Top artists", "artist", found.artists),
        _favourites("Top albums", "album", found.albums),
        _favourites("Top tracks", "track", found.tracks),
        PageSection(
            f"Discoveries: {counted(found.discovered, 'new artist')}", ("artist", "first heard", "listens"),
            tuple((one.name, day_of_year(one.first), f"{one.listens:,}") for one in found.discoveries),
        ),
        PageSection("By month", (), tuple(_bars([calendar.month_abbr[month] for month in range(1, 13)], found.months))),
        PageSection(
            f"By hour of the day ({found.time_zone})", (),
            tuple(_bars([f"{hour:02}:00" for hour in range(24)], found.hours)),
        ),
    ]  # fmt: skip
    return [one for one in everything if one.rows]


def _numbers(found: Review) -> list[tuple[str, str]]:
    """The totals, each against the year before, and what stands out."""
    before = found.before
    rows = [
        (what, f"{value:,}{_against(value, getattr(before, what), found.year - 1) if before else ''}")
        for what, value in ((name, getattr(found.totals, name)) for name in found.totals.__struct_fields__)
        if value
    ]
    streak, (day, listens) = found.streak, found.busiest
    first, last = day_of_year(streak.first), day_of_year(streak.last)
    span = first if streak.days == 1 else f"{first} to {last}"
    rows += [
        ("longest streak", f"{counted(streak.days, 'day')} ({span})"),
        ("busiest day", f"{day_of_year(day)} ({counted(listens, 'listen')})"),
    ]
    if found.mainstream is not None:
        rows.append(("mainstream", f"{found.mainstream:.1%} of users hear an artist of the year, on average"))
    return rows


def _against(value: int, before: int, year: int) -> str:
    """` (+12 % against 2023)`; empty where there is nothing to compare with."""
    return f" ({(value - before) / before:+.0%} against {year})" if before else ""


def _favourites(heading: str, what: str, rows: Sequence[Favourite]) -> PageSection:
    """A ranked list."""
    if any(one.artist for one in rows):
        cells = tuple(
            (str(rank), one.name, one.artist, f"{one.listens:,}") for rank, one in enumerate(rows, 1)
        )  # fmt: skip
        return PageSection(heading, ("", what, "artist", "listens"), cells)
    return PageSection(
        heading,
        ("", what, "listens"),
        tuple((str(rank), one.name, f"{one.listens:,}") for rank, one in enumerate(rows, 1)),
    )


def _bars(names: Sequence[str], values: Sequence[int]) -> list[tuple[str, str, str]]:
    """A bar for each value, 24 cells for the largest."""
    most = max(values) or 1
    return [(name, bar(value / most, 24), f"{value:,}") for name, value in zip(names, values, strict=True)]


def bar(share: float, cells: int) -> str:
    """A bar of so many cells; what is above zero is seen."""
    eighths = max(round(share * cells * 8), 1 if share > 0 else 0)
    return "█" * (eighths // 8) + (_BLOCKS[eighths % 8] if eighths % 8 else "")


def markdown(found: Review) -> str:
    """The page as Markdown; names are escaped."""
    parts = [f"# {_escaped(title(found))}"]
    for section in sections(found):
        parts.append(f"## {_escaped(section.title)}")
        columns = section.columns or ("",) * len(section.rows[0])
        table = [columns, tuple("---" for _ in columns), *section.rows]
        parts.append("\n".join(f"| {' | '.join(map(_cell, row))} |" for row in table))
    return "\n\n".join(parts) + "\n"


def plain_text(found: Review) -> str:
    """The page as text, a tab between the cells of a row."""
    parts = [printable(title(found))]
    for section in sections(found):
        parts += ["", printable(section.title), *("\t".join(map(printable, row)) for row in section.rows)]
    return "\n".join(parts) + "\n"


def _cell(text: str) -> str:
    """A cell of a table; its own rule stays as it is."""
    return text if text == "---" else _escaped(text)


def _escaped(text: str) -> str:
    """A name that is no Markdown."""
    return "".join(f"\\{sign}" if sign in _SPECIAL else sign for sign in printable(text))


def day_of_year(day: date) -> str:
    """`4 March`."""
    return f"{day.day} {day:%B}"
