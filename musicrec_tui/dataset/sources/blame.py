"""Which file of a log it is that DuckDB could not read."""

from collections.abc import Iterator
from pathlib import Path

import duckdb

from musicrec_tui.dataset.sources.head import UnreadableFile
from musicrec_tui.dataset.sources.recognise import Part, Source
from musicrec_tui.dataset.sources.relations import scan
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable

_OURS = ("INTERNAL Error", "FATAL Error")
"""What DuckDB says where a damaged file made it break one of its own rules: nothing that helps a reader."""


def unreadable(source: Source, error: duckdb.Error) -> UserError:
    """The sentence for a log that DuckDB could not read: it names the file, where there is one to name."""
    told = str(error).partition("\n")[0]
    found = _named(source, told) or _damaged(source)
    where = printable(str(found) if found else ", ".join(map(str, source.paths)), None)
    why = "it is damaged, or incomplete" if told.startswith(_OURS) or not told else printable(told, 300)
    sentence = f"Cannot read {where}: {why.rstrip('.')}. Get it again."
    return UnreadableFile(sentence, found) if found else UserError(sentence)


def _named(source: Source, told: str) -> Path | None:
    """The file that an error names."""
    return next((file for part, file in _tables(source) if str(file) in told), None)


def _damaged(source: Source) -> Path | None:
    """The first file that cannot be read through."""
    tables = list(_tables(source))
    if len(tables) == 1:
        return tables[0][1]
    for part, file in tables:
        sql, parameters = scan(part._replace(files=(file,)))
        with duckdb.connect() as connection:  # one that breaks may be of no more use
            try:
                connection.execute(f"SELECT bit_xor(hash(COLUMNS(*))) FROM {sql}", parameters).fetchall()  # noqa: S608
            except duckdb.Error:
                return file
    return None


def _tables(source: Source) -> Iterator[tuple[Part, Path]]:
    """All files that DuckDB reads itself, with their parts."""
    for part in source.parts:
        for one in (part, *(companion for several in part.companions.values() for companion in several)):
            if one.format not in ("records", "json"):
                yield from ((one, file) for file in one.files)
