"""One file that cannot be read does not close its folder: it is left out, and the rest is read."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.sources import read_options
from musicrec_tui.dataset.sources.files import was_walked
from musicrec_tui.dataset.sources.head import UnreadableFile

Result = TypeVar("Result")


def read_around(log: Log, attempt: Callable[[Mapping[Path, str]], Result]) -> Result:
    """Read a log, again without each file of a folder that turns out to be unreadable.

    Args:
        log: one that asks for strictness is read once.
        attempt: reads the log without some files (each with the sentence about it).

    Raises:
        UserError: as `attempt` raises it, where the file was asked for by its name, or where nothing is left.
    """
    strict = read_options.parse(log.layout).strict
    without: dict[Path, str] = {}
    while True:
        try:
            return attempt(without)
        except UnreadableFile as error:
            if strict or error.file in without or not was_walked(error.file, log.paths):
                raise
            without[error.file] = str(error)
