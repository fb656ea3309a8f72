"""Runs side by side on the command line: values, differences, and how sure they are."""

import json
import re

import pytest

from musicrec_tui.cli import output
from musicrec_tui.cli.app import run
from tests.cli.conftest import Tell, Workshop

STATISTICS = re.compile(r"ndcg@10 +([+-][\d.]+) +([+-][\d.]+) +([+-][\d.]+) +(≤?[\d.]+) +(\d+)/(\d+)/(\d+)")


def test_comparing_gives_differences_to_the_first(tell: Tell) -> None:
    told = json.loads(tell("compare", "best", "latest", "--json"))
    row = next(row for row in told["rows"] if row["metric"] == "ndcg@10")
    assert row["differences"][1] == row["values"][1] - row["values"][0]
    printed = tell("compare", "best", "latest")
    assert f"{row['differences'][1]:+.4f}" in printed
    assert "Best first" in printed
    assert f"({row['intervals'][0][0]:.4f} to {row['intervals'][0][1]:.4f})" in printed


def test_differences_come_with_intervals_tests_and_users(tell: Tell) -> None:
    told = json.loads(tell("compare", "popular", "best", "--users", "3", "--json"))["statistics"]
    [against] = told["against"]
    one = next(one for one in against["metrics"] if one["metric"] == "ndcg@10")
    printed = tell("compare", "popular", "best", "--users", "3")
    found = STATISTICS.search(printed)
    assert found is not None
    assert found.groups()[:3] == tuple(f"{one[name]:+.4f}" for name in ("difference", "family_low", "family_high"))
    assert found.groups()[4:] == tuple(str(one[name]) for name in ("wins", "ties", "losses"))
    assert len(against["differing"]) == 3
    assert f"3 of {one['wins'] + one['losses']} differing users" in printed
    assert all(group["group"] in printed for group in against["groups"])


def test_users_differ_by_the_metric_that_was_asked_for(tell: Tell) -> None:
    told = json.loads(tell("compare", "popular", "best", "--metric", "auc", "--json"))["statistics"]
    assert told["metric"] == "auc"
    sizes = [abs(user["other"] - user["first"]) for user in told["against"][0]["differing"]]
    assert sizes == sorted(sizes, reverse=True)
    assert "no beauty by user" in tell("compare", "popular", "best", "--metric", "beauty", code=2)


