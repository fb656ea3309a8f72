"""Exports come back as they were: raw names, every row, in each format."""

import csv
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from musicrec_tui.cli.app import run
from tests.cli.conftest import ARTISTS, HOSTILE, HOSTILE_USER, USERS, Tell, Workshop

FORMATS = ["csv", "parquet", "json"]


def read(path: Path) -> list[dict[str, Any]]:
    """The rows of an exported file."""
    if path.suffix == ".csv":
        with path.open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))
    if path.suffix == ".json":
        return list(json.loads(path.read_text(encoding="utf-8")))
    return list(pyarrow.parquet.read_table(path).to_pylist())


@pytest.mark.parametrize("ending", FORMATS)
def test_interactions_come_back_with_raw_names(tell: Tell, tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"plays.{ending}"
    told = json.loads(tell("export", "interactions", "--to", str(target), "--json"))
    rows = read(target)
    info = json.loads(tell("info", "--json"))
    assert len(rows) == told["rows"] == info["plays"]
    assert sum(int(row["plays"]) for row in rows) == info["listens"]
    assert (HOSTILE_USER, HOSTILE) in {(row["user_id"], row["artist_name"]) for row in rows}


@pytest.mark.parametrize("ending", FORMATS)
def test_recommendations_are_those_of_the_screen(tell: Tell, tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"lists.{ending}"
    tell("export", "recommendations", "popular", "-k", "3", "--to", str(target))
    rows = read(target)
    assert {row["user_id"] for row in rows} == set(USERS)
    asked = json.loads(tell("recommend", "popular", "--user", "user5", "-k", "3", "--json"))
    mine = sorted((row for row in rows if row["user_id"] == "user5"), key=lambda row: int(row["rank"]))
    assert [row["artist_name"] for row in mine] == [row["artist"]["name"] for row in asked["rows"]]


def test_scores_are_the_whole_table(tell: Tell, tmp_path: Path) -> None:
    target = tmp_path / "scores.parquet"
    assert "Wrote" in tell("export", "scores", "--to", str(target))
    rows = read(target)
    assert {(row["user_id"], row["artist_name"]) for row in rows} == {
        (user, name) for user in USERS for name in ARTISTS
    }


def test_mistakes_get_sentences(tell: Tell, tmp_path: Path) -> None:
    assert ".xlsx" in tell("export", "interactions", "--to", str(tmp_path / "x.xlsx"), code=2)
    assert "RUN" in tell("export", "interactions", "best", "--to", str(tmp_path / "x.csv"), code=2)
    (tmp_path / "file").touch()
    assert "file" in tell("export", "interactions", "--to", str(tmp_path / "file" / "x.csv"), code=1)
    assert not list(tmp_path.glob(".*.tmp"))


def test_without_a_run_it_says_how_to_train(
    workshop: Workshop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ["--data", str(workshop.data), "--home", str(tmp_path)]
    assert run(["export", "scores", "--to", str(tmp_path / "x.csv"), *place]) == 2
    assert "musicrec-tui train als" in capsys.readouterr().err
