"""Calculates how much each parameter of a tuning matters: `python -m musicrec_tui.jobs.tuning.importances TUNING`.

A process of its own, because Optuna is too heavy for the TUI. It prints one of `json_lines`' messages: `Importances` or
`Failure`.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from musicrec_tui.errors import UserError
from musicrec_tui.jobs.json_lines import Importances, Speaker
from musicrec_tui.paths import Home


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the importances of the tuning that the command line names; returns the exit code."""
    parser = argparse.ArgumentParser(prog="musicrec_tui.jobs.tuning.importances")
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args(arguments).folder.absolute()
    root = folder.parent.parent

    def calculate() -> Importances:
        from musicrec_tui.jobs.tuning import study
        from musicrec_tui.runs import tuning_info

        tuning = tuning_info.read_info(folder)
        if tuning.spec is None:
            raise UserError(tuning.reason, exit_code=1)
        return Importances(study.importance(tuning.trials, tuning.spec.model))

    return Speaker().conclude(calculate, "Importance is unknown", Home(root, root / "cache"), "importances")


if __name__ == "__main__":
    sys.exit(main())
