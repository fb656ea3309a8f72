"""Where an export goes, and who hears of it. Light: the screen asks before any work is done."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from musicrec_tui.errors import UserError
from musicrec_tui.text import printable

FORMATS = (".csv", ".parquet", ".json")


class ExportReport(Protocol):
    """Who is told how many of how many rows are written (0: nobody knows). May raise `Cancelled`: no file is left."""

    def __call__(self, done: int, of: int) -> None:
        """Take note."""


def silent(done: int, of: int) -> None:
    """A report that nobody reads."""


def check_target(target: Path, formats: Sequence[str] = FORMATS) -> None:
    """Refuse, before any work is done, a file name whose format we do not write.

    Args:
        target: the file.
        formats: the endings that will do, in small letters.

    Raises:
        UserError: the name has another ending, or it is a folder.
    """
    if target.suffix.lower() not in formats:
        raise UserError(f"Cannot tell the format of {printable(str(target), None)}: end it with {', '.join(formats)}.")
    if target.is_dir():
        raise UserError(f"{printable(str(target), None)} is a folder; give a file name.")
