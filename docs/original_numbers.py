"""Writes the figures of docs/original-project.md from runs on the sample: `make figures` (`--check` only compares).

Between `<!-- figures:NAME -->` and `<!-- /figures -->` the page holds what this script measured; the rest is prose.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

PAGE = Path(__file__).parent / "original-project.md"
CLOSE = 0.02
"""Tolerance between machines, which add sums in different orders."""
RUNS = {
    "popularity": ("popularity",),
    "ALS, the project's first try": (
        "als", "--set", "factors=150", "--set", "regularization=0.001", "--set", "iterations=100", "--set", "alpha=1",
    ),
    "ALS, best of the project's grid": (
        "als", "--set", "factors=8", "--set", "regularization=0.2", "--set", "iterations=75", "--set", "alpha=10",
    ),
    "ALS, the defaults here": ("als",),
    "EASE": ("ease",),
}  # fmt: skip
COLUMNS = (
    ("recall@10", "recall@10"), ("expected", "½ + ½ · recall@10"), ("auc@10", "AUC@10"), ("auc", "full AUC"),
    ("ndcg@10", "NDCG@10"),
)  # fmt: skip
Measured = Mapping[str, Mapping[str, float]]


def measure() -> dict[str, dict[str, float]]:
    """Train every model on train + validation of the sample, and evaluate it on test; the metrics of each."""
    found = {}
    with tempfile.TemporaryDirectory() as home:
        for label, words in RUNS.items():
            command = [sys.executable, "-m", "musicrec_tui", "train", *words, "--final", "--home", home, "--json"]
            answer = subprocess.run(command, check=True, capture_output=True, text=True)
            found[label] = json.loads(answer.stdout)["metrics"]
    return found


def table(measured: Measured) -> str:
    """A row for each model."""
    lines = ["| model | " + " | ".join(title for _, title in COLUMNS) + " |", "|---" * (len(COLUMNS) + 1) + "|"]
    for label, metrics in measured.items():
        figures = {**metrics, "expected": 0.5 + metrics["recall@10"] / 2}
        lines.append(f"| {label} | " + " | ".join(f"{figures[name]:.3f}" for name, _ in COLUMNS) + " |")
    return "\n".join(lines)


def story(measured: Measured) -> str:
    """What the table says, in words."""
    popular, defaults = measured["popularity"], measured["ALS, the defaults here"]
    furthest = max(abs(one["auc@10"] - 0.5 - one["recall@10"] / 2) for one in measured.values())
    best = max(measured, key=lambda label: measured[label]["ndcg@10"])
    widest = max(measured, key=lambda label: measured[label]["auc"])
    return "\n".join(
        [
            f"- In no row is AUC@10 further than {furthest:.3f} from ½ + ½ · recall@10.",
            f"- By full AUC the best row is *{widest}* ({measured[widest]['auc']:.3f}), by NDCG@10 it is *{best}* "
            f"({measured[best]['ndcg@10']:.3f}).",
            f"- Popularity has a full AUC of {popular['auc']:.3f} and still no good list: ALS with the defaults has "
            f"{defaults['ndcg@10'] / popular['ndcg@10']:.1f} times its NDCG@10.",
        ]
    )


def with_figures(page: str, measured: Measured) -> str:
    """The page with these figures in it.

    Raises:
        KeyError: the page has a marked place without a function.
    """
    blocks = {"table": table, "story": story}
    return re.sub(
        r"<!-- figures:(\w+) -->\n(?:(?!<!-- /figures -->).)*<!-- /figures -->",
        lambda place: f"<!-- figures:{place[1]} -->\n{blocks[place[1]](measured)}\n<!-- /figures -->",
        page,
        flags=re.DOTALL,
    )


def differences(page: str, other: str) -> list[str]:
    """Lines in which two pages differ: in words, or in figures by more than `CLOSE`."""
    figure = re.compile(r"\d\.\d+")
    found = []
    for left, right in zip(page.splitlines(), other.splitlines(), strict=True):
        before, now = ([float(number) for number in figure.findall(line)] for line in (left, right))
        same_words = figure.sub("#", left) == figure.sub("#", right)
        if not same_words or any(abs(one - two) > CLOSE * max(1.0, one) for one, two in zip(before, now, strict=True)):
            found.append(f"{left}\n    is now\n{right}")
    return found


def main(argv: list[str]) -> int:
    """Write the figures, or check them."""
    page = PAGE.read_text(encoding="utf-8")
    new = with_figures(page, measure())
    if "--check" not in argv:
        PAGE.write_text(new, encoding="utf-8")
        return 0
    found = differences(page, new)
    sys.stdout.write("\n".join(found) + "\n" if found else "docs/original-project.md is what the runs say.\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
