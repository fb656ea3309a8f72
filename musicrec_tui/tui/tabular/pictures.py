"""What can be drawn of a table, as values: curves, bars, maps, intervals and points. Names in them are raw."""

from collections.abc import Sequence
from typing import NamedTuple


class Panel(NamedTuple):
    """A curve.

    Attributes:
        title: what it shows.
        points: finite (x, y), in the order in which they are joined.
        across, up: what x and y are.
        ends: what stands below the left and the right end; empty: the values there.
        logarithmic: both axes are; all values are positive then.
    """

    title: str
    points: Sequence[tuple[float, float]]
    across: str
    up: str
    ends: tuple[str, str] = ("", "")
    logarithmic: bool = False


class Bars(NamedTuple):
    """A bar for each name, from zero to the right, or to the left where its value is below zero.

    Attributes:
        title: what they show.
        bars: (name, finite value), from top to bottom.
        told: how a value is written, as `format` has it.
    """

    title: str
    bars: Sequence[tuple[str, float]]
    told: str = ",.6g"


class Map(NamedTuple):
    """A rectangle for each cell, darker for a higher value.

    Attributes:
        title: what it shows.
        across, down: what columns and rows are.
        shape: how many rows and columns there are.
        cells: (row, column, finite value) of those that have one, from the top and the left.
        columns, rows: their names; empty: there are too many for names, and for figures in the cells.
        told: how a value is written, as `format` has it.
        logarithmic: equal ratios are equal steps of darkness; all values are 1 or more then.
    """

    title: str
    across: str
    down: str
    shape: tuple[int, int]
    cells: Sequence[tuple[int, int, float]]
    columns: Sequence[str] = ()
    rows: Sequence[str] = ()
    told: str = ",.6g"
    logarithmic: bool = False


class Interval(NamedTuple):
    """A mean between the ends of its interval; those of the same scale share their axis."""

    name: str
    mean: float
    low: float
    high: float
    scale: str = ""


class Forest(NamedTuple):
    """Intervals below each other, around zero."""

    title: str
    intervals: Sequence[Interval]


class Dots(NamedTuple):
    """How many users are where, by two values that have the same axis; a line shows where both are equal.

    Attributes:
        title: what they show.
        across, up: whose values x and y are.
        low, high: the ends of both axes.
        shape: how many columns and rows the plane is cut into.
        cells: (column, row, users) of those with any, from the left and from below.
    """

    title: str
    across: str
    up: str
    low: float
    high: float
    shape: tuple[int, int]
    cells: Sequence[tuple[int, int, int]]


Picture = Panel | Bars | Map | Forest | Dots


def marks(picture: Picture) -> int:
    """How many points, bars or cells a picture has."""
    match picture:
        case Panel():
            return len(picture.points)
        case Bars():
            return len(picture.bars)
        case Forest():
            return len(picture.intervals)
        case Map() | Dots():
            return len(picture.cells)
