"""What came of each fault, and the table of them in docs/reliability.md."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

Verdict = Literal["survived", "lost", "wrong"]
_BETWEEN = re.compile(r"(<!-- faults -->\n).*?(<!-- end of faults -->)", re.DOTALL)


class Outcome(NamedTuple):
    """One fault.

    Attributes:
        kind: of the faults of this kind.
        case: which fault it was, and during what: with the seed enough to see it again.
        verdict: `survived`: the content equals that of an undisturbed twin, before or after the work, and doing the
            work again gives the twin's. `lost`: something is gone that was there, or that was reported as done.
            `wrong`: anything else: another content, a traceback, a hang.
        told: what was seen, where it did not survive.
        drawn: the option of the command that drew it.
    """

    kind: str
    case: str
    verdict: Verdict
    told: str = ""
    drawn: str = "--full"


def table(outcomes: Sequence[Outcome], seed: int, needs: dict[str, str]) -> str:
    """The table of docs/reliability.md: a row for each kind.

    Args:
        outcomes: of all kinds.
        seed: that they were drawn with.
        needs: what a kind needs, such as Linux; empty: nothing.
    """
    lines = [
        "| fault | times | survived | lost | wrong | seed | command | needs |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for kind in dict.fromkeys(one.kind for one in outcomes):
        own = [one for one in outcomes if one.kind == kind]
        counts = [sum(one.verdict == verdict for one in own) for verdict in ("survived", "lost", "wrong")]
        name = "native" if kind.startswith("native") else kind.replace(" ", "-")
        command = f"`python -m tests.faults {name} --seed {seed} {own[0].drawn}`"
        figures = " | ".join(f"{count:,}" for count in (len(own), *counts))
        lines.append(f"| {kind} | {figures} | {seed} | {command} | {needs.get(kind) or '–'} |")
    return "\n".join(lines) + "\n"


def write_page(page: Path, text: str) -> None:
    """Put a table into its place on a page."""
    before = page.read_text(encoding="utf-8")
    after = _BETWEEN.sub(lambda found: f"{found[1]}{text}{found[2]}", before)
    page.write_text(after, encoding="utf-8")


def failures(outcomes: Iterable[Outcome]) -> list[str]:
    """A line for each that did not survive."""
    return [f"{one.kind}: {one.case}: {one.verdict}: {one.told}" for one in outcomes if one.verdict != "survived"]
