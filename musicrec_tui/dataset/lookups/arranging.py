"""Filter and order of a table that is read page by page: DuckDB sorts it, whatever its size."""

from collections.abc import Sequence
from typing import NamedTuple

from musicrec_tui.dataset.lookups.structs import storable
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable


class Arranging(NamedTuple):
    """Which rows of a table, in which order.

    Attributes:
        text: rows without it in any column are left out, case and accents aside; empty: none are.
        column: the column that they are sorted by; empty: as the table has them.
        descending: whether the largest come first.
    """

    text: str = ""
    column: str = ""
    descending: bool = False

    @property
    def active(self) -> bool:
        """Whether anything differs from the table as it is."""
        return bool(self.text or self.column)


AS_LISTED = Arranging()


def parsed(text: str, sort: str) -> Arranging:
    """The arrangement that a command line asks for: `--sort -listens` is the largest first."""
    return Arranging(text.strip(), sort.strip().removeprefix("-"), sort.strip().startswith("-"))


def where(columns: Sequence[str], arranging: Arranging) -> str:
    """A condition with the parameter `$text` (see `parameter`); empty where there is no text.

    Args:
        columns: SQL expressions of texts or numbers.
        arranging: see there.
    """
    if not arranging.text:
        return ""
    found = " OR ".join(
        f"contains(lower(strip_accents(CAST({one} AS VARCHAR))), lower(strip_accents($text)))" for one in columns
    )
    return f"WHERE ({found})"


def parameter(arranging: Arranging) -> dict[str, object]:
    """The value of `$text` in `where`."""
    return {"text": storable(arranging.text)} if arranging.text else {}


def order(columns: Sequence[str], arranging: Arranging, otherwise: str) -> str:
    """An ORDER BY: numbers by size, texts without case and accents, what is missing last.

    Args:
        columns: the names that may be sorted by, each also the name of a column of the SELECT.
        arranging: see there.
        otherwise: breaks ties, and orders where nothing was asked for.

    Raises:
        UserError: there is no such column.
    """
    if not arranging.column:
        return f"ORDER BY {otherwise}"
    if arranging.column not in columns:
        known = ", ".join(printable(one, 40) for one in columns)
        raise UserError(f"There is no column {printable(arranging.column, 40)!r}. Sort by one of: {known}.")
    quoted = '"' + arranging.column.replace('"', '""') + '"'
    way = "DESC" if arranging.descending else "ASC"
    number = f"TRY_CAST({quoted} AS DOUBLE)"
    return (
        f"ORDER BY {quoted} IS NULL, {number} IS NULL {'DESC' if arranging.descending else 'ASC'}, {number} {way}, "
        f"lower(strip_accents(CAST({quoted} AS VARCHAR))) {way}, {otherwise}"
    )
