"""From paths to a source: which files, and which layout each has."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Literal, NamedTuple

import duckdb

from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.sources import archives, outside, read_options, refusing, tables, wide_table
from musicrec_tui.dataset.sources.base import Layout, RecordLayout, TableLayout
from musicrec_tui.dataset.sources.dialect import Dialect
from musicrec_tui.dataset.sources.encoding import UTF_8, Encoding
from musicrec_tui.dataset.sources.files import dumps, was_walked
from musicrec_tui.dataset.sources.head import Columns, Head, look, look_within
from musicrec_tui.dataset.sources.layouts import GENERIC, LAYOUTS
from musicrec_tui.dataset.sources.mapping import Understood
from musicrec_tui.dataset.sources.read_options import ReadOptions
from musicrec_tui.dataset.sources.refusing import slug
from musicrec_tui.dataset.sources.table_finder import find_table
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable

_TABLES = (".parquet", ".csv", ".tsv")


class Part(NamedTuple):
    """Files of one layout and format with the same columns, so that one scan reads them all.

    Attributes:
        layout: what they are.
        format: how they are read; `records` by Python, `json` as a table of its entries (see `json_tables`).
        files: absolute paths; of text and of records there is one to a part.
        first: the number of the first of them among all files of the source.
        columns: the names (lower case) and DuckDB types that they share, in the files' order.
        dialect, encoding, compression: of text.
        companions: the tables that it has to be joined with, by name.
        dump: of a log in several dumps, the one that the files are of.
        understood: which column is what, where the generic reader found out.
        lined: whether records are lines of the file.
    """

    layout: Layout
    format: Literal["parquet", "csv", "json", "records"]
    files: tuple[Path, ...]
    first: int = 0
    columns: Columns = MappingProxyType({})
    dialect: Dialect = Dialect()
    encoding: Encoding = UTF_8
    compression: str = "none"
    companions: Mapping[str, tuple["Part", ...]] = MappingProxyType({})
    dump: str = ""
    understood: Understood | None = None
    lined: bool = False


class Source(NamedTuple):
    """A log: what was asked for, and how to read it.

    Attributes:
        paths: as they were asked for, absolute.
        parts: what is read.
        insisted: the layout that the user insisted on, else empty.
        skipped: files of folders that are no logs, and such as hold a part of what another one has.
        unreadable: files of folders that cannot be read, and why.
    """

    paths: tuple[Path, ...]
    parts: tuple[Part, ...]
    insisted: str = ""
    skipped: tuple[Path, ...] = ()
    unreadable: Mapping[Path, str] = MappingProxyType({})

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
    dump: str = ""
    understood: Understood | None = None
    weak: bool = False


def named(name: str) -> Layout:
    """The layout of that name; only its letters and digits matter, so "lastfm1k" is Last.fm 1K.

    Raises:
        UserError: there is none.
    """
    if (layout := _own_named(name)) is not None:
        return layout
    need_name(name)
    for layout in outside.imported():
        if _bare(layout.name) == _bare(name):
            return layout
    raise UserError(f"The layout {printable(name, 60)!r} is of a package that fails when it is imported.")


def need_name(name: str) -> None:
    """Refuse a name that no layout has; none of another package is imported for it.

    Raises:
        UserError: there is none.
    """
    if _own_named(name) is None:
        others = outside.described()
        if _bare(name) not in {_bare(layout.name) for layout in others}:
            known = ", ".join(slug(layout.name) for layout in (*LAYOUTS, *others))
            raise UserError(f"There is no format named {printable(name, 60)!r}. Known: {known}.")


def _own_named(name: str) -> Layout | None:
    """The layout of this package that has a name."""
    wanted = _bare(tables.ALIASES.get(_bare(name), name))
    return next((layout for layout in LAYOUTS if _bare(layout.name) == wanted), None)


def _bare(name: str) -> str:
    """A name's letters and digits."""
    return "".join(filter(str.isalnum, name.casefold()))


def _candidates(name: str, *, own: bool) -> tuple[Layout, ...]:
    """The layouts to try; those of other packages before the generic ones.

    Raises:
        UserError: no layout has the name, or one of another package has it that must not be imported.
    """
    if own and name and _own_named(name) is None:
        raise UserError(
            f"The layout {printable(name, 60)!r} is of another package: its rows are shown when it is read."
        )
    if name:
        return (named(name),)
    others = () if own else outside.imported()
    first = next((place for place, layout in enumerate(LAYOUTS) if layout in GENERIC), len(LAYOUTS))
    return (*LAYOUTS[:first], *others, *LAYOUTS[first:])


