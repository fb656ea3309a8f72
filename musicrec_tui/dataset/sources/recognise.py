"""From paths to a source: which files, and which layout each has."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Literal, NamedTuple

import duckdb

from musicrec_tui.dataset.sources import archives
from musicrec_tui.dataset.sources.base import Layout, RecordLayout, TableLayout
from musicrec_tui.dataset.sources.files import list_files, was_walked
from musicrec_tui.dataset.sources.head import Columns, Head, look
from musicrec_tui.dataset.sources.layouts import LAYOUTS
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable

_SHOWN_COLUMNS = 20
_TABLES = (".parquet", ".csv", ".tsv", ".tar")


class Part(NamedTuple):
    """Files of one layout and format with the same columns, so that one scan reads them all.

    Attributes:
        layout: what they are.
        format: how they are read; `records` by Python.
        files: absolute paths; of text and of records there is one to a part.
        first: the number of the first of them among all files of the source.
        columns: the names (lower case) and DuckDB types that they share, in the files' order.
        delimiter, header, compression: of text.
        companions: the tables that go with it, by name.
    """

    layout: Layout
    format: Literal["parquet", "csv", "records"]
    files: tuple[Path, ...]
    first: int = 0
    columns: Columns = MappingProxyType({})
    delimiter: str = ","
    header: bool = True
    compression: str = "none"
    companions: Mapping[str, "Part"] = MappingProxyType({})


class Source(NamedTuple):
    """A log: what was asked for, and how to read it.

    Attributes:
        paths: as they were asked for, absolute.
        parts: what is read.
        insisted: the layout that the user insisted on, else empty.
        skipped: files of folders that are no logs.
    """

    paths: tuple[Path, ...]
    parts: tuple[Part, ...]
    insisted: str = ""
    skipped: tuple[Path, ...] = ()

    @property
    def files(self) -> tuple[Path, ...]:
        """All files that hold listens, in the order of their numbers."""
        return tuple(file for part in self.parts for file in part.files)

    @property
    def layout_name(self) -> str:
        """The names of all layouts, for people."""
        return " + ".join(dict.fromkeys(part.layout.name for part in self.parts))


class _Found(NamedTuple):
    """A file with what was found out about it."""

    head: Head
    layout: Layout
    columns: Columns
    header: bool = True
    companion: str = ""


def named(name: str) -> Layout:
    """The layout of that name; case, spaces and hyphens do not matter.

    Raises:
        UserError: there is none.
    """
    wanted = slug(name)
    for layout in LAYOUTS:
        if slug(layout.name) == wanted:
            return layout
    known = ", ".join(slug(layout.name) for layout in LAYOUTS)
    raise UserError(f"There is no format named {printable(name, 60)!r}. Known: {known}.")


def recognise(paths: Sequence[Path], layout: str = "", *, unpacked: Path | None = None) -> Source:
    """Find the files that `paths` stand for, and the layout that each has.

    Args:
        paths: files, folders and globs.
        layout: the name of the only layout to try; empty: all, by content.
        unpacked: the folder that archives were unpacked into (see `archives`).

    Raises:
        UserError: nothing there, a file that cannot be read, columns that no layout has, or logs that do not belong
            together.
    """
    candidates = (named(layout),) if layout else LAYOUTS
    found: list[_Found] = []
    skipped: list[Path] = []
    with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as connection:
        for file in archives.contents(list_files(paths), unpacked):
            one = _look_over(connection, file, paths, candidates)
            if one is None:
                skipped.append(file)
            else:
                found.append(one)
    parts = _parts(found)
    if not parts:
        raise UserError(f"There is no log in {printable(', '.join(map(str, paths)), None)}: {_known(candidates)}")
    if len({part.layout.timed for part in parts}) > 1:
        raise _strangers(parts)
    asked = tuple(path.expanduser().absolute() for path in paths)
    return Source(asked, parts, layout, tuple(skipped))


def _look_over(
    connection: duckdb.DuckDBPyConnection, file: Path, paths: Sequence[Path], candidates: Sequence[Layout]
) -> _Found | None:
    """What a file is; None: a file of a folder that is no log (Spotify's exports come with many)."""
    stray = file.suffix.lower() not in _TABLES and was_walked(file, paths)
    try:
        head = look(connection, file)
    except UserError:
        if stray:
            return None
        raise
    for layout in candidates:
        if (found := _fitted(head, layout)) is not None:
            return found
    if stray:
        return None
    raise _unknown(head, candidates)


def _fitted(head: Head, layout: Layout) -> _Found | None:
    """The file as one of that layout, if it is."""
    if isinstance(layout, RecordLayout):
        return _Found(head, layout, {}) if layout.fits(head) else None
    if head.kind not in ("parquet", "text"):
        return None
    if layout.fits(head.columns):
        if misfits := layout.misfits(head.columns):
            shown = printable(str(head.file), None)
            raise UserError(f"{shown} has the columns of {layout.sentence}, but {', '.join(misfits)}.")
        return _Found(head, layout, head.columns)
    if companion := layout.companion(head.columns):
        return _Found(head, layout, head.columns, companion=companion)
    if head.kind == "text" and layout.headless is not None:
        names = layout.headless(head.rows(quotes=layout.quotes))
        if names is not None:
            return _Found(head, layout, dict.fromkeys(names, "VARCHAR"), header=False)
    return None


def _parts(found: Sequence[_Found]) -> tuple[Part, ...]:
    """Files with the same columns together; companions with the listens of their layout."""
    groups: dict[object, list[_Found]] = {}
    for one in found:
        alone = None if one.head.kind == "parquet" else one.head.file
        groups.setdefault((one.layout.name, one.companion, tuple(one.columns.items()), alone), []).append(one)
    companions: dict[str, dict[str, Part]] = {}
    for group in groups.values():
        if group[0].companion:
            companions.setdefault(group[0].layout.name, {})[group[0].companion] = _part(group, 0, {})
    parts: list[Part] = []
    number = 0
    for group in groups.values():
        if not group[0].companion:
            parts.append(_part(group, number, companions.get(group[0].layout.name, {})))
            number += len(group)
    return tuple(parts)


def _part(group: Sequence[_Found], first: int, companions: Mapping[str, Part]) -> Part:
    """One part of some files."""
    one = group[0]
    format_: Literal["parquet", "csv", "records"] = "parquet" if one.head.kind == "parquet" else "csv"
    if isinstance(one.layout, RecordLayout):
        format_ = "records"
    return Part(
        one.layout, format_, tuple(item.head.file for item in group), first, dict(one.columns),
        one.head.delimiter, one.header, one.head.compression, companions,
    )  # fmt: skip


def _strangers(parts: Sequence[Part]) -> UserError:
    """What to say of logs with times beside logs without."""
    seen = {part.layout.name: f"{printable(part.files[0].name)} is {part.layout.sentence}" for part in parts}
    return UserError(
        f"These files do not belong together, for some say when and others do not: {'; '.join(seen.values())}. "
        "Open one kind at a time."
    )


def _unknown(head: Head, candidates: Sequence[Layout]) -> UserError:
    """What to say of a file that is of no layout."""
    shown = printable(str(head.file), None)
    if head.kind not in ("parquet", "text"):
        return UserError(f"{shown} ({head.kind}) is of no layout that is known. {_known(candidates)}")
    names = [printable(re.sub(r"\s+", " ", name), 40) for name in head.columns][:_SHOWN_COLUMNS]
    more = f" and {len(head.columns) - _SHOWN_COLUMNS} more" if len(head.columns) > _SHOWN_COLUMNS else ""
    verb = "has not" if len(candidates) == 1 else "no known layout has"
    if len(candidates) == 1:
        return UserError(f"{shown} is not {candidates[0].sentence}: it has the columns {', '.join(names)}{more}.")
    return UserError(f"{shown} has the columns {', '.join(names)}{more}, which {verb}. {_known(candidates)}")


def _known(candidates: Sequence[Layout]) -> str:
    """The layouts that could have been, with the columns that tell them."""
    told = [
        f"{layout.name} ({', '.join(layout.required)})" if isinstance(layout, TableLayout) else layout.name
        for layout in candidates
    ]
    return f"Known: {'; '.join(told)}; `musicrec-tui formats` shows an example of each."


def slug(name: str) -> str:
    """A layout's name as `--format` takes it."""
    return re.sub(r"[\s_-]+", "-", name.strip().lower())
