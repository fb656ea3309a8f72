"""`info`, `columns`, `rows`, `codes`: the log as it was indexed, and as its files are."""

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from musicrec_tui.cli import options, output
from musicrec_tui.cli.place import opened
from musicrec_tui.dataset import ratings, records
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable

if TYPE_CHECKING:
    from musicrec_tui.dataset.lookups.account import State
    from musicrec_tui.dataset.portrait import PartFacts

Offset = Annotated[int, typer.Option("--offset", min=0, help="How many rows to skip.")]

_UNDERSTOOD = ("user_id", "artist_name", "recording_name", "release_name", "listened_at", "play_count", "rating")

_STATES = {
    "unchanged": "unchanged since the index was built",
    "changed": "changed since the index was built; the next start rebuilds it",
    "gone": "missing now; the index still works",
}


def info(
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PATH]...", help="The log, as with --data: a file, folder or glob."),
    ] = None,
    *,
    place: options.ReadPlace,
    as_json: options.Json = False,
) -> None:
    """Show what the log holds: how its columns were understood, files, counts, time span, skipped and repaired rows.

    Other commands read the log in the same way with `--format` and the line that is shown as "read as".
    """
    from musicrec_tui.dataset.lookups import account

    place.add(paths)
    with opened(place) as dataset:
        told = dataset.info
        files, offenders, state = account.source_files(dataset), account.offenders(dataset), account.log_state(dataset)
    if as_json:
        output.print_json({**_fields(told), "state": state, "files": files, "offenders": offenders})
        return
    output.print_facts(_facts(told, state))
    _print_understood(told.understood)
    output.print_line()
    listed = [(file.path, file.layout, file.size, file.rows, file.kept, file.rows - file.kept) for file in files]
    output.print_table(("file", "layout", "bytes", "rows", "kept", "skipped"), listed)
    if offenders:
        output.print_line()
        first = [(one.outcome, one.reason, one.file, one.row, one.shown) for one in offenders]
        output.print_table(("outcome", "reason", "file", "row", "content"), first)


def columns(place: options.LogPlace, as_json: options.Json = False) -> None:
    """Show what each column of the files holds.

    Of a large log only a sample is read: counts of nulls are then estimates (≈) and counts of distinct values are lower
    bounds (≥).
    """
    from musicrec_tui.dataset.lookups import columns as lookups
    from musicrec_tui.dataset.lookups.rows import RawLog

    with opened(place) as dataset, contextlib.closing(RawLog.of(dataset)) as log:
        parts = lookups.column_facts(log)
    if as_json:
        output.print_json({"parts": parts})
        return
    for number, part in enumerate(parts):
        if number:
            output.print_line()
        _print_part(part)


Filter = Annotated[str, typer.Option("--filter", metavar="TEXT", help="Only rows with this text in any column.")]
SortBy = Annotated[
    str, typer.Option("--sort", metavar="COLUMN", help="Sort by a column; -COLUMN is the largest first.")
]


def rows(
    offset: Offset = 0,
    limit: options.Limit = 20,
    text: Filter = "",
    sort: SortBy = "",
    *,
    place: options.LogPlace,
    as_json: options.Json = False,
) -> None:
    """Show rows of the log as they are in its files."""
    from musicrec_tui.dataset.lookups import arranged_rows, arranging
    from musicrec_tui.dataset.lookups.rows import RawLog

    wanted = arranging.parsed(text, sort)
    with opened(place) as dataset, contextlib.closing(RawLog.of(dataset)) as log:
        if wanted.active:
            with contextlib.closing(arranged_rows.ArrangedRows(log)) as arranged:
                table = arranged.arrange(wanted)(offset, limit)
        else:
            table = log.page(offset, limit)
    _print_page(table, offset, as_json, "rows")


def codes(
    what: Annotated[Literal["users", "artists"], typer.Argument(help="The rows of the matrix, or its columns.")],
    find: Annotated[str, typer.Option("--find", metavar="TEXT", help="Start at a name, or at a code (#12).")] = "",
    offset: Offset = 0,
    limit: options.Limit = 20,
    text: Filter = "",
    sort: SortBy = "",
    *,
    place: options.LogPlace,
    as_json: options.Json = False,
) -> None:
    """List users or artists with their codes, which are rows and columns of the matrix."""
    from musicrec_tui.dataset.lookups import arranging
    from musicrec_tui.dataset.lookups import codes as lookups

    wanted = arranging.parsed(text, sort)
    if find and (offset or wanted.active):
        raise UserError("Give --find without --offset, --filter and --sort.")
    one: lookups.What = "user" if what == "users" else "artist"
    with opened(place) as dataset:
        first = lookups.find_code(dataset, one, find) if find else offset
        table = lookups.code_page(dataset, one, limit, first, wanted)
    _print_page(table, first, as_json, what)


