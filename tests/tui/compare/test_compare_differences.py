"""Differences on the Compare screen: forest plots, groups, the users that differ most, and the page of take-aways."""

import asyncio
import re
from typing import Any

import pytest
from textual.content import Content

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.records import User
from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.jobs.host_protocol import p_text
from musicrec_tui.paths import Home
from musicrec_tui.runs import store
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.compare import differences
from musicrec_tui.tui.compare.differences import ForestRow
from musicrec_tui.tui.compare.screen import CompareScreen, TakeawaysScreen
from musicrec_tui.tui.shell import messages
from tests.tui.compare.compare_support import ComparingApp, chosen, settled
from tests.tui.support import settled as rest
from tests.tui.train.train_support import FakeRun, screen_text
from tests.waiting import becomes


def finished(home: Home, ndcg: float, *arguments: Any, **options: Any) -> FakeRun:
    run = FakeRun(home, *arguments, **options)
    run.start()
    run.finish(ndcg)
    return run


def plain(lines: list[Content]) -> list[str]:
    return [line.plain for line in lines]


@pytest.mark.parametrize("width", [60, 76, 120, 156])
def test_a_forest_plot_keeps_its_width_and_shows_where_zero_is(width: int) -> None:
    lines = [
        ForestRow("up", 0.05, 0.02, 0.08, "x"),
        ForestRow("down", -0.05, -0.1, -0.0),
        ForestRow("unsure", 0.0, -0.01, 0.01),
    ]
    head, up, down, unsure = plain(differences.forest_plot(lines, "after", width))
    assert {len(head), len(up), len(down), len(unsure)} <= set(range(width - 6, width + 1))
    zero = head.index(" 0 ") + 1 if " 0 " in head else up.index("│")
    assert up[zero] == "│"
    assert zero < up.index("●")
    assert up.index("─") > zero
    assert down.index("●") < zero
    assert unsure[zero] == "●"
    assert "+0.0500" in up


def test_rows_of_another_scale_do_not_shrink_the_others() -> None:
    alone = plain(differences.forest_plot([ForestRow("up", 0.05, 0.02, 0.08)], "", 80))
    beside = plain(
        differences.forest_plot([ForestRow("up", 0.05, 0.02, 0.08), ForestRow("bits", 3, 2, 4, scale="bits")], "", 80)
    )
    assert beside[:2] == alone
    assert "┼" not in beside[2]


def test_no_difference_at_all_is_drawn_at_zero() -> None:
    [_, row] = plain(differences.forest_plot([ForestRow("same", 0, 0, 0)], "", 80))
    assert row.count("●") == 1
    assert "─" not in row


def test_p_values_are_not_told_more_exactly_than_they_are_known() -> None:
    assert p_text(0.01, 0.01) == "≤0.0100"
    assert p_text(0.0312, 0.01) == "0.0312"
    assert p_text(1e-30) == "≤0.0001"


@pytest.mark.parametrize("width", [76, 156])
def test_every_metric_has_a_row_with_its_test_and_users(home: Home, width: int) -> None:
    for ndcg in (0.1, 0.2):
        finished(home, ndcg)
    runs = store.list_runs(home)[::-1]
    text = differences.metric_plots(chosen(runs), runs, width).plain
    assert "B ALS #2 against A ALS #1" in text
    row = next(line for line in text.splitlines() if line.startswith("NDCG@10"))
    assert "+0.1000 +0.0800 +0.1200" in row
    assert re.search(r"▲ +≤0.0005 .*400/350/250", row)
    assert len([line for line in text.splitlines() if "400/350/250" in line]) == len(runs[0].intervals)
    assert all(len(line) <= width for line in text.splitlines()[:-1])


async def test_v_shows_differences_groups_and_users(home: Home) -> None:
    for ndcg in (0.1, 0.2):
        finished(home, ndcg)
    app = ComparingApp(home)
    async with app.run_test(size=(100, 40)) as pilot:
        await settled(pilot)
        await pilot.press("space", "j", "space")
        text = await settled(pilot)
        assert "ALS #2 ranks better than ALS #1: NDCG@10 +0.1000 (95 % interval +0.0800 to +0.1200, p ≤ 0.0005)" in text
        await pilot.press("v")
        text = await settled(pilot)
        assert "B ALS #1 against A ALS #2" in text
        assert "-0.1000 -0.1200 -0.0800" in text
        await pilot.press("v")
        text = await settled(pilot)
        assert "NDCG@10 among groups of users" in text
        assert re.search(r"light +\+0.0500", text)
        await pilot.press("v")
        text = await settled(pilot)
        assert "2 of 650 users that differ" in text
        assert "user\ufffd[31m [red]" in text
        assert "\x1b" not in text
        await pilot.press("v")
        text = await settled(pilot)
        assert "▲ B higher 8 · ▼ lower 42 · ties 600 (590 at 0.000)" in text
        assert len({ask.runs for ask in app.host.asked}) == len(app.host.asked) == 1


async def test_sorting_does_not_change_what_the_verdict_is_about(home: Home) -> None:
    for ndcg in (0.1, 0.2):
        finished(home, ndcg)
    app = ComparingApp(home)
    async with app.run_test(size=(100, 40)) as pilot:
        await settled(pilot)
        await pilot.press("space", "j", "space", "right", "right", "o")
        assert "ranks better than ALS #1: NDCG@10" in await settled(pilot)
        assert {ask.primary for ask in app.host.asked} == {"ndcg@k"}


