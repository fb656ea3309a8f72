"""How much each parameter of a tuning matters, told by a process of its own."""

import sys
from pathlib import Path

import msgspec

from musicrec_tui.errors import UserError
from musicrec_tui.tui.common.listening import last_word


class _Line(msgspec.Struct, frozen=True):
    """The process's only line."""

    shares: dict[str, float] | None = None
    error: str | None = None


async def importances(tuning: Path) -> dict[str, float]:
    """Shares of 1 by parameter, the largest first; cancelling this stops the process.

    Args:
        tuning: its folder.

    Raises:
        UserError: it cannot be told, for instance because there are too few trials.
    """

    def hear(line: _Line) -> dict[str, float]:
        if line.shares is None:
            raise UserError(line.error or "Importance is not told.")
        return line.shares

    command = [sys.executable, "-P", "-m", "musicrec_tui.jobs.tuning.importances", str(tuning)]
    return await last_word(command, _Line, hear, "tells the importance")
