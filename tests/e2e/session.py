"""The main job by keys alone, in a real pseudo-terminal that a person can watch.

    python -m tests.e2e.session [--watch] [--pause 1.5]

A first start with the sample; then a user, an artist, a training that is watched, a comparison, the data, a query, the
help, and out. Each step waits for what it should show, so it fails where the program does. With `--watch` all of it is
shown in this terminal (of 120×40 or more), with a pause after each step.
"""

import argparse
import contextlib
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.e2e.terminal import Terminal

COLUMNS, ROWS = 120, 40


class Step(NamedTuple):
    """What is pressed, and what the screen shows then."""

    keys: tuple[str, ...]
    shows: str


STEPS = (
    Step((), r"For user \d+ · ALS #1"),
    Step(("/", "1", "1", "8", "4", "4"), r"▸user 11844"),
    Step(("enter",), r"For user 11844 · ALS #1"),
    Step(("/", *"portishead"), r"▸\s*Portishead"),
    Step(("enter",), r"Portishead\s+237 listens · 100 listeners"),
    Step(("v",), r"Top recordings"),
    Step(("escape", "2", "n", "\x13"), r"ALS #1 has the same model"),
    Step(("y",), r"ALS #2\s+(◐ running|✓ finished)"),
    Step((), r"ALS #2\s+✓ finished"),
    Step(("escape", "4"), r"ALS #2"),
    Step(("space", "j", "space"), r"ALS #1[\s\S]*ALS #2"),
    Step(("5",), r"Source"),
    Step(("S",), r"SELECT|query"),
    Step(("SELECT name, listeners FROM artist ORDER BY listeners DESC LIMIT 5", "\x13"), r"5 rows"),
    Step(("escape", "escape", "1", "?"), r"Help · Explore"),
    Step(("escape",), r"For user"),
    Step(("q",), ""),
)


@contextlib.contextmanager
def _other_screen() -> Iterator[None]:
    """Leave this terminal as it was, whatever comes."""
    try:
        yield
    finally:
        sys.stdout.write("\x1b[?1049l\x1b[?25h\x1b[0m")


def play(home: Path, *, pause: float, mirrored: bool = False) -> None:
    """Do all steps; `pause`: seconds after each.

    Raises:
        AssertionError: a step did not show what it should, or the program did not leave as it should.
    """
    with Terminal(home=home, columns=COLUMNS, rows=ROWS) as terminal:
        terminal.mirrored = mirrored
        for step in STEPS:
            terminal.press(*step.keys)
            if step.shows:
                terminal.wait_for(step.shows)
            terminal.read_for(pause)
        assert terminal.wait_for_exit() == 0
        assert terminal.is_restored()


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--watch", action="store_true")
    parser.add_argument("--pause", type=float, default=1.5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, _other_screen() if given.watch else contextlib.nullcontext():
        play(Path(name), pause=given.pause if given.watch else 0, mirrored=given.watch)
    return 0


if __name__ == "__main__":
    sys.exit(main())
