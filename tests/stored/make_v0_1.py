"""Makes `tests/stored/v0_1`: a log, a home with everything that version 0.1 stores, and what its commands answered.

    python -m tests.stored.make_v0_1 /srv/musicrec-fixture .venv/bin/musicrec-tui

The committed files were made by the program of commit 078a9ce, which is version 0.1.0 (on Linux, with NumPy 2.4,
implicit 0.7.3, TensorFlow 2.21 and DuckDB 2.0). They are never made again with later code: their age is what makes them
useful. A later format gets a folder and a script of its own. The script uses the program only through its commands and
its screen. The files contain the path of the folder, so choose one that says nothing about the machine.
"""

import argparse
import csv
import gzip
import json
import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

from tests.e2e.terminal import Terminal

HERE = Path(__file__).parent / "v0_1"
ADJECTIVES = ("Quiet", "Amber", "Second", "Hollow", "Northern", "Paper", "Static", "Velvet", "Late", "Broken")
NOUNS = ("Harbour", "Choir", "Engine", "Orchard", "Signal", "Rivers")
ARTISTS = ("Sigur Rós", "Nirvana [Live]", *(f"{first} {second}" for second in NOUNS for first in ADJECTIVES))
USERS = tuple(f"user{number:02}" for number in range(1, 33))
ENDLESS = ("als", "--set", "factors=1024", "--set", "iterations=500")
SETTINGS = """# Settings that somebody wrote by hand.
theme = "nord"
k = 10
slots = 1
time_zone = "Europe/Vienna"
trash_days = 36500
sql_seconds = 20

[keys]
"explore.search" = "ctrl+f"
"app.help" = "f1,question_mark"

[themes.mine]
primary = "#0178d4"
dark = true
"""
RUNS: dict[str, tuple[str, ...]] = {
    "popular": ("popularity",),
    "small als": ("als", "--set", "factors=8", "--set", "iterations=5", "--set", "weighting=log"),
    "small ease": ("ease", "--set", "regularization=50"),
    "small knn": ("item_knn",),
    "small rp3beta": ("rp3beta",),
    "small bpr": ("bpr", "--set", "factors=8", "--set", "iterations=20"),
    "small ncf": ("ncf", "--set", "factors=4", "--set", "layers=8,4", "--set", "epochs=2", "--set", "loss=softmax"),
    "small vae": ("mult_vae", "--set", "hidden=16", "--set", "latent=8", "--set", "epochs=2"),
    "mixed": ("hybrid", "--set", "members=small als,small ease", "--set", "weights=0.7,0.3"),
    "by time": ("ease", "--split", "time", "--protocol", "repeat"),
    "thrown away": ("popularity", "--seed", "7"),
}


def write_log(path: Path) -> None:
    """About a thousand listens of 32 users, who like the artists of either half better."""
    dice = random.Random(11)
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["user_id", "artist_name", "release_name", "recording_name", "date", "time"])
        for number, user in enumerate(USERS):
            liked = [one for place, one in enumerate(ARTISTS) if place % 2 == number % 2 or dice.random() < 0.2]
            for artist in dice.sample(liked, dice.randint(9, 18)):
                for _ in range(dice.randint(1, 4)):
                    day = f"{dice.randint(2023, 2024)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
                    rows.writerow([user, artist, f"{artist} II", f"Song {dice.randint(1, 5)}", day,
                                   f"{dice.randint(0, 23):02}:{dice.randint(0, 59):02}:00"])  # fmt: skip


def write_history(path: Path) -> None:
    """A personal history as last.fm exports give it: artists of the log, and two that it does not have."""
    dice = random.Random(12)
    with path.open("w", newline="", encoding="utf-8") as file:
        for artist in (*ARTISTS[:12:2], "Nobody Else", "Sigur Ros"):
            for turn in range(dice.randint(2, 6)):
                day = f"{dice.randint(10, 28)} Mar 2024 {dice.randint(10, 23)}:{10 + turn}"
                csv.writer(file).writerow([artist, f"{artist} II", f"Song {turn}", day])


