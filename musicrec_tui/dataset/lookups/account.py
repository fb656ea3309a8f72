"""The indexed files, and the first rows that were skipped or repaired."""

from typing import Literal

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.index.schema import index_name
from musicrec_tui.dataset.records import Offender, SourceFile
from musicrec_tui.errors import UserError

State = Literal["unchanged", "changed", "gone"]

_FILES = "SELECT path, layout, size, rows, kept, encoding, lines, before, blank, continued FROM file ORDER BY number"

_OFFENDERS = "SELECT outcome, reason, file, row, shown FROM offender ORDER BY outcome, reason, rowid"


def source_files(dataset: Dataset) -> list[SourceFile]:
    """The files of the log, in the order in which they were read."""
    return [SourceFile(*row) for row in dataset.query(_FILES)]


def offenders(dataset: Dataset) -> list[Offender]:
    """The first rows that were skipped or repaired, those of one reason together; `DatasetInfo` has the totals."""
    return [Offender(*row) for row in dataset.query(_OFFENDERS)]


def log_state(dataset: Dataset) -> State:
    """Whether the files are still what the index was made from; where they are not, the next start builds it anew."""
    try:
        present = index_name(dataset.log)
    except UserError:
        return "gone"
    return "unchanged" if present == dataset.path.name else "changed"