def recognise(
    log: Log, *, unpacked: Path | None = None, without: Mapping[Path, str] = MappingProxyType({}), own: bool = False
) -> Source:
    """The layout of each file of a log.

    Args:
        log: only its own layout is tried, where it has one; see `read_options` for what else it may ask for.
        unpacked: the folder that archives were unpacked into (see `archives`).
        without: files of folders that turned out to be unreadable, and why.
        own: whether only layouts of this package are tried: a screen imports no other (see `outside`).

    Raises:
        UserError: nothing there, a file that cannot be read (of a folder: if all of them cannot), columns that no
            layout has, or logs that do not belong together.
    """
    options = read_options.parse(log.layout)
    candidates = _candidates(options.layout, own=own)
    found: list[_Found] = []
    skipped: list[Path] = []
    unreadable: dict[Path, str] = {}
    files = archives.contents(log.files, unpacked)
    first: UserError | None = None
    with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as connection:
        for file in files:
            try:
                if file in without:
                    raise UserError(without[file])
                one = _look_over(connection, file, log.paths, candidates, options)
            except UserError as error:
                if options.strict:
                    raise
                if not was_walked(file, log.paths):
                    raise refusing.one_of_several(error, file, log.paths) from error
                unreadable[file], first = str(error), first or error
                continue
            if one is None:
                skipped.append(file)
            else:
                found.append(one)
    if first is not None and not found:
        raise first
    lists = [one.head.file for one in found if one.weak and was_walked(one.head.file, log.paths)]
    excerpts = _excerpts(found) + (lists if any(not one.weak for one in found) else [])
    skipped += excerpts
    whole = [one for one in found if one.head.file not in excerpts]
    parts = _parts(_by_dump(whole, dumps(files, log.paths)))
    if not parts:
        raise refusing.nothing(log.paths, candidates)
    if len({part.layout.timed for part in parts} - {None}) > 1:
        raise refusing.strangers({part.layout.name: (part.files[0], part.layout.sentence) for part in parts})
    return Source(log.paths, parts, log.layout, tuple(skipped), unreadable)


def _look_over(
    connection: duckdb.DuckDBPyConnection,
    file: Path,
    paths: Sequence[Path],
    candidates: Sequence[Layout],
    options: ReadOptions,
) -> _Found | None:
    """What a file is; None: a file of a folder that is no log (Spotify's exports come with many)."""
    stray = file.suffix.lower() not in _TABLES and was_walked(file, paths)
    head = look(connection, file)
    special = () if options.asked.columns else [layout for layout in candidates if not _is_generic(layout)]
    found = _first_fitted(head, special)
    if found is None and head.kind == "zip" and (within := look_within(file)) is not None:
        head, found = within, _first_fitted(within, special)
    if found is not None:
        return found
    table = _as_table(connection, head, candidates, options)
    if table is not None and not table.weak:
        return table
    for layout in special:
        if (found := _accompanying(head, layout)) is not None:
            return found
    if table is not None:
        return table
    if wide_table.LAYOUT in special and wide_table.LAYOUT.fits(head):
        return _Found(head, wide_table.LAYOUT, {})
    if stray:
        return None
    raise _refusal(head, candidates)


def _first_fitted(head: Head, special: Sequence[Layout]) -> _Found | None:
    """The file as one of these layouts, but as a wide table only if it is nothing else."""
    fitted = (_fitted(head, layout) for layout in special if layout is not wide_table.LAYOUT)
    return next((found for found in fitted if found is not None), None)


def _refusal(head: Head, candidates: Sequence[Layout]) -> UserError:
    """What to say of a file that is of no layout."""
    for layout in candidates:
        if isinstance(layout, TableLayout) and layout.fits(head.columns) and (misfits := layout.misfits(head.columns)):
            return refusing.misfit(head.file, layout, misfits)
    return refusing.unknown(head, candidates)


def _is_generic(layout: Layout) -> bool:
    """Whether a layout is a kind of table of the generic reader."""
    return isinstance(layout, TableLayout) and layout.generic


def _as_table(
    connection: duckdb.DuckDBPyConnection, head: Head, candidates: Sequence[Layout], options: ReadOptions
) -> _Found | None:
    """The file as a table of the generic reader, if it is one of the kinds that are tried."""
    kinds = {layout.name for layout in candidates if _is_generic(layout)}
    if not kinds or (table := find_table(connection, head, options.asked)) is None:
        return None
    if table.layout.name not in kinds and kinds != {tables.LISTENS.name}:
        return None
    return _Found(head, table.layout, table.columns, header=table.header, understood=table.understood, weak=table.weak)