class Program:
    """The program, with the log and the home of a folder."""

    def __init__(self, folder: Path, program: Path) -> None:
        self.folder, self.program = folder, str(program.absolute())
        self.log, self.home = folder / "listens.csv", folder / "musicrec"
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "MUSICREC"))}
        self.environment = kept | {"MUSICREC_HOME": str(self.home), "MUSICREC_DATA": str(self.log)}

    def call(self, *words: str) -> str:
        """Run a command that must go well; its output."""
        done = self.run(*words)
        if done.returncode:
            raise RuntimeError(f"{words}: {done.stderr}")
        return done.stdout

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run a command, whatever comes of it."""
        return subprocess.run([self.program, *words], env=self.environment, cwd=self.folder, capture_output=True,
                              text=True, check=False)  # fmt: skip

    def start(self, *words: str) -> "subprocess.Popen[bytes]":
        """Start a command and go on."""
        return subprocess.Popen([self.program, *words], env=self.environment, cwd=self.folder,
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip

    def events(self, name: str) -> list[dict[str, Any]]:
        """The events of a run by its name."""
        for spec in self.home.glob("runs/*/spec.json"):
            if json.loads(spec.read_text())["content"]["name"] == name and (spec.parent / "events.jsonl").exists():
                return [json.loads(line) for line in (spec.parent / "events.jsonl").read_text().splitlines()]
        return []

    def wait_for(self, name: str, event: str) -> dict[str, Any]:
        """Wait until a run has an event."""
        while not (found := [one for one in self.events(name) if one["event"] == event]):
            if any(one["event"] in ("finished", "failed", "cancelled") for one in self.events(name)):
                raise RuntimeError(f"{name} ended without {event}")
            time.sleep(0.05)
        return found[0]


def make_runs(program: Program) -> None:
    """Runs that are over, in each way that a run ends."""
    for name, words in RUNS.items():
        program.call("train", *words, "--name", name)
    program.call("train", "ease", "--final", "--name", "on test")
    stopped = program.start("train", *ENDLESS, "--name", "stopped")
    program.wait_for("stopped", "started")
    program.call("train", "als", "--name", "no log", "--detach")  # waits for the only slot
    program.wait_for("no log", "queued")
    [index] = program.home.glob("cache/indexes/*.duckdb")
    hidden = [(path, path.rename(path.with_suffix(".hidden"))) for path in (index, program.log)]
    stopped.send_signal(signal.SIGINT)
    stopped.wait()
    program.wait_for("no log", "failed")
    for path, elsewhere in hidden:
        elsewhere.rename(path)
    killed = program.start("train", *ENDLESS, "--name", "killed")
    os.kill(program.wait_for("killed", "started")["pid"], signal.SIGKILL)
    killed.wait()


def make_labels(program: Program) -> None:
    """Names, notes, stars, and a trash."""
    program.call("runs", "rename", "small knn", "neighbours")
    program.call("runs", "note", "small als", "The one to believe [bold], so far.")
    program.call("runs", "star", "small als")
    program.call("runs", "delete", "thrown away")


def make_tunings(program: Program) -> None:
    """A grid, what Optuna chose, one in the trash, and the run of a tuning's best."""
    grid = ("--vary", "factors=4,8", "--vary", "regularization=0.1,3", "--set", "iterations=3")
    program.call("tune", "als", *grid, "--name", "a grid", "--processes", "1")
    program.call("tune", "rp3beta", "--trials", "5", "--name", "five trials", "--processes", "1")
    program.call("tune", "ease", "--vary", "regularization=10,100", "--name", "useless", "--processes", "1")
    program.call("tunings", "star", "a grid")
    program.call("tunings", "note", "a grid", "Four fits.")
    program.call("tunings", "delete", "useless")
    program.call("tunings", "train", "a grid", "--name", "best of the grid")


def make_tastes(program: Program) -> None:
    """Profiles, opinions and bookmarks."""
    history = program.folder / "history.csv"
    write_history(history)
    program.call("import", str(history), "--as", "me")
    likes = [word for name in ARTISTS[3:8] for word in ("--like", name)]
    program.call("profiles", "new", "typed", *likes, "--dislike", ARTISTS[9])
    program.call("taste", "love", ARTISTS[20], "--user", USERS[0])
    program.call("taste", "block", ARTISTS[22], "--user", USERS[0])
    program.call("taste", "block", ARTISTS[30])
    program.call("taste", "love", ARTISTS[21], "--profile", "me")
    program.call("bookmarks", "add", "--user", USERS[4])
    program.call("bookmarks", "add", "--artist", ARTISTS[0])


