"""Tells how much each parameter of a tuning matters: `python -m musicrec_tui.jobs.tuning.importances TUNING`.

A process of its own, because Optuna is too heavy for the TUI. It prints one JSON object: `{"shares": {name: share}}`,
the largest first, or `{"error": sentence}`.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from musicrec_tui.errors import UserError
from musicrec_tui.jobs.speaking import Speaker, defect
from musicrec_tui.paths import Home


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """The line: shares of 1 by parameter, or why they cannot be told."""

    shares: dict[str, float] | None = None
    error: str | None = None


def main(arguments: Sequence[str] | None = None) -> int:
    """Tell the importances of the tuning that the command line names; returns the exit code."""
    parser = argparse.ArgumentParser(prog="musicrec_tui.jobs.tuning.importances")
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args(arguments).folder.absolute()
    outcome = _outcome(folder)
    Speaker().say(outcome)
    return 0 if outcome.error is None else 1


def _outcome(folder: Path) -> Outcome:
    """The shares, or a sentence."""
    try:
        from musicrec_tui.jobs.tuning import study
        from musicrec_tui.runs.tunings import info

        tuning = info.read(folder)
        if tuning.spec is None:
            return Outcome(error=tuning.reason)
        return Outcome(study.importance(tuning.trials, tuning.spec.model))
    except UserError as error:
        return Outcome(error=str(error))
    except Exception as error:  # noqa: BLE001  (a defect of ours: the log gets it, the user a sentence)
        root = folder.parent.parent
        return Outcome(error=defect(Home(root, root / "cache"), "importances", error, "Importance is not told"))


if __name__ == "__main__":
    sys.exit(main())
