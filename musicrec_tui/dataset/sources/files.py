"""How the files of a log were found: by their names or inside folders, and in which dumps."""

import functools
import re
from collections.abc import Sequence
from pathlib import Path

_DUMP = re.compile(r"\b(full|incremental)\b", re.IGNORECASE)
_DUMP_FILES = ("SCHEMA_SEQUENCE", "TIMESTAMP", "START_TIMESTAMP", "END_TIMESTAMP")


def was_walked(file: Path, paths: Sequence[Path]) -> bool:
    """Whether a file of a log was found inside a folder, rather than asked for by its name."""
    asked = [path.resolve() for path in paths]
    return file not in asked and any(path in file.parents for path in asked)


def dumps(files: Sequence[Path], paths: Sequence[Path]) -> dict[Path, str]:
    """Which dump each of some files belongs to.

    A file that was asked for by its name is a dump of its own. Within a folder that was asked for it is the nearest
    folder that is marked as a dump, else all of it. What a glob or an archive gave is one with its neighbours.
    """
    asked = {path.resolve() for path in paths}
    marked = functools.cache(_is_dump)

    def dump_of(file: Path) -> Path:
        if file in asked:
            return file
        until = next((place for place, folder in enumerate(file.parents) if folder in asked), 0)
        within = file.parents[: until + 1]
        return next(filter(marked, within), within[-1])

    return {file: str(dump_of(file)) for file in files}


def _is_dump(folder: Path) -> bool:
    """Whether a folder is a dump of ListenBrainz, by its name or by the small files that come with it."""
    return bool(_DUMP.search(folder.name)) or any((folder / name).is_file() for name in _DUMP_FILES)
