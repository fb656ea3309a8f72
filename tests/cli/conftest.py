"""A small log with hostile names, and a home where two models are trained on it."""

import csv
import random
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from musicrec_tui.cli.app import run

HOSTILE = "[/b]\x1b]0;owned\x07[red] \x9b2J\x7f\u202eevil"
ARTISTS = (HOSTILE, "Nirvana [Live]", *(f"Band {number}" for number in range(28)))
HOSTILE_USER = "user\x1b[31m [red]"
USERS = (HOSTILE_USER, *(f"user{number}" for number in range(39)))


def control_characters(text: str) -> set[str]:
    """What a terminal could act on, line ends apart."""
    bidi = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    return {sign for sign in text if (ord(sign) < 32 and sign != "\n") or 127 <= ord(sign) < 160 or sign in bidi}


def write_log(path: Path) -> Path:
    """A log in the deck's layout: 40 users with 6 to 12 of 30 artists, most often of the user's own half."""
    dice = random.Random(7)
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["user_id", "artist_name", "release_name", "recording_name", "date", "time"])
        for number, user in enumerate(USERS):
            half = [artist for place, artist in enumerate(ARTISTS) if place % 2 == number % 2 or dice.random() < 0.1]
            heard = dice.sample(half, dice.randint(6, 12))
            for artist in [HOSTILE, "Nirvana [Live]", *heard] if number == 0 else heard:
                for _ in range(dice.randint(1, 4)):
                    day, hour = dice.randint(1, 28), dice.randint(0, 23)
                    rows.writerow([user, artist, "", f"Song of {artist}", f"2007-0{dice.randint(1, 9)}-{day:02}",
                                   f"{hour:02}:00:00"])  # fmt: skip
    return path


@pytest.fixture(autouse=True)
def _no_width(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test sees must not depend on the terminal that the tests are started from (xdist hands its width on)."""
    monkeypatch.delenv("COLUMNS", raising=False)


class Workshop(NamedTuple):
    """A log and a home; `als` and `popular` are trained there."""

    data: Path
    home: Path

    @property
    def place(self) -> list[str]:
        """The options that name both."""
        return ["--data", str(self.data), "--home", str(self.home)]


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """Made once, by the commands themselves. Tests do not change its runs."""
    folder = tmp_path_factory.mktemp("workshop")
    made = Workshop(write_log(folder / "log.csv"), folder / "home")
    for argv in (
        ["train", "als", "--name", f"als {HOSTILE}", "--set", "factors=4", "--set", "iterations=3"],
        ["train", "popularity", "--name", "popular"],
    ):
        assert run([*argv, *made.place]) == 0
    return made


Tell = Callable[..., str]


@pytest.fixture
def tell(workshop: Workshop, capsys: pytest.CaptureFixture[str]) -> Tell:
    """Runs a command in the workshop and gives its stdout; the exit code must be `code`, the stderr is clean."""

    def call(*argv: str, code: int = 0) -> str:
        capsys.readouterr()
        assert run([*argv, *workshop.place]) == code
        told = capsys.readouterr()
        assert not control_characters(told.out)
        assert not control_characters(told.err)
        assert "Traceback" not in told.err
        return told.err if code else told.out

    return call
