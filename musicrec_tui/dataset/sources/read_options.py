"""How a user wants a log to be read, as one line of text that `--format`, jobs and indexes carry.

`play counts; time=Date+Time; dates=dmy; strict`: the name of a layout (or none), columns of roles, the order of day and
month, and whether files that cannot be read, or not as a whole, are refused rather than left out.
"""

from collections.abc import Sequence
from typing import NamedTuple

from musicrec_tui.dataset.sources.column_roles import ASKED
from musicrec_tui.dataset.sources.mapping import Asked
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable

_DATES, _STRICT = "dates", "strict"
ORDERS = ("dmy", "mdy")


class ReadOptions(NamedTuple):
    """How a log is read.

    Attributes:
        layout: the name of the only layout to try; empty: all.
        asked: columns that the user named.
        strict: whether a file that cannot be read, or has broken or repaired rows, refuses the log.
    """

    layout: str = ""
    asked: Asked = Asked()
    strict: bool = False


def parse(text: str) -> ReadOptions:
    """The options of a line.

    Raises:
        UserError: an unknown role or order.
    """
    layout = ""
    columns: dict[str, str] = {}
    dates = ""
    strict = False
    for place, word in enumerate(part.strip() for part in text.split(";")):
        name, sign, value = (one.strip() for one in word.partition("="))
        if not word:
            continue
        if not sign and word == _STRICT:
            strict = True
        elif not sign and place == 0:
            layout = word
        elif name == _DATES and value in ORDERS:
            dates = value
        elif sign and name in ASKED and value:
            columns[name] = value
        else:
            raise _unknown(name, value, sign)
    return ReadOptions(layout, Asked(columns, dates), strict)


def _unknown(name: str, value: str, sign: str) -> UserError:
    """What to say of a word that is none."""
    if name == _DATES:
        return UserError(f"The order of day and month is dmy or mdy, not {printable(value, 40)!r}.")
    if sign and name in ASKED:
        return UserError(f"Which column is the {name}? Say it as {name}=COLUMN.")
    return UserError(f"Nothing is called {printable(name, 60)!r} in a log. Known: {', '.join(ASKED)}.")


def join(layout: str, mapped: Sequence[str] = (), dates: str = "", *, strict: bool = False) -> str:
    """The line for a layout (which may be such a line already), columns (`time=Date`), an order and strictness.

    Raises:
        UserError: an unknown role or order.
    """
    words = [layout, *mapped, *([f"{_DATES}={dates}"] if dates else []), *([_STRICT] if strict else [])]
    for word in mapped:
        if "=" not in word:
            raise UserError(f"--map takes ROLE=COLUMN, such as time=played_at, not {printable(word, 60)!r}.")
    line = "; ".join(words) if len(words) > 1 or not layout else layout
    parse(line)
    return line.strip() if line.strip("; ") else ""
