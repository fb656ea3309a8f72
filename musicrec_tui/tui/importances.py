"""How much each parameter of a tuning matters, told by a process of its own."""

import sys
from pathlib import Path

from musicrec_tui.jobs import json_lines
from musicrec_tui.tui.listening import last_word


async def importances(tuning: Path) -> dict[str, float]:
    """Shares of 1 by parameter, the largest first; cancelling this stops the process.

    Args:
        tuning: its folder.

    Raises:
        UserError: it cannot be told, for instance because there are too few trials.
    """

    def hear(message: json_lines.AnyMessage) -> dict[str, float] | None:
        return message.shares if isinstance(message, json_lines.Importances) else None

    command = [sys.executable, "-P", "-m", "musicrec_tui.jobs.tuning.importances", str(tuning)]
    return await last_word(command, hear, "tells the importance")