def make_state(program: Program) -> None:
    """What a session with the screen leaves: its state, its queries, and that the tour was shown."""
    with Terminal(str(program.log), home=program.folder, columns=120, rows=40, folder=program.folder,
                  program=[program.program]) as terminal:  # fmt: skip
        terminal.wait_for(r"For (user|profile)")
        terminal.press("\x06", *"user05")  # Ctrl+F, see [keys]
        terminal.wait_for(r"▸user user05")
        terminal.press("enter")
        terminal.wait_for(r"For user user05|For user05")
        terminal.press("4")
        terminal.wait_for("neighbours")
        terminal.press("space", "j", "space", "5")
        terminal.wait_for("What was read")
        terminal.press("s")
        terminal.wait_for("SELECT")
        terminal.press("SELECT name, listeners FROM artist ORDER BY listeners DESC LIMIT 3", "enter")
        terminal.wait_for("listeners")
        terminal.press("escape", "escape", "1")
        terminal.wait_for("For user")
        terminal.press("q")
        if terminal.wait_for_exit():
            raise RuntimeError("the screen ended with an error")


QUESTIONS: tuple[tuple[str, ...], ...] = (
    ("info",), ("users", ""), ("artists", "", "-n", "100"), ("user", USERS[2]), ("artist", ARTISTS[1]),
    ("user", "profile:me"), ("activity",),
    ("runs",), *(("runs", "show", name) for name in ("small als", "stopped", "no log", "killed", "on test")),
    ("runs", "trash"), ("runs", "--sort", "ndcg@10"), ("compare", "small als", "small ease", "neighbours"),
    ("tunings",), ("tunings", "show", "a grid"), ("tunings", "show", "five trials"),
    ("tunings", "trash"), ("profiles",), ("profiles", "show", "me"), ("profiles", "show", "typed"),
    ("taste",), ("taste", "--user", USERS[0]), ("taste", "--profile", "me"), ("bookmarks",),
)  # fmt: skip


def write_answers(program: Program, target: Path) -> None:
    """What the commands answer: the above, and every finished run for users, profiles, and an artist."""
    answers: list[dict[str, Any]] = []

    def ask(*words: str) -> Any:
        done = program.run(*words, "--json")
        answer = json.loads(done.stdout) if done.returncode == 0 else None
        answers.append({"asked": words, "code": done.returncode, "answer": answer})
        return answer

    for words in QUESTIONS:
        ask(*words)
    listed = next(one["answer"] for one in answers if one["asked"] == ("runs",))
    for label in [run["name"] for run in listed["runs"] if run["status"] == "finished"]:
        best = ask("recommend", label, "--user", USERS[0])["rows"][0]
        ask("recommend", label, "--user", USERS[9], "--heard", "all", "--max-listeners", "80%")
        ask("explain", label, "--user", USERS[0], "--artist", best["artist"]["name"])
        for words in (("--profile", "me"), ("--profile", "typed")):
            ask("recommend", label, *words)
        ask("similar", label, ARTISTS[1])
    for words in QUESTIONS:
        if next(one for one in answers if one["asked"] == words)["code"]:
            raise RuntimeError(f"{words} was refused")
    lines = ",\n".join(json.dumps(one, ensure_ascii=True) for one in answers)
    target.write_text(f"[\n{lines}\n]\n", encoding="ascii")


def collect(program: Program, target: Path) -> None:
    """Copy what was made; the index is compressed, and what libraries and the screen logged is left behind."""
    shutil.rmtree(target, ignore_errors=True)
    unwanted = shutil.ignore_patterns("keras", "logs", "*.duckdb", "*.duckdb.lock")
    shutil.copytree(program.home, target / "home", ignore=unwanted)
    [index] = program.home.glob("cache/indexes/*.duckdb")
    packed = target / "home" / "cache" / "indexes" / f"{index.name}.gz"
    packed.write_bytes(gzip.compress(index.read_bytes(), 9, mtime=0))
    for name in (program.log.name, "history.csv"):
        shutil.copy2(program.folder / name, target)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("program", type=Path)
    given = parser.parse_args()
    shutil.rmtree(given.folder, ignore_errors=True)
    given.folder.mkdir(parents=True)
    program = Program(given.folder, given.program)
    write_log(program.log)
    program.home.mkdir()
    (program.home / "settings.toml").write_text(SETTINGS)
    for step in (make_runs, make_labels, make_tunings, make_tastes, make_state):
        print(step.__doc__)  # noqa: T201
        step(program)
    collect(program, HERE)  # before the questions: a host that answers leaves nothing behind
    write_answers(program, HERE / "expected.json")


if __name__ == "__main__":
    main()
