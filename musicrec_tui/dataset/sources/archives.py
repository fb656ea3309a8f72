"""Archives: logs that are many files in one, which are unpacked once, into the cache."""

from collections.abc import Sequence
from pathlib import Path


def contents(files: Sequence[Path], unpacked: Path | None) -> list[Path]:
    """The files to read: archives among `files` are replaced by what was unpacked of them."""
    return list(files)