def _fitted(head: Head, layout: Layout) -> _Found | None:
    """The file as one of that layout, if it is."""
    if isinstance(layout, RecordLayout):
        return _Found(head, layout, {}) if layout.fits(head) else None
    if head.kind not in ("parquet", "text") or (layout.parquet_only and head.kind != "parquet"):
        return None
    if layout.fits(head.columns):
        if misfits := layout.misfits(head.columns):
            raise refusing.misfit(head.file, layout, misfits)
        return _Found(head, layout, head.columns)
    if head.kind == "text" and layout.headless is not None and head.dialect.delimiter == "\t":
        names = layout.headless(head.rows(quotes=layout.quotes))
        if names is not None:
            return _Found(head, layout, dict.fromkeys(names, "VARCHAR"), header=False)
    return None


def _accompanying(head: Head, layout: Layout) -> _Found | None:
    """The file as a companion of that layout, if it is; no layout may take it for its listens."""
    if isinstance(layout, RecordLayout) or layout.join is None or head.kind not in ("parquet", "text"):
        return None
    companion = layout.join.told_by(head.columns)
    return _Found(head, layout, head.columns, companion=companion) if companion else None


def _excerpts(found: Sequence[_Found]) -> list[Path]:
    """Files whose rows are in another one beside them as well."""
    files = {one.head.file for one in found}
    named = [
        (one.head.file, one.head.file.name.replace(f"{one.layout.excerpt}.", ".", 1))
        for one in found
        if isinstance(one.layout, TableLayout) and one.layout.excerpt
    ]
    return [file for file, whole in named if whole != file.name and file.with_name(whole) in files]


def _by_dump(found: Sequence[_Found], dump_of: Mapping[Path, str]) -> list[_Found]:
    """The same, where the layout has dumps with the dump of each file, the largest first: it is never looked up."""
    dumped = {one.head.file for one in found if _has_dumps(one)}
    sizes: dict[str, int] = defaultdict(int)
    for file in dumped:
        sizes[dump_of[file]] += file.stat().st_size
    known = [one._replace(dump=dump_of[one.head.file]) if one.head.file in dumped else one for one in found]
    return sorted(known, key=lambda one: (-sizes[one.dump], one.dump) if one.dump else (0, ""))


def _has_dumps(one: _Found) -> bool:
    """Whether a file may be one of several dumps."""
    return one.head.kind == "parquet" and isinstance(one.layout, TableLayout) and bool(one.layout.recording)


def _parts(found: Sequence[_Found]) -> tuple[Part, ...]:
    """Files with the same columns together; companions with the listens of their layout.

    Raises:
        UserError: listens come without a companion that they need.
    """
    groups: dict[object, list[_Found]] = {}
    for one in found:
        alone = None if one.head.kind == "parquet" else one.head.file
        groups.setdefault((one.layout.name, one.companion, tuple(one.columns.items()), one.dump, alone), []).append(one)
    companions: dict[str, dict[str, tuple[Part, ...]]] = defaultdict(dict)
    for group in groups.values():
        if name := group[0].companion:
            beside = companions[group[0].layout.name]
            beside[name] = (*beside.get(name, ()), _part(group, 0, {}))
    parts: list[Part] = []
    number = 0
    for group in groups.values():
        if not group[0].companion:
            parts.append(_part(group, number, companions.get(group[0].layout.name, {})))
            number += len(group)
    return tuple(parts)


def _part(group: Sequence[_Found], first: int, companions: Mapping[str, tuple[Part, ...]]) -> Part:
    """One part of some files."""
    one = group[0]
    join = one.layout.join if isinstance(one.layout, TableLayout) and not one.companion else None
    if join and (missing := [name for name in join.needed if name not in companions]):
        raise refusing.incomplete(one.head.file, one.layout.sentence, {name: join.tables[name] for name in missing})
    kinds: dict[str, Literal["parquet", "csv", "json"]] = {"parquet": "parquet", "json": "json"}
    format_: Literal["parquet", "csv", "json", "records"] = kinds.get(one.head.kind, "csv")
    if isinstance(one.layout, RecordLayout):
        format_ = "records"
    quotes = one.layout.quotes if isinstance(one.layout, TableLayout) else True
    width = len(one.columns)
    dialect = one.head.dialect._replace(header=one.header, quotes=quotes and one.head.dialect.quotes, width=width)
    if not quotes:
        dialect = dialect._replace(fewest=width, backslash=False)
    encoding = one.head.encoding
    told = encoding.marked or encoding.codec.startswith("utf")
    if one.understood is None and not told and isinstance(one.layout, TableLayout) and one.layout.join is None:
        encoding = UTF_8  # data sets whose encoding is known
    lined = isinstance(one.layout, RecordLayout) and one.layout.lined(one.head)
    if format_ == "records":
        encoding = one.head.encoding
    return Part(
        one.layout, format_, tuple(item.head.file for item in group), first, dict(one.columns), dialect,
        encoding, one.head.compression, companions, one.dump, one.understood, lined,
    )  # fmt: skip
