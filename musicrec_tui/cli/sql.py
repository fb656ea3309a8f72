"""`sql`: one SELECT over the tables of the index."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from musicrec_tui.cli import interrupts, options, output
from musicrec_tui.cli.place import Place, indexed, opened
from musicrec_tui.errors import UserError
from musicrec_tui.text import counted

_ROWS = 1000
_NUMBERS = (
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT",
    "BIGNUM", "FLOAT", "DOUBLE", "DECIMAL",
)  # fmt: skip
_JSON = ("BOOLEAN", "JSON", "MAP", "STRUCT", "UNION", "VARIANT")


def sql(
    query: Annotated[
        str | None, typer.Argument(metavar="[QUERY]", help="One SELECT statement; - reads it from stdin.")
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="Write all rows to a .csv, .parquet or .json file.")
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit", "-n", min=1, max=1_000_000, help="Maximum number of rows. Default: 1,000; with --to, all."
        ),
    ] = None,
    seconds: Annotated[
        float | None,
        typer.Option(
            "--seconds",
            min=0.1,
            max=86_400,
            help="Time limit. Default: the setting `sql_seconds` (10); with --to, 600.",
        ),
    ] = None,
    tables: Annotated[bool, typer.Option("--tables", help="List the tables and their columns.")] = False,
    *,
    place: options.LogPlace,
    as_json: options.Json = False,
) -> None:
    """Run one SELECT on the tables of the index.

    It can read these tables and nothing else: no file, no network, no setting. Time, memory and rows are limited.
    """
    if tables:
        _print_tables(place, as_json=as_json)
        return
    if query is None:
        raise UserError("Give a SELECT, or --tables to list the tables.")
    text = sys.stdin.read() if query == "-" else query
    if to is None:
        _show(place, text, limit or _ROWS, seconds or place.settings.sql_seconds, as_json=as_json)
    else:
        _write(place, text, to, limit, seconds, as_json=as_json)


def _show(place: Place, query: str, limit: int, seconds: float, *, as_json: bool) -> None:
    """Print the first rows."""
    index = indexed(place)
    from musicrec_tui.jobs.sql import Limits, ask

    limits = Limits(limit, seconds, place.settings.sql_memory_mb)
    with interrupts.noticed() as asked:
        answer = ask(index, query, limits, asked)
    if as_json:
        rows = [[_value(cell, kind) for cell, kind in zip(row, answer.types, strict=True)] for row in answer.rows]
        output.print_json({"columns": answer.columns, "types": answer.types, "rows": rows, "more": answer.more})
        return
    right = [kind.startswith(_NUMBERS) and not kind.endswith("]") for kind in answer.types]
    output.print_table(answer.columns, answer.rows, right=right)
    count = len(answer.rows)
    output.print_line(f"{counted(count, 'row')}; --limit allows more" if answer.more else counted(count, "row"))


def _write(place: Place, query: str, to: Path, limit: int | None, seconds: float | None, *, as_json: bool) -> None:
    """Write all rows to a file."""
    from musicrec_tui.dataset.table_files import check_target

    check_target(to)
    index = indexed(place)
    from musicrec_tui.cli.progress import Meter
    from musicrec_tui.jobs import sql_export
    from musicrec_tui.jobs.sql import EXPORT_SECONDS, Limits

    limits = Limits(limit, seconds or EXPORT_SECONDS, place.settings.sql_memory_mb)
    with interrupts.noticed() as asked, Meter() as meter:
        rows = sql_export.export(
            index, query, to, limits, lambda done, of: meter.show("Writing rows", done, of, f"{done:,}"), asked
        )
    if as_json:
        output.print_json({"to": str(to.absolute()), "rows": rows})
    else:
        output.print_line(f"Wrote {rows:,} rows to {to}.")


def _print_tables(place: Place, *, as_json: bool) -> None:
    """Print the tables and their columns."""
    from musicrec_tui.dataset.sql.tables import tables

    with opened(place) as dataset:
        found = tables(dataset)
    if as_json:
        output.print_json(found)
        return
    rows = [(table.name, table.rows, table.row, ", ".join(one.name for one in table.columns)) for table in found]
    output.print_table(("table", "rows", "a row is", "columns"), rows, wrap=True)


def _value(cell: str | None, kind: str) -> Any:
    """A cell as a JSON value: numbers, truth values and lists are what they are, all else is text."""
    if cell is None or not (kind.startswith(_JSON) or kind.startswith(_NUMBERS) or kind.endswith("]")):
        return cell
    try:
        return json.loads(cell)
    except (ValueError, RecursionError):  # nan and inf, or a list that was cut
        return cell
