"""Layouts of other packages: those that are installed beside this one and name a layout as an entry point.

    [project.entry-points."musicrec_tui.layouts"]
    mine = "my_layout:LAYOUT"

It is a `base.TableLayout` or a `base.RecordLayout`. A process of its own (`describe_layout`) reads what it says of
itself; a process that reads a log, and no other, imports those that could be described. One that fails there is left
out, or refuses its file with a sentence.
"""

import contextlib
import functools
import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal, TypeVar

import duckdb
import msgspec

from musicrec_tui import entry_points
from musicrec_tui.dataset.sources.base import Layout, Record, RecordLayout, TableLayout, identifier
from musicrec_tui.dataset.sources.head import Columns
from musicrec_tui.dataset.sources.layouts import LAYOUTS
from musicrec_tui.dataset.sources.refusing import slug
from musicrec_tui.describing import Fault, describe_all, in_a_line
from musicrec_tui.entry_points import Installed, installed
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.text import printable

T = TypeVar("T")


class LayoutDescription(msgspec.Struct, frozen=True, tag=True):
    """What a layout of another package says of itself; the columns are those of a table."""

    kind: Literal["table", "records"]
    name: str
    sentence: str
    example: str
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()


@functools.cache
def _known() -> tuple[dict[Installed, LayoutDescription], tuple[str, ...]]:
    """The descriptions by package, and a sentence for each that cannot be used."""
    found: dict[Installed, LayoutDescription] = {}
    faults = []
    packages = installed(entry_points.LAYOUTS)
    described = describe_all(packages, f"{__package__}.describe_layout", LayoutDescription)
    for one, layout in zip(packages, described, strict=False):
        if isinstance(layout, Fault):
            faults.append(f"{one.label} cannot be used: {printable(layout.fault, 300)}")
        elif slug(layout.name) in {slug(known.name) for known in (*LAYOUTS, *found.values())}:
            faults.append(f"{one.label} cannot be used: there is a layout named {printable(layout.name, 60)} already.")
        else:
            found[one] = layout
    return found, tuple(faults)


def described() -> tuple[LayoutDescription, ...]:
    """The layouts of other packages, none of which is imported for it."""
    return tuple(_known()[0].values())


def faults() -> tuple[str, ...]:
    """A sentence for each package whose layout cannot be used."""
    return _known()[1]


@functools.cache
def imported() -> tuple[Layout, ...]:
    """The layouts of other packages, for a process that reads a log."""
    layouts = ((one, _imported(one, layout.name)) for one, layout in _known()[0].items())
    return tuple(_guarded(one, layout) for one, layout in layouts if layout is not None)


def _imported(one: Installed, name: str) -> Layout | None:
    """A layout; None where it can be imported no more, or is another."""
    module, _, attribute = one.value.partition(":")
    try:
        layout = getattr(importlib.import_module(module), attribute)
    except Exception:  # noqa: BLE001  (whatever another package does when it is imported)
        return None
    return layout if isinstance(layout, TableLayout | RecordLayout) and layout.name == name else None


def _guarded(one: Installed, layout: Layout) -> Layout:
    """A layout whose errors are sentences that name its package; a file that it fails to look at is not of it."""
    guard = _Guard(f"{one.label} cannot read the file as {printable(layout.name, 60)}")
    if isinstance(layout, RecordLayout):
        quick = guard.calls(layout.quick) if layout.quick else None
        return layout._replace(fits=_otherwise(layout.fits, False), read=guard.yields(layout.read), quick=quick)

    def expressions(columns: Columns) -> dict[str, str]:
        check_sql(layout, columns)
        return layout.expressions(columns)

    headless = _otherwise(layout.headless, None) if layout.headless else None
    return layout._replace(expressions=guard.calls(expressions), headless=headless)


def check_sql(layout: TableLayout, columns: Columns) -> None:
    """Have DuckDB look at the expressions of a layout for these columns.

    Raises:
        duckdb.Error: they are none.
    """
    empty = ", ".join(f"CAST(NULL AS {kind}) AS {identifier(name)}" for name, kind in columns.items())
    with duckdb.connect() as connection:
        connection.execute(f"SELECT {layout.select(columns)} FROM (SELECT {empty or 'NULL'})")  # noqa: S608


class _Guard:
    """Makes what fails raise `UserError`; `sentence` says what failed."""

    def __init__(self, sentence: str) -> None:
        self._sentence = sentence

    def calls(self, work: Callable[..., T]) -> Callable[..., T]:
        """The same function, with other errors."""

        def guarded(*arguments: Any) -> T:
            try:
                return work(*arguments)
            except (UserError, Cancelled, StopIteration):
                raise
            except Exception as error:
                raise UserError(f"{self._sentence}: {in_a_line(error)}") from error

        return guarded

    def yields(self, read: Callable[[Path], Iterator[Record]]) -> Callable[[Path], Iterator[Record]]:
        """The same reader, with other errors, and none but records."""

        def records(file: Path) -> Iterator[Record]:
            following = self.calls(iter(self.calls(read)(file)).__next__)
            with contextlib.suppress(StopIteration):
                while True:
                    record = following()
                    if not isinstance(record, Record):
                        raise UserError(f"{self._sentence}: it gives a {type(record).__name__} and no Record")
                    yield record

        return records


def _otherwise(work: Callable[..., T], otherwise: T) -> Callable[..., T]:
    """The same function, but for another value where it fails."""

    def guarded(*arguments: Any) -> T:
        try:
            return work(*arguments)
        except Exception:  # noqa: BLE001  (whatever another package does)
            return otherwise

    return guarded