def test_in_eighty_columns_no_figure_is_cut(workshop: Workshop, tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(["train", "popularity", "--name", "third", *workshop.place]) == 0
    monkeypatch.setenv("COLUMNS", "80")
    printed = tell("compare", "popular", "best", "third")
    tell("runs", "delete", "third")
    assert STATISTICS.search(printed)
    assert "±" in printed
    body = printed[printed.index("ndcg@10") :]
    assert not [line for line in body.splitlines() if re.search(r"\d…", line)]


def test_what_was_not_measured_alike_is_shown_without_differences(workshop: Workshop, tell: Tell) -> None:
    argv = ["train", "popularity", "--name", "later", "--split", "time"]
    for protocol in ("repeat", "discovery"):
        assert run([*argv, "--protocol", protocol, "--name", protocol, *workshop.place]) == 0
    printed = tell("compare", "repeat", "discovery")
    assert "different protocols of the time split" in printed
    assert "95 %" not in printed
    assert "Best first" not in printed
    assert json.loads(tell("compare", "repeat", "discovery", "--json"))["statistics"] is None
    for protocol in ("repeat", "discovery"):
        tell("runs", "delete", protocol)


def test_one_run_is_not_enough(tell: Tell) -> None:
    assert "two runs" in tell("compare", "best", code=2)


@pytest.mark.parametrize("options", [(), ("--lists",), ("--user", "user1"), ("--scatter",)])
def test_more_runs_than_can_be_shown_are_refused(tell: Tell, options: tuple[str, ...]) -> None:
    assert "From 2 to 20 runs can be compared, not 27." in tell("compare", *["best"] * 27, *options, code=2)


def test_a_run_is_not_compared_with_itself(tell: Tell) -> None:
    for rest in ((), ("--lists",)):
        assert "`best` and `best` are the same run" in tell("compare", "best", "popular", "best", *rest, code=2)


def test_lists_side_by_side_are_those_that_each_run_recommends(tell: Tell) -> None:
    told = json.loads(tell("compare", "popular", "best", "--lists", "--user", "user3", "-k", "6", "--json"))
    assert told["user"] == "user3"
    places = [{row["artist"]["key"]: row["rank"] for row in one["rows"]} for one in told["lists"]]
    ids = [one["run"] for one in told["lists"]]
    for here, one in enumerate(told["lists"]):
        alone = json.loads(tell("recommend", one["run"], "--user", "user3", "-k", "6", "--json"))
        assert [row["artist"]["key"] for row in alone["rows"]] == list(places[here])
        for row in one["rows"]:
            other = places[1 - here].get(row["artist"]["key"])
            assert row["also"] == ({ids[1 - here]: other} if other else {})
    printed = tell("compare", "popular", "best", "--lists", "--user", "user3", "-k", "6")
    both = places[0].keys() & places[1].keys()
    assert both
    assert printed.count("= ") == 2 * len(both) + 1  # the sentence below tells the sign
    assert "For user3, new artists only" in printed


def test_without_a_user_the_lists_are_those_of_who_differs_most(tell: Tell) -> None:
    differing = json.loads(tell("compare", "popular", "best", "--json"))["statistics"]["against"][0]["differing"]
    assert json.loads(tell("compare", "popular", "best", "--lists", "--json"))["user"] == differing[0]["user"]
    assert "need --lists" in tell("compare", "popular", "best", "--like", "Band 3", code=2)


def test_the_verdict_comes_first_and_is_the_same_for_programs(tell: Tell) -> None:
    told = json.loads(tell("compare", "popular", "best", "--json"))
    statistics = told["statistics"]
    assert told["verdict"] == statistics["verdict"]
    assert tell("compare", "popular", "best").startswith(output.shown(told["verdict"])[:40])
    assert statistics["primary"] == "ndcg@10"
    [pair] = statistics["pairs"]
    one = next(one for one in statistics["against"][0]["metrics"] if one["metric"] == "ndcg@10")
    assert (pair["low"], pair["high"], pair["p"]) == (one["family_low"], one["family_high"], one["p"])
    assert ("No clear winner" in told["verdict"]) == (one["p"] >= 0.05)
    for one in statistics["against"][0]["metrics"]:
        assert (one["family_low"] > 0 or one["family_high"] < 0) == (one["p"] < 0.05)


def test_a_setting_names_another_primary_metric(workshop: Workshop, tell: Tell) -> None:
    settings = workshop.home / "settings.toml"
    settings.write_text('primary_metric = "recall@k"\n')
    try:
        told = json.loads(tell("compare", "popular", "best", "--metric", "auc", "--json"))
    finally:
        settings.unlink()
    assert told["statistics"]["primary"] == "recall@10"
    assert "recall@10" in told["verdict"]


def test_for_a_user_the_lists_are_those_that_were_evaluated(tell: Tell) -> None:
    whole = json.loads(tell("compare", "popular", "best", "--json"))["statistics"]["against"][0]
    user = whole["differing"][0]
    told = json.loads(tell("compare", "popular", "best", "--user", user["user"], "--json"))
    assert [one["ndcg"] for one in told["lists"]] == pytest.approx([user["first"], user["other"]])
    ids = [one["run"] for one in told["lists"]]
    ranks = [{row["artist"]["key"]: row["rank"] for row in one["held_out"]} for one in told["lists"]]
    assert {one["artist"]["key"]: list(one["ranks"].values()) for one in told["held_out"]} == {
        key: [ranks[0][key], ranks[1][key]] for key in ranks[0]
    }
    assert all(list(one["ranks"]) == ids for one in told["held_out"])
    printed = tell("compare", "popular", "best", "--user", user["user"])
    hits = sum(row["held_out"] for one in told["lists"] for row in one["rows"])
    assert printed.count("✓ ") == hits + 1  # the title tells the sign
    assert "is better for this user" in printed
    missed = sum(min(one["ranks"].values()) > 10 for one in told["held_out"])
    assert f"Missed by every list: {missed} of {len(told['held_out'])}." in printed


def test_all_users_are_counted_in_the_table_of_both_values(tell: Tell) -> None:
    told = json.loads(tell("compare", "popular", "best", "--scatter", "--json"))
    [against] = told["against"]
    scatter = against["scatter"]
    users = scatter["above"] + scatter["ties"] + scatter["below"]
    assert sum(count for _, _, count in scatter["cells"]) == users
    printed = tell("compare", "popular", "best", "--scatter")
    table = [line.split() for line in printed.splitlines() if re.match(r"\d\.\d+–", line)]
    assert len(table) == 5
    assert sum(int(count) for _, *counts in table for count in counts) == users
    assert f"the same for {scatter['ties']:,}" in printed
