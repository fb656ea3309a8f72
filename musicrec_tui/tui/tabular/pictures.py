"""Plots of a table as values: curves, bars, heat maps, intervals and points. Names in them are raw."""

from collections.abc import Sequence
from typing import NamedTuple


class Panel(NamedTuple):
    """A curve.

    Attributes:
        title: what it shows.
        points: finite (x, y), in the order in which they are joined.
        across, up: what x and y are.
        ends: labels below the left and right end; empty: the values.
        logarithmic: both axes are; all values are positive then.
    """

    title: str
    points: Sequence[tuple[float, float]]
    across: str
    up: str
    ends: tuple[str, str] = ("", "")
    logarithmic: bool = False


class Bars(NamedTuple):
    """Horizontal bars from zero, to the left for negative values.

    Attributes:
        title: what they show.
        bars: (name, finite value), from top to bottom.
        value_format: format specification of values.
    """

    title: str
    bars: Sequence[tuple[str, float]]
    value_format: str = ",.6g"


class Map(NamedTuple):
    """A rectangle for each cell, darker for a higher value.

    Attributes:
        title: what it shows.
        across, down: what columns and rows are.
        shape: how many rows and columns there are.
        cells: (row, column, finite value) of those that have one, from the top and the left.
        columns, rows: their names; empty: too many for names and for figures in the cells.
        value_format: format specification of values.
        logarithmic: equal ratios are equal steps of darkness; all values are 1 or more then.
    """

    title: str
    across: str
    down: str
    shape: tuple[int, int]
    cells: Sequence[tuple[int, int, float]]
    columns: Sequence[str] = ()
    rows: Sequence[str] = ()
    value_format: str = ",.6g"
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
    """A scatter plot of users by two values on equal axes; a diagonal marks equal values.

    Attributes:
        title: what they show.
        across, up: whose values x and y are.
        low, high: the ends of both axes.
        shape: number of columns and rows of cells.
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
    """The number of points, bars or cells of a plot."""
    match picture:
        case Panel():
            return len(picture.points)
        case Bars():
            return len(picture.bars)
        case Forest():
            return len(picture.intervals)
        case Map() | Dots():
            return len(picture.cells)
