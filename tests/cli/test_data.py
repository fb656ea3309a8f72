"""The Data screen's twins: what people read and what programs parse say the same."""

import json
from pathlib import Path

import pytest

from musicrec_tui.cli.app import run
from tests.cli.conftest import ARTISTS, HOSTILE, HOSTILE_USER, USERS, Tell, control_characters


def test_info_tells_files_and_what_was_left_out(tell: Tell) -> None:
    told = json.loads(tell("info", "--json"))
    assert (told["users"], told["artists"], told["state"]) == (len(USERS), len(ARTISTS), "unchanged")
    assert sum(file["kept"] for file in told["files"]) == told["kept"]
    assert told["offenders"] == []
    printed = tell("info")
    assert f"{told['listens']:,}" in printed
    assert "log.csv" in printed


def test_info_takes_paths_as_the_screen_does(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, two = (tmp_path / name for name in ("a.csv", "b.csv"))
    for number, log in enumerate((one, two)):
        log.write_text(f"user_id,artist_name,play_count\n{number},Air,3\n", encoding="utf-8")
    home = ["--home", str(tmp_path / "home"), "--json"]
    for argv, users in (
        (["info", str(one), *home], 1),
        (["info", str(one), str(two), *home], 2),
        (["info", "--data", str(one), str(two), *home], 2),
    ):
        assert run(argv) == 0
        assert json.loads(capsys.readouterr().out)["users"] == users


def test_info_shows_the_first_rows_that_were_left_out_clean(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "x.csv"
    log.write_text(f"user_id,artist_name,play_count\n1,Air,3\n2,{HOSTILE},0\n3,Moby,1.5\n", encoding="utf-8")
    place = ["--data", str(log), "--home", str(tmp_path / "home")]
    assert run(["info", *place]) == 0
    printed = capsys.readouterr().out
    assert "skipped: play count is not above zero" in printed
    assert "repaired: play count rounded" in printed
    assert "[/b]�]0;owned�[red]" in printed
    assert not control_characters(printed)
    assert run(["info", "--json", *place]) == 0
    offenders = json.loads(capsys.readouterr().out)["offenders"]
    assert {(one["outcome"], one["row"]) for one in offenders} == {("rejected", 3), ("repaired", 4)}
    assert HOSTILE in offenders[1]["shown"] + offenders[0]["shown"]


def test_columns_tell_types_nulls_and_distinct_values(tell: Tell) -> None:
    [part] = json.loads(tell("columns", "--json"))["parts"]
    by_name = {column["name"]: column for column in part["columns"]}
    assert by_name["user_id"]["distinct"] == len(USERS)
    assert by_name["artist_name"]["distinct"] == len(ARTISTS)
    assert by_name["release_name"]["nulls"] == part["rows"] == part["looked_at"]
    assert f"all {part['rows']:,} rows" in tell("columns")


def test_pages_of_rows_are_the_log(tell: Tell) -> None:
    whole = json.loads(tell("rows", "--limit", "100000", "--json"))
    assert len(whole["rows"]) == whole["total"]
    assert whole["rows"][0][0] == HOSTILE_USER
    pages = [
        json.loads(tell("rows", "--offset", str(at), "-n", "200", "--json")) for at in range(0, whole["total"], 200)
    ]
    assert [row for page in pages for row in page["rows"]] == whole["rows"]
    assert f"rows 11 to 15 of {whole['total']:,}" in tell("rows", "--offset", "10", "-n", "5")
    assert "no rows from 1,000,001 on" in tell("rows", "--offset", "1000000")


def test_codes_are_found(tell: Tell) -> None:
    page = json.loads(tell("codes", "artists", "--find", "nirvana", "-n", "1", "--json"))
    assert page["rows"][0][:2] == [str(page["offset"]), "Nirvana [Live]"]
    assert page["total"] == len(ARTISTS)
    assert json.loads(tell("codes", "users", "--offset", "7", "-n", "1", "--json"))["rows"][0][0] == "7"
    assert f"of {len(USERS)}" in tell("codes", "users", "--find", "#3")
    assert "without --offset" in tell("codes", "users", "--find", "x", "--offset", "3", code=2)
    assert "No user is called" in tell("codes", "users", "--find", "nobody at all", code=2)


def test_the_matrix_in_figures_and_as_a_picture(tell: Tell) -> None:
    told = json.loads(tell("matrix", "--json"))
    shape, block = told["shape"], told["block"]
    assert sum(cell["pairs"] for cell in block["cells"]) == shape["plays"]
    assert shape["density"] == pytest.approx(shape["plays"] / len(USERS) / len(ARTISTS))
    picture = [line for line in tell("matrix").splitlines() if line.startswith("|")]
    assert len(picture) == block["window"]["rows"]
    assert {len(line) for line in picture} == {block["window"]["columns"] + 2}
    assert sum(sign not in "| " for line in picture for sign in line) == len(block["cells"])


def test_a_part_of_the_matrix(tell: Tell) -> None:
    part = json.loads(tell("matrix", "--sort", "code", "--users", "3-4", "--artists", "5", "--json"))["block"]
    assert (part["window"]["top"], part["window"]["rows"], part["window"]["left"]) == (2, 2, 4)
    drawn = tell("matrix", "--sort", "code", "--users", "3-4", "--artists", "5")
    assert "users 3 to 4" in drawn
    assert "one character: 1 user × 1 artist," in drawn
    for wrong in ("0-3", "4-3", "1-999", "x", "1-2-3"):
        assert "--users needs a range" in tell("matrix", "--users", wrong, code=2)


def test_activity_adds_up(tell: Tell) -> None:
    told = json.loads(tell("activity", "--json"))
    listens = sum(month["listens"] for month in told["months"])
    assert sum(map(sum, told["week"]["listens"])) == listens
    assert sum(bucket["count"] for bucket in told["activity"]["users_by_artists"]) == len(USERS)
    printed = tell("activity")
    assert "hour (UTC)" in printed
    assert "Gini" in printed


def test_bytes_that_are_no_text_are_found_nowhere(tell: Tell) -> None:
    assert json.loads(tell("rows", "--filter", "\udcff", "--json"))["total"] == 0
    assert json.loads(tell("codes", "users", "--filter", "\udcff", "--json"))["total"] == 0


def test_rows_and_codes_are_filtered_and_sorted(tell: Tell) -> None:
    rows = json.loads(tell("rows", "--filter", "band 3", "--sort", "-date", "--json"))
    at = [rows["columns"].index(name) for name in ("artist_name", "date")]
    assert {row[at[0]] for row in rows["rows"]} == {"Band 3"}
    dates = [row[at[1]] for row in rows["rows"]]
    assert dates == sorted(dates, reverse=True)
    listens = [int(row[3]) for row in json.loads(tell("codes", "artists", "--sort", "listens", "--json"))["rows"]]
    assert listens == sorted(listens)
    assert "There is no column 'x'" in tell("codes", "users", "--sort", "x", code=2)
