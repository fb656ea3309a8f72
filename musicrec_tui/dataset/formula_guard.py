"""CSV files whose texts no spreadsheet runs as formulas: an apostrophe before them, which our reader takes away again.

A text that begins with =, +, - or @ (or a character that spreadsheets skip or take for one of these) is a formula to a
spreadsheet, and may call programs. Apostrophes before such a character get one more, so that nothing is ambiguous. A
last column `MARK`, which has no values, says that a file is written so.
"""

import re
from pathlib import Path
from typing import Any

from musicrec_tui.errors import UserError

MARK = "musicrec_safe"
ENDING = ".safe.csv"
NOTE = "Texts that begin like formulas have an apostrophe in front, which our reader takes away."
_FORMULA = "[=+@\t\r\n\uff1d\uff0b\uff0d\uff20-]"
_GUARDED = f"^'('*{_FORMULA})"
_UNGUARDED = f"^('*{_FORMULA})"


def is_wanted(target: Path, *, safe: bool = False) -> bool:
    """Whether texts are to be guarded: where that is asked for, or the file's name ends in `.safe.csv`.

    Raises:
        UserError: it is asked for, and the file is no CSV file.
    """
    if safe and target.suffix.lower() != ".csv":
        raise UserError("--safe is for CSV files, which spreadsheets take for formulas; end the name with .csv.")
    return safe or target.name.lower().endswith(ENDING)


def guard(batch: Any) -> Any:
    """An Arrow record batch with guarded texts and the column `MARK`."""
    import pyarrow
    from pyarrow import compute, types

    arrays = [
        compute.replace_substring_regex(column, _UNGUARDED, "'\\1")
        if types.is_string(column.type) or types.is_large_string(column.type)
        else column
        for column in batch.columns
    ]
    marks = pyarrow.nulls(batch.num_rows, pyarrow.string())
    return pyarrow.record_batch([*arrays, marks], schema=guarded(batch.schema))


def guarded(schema: Any) -> Any:
    """The schema of guarded batches."""
    import pyarrow

    fields = [field.with_name(re.sub(_UNGUARDED, r"'\1", field.name)) for field in schema]
    return pyarrow.schema([*fields, pyarrow.field(MARK, pyarrow.string())])


def unguard(expression: str) -> str:
    """The SQL expression of a text as it was before it was guarded."""
    pattern = _GUARDED.replace("'", "''")
    return f"regexp_replace({expression}, '{pattern}', '\\1')"
