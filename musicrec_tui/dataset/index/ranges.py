"""Work that goes from user to user, a range of them at a time.

`listen` is clustered by user, so a statement about some users reads their blocks alone; its groups fit in memory, where
those of all users spill, and what it appends in order, range after range, is in order as a whole.
"""

import itertools

from musicrec_tui.dataset.index.running import Runner

LISTENS = 2_000_000
"""Of about so many listens is a range; a user is in one range as a whole."""

_FIRSTS = "SELECT DISTINCT user_code FROM listen WHERE rowid % $size = 0 ORDER BY user_code"

_LAST = 2**31 - 1


def step(runner: Runner, phase: str, until: float, statement: str) -> None:
    """Execute a statement with the parameters `first` and `last` for each range of users; else as `Runner.step`."""
    firsts = [int(code) for (code,) in runner.step(phase, runner.done, _FIRSTS, {"size": LISTENS})]
    begun = runner.done
    for number, (first, following) in enumerate(itertools.pairwise([*firsts, _LAST]), start=1):
        reached = begun + (until - begun) * number / len(firsts)
        runner.step(phase, reached, statement, {"first": first, "last": following - 1})
