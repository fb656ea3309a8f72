"""A data person's first use of a ListenBrainz dump, by keys: its account, rows, codes, SQL, two runs, a run's files."""

import csv
import json
import random
import re
import subprocess
import sys
from collections import defaultdict
from math import log2
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import musicrec_tui
from tests.dataset.logs import listen, write_listens
from tests.e2e.terminal import Terminal
from tests.waiting import PATIENCE

USERS, ARTISTS, KINDS = 90, 120, 4
K = 10


def write_dump(folder: Path) -> tuple[int, int]:
    """Two files of a dump, of listeners who each like one kind of artists; so many rows, and so many without a name."""
    chance = random.Random(13)
    rows = []
    for user in range(USERS):
        for at in range(ARTISTS):
            if chance.random() < (0.6 if at % KINDS == user % KINDS else 0.08):
                name = f"{('Quiet', 'Loud', 'Slow', 'Odd')[at % KINDS]} Band {at}"
                rows += [listen(user + 1, name, 1000 + at, chance.randrange(50_000)) for _ in range(1 + at % 3)]
    nameless = [listen(user, None, None, user) for user in range(1, 8)]
    write_listens(folder / "0.parquet", rows)
    write_listens(folder / "1.parquet", nameless)
    return len(rows), len(nameless)


def asked(home: Path, *arguments: str) -> str:
    """What a command prints, with the home of the screen."""
    command = [sys.executable, "-m", "musicrec_tui", *arguments, "--home", str(home / "musicrec")]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE).stdout


def read_rows(terminal: Terminal, home: Path, dump: str) -> None:
    """Filter and sort the rows of the files; the last row is that of the command line."""
    terminal.press("v", "v")
    terminal.wait_for(r"Rows · row 1 of")
    terminal.press("/", "slow band 2")
    terminal.wait_for(r"Rows · /slow band 2 · row 1 of")
    terminal.press("enter", "s")
    terminal.wait_for(r"Sort by[\s\S]*recording_msid")
    terminal.press("down", "down", "down")  # listened_at, created, user_id; the cursor is on the first
    terminal.press("up", "enter")
    terminal.wait_for(r"user_id ↓ · row 1 of")
    terminal.press("G")
    total = terminal.wait_for(r"row ([\d,]+) of \1 ")[1].replace(",", "")
    given = ("rows", "--filter", "slow band 2", "--sort", "-user_id", "--offset", str(int(total) - 1), "--data", dump)
    answer = json.loads(asked(home, *given, "--json"))
    assert answer["total"] == int(total)
    at, user = answer["columns"].index("listened_at"), answer["columns"].index("user_id")
    [last] = answer["rows"]
    terminal.wait_for(rf"▸{last[at][:10]}.* {last[user]} ")
    terminal.press("escape")
    terminal.wait_until_gone("/slow band 2")


