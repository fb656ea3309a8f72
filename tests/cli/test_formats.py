"""The command line opens every layout, and tells which there are."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from musicrec_tui.cli.app import run
from musicrec_tui.dataset.sources.base import Layout
from musicrec_tui.dataset.sources.layouts import LAYOUTS
from musicrec_tui.dataset.sources.refusing import slug
from tests.cli.conftest import Tell, control_characters
from tests.dataset.samples import SAMPLES, Sample, copied


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_info_accounts_for_all_rows_of_every_layout(
    sample: Sample, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = [word for path in sample.make(tmp_path) for word in ("--data", str(path))]
    assert run(["info", "--json", *data, "--home", str(tmp_path / "home")]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["layout"], told["rejected"]) == (sample.layout, sample.rejected)
    assert told["rows"] == told["kept"] + sum(told["rejected"].values()) == sample.rows
    assert (told["users"], told["artists"], told["listens"]) == (sample.users, sample.artists, sample.listens)


def test_formats_tells_every_layout_with_an_example(tell: Tell) -> None:
    told = json.loads(tell("formats", "--json"))["layouts"]
    assert [layout["layout"] for layout in told] == [layout.name for layout in LAYOUTS]
    assert all(layout["what"] and layout["example"] for layout in told)
    shown = tell("formats")
    assert not control_characters(shown)
    for layout in told:
        assert layout["format"] in shown
        assert layout["what"] in shown


@pytest.mark.parametrize("spelled", [str, str.upper, slug])
@pytest.mark.parametrize("layout", LAYOUTS[:3], ids=lambda layout: layout.name)
def test_a_format_that_a_file_has_not_is_a_sentence(
    layout: Layout, spelled: Callable[[str], str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "x.csv"
    file.write_text("colour,taste\nred,sweet\n")
    assert run(["info", "--format", spelled(layout.name), "--data", str(file), "--home", str(tmp_path / "home")]) == 2
    assert "colour, taste" in capsys.readouterr().err


def test_logs_of_several_layouts_are_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = [
        *copied("date-and-time")(tmp_path),
        *copied("ratings")(tmp_path),
        *copied("scrobbler-log")(tmp_path),
    ]
    data = [word for path in made for word in ("--data", str(path))]
    assert run(["info", "--json", *data, "--home", str(tmp_path / "home")]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["layout"] == "date and time + ratings + scrobbler log"
    assert told["rows"] == told["kept"] + sum(told["rejected"].values()) == 4 + 5 + 4
    assert (told["rated"], told["rating_scale"]) == (4, "1 to 5 stars")
    assert told["users"] == 2 + 2 + 1
