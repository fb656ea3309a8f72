"""The Compare screen on fake runs."""

from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot

from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.paths import Home
from musicrec_tui.runs import store
from musicrec_tui.tui.compare.run_table import RunTable
from tests.tui.train.train_support import CompareApp, FakeRun, screen_text


def finished(home: Home, ndcg: float, *arguments: Any, **options: Any) -> FakeRun:
    run = FakeRun(home, *arguments, **options)
    run.start()
    run.finish(ndcg)
    return run


async def shown(pilot: Pilot[Any]) -> str:
    """The screen, with the runs read anew."""
    assert isinstance(pilot.app, CompareApp)
    await pilot.app.session.refresh_runs()
    await pilot.pause()
    await pilot.pause()
    return screen_text(pilot.app)


async def test_without_runs_it_says_what_to_do(home: Home) -> None:
    async with CompareApp(home).run_test(size=(80, 24)) as pilot:
        assert "Press 2 to train one" in await shown(pilot)


async def test_with_one_run_it_says_how_to_get_a_second(home: Home) -> None:
    finished(home, 0.1)
    async with CompareApp(home).run_test(size=(80, 24)) as pilot:
        assert "Press 2 to train a second run" in await shown(pilot)
        await pilot.press("v")
        assert "Press 2 to train a second run" in await shown(pilot)
        finished(home, 0.2)
        text = await shown(pilot)
        assert "Press 2 to train a second run" not in text
        assert "Mark two to four runs" in text


async def test_without_a_log_it_says_why(home: Home) -> None:
    app = CompareApp(home)
    app.session.dataset = None
    async with app.run_test(size=(80, 24)) as pilot:
        assert "still being read" in await shown(pilot)
        app.session.fail("There is no such path: /nowhere.")
        assert "no such path: /nowhere" in await shown(pilot)


async def test_two_marked_runs_stand_side_by_side(home: Home) -> None:
    finished(home, 0.1, "popularity")
    finished(home, 0.2, "als", {"factors": "8"})
    async with CompareApp(home).run_test(size=(120, 40)) as pilot:
        text = await shown(pilot)
        assert text.index("ALS #2") < text.index("Popularity #1")
        await pilot.press("space", "j", "space")
        text = await shown(pilot)
        assert "A ALS #2" in text
        assert "B Popularity" in text
        assert "-0.1000 ▼ worse" in text
        assert "factors" in text
        await pilot.press("U")
        text = await shown(pilot)
        assert "A ALS #2" not in text
        assert "Mark two to four runs with space" in text


async def test_marked_runs_that_a_filter_hides_stay_compared(home: Home) -> None:
    for ndcg, name in ((0.1, "One"), (0.2, "Two"), (0.3, "Three")):
        finished(home, ndcg, name=name)
    async with CompareApp(home).run_test(size=(120, 40)) as pilot:
        await shown(pilot)
        await pilot.press("space", "j", "space")
        pilot.app.screen.query_one("#runs", RunTable).set_filter("One")
        text = await shown(pilot)
        assert "A Three" in text
        assert "B Two" in text


async def test_the_cursor_stays_on_its_run_under_a_filter(home: Home) -> None:
    for at in range(4):
        finished(home, 0.1 * (at + 1), name="Odd" if at % 2 else "Even")
    async with CompareApp(home).run_test(size=(120, 40)) as pilot:
        await shown(pilot)
        table = pilot.app.screen.query_one("#runs", RunTable)
        table.set_filter("Even")
        await pilot.press("G")
        here = table.value
        finished(home, 0.9, name="Odd")
        await pilot.app.session.refresh_runs()  # type: ignore[attr-defined]
        await shown(pilot)
        assert table.value == here


async def test_one_mark_is_compared_with_the_run_under_the_cursor(home: Home) -> None:
    for ndcg in (0.1, 0.2, 0.3):
        finished(home, ndcg)
    async with CompareApp(home).run_test(size=(120, 40)) as pilot:
        await shown(pilot)
        await pilot.press("space", "j")
        assert "-0.1000 ▼ worse" in await shown(pilot)
        await pilot.press("j")
        assert "-0.2000 ▼ worse" in await shown(pilot)


async def test_runs_that_cannot_be_compared_are_ranked_apart_and_get_a_sentence(home: Home) -> None:
    finished(home, 0.1)
    finished(home, 0.2, split=SplitSpec(kind="leave-last"))
    async with CompareApp(home).run_test(size=(80, 24)) as pilot:
        text = await shown(pilot)
        assert "ranked apart" in text
        assert "not ranked against each other" in " ".join(text.split())
        await pilot.press("space", "j", "space")
        text = await shown(pilot)
        assert "measured on different splits" in text
        assert "better" not in text