def ask_sql(terminal: Terminal, folder: Path) -> None:
    """Complete a name, run a query, and save its result."""
    terminal.press("S")
    terminal.wait_for(r"SELECT …\s+\^s runs it")
    terminal.wait_for(r"▸artist +\d")
    terminal.press("select name, listeners from art")
    terminal.wait_for("from artist")
    terminal.press("right", " order by listeners desc, name limit 5")
    terminal.press("ctrl+s")
    terminal.wait_for(r"5 rows · [\d.]+ s")
    terminal.press("escape", "e")
    terminal.wait_for(r"Export the result, all rows[\s\S]*result\.csv")
    terminal.press("enter")
    terminal.wait_for("Wrote 5 rows to")
    with (folder / "result.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["name"] for row in rows if row["name"] in terminal.text()] == [row["name"] for row in rows]


def train_ease(terminal: Terminal) -> None:
    """Choose EASE from the list of models, and train it."""
    terminal.press("2", "n")
    terminal.wait_for(r"model\s+◂ als ▸")
    terminal.wait_for("←→ change")
    terminal.press("enter")
    terminal.wait_for(r"Model ─[\s\S]*▸als")
    terminal.press("down", "down")
    terminal.wait_for("▸ease")
    terminal.press("enter")
    terminal.wait_for(r"model\s+◂ ease ▸")
    terminal.press("ctrl+s")
    terminal.wait_for(r"✓ EASE #2 +finished")


AGAINST = r"NDCG@10\s+(0\.\d{4})\s+against\s+(0\.\d{4})"


def compare_for_one_user(terminal: Terminal) -> tuple[str, set[str]]:
    """Mark both runs, and see the lists of one user: the user, and NDCG@10 of both."""
    terminal.press("4")
    terminal.wait_for(r"[12]  ALS #1[\s\S]*figures")
    terminal.wait_for("EASE #2")
    terminal.press("g", "g", "space")
    terminal.wait_for(r"▸A")
    terminal.press("j", "space")
    terminal.wait_for(r"▸B")
    terminal.wait_for(r"NDCG@10")
    terminal.press("c")
    user = terminal.wait_for(r"User (\d+) · ✓ was held out")[1]
    terminal.wait_for(r"─A (ALS|EASE) #\d · [\s\S]*─B (ALS|EASE) #\d")
    return user, set(terminal.wait_for(AGAINST).groups())


def ndcg_of_files(listed: list[dict[str, Any]], split: list[dict[str, Any]]) -> float:
    """NDCG@10 of what was exported, by its formula."""
    wanted: dict[str, int] = defaultdict(int)
    for row in split:
        wanted[row["user_id"]] += row["part"] == "validation"
    gains: dict[str, float] = {row["user_id"]: 0.0 for row in listed}
    for row in listed:
        gains[row["user_id"]] += row["held_out"] / log2(row["rank"] + 1)
    best = {user: sum(1 / log2(rank + 1) for rank in range(1, min(K, wanted[user]) + 1)) for user in gains}
    return sum(gain / best[user] for user, gain in gains.items()) / len(gains)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_dump_is_looked_at_asked_and_two_runs_are_compared_and_exported(tmp_path: Path) -> None:
    folder = tmp_path / "here"
    kept, nameless = write_dump(folder / "dump")
    package = str(Path(musicrec_tui.__file__).parents[1])
    with Terminal("dump", home=tmp_path, folder=folder, PYTHONPATH=package) as terminal:
        terminal.wait_for(rf"dump · {kept:,} listens · {USERS} users")
        terminal.wait_for(r"For user \d+ · ALS #1")
        terminal.press("5")
        terminal.wait_for(rf"rows +{kept + nameless:,} of which {kept:,} were used")
        terminal.wait_for(rf"{nameless} skipped: no artist name")
        read_rows(terminal, tmp_path, str(folder / "dump"))
        terminal.press("v")
        terminal.wait_for(r"Users · row 1 of 90")
        terminal.press("tab", "s")
        terminal.wait_for(r"Sort by[\s\S]*listeners")
        terminal.press("down", "down", "enter")
        terminal.wait_for(r"listeners ↓ · row 1 of")
        ask_sql(terminal, folder)
        train_ease(terminal)
        user, both = compare_for_one_user(terminal)
        terminal.press("q")
        assert terminal.wait_for_exit() == 0
        assert terminal.is_restored()
    log = ("--data", str(folder / "dump"))
    said = re.search(AGAINST, asked(tmp_path, "compare", "1", "2", "--user", user, *log))
    assert said is not None
    assert set(said.groups()) == both
    for what in ("evaluated", "split"):
        asked(tmp_path, "export", what, "2", "--to", str(folder / f"{what}.parquet"), *log)
    listed, split = (pq.read_table(folder / f"{what}.parquet").to_pylist() for what in ("evaluated", "split"))
    [run] = [one for one in json.loads(asked(tmp_path, "runs", *log, "--json"))["runs"] if one["name"] == "EASE #2"]
    assert ndcg_of_files(listed, split) == pytest.approx(run["metrics"]["ndcg@10"], abs=1e-6)
