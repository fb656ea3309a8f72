"""What is printed: safe, honest, and whole where programs read it."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musicrec_tui.cli import output
from musicrec_tui.dataset.records import Artist, ArtistPage
from tests.cli.conftest import HOSTILE, control_characters


@given(value=st.recursive(st.text() | st.floats() | st.integers() | st.none(), lambda inner: st.lists(inner)))
def test_json_is_valid_ascii_without_controls_and_keeps_text_raw(value: Any) -> None:
    with pytest.MonkeyPatch.context() as patch:
        written: list[str] = []
        patch.setattr("sys.stdout.write", written.append)
        output.print_json({"value": value})
    printed = "".join(written)
    assert printed.isascii()
    assert not control_characters(printed)
    assert json.loads(printed)["value"] == _without_what_json_lacks(value)


def _without_what_json_lacks(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_what_json_lacks(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def test_json_writes_structs(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_json(ArtistPage((Artist(0, "k", HOSTILE, 1, 2),), 7))
    told = json.loads(capsys.readouterr().out)
    assert told["total"] == 7
    assert told["rows"][0]["name"] == HOSTILE


def test_a_table_cleans_names_and_keeps_their_brackets(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_table(("artist", "listens"), [(HOSTILE, 12345), ("Nirvana [Live]", 1), (":smile: [red]x[/red]", 2)])
    printed = capsys.readouterr().out
    assert not control_characters(printed)
    assert "Nirvana [Live]" in printed
    assert ":smile: [red]x[/red]" in printed
    assert "12,345" in printed


@pytest.mark.parametrize("columns", ["", "200", "60"])
def test_a_long_table_is_printed_as_rich_prints_it(
    columns: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if columns:
        monkeypatch.setenv("COLUMNS", columns)
    rows = [
        (f"name {number}", f"Größe 東京 {HOSTILE}" * (number % 3), number * 1000, number / 7, None, number % 2 == 0)
        for number in range(40)
    ]
    printed = []
    for many in (len(rows), len(rows) - 1):
        monkeypatch.setattr(output, "_MANY", many)
        output.print_table(
            ("name", "what 東", "count", "share", "none", "truth"), rows, title="Title", right=(False,) * 6
        )
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1]


def test_a_piped_table_is_not_cut_and_a_narrow_one_keeps_its_figures(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "a long name " * 12
    output.print_table(("artist", "listens"), [(name, 1234567)])
    assert name.strip() in capsys.readouterr().out
    monkeypatch.setenv("COLUMNS", "40")
    output.print_table(("artist", "listens"), [(name, 1234567)])
    printed = capsys.readouterr().out
    assert "…" in printed
    assert "1,234,567" in printed
    assert max(map(len, printed.splitlines())) <= 40


def test_cuts_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    output.note_cut(200, 18432, "artists")
    output.note_cut(1, 1, "artists")
    assert capsys.readouterr().out.splitlines() == ["200 of 18,432 artists", "1 artist"]