def _print_page(table: records.Table, offset: int, as_json: bool, what: str) -> None:
    """A page of a table, and which part of it that is."""
    if as_json:
        output.print_json({"offset": offset, **_fields(table)})
        return
    output.print_table(table.columns, table.rows)
    if table.rows:
        last = offset + len(table.rows)
        output.print_line(f"{what} {offset + 1:,} to {last:,} of {table.total:,}")
    else:
        output.print_line(f"no {what} from {offset + 1:,} on; the total is {table.total:,}")


def _fields(struct: "records.DatasetInfo | records.Table") -> dict[str, object]:
    """A struct's fields, to add others to."""
    import msgspec

    return msgspec.structs.asdict(struct)


def _facts(told: records.DatasetInfo, state: "State") -> list[tuple[str, output.Cell]]:
    """What the index holds, line by line."""
    cells = told.users * told.artists
    span = f"{told.first_at:%Y-%m-%d} to {told.last_at:%Y-%m-%d}" if told.first_at and told.last_at else "no timestamps"
    rated = ratings.describe(told.rating_scale, told.disliked, told.neutral)
    facts: list[tuple[str, output.Cell]] = [
        *(("data" if number == 0 else "", path) for number, path in enumerate(told.paths)),
        ("layout", told.layout),
        *([("read as", told.insisted)] if told.insisted else []),
        ("rows", told.rows),
        ("kept", told.kept),
        ("listens", told.listens),
        ("users", told.users),
        ("artists", told.artists),
        ("pairs", told.plays),
        ("density", f"{told.plays / cells:.3%}" if cells else None),
        ("span (UTC)", span),
        ("content", told.content),
        ("files", _STATES[state]),
    ]
    if rated:
        facts += [("rated", told.rated), ("ratings", rated)]
    facts += [(f"skipped: {printable(why)}", count) for why, count in told.rejected.items()]
    facts += [(f"repaired: {printable(what)}", count) for what, count in told.repaired.items()]
    facts += [("note", note) for note in told.notes]
    facts += [(f"cannot be read: {printable(path)}", why) for path, why in told.unreadable.items()]
    facts += [("no log", path) for path in told.skipped]
    return facts


def _print_understood(readings: Sequence[records.TableReading]) -> None:
    """How the columns of each kind of file were understood, with the first rows."""
    for one in readings:
        output.print_line()
        encoding = f", {one.encoding}" if one.encoding else ""
        output.print_line(f"{one.layout}, {one.files:,} file{'' if one.files == 1 else 's'}{encoding}")
        if one.sentence:
            output.print_line(one.sentence)
        for warning in one.warnings:
            output.print_line(f"warning: {warning}")
        names = [name for name in _UNDERSTOOD if any(name in row for row in one.rows)]
        if names:
            output.print_table(tuple(names), [tuple(row.get(name) for name in names) for row in one.rows])


def _print_part(part: "PartFacts") -> None:
    """The columns of a part's files, and how many rows were read."""
    sampled = part.looked_at < part.rows
    amount = f"{part.looked_at:,} of {part.rows:,} rows, a sample" if sampled else f"all {part.rows:,} rows"
    output.print_line(f"{part.layout}, {_count(part.files)}: {amount}")
    shown = []
    for column in part.columns:
        nulls: output.Cell = column.nulls
        distinct: output.Cell = column.distinct
        if sampled:
            nulls = f"≈ {column.nulls * part.rows / max(1, part.looked_at):,.0f}"
            distinct = f"≥ {column.distinct:,}"
        shown.append((column.name, column.type, nulls, distinct, column.least, column.greatest, column.example))
    output.print_table(("column", "type", "nulls", "distinct", "min", "max", "example"), shown)


def _count(files: Sequence[str]) -> str:
    """`1 file`, `4 files`."""
    return f"{len(files):,} file{'' if len(files) == 1 else 's'}"
