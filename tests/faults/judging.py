"""Whether a home survived: its content is that of an undisturbed twin, and doing the work again gives the twin's."""

from functools import partial
from pathlib import Path

from tests.faults.content import Content, content_of
from tests.faults.deeds import Deed, Place, World
from tests.faults.forked import Ended, forked
from tests.faults.verdicts import Outcome, Verdict


def judged(kind: str, case: str, world: World, deed: Deed, place: Place, ended: Ended) -> Outcome:
    """The verdict on a deed that was disturbed.

    Args:
        kind, case: see `Outcome`.
        world: has the twin.
        deed: what was disturbed.
        place: what is left of its home.
        ended: how the disturbed process ended; one that was done must have left the twin's content.
    """
    after = world.twin(deed)
    if ended.trace:
        return Outcome(kind, case, "wrong", ended.trace.strip().splitlines()[-1])
    both = forked(partial(_read_and_done_again, deed, place), home=place.home.root)
    if not both.done:
        return Outcome(kind, case, "lost", both.error or both.trace.strip()[-300:] or f"it ended with {both.code}")
    left, again = both.value
    if found := differing(left, world.before, after, acknowledged=ended.done):
        return Outcome(kind, case, *found)
    if found := differing(again, after, after, acknowledged=True):
        return Outcome(kind, case, "wrong", f"after doing it again: {found[1]}")
    return Outcome(kind, case, "survived")


def _read_and_done_again(deed: Deed, place: Place) -> list[Content]:
    """What the home holds, and what it holds when the work was done again."""
    left = content_of(place.home, place.out)
    deed.do(place)
    return [left, content_of(place.home, place.out)]


def differing(found: Content, before: Content, after: Content, *, acknowledged: bool) -> tuple[Verdict, str] | None:
    """What is neither as before nor as after; None where nothing is."""
    for section, value in found.items():
        allowed = [after[section]] if acknowledged else [before[section], after[section]]
        if value in allowed or (isinstance(value, int) and value >= min(allowed)):
            continue  # a count: a run that was made twice was evaluated twice
        if isinstance(value, list):
            gone = [sorted(set(one) - set(value)) for one in allowed]
            if all(gone):
                new = sorted(set(value) - set(allowed[-1]))
                return "lost", f"{section}: gone: {min(gone, key=len)[0]}; instead: {new}"
        return "wrong", f"{section}: {str(value)[:200]} instead of {str(allowed[-1])[:200]}"
    return None


def leftovers(place: Place) -> list[Path]:
    """Temporary files and folders that are still there."""
    marks = (".tmp", ".spill", ".wal", ".forgotten")
    return [
        path
        for path in place.root.rglob(".*")
        if path.name.endswith(marks) or path.name.startswith((".new-", ".trash-"))
    ]
