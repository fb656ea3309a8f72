"""A part of a log as a relation of DuckDB's, with the columns that its files have."""

import glob

from musicrec_tui.dataset.sources.base import TableLayout
from musicrec_tui.dataset.sources.recognise import Part
from musicrec_tui.dataset.sources.text_lines import LONGEST_LINE

Parameters = dict[str, object]

_PARQUET = "read_parquet($files{name}, binary_as_string = true)"
_CSV = (
    "read_csv($files{name}, columns = $columns{name}, delim = $delimiter{name}, auto_detect = false, "
    "header = false, skip = $skip{name}, quote = $quote{name}, escape = $quote{name}, "
    f"compression = $compression{{name}}, max_line_size = {LONGEST_LINE}, null_padding = false, {{rejects}})"
)


def file_list(part: Part) -> list[str]:
    """The files of a part as DuckDB takes them, which sees a glob in each."""
    return [glob.escape(str(file)) for file in part.files]


def scan(part: Part, name: str = "", *, rejects: bool = False) -> tuple[str, Parameters]:
    """The table function that reads a part (Parquet, or plain text: see `quick_check`), and its parameters.

    Args:
        part: what to read.
        name: what the parameters' names end with, so that several may stand in one statement.
        rejects: whether DuckDB keeps an account of lines that are no rows (else they are passed over).
    """
    if part.format == "parquet":
        return _PARQUET.format(name=name), {f"files{name}": file_list(part)}
    parameters: Parameters = {
        "files": file_list(part),
        "columns": dict(part.columns),
        "delimiter": part.dialect.delimiter,
        "skip": part.dialect.skipped,
        "quote": part.dialect.quote if part.dialect.quotes else "",
        "compression": part.compression,
    }
    sql = _CSV.format(name=name, rejects="store_rejects = true" if rejects else "ignore_errors = true")
    return sql, {f"{key}{name}": value for key, value in parameters.items()}


def place(part: Part) -> str:
    """The columns `file` and `row` of a Parquet scan, which cost nothing unless they are selected."""
    return f"CAST(file_index + {part.first} AS INTEGER) AS file, CAST(file_row_number + 1 AS BIGINT) AS row"


def join_query(part: Part, listens: str, tables: dict[str, str]) -> str:
    """A part's listens joined with the tables that come with it, as a SELECT.

    Args:
        part: its layout has a `join`.
        listens: a SELECT of the listens, with `file` and `row`.
        tables: a SELECT for each of the tables that are there.
    """
    assert isinstance(part.layout, TableLayout)  # noqa: S101
    assert part.layout.join is not None  # noqa: S101
    relations = [f"listens AS ({listens})", *(f"{name} AS ({select})" for name, select in tables.items())]
    columns = {"listens": part.columns}
    for name, parts in part.companions.items():
        columns[name] = {column: type_ for one in parts for column, type_ in one.columns.items()}
    return f"WITH {', '.join(relations)} {part.layout.join.query(columns)}"
