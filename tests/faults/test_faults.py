"""A dozen faults of each kind (`make soak` has all of them): every home equals its undisturbed twin's."""

import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults import crash, deeds, verdicts
from tests.faults.__main__ import DOZEN, KINDS
from tests.faults.content import Content
from tests.faults.deeds import DEEDS
from tests.faults.judging import differing
from tests.faults.verdicts import Outcome

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="the faults need /proc and a process that may be copied"
)


def faults(*arguments: str) -> str:
    """What the harness prints; each fault must have been survived. It is a process of its own, without threads."""
    command = [sys.executable, "-m", "tests.faults", *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"
    return ran.stdout


def test_a_dozen_of_each_kind() -> None:
    told = faults("--seed", "1")
    rows = [line.split(" | ") for line in told.splitlines() if line.startswith("| ")][1:]
    assert len(rows) == len(KINDS)
    assert all(int(row[1]) >= DOZEN - 4 and row[2] == row[1] for row in rows), told


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_more_of_each_kind(kind: str) -> None:
    faults(kind, "--seed", "2", "--times", "60" if kind != "kills" else "30")


@pytest.mark.slow
def test_faults_at_the_calls_of_duckdb_and_arrow() -> None:
    told = faults("native", "--seed", "1", "--times", "12")
    [line] = [line for line in told.splitlines() if line.startswith("calls that pass")]
    counts = dict(part.rsplit(" ", 1) for part in line.partition(": ")[2].split(", "))
    assert int(counts["duckdb"]) > 10, line
    assert int(counts["arrow"]) > 10, line


BEFORE: Content = {"runs": ["a", "b"], "settings": {"k": 7}, "evaluations on test": 1}
AFTER: Content = {"runs": ["a", "b", "c"], "settings": {"k": 7}, "evaluations on test": 2}


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        ({}, None),
        ({"runs": ["a", "b", "c"]}, None),
        ({"runs": ["a"]}, "lost"),
        ({"runs": ["a", "b", "other"]}, "wrong"),
        ({"settings": {"k": 8}}, "wrong"),
        ({"evaluations on test": 0}, "wrong"),
    ],
)
def test_the_judge_tells_lost_and_wrong_apart(found: Content, verdict: str | None) -> None:
    judged = differing(BEFORE | found, BEFORE, AFTER, acknowledged=False)
    assert (judged[0] if judged else None) == verdict


def test_what_was_reported_as_done_must_be_there() -> None:
    assert differing(BEFORE, BEFORE, AFTER, acknowledged=True)
    assert differing(AFTER, BEFORE, AFTER, acknowledged=True) is None


def test_the_table_counts_and_goes_into_its_place(tmp_path: Path) -> None:
    outcomes = [
        Outcome("kills", "a", "survived"),
        Outcome("kills", "b", "lost", "gone"),
        Outcome("damage", "c", "wrong"),
    ]
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- faults -->\nold\n<!-- end of faults -->\nafter\n")
    verdicts.write_page(page, verdicts.table(outcomes, 7, {"kills": "Linux"}))
    written = page.read_text()
    assert "old" not in written
    assert "| kills | 2 | 1 | 1 | 0 | 7 | `python -m tests.faults kills --seed 7 --full` | Linux |" in written
    assert written.endswith("<!-- end of faults -->\nafter\n")
    assert verdicts.failures(outcomes) == ["kills: b: lost: gone", "damage: c: wrong: "]


def test_the_same_seed_draws_the_same_points(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: Callable[..., list[str]] = lambda _world, _deed: ["write a", "fsync a", "replace a"]  # noqa: E731
    monkeypatch.setattr(crash, "calls_of", calls)
    world: deeds.World = None  # type: ignore[assignment]  # it is not asked
    drawn = [[name for _, name in crash.drawn(world, random.Random(3), 5)] for _ in range(2)]
    assert drawn[0] == drawn[1]
    assert len(drawn[0]) == 5
    every = [name for _, name in crash.drawn(world, random.Random(3), None)]
    assert len(every) == len(set(every)) == len(DEEDS) * 7