async def test_another_figure_asks_by_that_figure(home: Home) -> None:
    for ndcg in (0.1, 0.2):
        finished(home, ndcg)
    app = ComparingApp(home)
    async with app.run_test(size=(100, 40)) as pilot:
        await settled(pilot)
        await pilot.press("space", "j", "space", "v", "v")
        await settled(pilot)
        await pilot.press("right", "right")
        assert "recall@10 among groups" in await settled(pilot)
        await pilot.press(*["right"] * 20)
        assert "NDCG@10 among groups" in await settled(pilot), "costs have no users"


async def test_up_to_four_runs_are_held_against_the_first(home: Home) -> None:
    for ndcg in (0.1, 0.2, 0.3, 0.15, 0.25):
        finished(home, ndcg)
    app = ComparingApp(home)
    async with app.run_test(size=(160, 70)) as pilot:
        await settled(pilot)
        await pilot.press("space", "j", "space", "j", "space", "j", "space")
        text = await settled(pilot)
        assert all(f"{letter} ALS #" in text for letter in "ABCD")
        await pilot.press("v")
        await settled(pilot)
        assert len(app.host.asked[-1].runs) == 4
        await pilot.press("j", "space", "v")
        screen = app.screen
        assert isinstance(screen, CompareScreen)
        assert [run.number for run in screen.chosen()] == [3, 5, 2, 1], "a fifth mark takes the place of the fourth"


async def test_what_cannot_be_compared_gets_its_sentence_and_no_question(home: Home) -> None:
    finished(home, 0.1)
    finished(home, 0.2, split=SplitSpec("time"))
    finished(home, 0.2, split=SplitSpec("time", protocol="repeat"))
    app = ComparingApp(home)
    async with app.run_test(size=(100, 40)) as pilot:
        text = await settled(pilot)
        assert "time 0.2/0.1 discovery" in text
        assert "time 0.2/0.1 repeat" in text
        await pilot.press("v")
        assert "Mark two to four runs" in await settled(pilot)
        await pilot.press("space", "j", "space")
        assert "different protocols of the time split" in " ".join((await settled(pilot)).split())
        await pilot.press("v", "v")
        assert "different protocols" in await settled(pilot)
        assert app.host.asked == []


async def test_a_refusal_is_told(home: Home) -> None:
    for ndcg in (0.1, 0.2):
        finished(home, ndcg)
    app = ComparingApp(home)
    app.host.refusal = "ALS #1 has no metrics by [user]."
    async with app.run_test(size=(100, 40)) as pilot:
        await settled(pilot)
        await pilot.press("space", "j", "space", "v")
        assert "no metrics by [user]." in await settled(pilot)
        await pilot.press("v", "v")
        assert "no metrics by [user]." in await settled(pilot)


async def test_looking_at_the_runs_again_asks_nothing_again_and_moves_no_cursor(home: Home) -> None:
    for ndcg in (0.1, 0.2):
        finished(home, ndcg)
    app = ComparingApp(home)
    app.host.gate = asyncio.Event()
    async with app.run_test(size=(100, 40)) as pilot:
        await settled(pilot)
        await pilot.press("space", "j", "space", "v", "v", "v")
        await rest(pilot, but=("watch", "compare"))
        for _ in range(3):
            app.session.broadcast(messages.RunsChanged)
            await rest(pilot, but=("watch", "compare"))
        assert "Comparing users" in screen_text(app)
        app.host.gate.set()
        await settled(pilot)
        users = app.screen.query_one("#compare-users", RowList)
        users.action_move(1)
        app.session.broadcast(messages.RunsChanged)
        await settled(pilot)
        assert users.value == "101"
        assert len(app.host.asked) == 1


async def test_enter_opens_a_user_in_explore(home: Home, small_index: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for ndcg in (0.1, 0.2):
        finished(home, ndcg)
    dataset = Dataset(small_index)
    app = ComparingApp(home)
    told: list[tuple[User, str]] = []
    shown: list[str] = []

    async def show(mode: str) -> None:
        shown.append(mode)

    async with app.run_test(size=(100, 40)) as pilot:
        await settled(pilot)
        await pilot.press("space", "j", "space", "v", "v", "v")
        await settled(pilot)
        monkeypatch.setattr(app, "action_show", show)
        monkeypatch.setattr(
            app.session, "broadcast", lambda kind, *values: told.append(values) if kind is messages.UserWanted else None
        )
        app.session.dataset = dataset
        await pilot.press("tab", "j", "enter")
        await becomes(lambda: shown, "Explore")
    dataset.close()
    assert [(user.user_id, origin) for user, origin in told] == [("101", "compare")]
    assert shown == ["explore"]


async def test_take_aways_are_a_page_over_the_runs(home: Home) -> None:
    finished(home, 0.1, "popularity")
    finished(home, 0.2)
    app = ComparingApp(home)
    async with app.run_test(size=(100, 40)) as pilot:
        await settled(pilot)
        await pilot.press("exclamation_mark")
        text = await settled(pilot)
        assert isinstance(app.screen, TakeawaysScreen)
        for part in ("Fast?", "Easy to tune?", "Good predictions?", "2.0 × popularity", "From 2 finished runs"):
            assert part in text
        await pilot.press("escape")
        assert isinstance(app.screen, CompareScreen)


async def test_help_tells_the_story_of_auc_at_k_on_these_runs(home: Home) -> None:
    finished(home, 0.2, name="[mine]")
    app = ComparingApp(home)
    async with app.run_test(size=(100, 40)) as pilot:
        await settled(pilot)
        await pilot.press("question_mark", "end")
        text = " ".join((await settled(pilot)).split())
        assert "AUC@k of these runs" in text
        assert "[mine]: ½ + ½ · recall@10 0.160 = 0.580, measured AUC@10 0.580" in text