async def test_the_selected_figure_is_explained_and_always_in_sight(home: Home) -> None:
    finished(home, 0.1)
    async with CompareApp(home).run_test(size=(80, 24)) as pilot:
        text = await shown(pilot)
        assert "perfect list" in " ".join(text.split())
        assert "AUC@k" not in text
        await pilot.press(*["right"] * 7)
        text = " ".join((await shown(pilot)).split())
        assert "AUC@k" in text
        assert "0.52 is not “random”" in text
        await pilot.press(*["right"] * 9)
        assert "most memory" in await shown(pilot)
        await pilot.press(*["left"] * 20)
        assert "perfect list" in " ".join((await shown(pilot)).split())


async def test_test_results_are_labelled_with_the_looks(home: Home) -> None:
    finished(home, 0.1)
    finished(home, 0.15, final=True)
    finished(home, 0.16, final=True)
    async with CompareApp(home).run_test(size=(80, 24)) as pilot:
        text = await shown(pilot)
        assert "TEST, used 2 times" in text
        assert "–  ALS #3" in text


async def test_enter_loads_a_finished_run_for_explore(home: Home) -> None:
    run = finished(home, 0.1, "popularity")
    app = CompareApp(home)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await shown(pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert app.session.chosen is not None
        assert app.session.chosen.id == run.info.id
        assert "Explore recommends with Popularity #1" in notices(app)


async def test_runs_without_a_result_are_listed_with_the_reason_and_cannot_be_marked(home: Home) -> None:
    run = FakeRun(home, name="[Live] \x1b[31m")
    run.start()
    run.fail("Out of [memory].", "Use fewer factors.")
    app = CompareApp(home)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        text = await shown(pilot)
        assert "✗" in text
        assert "failed" in text
        assert "Out of [memory]." in text
        assert "\x1b" not in text
        await pilot.press("space", "enter")
        text = await shown(pilot)
        assert "A  " not in text
        assert app.session.chosen is None
        assert "only a finished run" in notices(app)


async def test_the_cursor_and_the_marks_stay_when_a_run_is_added(home: Home) -> None:
    finished(home, 0.1)
    finished(home, 0.2)
    async with CompareApp(home).run_test(size=(100, 40)) as pilot:
        await shown(pilot)
        await pilot.press("j", "space")
        finished(home, 0.3)
        text = await shown(pilot)
        line = next(line for line in text.splitlines() if "ALS #1" in line)
        assert line.startswith("▸A  3")


def notices(app: App[Any]) -> str:
    """All notifications that are shown."""
    return " ".join(notice.message for notice in app._notifications)


async def test_the_lines_of_both_parts_fit_beside_each_other(home: Home) -> None:
    finished(home, 0.1, "ncf")
    finished(home, 0.2, "als")
    async with CompareApp(home).run_test(size=(100, 40)) as pilot:
        await shown(pilot)
        await pilot.press("space", "j", "space")
        head = next(line for line in (await shown(pilot)).splitlines() if "differing settings" in line)
        assert head.split()[-4:] == ["differing", "settings", "A", "B"]


async def test_a_job_at_work_leaves_the_table_as_it_is_and_its_end_does_not(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[int] = []
    real = RunTable.set_groups

    def counted(self: RunTable, *arguments: Any) -> None:
        built.append(1)
        real(self, *arguments)

    monkeypatch.setattr(RunTable, "set_groups", counted)
    finished(home, 0.2)
    live = FakeRun(home, "ncf")
    live.start()
    async with CompareApp(home).run_test(size=(80, 24)) as pilot:
        assert "running" in await shown(pilot)
        built.clear()
        live.epoch(1, 9, loss=0.5)
        await shown(pilot)
        assert built == []
        live.finish(0.3)
        assert "0.3000" in await shown(pilot)
        assert built == [1]


async def test_a_run_is_starred_and_deleted_here_too(home: Home) -> None:
    finished(home, 0.2, name="keep")
    gone = finished(home, 0.1, name="gone")
    async with CompareApp(home).run_test(size=(80, 24)) as pilot:
        await shown(pilot)
        await pilot.press("b")
        await pilot.app.workers.wait_for_complete([one for one in pilot.app.workers if one.group == "label"])
        text = await shown(pilot)
        assert "★ keep" in text
        assert text.index("keep") < text.index("gone")
        await pilot.press("j", "d")
        await pilot.pause()
        await pilot.app.workers.wait_for_complete([one for one in pilot.app.workers if one.group == "label"])
        assert "0.1000" not in await shown(pilot)
        assert [one.job.id for one in store.trash_of(home).entries()] == [gone.info.id]
