"""Days on which the program was used: evidence that time has passed, which one wrong clock cannot make.

Whatever is deleted by age (jobs in the trash, indexes) needs it besides the clock.
"""

from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from musicrec_tui import sealed
from musicrec_tui.errors import UserError

_FILE, _SCHEMA = ".days_of_use.json", 1
_MOST_DAYS = 5_000
"""The days that are remembered, so that none counts twice."""


class DaysOfUse(msgspec.Struct, frozen=True):
    """The days of use of a folder.

    Attributes:
        days: the different days (UTC) on which `count_today` was called, in that order.
        count: how many they are, those too that are no longer remembered.
        seen: for each entry of the folder the count when it was first seen.
    """

    days: tuple[str, ...] = ()
    count: int = 0
    seen: dict[str, int] = {}

    def since(self, entry: str) -> int:
        """How many new days of use there were since an entry was first seen."""
        return self.count - self.seen[entry]


def count_today(folder: Path, entries: Collection[str]) -> DaysOfUse | None:
    """Note that the program is used today, and which entries a folder has now.

    The count begins anew where its file is damaged. Of two processes that do this at once, one may be forgotten: then
    a day is missing, and what would be deleted is deleted later.

    Args:
        folder: it has the file; it exists.
        entries: names of what may be deleted; one that was used since needs another name, so that it begins anew.

    Returns:
        The days, this one included; None where they cannot be written: then nothing may be deleted.
    """
    try:
        use = sealed.read(folder / _FILE, DaysOfUse, _SCHEMA)
    except UserError:
        use = DaysOfUse()
    day = datetime.now(UTC).date().isoformat()
    new = day not in use.days
    count = use.count + new
    days = (*use.days, day)[-_MOST_DAYS:] if new else use.days
    today = DaysOfUse(days, count, {entry: use.seen.get(entry, count) for entry in entries})
    try:
        if today != use:
            sealed.write(folder / _FILE, today, _SCHEMA)
    except (UserError, OSError):
        return None
    return today
