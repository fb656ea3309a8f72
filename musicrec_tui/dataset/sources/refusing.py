"""What to say of files that cannot be opened as a log."""

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from musicrec_tui.dataset.sources import column_roles as roles
from musicrec_tui.dataset.sources.base import Layout, TableLayout
from musicrec_tui.dataset.sources.head import Head
from musicrec_tui.dataset.sources.zipped_table import tables
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable

_SHOWN_COLUMNS = 20


def slug(name: str) -> str:
    """A layout's name as `--format` takes it."""
    return re.sub(r"[\s_.-]+", "-", name.strip().lower())


def nothing(paths: Sequence[Path], candidates: Sequence[Layout]) -> UserError:
    """What to say where no file is a log."""
    return UserError(f"There is no log in {printable(', '.join(map(str, paths)), None)}: {_known(candidates)}")


def strangers(layouts: Mapping[str, tuple[Path, str]]) -> UserError:
    """What to say of logs with times beside logs without: for each layout a file, and the sentence."""
    seen = [f"{printable(file.name)} is {sentence}" for file, sentence in layouts.values()]
    return UserError(
        f"These files do not belong together, for some say when and others do not: {'; '.join(seen)}. "
        "Open one kind at a time."
    )


def incomplete(file: Path, sentence: str, missing: Mapping[str, Iterable[str]]) -> UserError:
    """What to say of listens without the tables (name to columns) that their layout needs."""
    wanted = "; ".join(f"{name} ({', '.join(columns)})" for name, columns in missing.items())
    return UserError(
        f"{printable(str(file), None)} is one of {sentence}; what is missing: {wanted}. "
        "Give the folder that holds them all, or each file with --data."
    )


def misfit(file: Path, layout: TableLayout, misfits: Sequence[str]) -> UserError:
    """What to say of columns that hold what they must not."""
    shown = printable(str(file), None)
    return UserError(f"{shown} has the columns of {layout.sentence}, but {', '.join(misfits)}.")


def unknown(head: Head, candidates: Sequence[Layout]) -> UserError:
    """What to say of a file that is of no layout."""
    shown = printable(str(head.file), None)
    if len(several := tables(head.members)) > 1:
        named = ", ".join(printable(name, 60) for name in several[:_SHOWN_COLUMNS])
        return UserError(
            f"{shown} holds {len(several)} tables ({named}). Unpack it, and give its folder or one of them."
        )
    if head.kind not in ("parquet", "text"):
        return UserError(f"{shown} ({head.kind}) is of no layout that is known. {_known(candidates)}")
    names = [printable(re.sub(r"\s+", " ", name), 40) for name in head.columns][:_SHOWN_COLUMNS]
    more = f" and {len(head.columns) - _SHOWN_COLUMNS} more" if len(head.columns) > _SHOWN_COLUMNS else ""
    artistless = [label for label in head.labels if roles.rank(roles.TRACK, label) is not None]
    if artistless and len(candidates) > 1:
        return UserError(
            f"{shown} names tracks (column {printable(artistless[0], 60)!r}) but no artists; its columns are "
            f"{', '.join(names)}{more}. If one of them is the artist, say --map artist=COLUMN. Apple's data have "
            "artists in `Apple Music - Track Play History.csv`, beside `Apple Music Play Activity.csv`."
        )
    if len(candidates) == 1:
        return UserError(f"{shown} is not {candidates[0].sentence}: it has the columns {', '.join(names)}{more}.")
    return UserError(
        f"{shown} has the columns {', '.join(names)}{more}, which no known layout has. "
        f"If one of them is the artist, say --map artist=COLUMN. {_known(candidates)}"
    )


def _known(candidates: Sequence[Layout]) -> str:
    """The layouts that could have been."""
    names = ", ".join(layout.name for layout in candidates)
    return f"Known: {names}; `musicrec-tui formats` shows the columns and an example of each."


def one_of_several(error: UserError, file: Path, paths: Sequence[str | Path]) -> UserError:
    """The error of a named file; where others are named too, with how to open them without it."""
    others = [path for path in map(str, paths) if path != str(file)]
    if not others or len(others) == len(paths):
        return error
    rest = " ".join(shlex.quote(printable(path, 200)) for path in others)
    sentence = f"{str(error).rstrip('.')}. To skip this file, leave it out: musicrec-tui {rest}"
    return UserError(sentence, exit_code=error.exit_code)
