"""The Tune screen on fake tunings, whose trials the test writes: nothing is fitted."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from musicrec_tui.dataset.log import IndexedLog
from musicrec_tui.errors import UserError
from musicrec_tui.jobs import supervisor
from musicrec_tui.paths import Home
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.recommenders.registry import Params
from musicrec_tui.runs import events, grids, tuning_store
from musicrec_tui.runs import store as runs
from musicrec_tui.runs.tuning_info import TuningInfo
from musicrec_tui.runs.tuning_spec import Grid, Search, TuneRequest
from musicrec_tui.tui.shell.quit_dialog import QuitDialog
from musicrec_tui.tui.train.screen import TrainScreen
from musicrec_tui.tui.tune import importance
from tests.tui.support import HOSTILE, HOSTILE_CLEAN, shown
from tests.tui.train.train_support import NOWHERE, FakeRun, catch_up, press, screen_text
from tests.tui.tune.tune_support import GRID, FakeTuning, TuneApp
from tests.waiting import becomes

SHARES = {"factors": 0.75, "regularization": 0.25}


@pytest.fixture
def make(home: Home) -> Iterator[Any]:
    """Makes fake tunings of this test's home; the live ones die with the test."""
    made: list[FakeTuning] = []

    def one(*arguments: Any, **options: Any) -> FakeTuning:
        made.append(FakeTuning(home, *arguments, **options))
        return made[-1]

    yield one
    for tuning in made:
        tuning.die()


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Importances without a process; the folders that were asked about."""
    folders: list[Path] = []

    async def importances(tuning: Path) -> dict[str, float]:
        folders.append(tuning)
        return SHARES

    monkeypatch.setattr(importance, "importances", importances)
    return folders


def notices(app: TuneApp) -> str:
    """All notifications that are shown."""
    return " ".join(notice.message for notice in app._notifications)


async def test_without_tunings_there_is_the_form(home: Home) -> None:
    async with TuneApp(home).run_test(size=(80, 24)) as pilot:
        text = await catch_up(pilot)
        assert "+ new tuning" in text
        assert "◂ optuna ▸" in text
        assert "30 trials; Optuna varies factors" in text


async def test_a_tuning_that_was_cancelled_before_a_trial_says_so_and_what_to_do(home: Home, make: Any) -> None:
    tuning = make(name="mine")
    tuning.start()
    tuning.cancel()
    async with TuneApp(home).run_test(size=(200, 60)) as pilot:
        text = await press(pilot, "j")
        assert text.count("Cancelled before a trial finished") == 3  # trials, curve, importance
        assert "finished. Press R to resume." in text
        assert "No trial has finished yet" not in text
        assert "after the first trial" not in text


async def test_a_tuning_from_the_queue_to_its_end(home: Home, make: Any) -> None:
    tuning = make(name="mine")
    tuning.tell(events.Queued, pid=4_000_000)
    async with TuneApp(home).run_test(size=(80, 24)) as pilot:
        text = await press(pilot, "j")
        assert "free slot" in text
        assert "No trial has finished yet" in text
        tuning.start()
        assert "mine  ◐ running  0 of 12 trials" in await catch_up(pilot)
        tuning.trial(0.1)
        tuning.trial(0.3)
        tuning.trial(None, reason="There was not enough memory.")
        text = await catch_up(pilot)
        assert "3 of 12 trials" in text
        assert "25%  ≈0:18 left" in text
        assert "best NDCG@10 0.3000 by trial 1" in text
        assert "1 trial failed" in text
        assert "Tunings, 1 running" in text
        tuning.some(9)
        tuning.finish()
        text = await catch_up(pilot)
        assert "mine  ✓ finished  12 of 12 trials" in text
        assert "left" not in text


async def test_trials_come_best_first_and_the_detail_is_of_the_one_under_the_cursor(home: Home, make: Any) -> None:
    tuning = make()
    tuning.start()
    tuning.trial(0.2)
    tuning.trial(0.25)
    tuning.trial(None, reason=f"It stopped: {HOSTILE}")
    async with TuneApp(home).run_test(size=(80, 24)) as pilot:
        await press(pilot, "j")
        text = await press(pilot, "enter")
        assert text.index("1 ✓") < text.index("0 ✓") < text.index("2 ✗")
        assert "trial 1  ✓ finished  NDCG@10 0.2500" in text
        assert "recall@10 0.2000" in text
        assert "fit 0.75 s · evaluate 0.12 s · memory 210 MB" in text
        text = await press(pilot, "G")
        assert "trial 2  ✗ failed" in text
        assert f"It stopped: {HOSTILE_CLEAN}" in " ".join(text.split())
        text = await press(pilot, "s")
        assert text.index("2 ✗") < text.index("1 ✓") < text.index("0 ✓")
        assert "trial ▾" in text


async def test_the_cursor_follows_the_best_from_the_top_and_its_trial_elsewhere(home: Home, make: Any) -> None:
    tuning = make()
    tuning.start()
    tuning.trial(0.2)
    tuning.trial(0.1)
    async with TuneApp(home).run_test(size=(80, 24)) as pilot:
        await press(pilot, "j")
        await pilot.press("enter")
        tuning.trial(0.3)
        assert "trial 2  ✓ finished  NDCG@10 0.3000" in await catch_up(pilot)
        assert "trial 0  ✓ finished" in await press(pilot, "j")
        tuning.trial(0.4)
        assert "trial 0  ✓ finished" in await catch_up(pilot)


async def test_the_map_has_shades_figures_and_marks_and_keys_turn_its_axes(home: Home, make: Any) -> None:
    tuning = make(Grid({"factors": (8, 16), "regularization": (1.0, 3.0), "alpha": (5.0, 9.0)}))
    tuning.start()
    for value in (0.1, 0.15, 0.2, 0.3):
        tuning.trial(value)
    async with TuneApp(home).run_test(size=(80, 24)) as pilot:
        await press(pilot, "j")
        text = await press(pilot, "v")
        assert "Map  factors across, regularization down" in text
        rows = {row.split()[0]: row.split()[1:] for row in text[text.index("Map") :].replace("▏", "\n").splitlines()
                if row.split()}  # fmt: skip
        assert rows["1"] == ["░" * 10, ".1500", "·"]
        assert rows["3"] == ["█" * 10, ".3000*", "·"]
        assert "░ 0.1500 … █ 0.3000  * best  · none finished" in text
        await pilot.press("V")  # regularization is down: they change places
        assert "Map  regularization across, factors down" in await catch_up(pilot)
        assert "Map  alpha across, factors down" in await press(pilot, "V")
        assert "Map  factors across, alpha down" in await press(pilot, "V")


async def test_one_parameter_makes_no_map(home: Home, make: Any) -> None:
    tuning = make(Grid({"factors": (8, 16)}))
    tuning.start()
    tuning.trial(0.2)
    async with TuneApp(home).run_test(size=(80, 24)) as pilot:
        await press(pilot, "j")
        await pilot.press("v", "V")
        assert "A map needs two parameters" in " ".join((await catch_up(pilot)).replace("▏", " ").split())


async def test_course_and_importance_are_asked_for_only_where_they_are_seen(
    home: Home, make: Any, asked: list[Path]
) -> None:
    tuning = make()
    tuning.start()
    tuning.some(4)
    async with TuneApp(home).run_test(size=(80, 24)) as pilot:
        await press(pilot, "j")
        assert asked == []
        text = await press(pilot, "v", "v")
        assert "Best so far" in text
        assert any("\u2800" < character <= "\u28ff" for character in text)
        assert "75%" in text
        assert asked == [tuning.folder]
        await catch_up(pilot)
        assert asked == [tuning.folder]  # nothing new has landed
        tuning.some(1)
        await catch_up(pilot)
        assert asked == [tuning.folder] * 2
        assert "trial" in await press(pilot, "v")


async def test_importance_that_cannot_be_told_says_why(home: Home, make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def importances(tuning: Path) -> dict[str, float]:
        raise UserError("Importance is told from 10 trials on; there are 1. [/b]")

    monkeypatch.setattr(importance, "importances", importances)
    tuning = make()
    tuning.start()
    tuning.some(1)
    async with TuneApp(home).run_test(size=(120, 40)) as pilot:
        await pilot.press("j")
        assert "from 10 trials on" in " ".join((await catch_up(pilot)).replace("▏", " ").split())


async def test_a_wide_screen_shows_all_at_once(home: Home, make: Any) -> None:
    tuning = make()
    tuning.start()
    tuning.some(6)
    async with TuneApp(home).run_test(size=(120, 40)) as pilot:
        text = await press(pilot, "j")
        for part in ("trial ", "Map  factors across", "Best so far", "Importance", "fit s"):
            assert part in text
        assert not pilot.app.screen.check_action("view", ())


async def test_cancel_asks_first_and_only_for_live_tunings(
    home: Home, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped: list[str] = []
    fake = make(name="[Live] tuning")
    fake.start()
    fake.some(2)

    async def stop(tuning: TuningInfo, grace: float = 10.0) -> None:
        stopped.append(tuning.id)
        fake.cancel()

    monkeypatch.setattr(supervisor, "stop", stop)
    async with TuneApp(home).run_test(size=(80, 24)) as pilot:
        await press(pilot, "j")
        await pilot.press("x")
        await pilot.pause()
        assert "Cancel [Live] tuning?" in screen_text(pilot.app)
        await pilot.press("enter")
        await pilot.pause()
        assert stopped == []
        text = await press(pilot, "x", "y")
        assert "■ cancelled  2 of 12" in text
        assert "Press R to resume" in text
        assert stopped == [fake.info.id]
        assert not pilot.app.screen.check_action("cancel_tuning", ())


async def test_what_died_or_failed_says_why_and_is_resumed_by_a_key(
    home: Home, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    resumed: list[str] = []
    died, failed = make(name="died one"), make(name="failed one")
    died.start()
    died.some(3)
    died.die()
    failed.start()
    failed.fail("The log is gone [/b].", "Bring it back.")

    def resume(home: Home, tuning: TuningInfo) -> TuningInfo:
        resumed.append(tuning.label)
        if tuning.label == "failed one":
            raise UserError("failed one is still at work; there is nothing to resume.")
        return tuning

    monkeypatch.setattr(supervisor, "resume_tuning", resume)
    app = TuneApp(home)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await catch_up(pilot)
        await pilot.press("j")
        text = " ".join((await catch_up(pilot)).replace("▏", " ").split())
        assert "The log is gone [/b]. Bring it back." in text
        await press(pilot, "R")
        assert "nothing to resume" in notices(app)
        text = await press(pilot, "j")
        assert "† died  3 of 12" in text
        assert "Press R to resume" in text
        await press(pilot, "R")
        assert resumed == ["failed one", "died one"]
        app.session.restricted = True
        assert not app.screen.check_action("resume", ()), "guests leave it to whose it is"


async def test_a_finished_tuning_is_not_resumed(home: Home, make: Any) -> None:
    tuning = make()
    tuning.start()
    tuning.some(12)
    tuning.finish()
    async with TuneApp(home).run_test(size=(80, 24)) as pilot:
        await catch_up(pilot)
        await press(pilot, "j")
        assert not pilot.app.screen.check_action("resume", ())
        assert pilot.app.screen.check_action("train_best", ())


async def test_a_finished_tuning_is_resumed_for_a_damaged_trial(home: Home, make: Any) -> None:
    tuning = make()
    tuning.start()
    tuning.some(12)
    tuning.finish()
    (tuning.folder / "trials" / "000001" / "trial.json").write_bytes(b"\0")
    tuning_store._known.clear()
    async with TuneApp(home).run_test(size=(80, 24)) as pilot:
        await catch_up(pilot)
        await press(pilot, "j")
        assert pilot.app.screen.check_action("resume", ())


async def test_delete_moves_to_the_trash_and_leaves_live_tunings_alone(home: Home, make: Any) -> None:
    gone, live = make(name="gone"), make(name="live")
    gone.start()
    gone.some(2)
    gone.die()
    live.start()
    async with TuneApp(home).run_test(size=(80, 24)) as pilot:
        await press(pilot, "j")
        await press(pilot, "d")
        assert live.folder.is_dir()
        await pilot.press("j", "d")
        await pilot.pause()
        await pilot.app.workers.wait_for_complete([one for one in pilot.app.workers if one.group == "label"])
        assert "gone" not in await catch_up(pilot)
        assert not gone.folder.exists()
        (one,) = tuning_store.trash_of(home).entries()
        assert (one.job.label, len(one.job.trials)) == ("gone", 2)


async def test_start_submits_what_the_form_says_and_goes_to_the_tuning(
    home: Home, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[TuneRequest, IndexedLog]] = []

    def submit(home: Home, request: TuneRequest, log: IndexedLog) -> TuningInfo:
        asked.append((request, log))
        tuning = make(grids.DECK)
        tuning.start()
        return tuning_store.read_tuning(home, tuning.info.id)

    monkeypatch.setattr(supervisor, "submit_tuning", submit)
    async with TuneApp(home).run_test(size=(80, 24)) as pilot:
        await press(pilot, "enter", "down", "right", "right")
        text = await press(pilot, "ctrl+s")
        ((request, log),) = asked
        assert request == TuneRequest(base=AlsParams(), plan=grids.DECK, objective="ndcg@10", processes=2)
        assert log.log.paths == NOWHERE.log.paths
        assert (log.index, log.content, log.log.layout) == (NOWHERE.index, NOWHERE.content, "")
        assert "ALS tuning #1  ◐ running  0 of 90 trials" in text


async def test_a_start_that_is_refused_is_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def submit(*_: Any, **__: Any) -> TuningInfo:
        raise UserError("Cannot make a tuning in /x [/b]: Read-only file system.")

    monkeypatch.setattr(supervisor, "submit_tuning", submit)
    app = TuneApp(home)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "ctrl+s")
        assert "Cannot make a tuning in /x [/b]" in notices(app)


async def test_before_the_log_is_open_nothing_starts(home: Home) -> None:
    app = TuneApp(home)
    app.session.dataset = None
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert "still being read" in notices(app)


async def test_the_best_is_trained_after_a_question_and_seen_in_train(
    home: Home, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained: list[str] = []
    tuning = make(name="mine")
    tuning.start()
    tuning.some(3)
    fake = FakeRun(home, "als", final=True)
    fake.start()

    def train_best(home: Home, found: TuningInfo, *, name: str = "") -> runs.RunInfo:
        trained.append(found.id)
        return runs.read_run(home, fake.info.id)

    monkeypatch.setattr(supervisor, "train_best", train_best)
    app = TuneApp(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "j")
        await pilot.press("t")
        await pilot.pause()
        assert "Every use of the test" in " ".join(screen_text(app).replace("│", " ").split())
        await pilot.press("escape")
        await pilot.pause()
        assert trained == []
        text = await press(pilot, "t", "y")
        assert trained == [tuning.info.id]
        assert isinstance(app.screen, TrainScreen)
        assert app.screen.jobs.run is not None
        assert app.screen.jobs.run.id == fake.info.id
        assert "on test" in text
    fake.die()


async def test_the_best_parameters_go_to_the_form_of_train(home: Home, make: Any) -> None:
    best: Params = AlsParams(factors=33, regularization=0.123456789012, iterations=7)
    tuning = make(Search(5))
    tuning.start()
    tuning.trial(0.1, AlsParams(factors=5))
    tuning.trial(0.2, best)
    app = TuneApp(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "j")
        await press(pilot, "E")
        assert isinstance(app.screen, TrainScreen)
        request = app.screen.query_one("#train-form").check().request  # type: ignore[attr-defined]
        assert request.params == best
        assert not request.final


async def test_tunings_of_another_log_are_not_listed_and_damaged_ones_are(home: Home, make: Any) -> None:
    make(name="mine").start()
    make(name="foreign", content="f" * 64).start()
    damaged = make(name="damaged")
    damaged.die()
    (damaged.folder / "spec.json").write_bytes(b"{")
    async with TuneApp(home).run_test(size=(80, 24)) as pilot:
        text = await catch_up(pilot)
        assert "mine" in text
        assert "foreign" not in text
        await pilot.press("j")
        if "! damaged" not in (text := await catch_up(pilot)):
            text = await press(pilot, "j")
        assert "! damaged" in text
        facts = shown(pilot.app.screen.query_one("#tuning-facts"))
        assert "Delete it." in " ".join(facts.split())  # where it wraps is for the length of the folder's path


async def test_a_hostile_name_is_harmless(home: Home, make: Any) -> None:
    tuning = make(name=HOSTILE)
    tuning.start()
    tuning.some(2)
    async with TuneApp(home).run_test(size=(120, 40)) as pilot:
        text = await press(pilot, "j")
        assert HOSTILE_CLEAN in text
        assert "\x1b]0;" not in text
        await pilot.press("x")
        await pilot.pause()
        assert f"Cancel {HOSTILE_CLEAN}?" in screen_text(pilot.app)


async def test_a_trial_that_cannot_be_read_is_told(home: Home, make: Any) -> None:
    tuning = make()
    tuning.start()
    tuning.some(2)
    (tuning.folder / "trials" / "000001" / "trial.json").write_bytes(b"\0")
    async with TuneApp(home).run_test(size=(80, 24)) as pilot:
        await pilot.press("j")
        text = " ".join((await catch_up(pilot)).replace("▏", " ").split())
        assert "1 of 12 trials" in text
        assert "1 of its trials cannot be read and will be tried again" in text


async def test_the_title_tells_of_a_live_tuning_its_end_is_told_and_quitting_asks(home: Home, make: Any) -> None:
    from musicrec_tui.tui.shell.status import status_line

    tuning = make(name="mine")
    tuning.start()
    tuning.some(3)
    app = TuneApp(home)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await catch_up(pilot)
        assert status_line(app.session).startswith("mine ◐ 25% ")
        await pilot.press("q")
        await pilot.pause()
        assert isinstance(app.screen, QuitDialog)
        assert "mine is still at work." in screen_text(app)
        assert "trials are saved" in screen_text(app)
        await pilot.press("n")
        tuning.some(9)
        tuning.finish()
        await catch_up(pilot)
        assert "mine is finished: best NDCG@10" in notices(app)
        assert status_line(app.session) == ""
        await pilot.press("q")
        await pilot.pause()
        assert app.return_value == 0


async def test_quitting_can_cancel_a_tuning(home: Home, make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped: list[str] = []

    async def stop(tuning: TuningInfo, grace: float = 10.0) -> None:
        stopped.append(tuning.id)

    monkeypatch.setattr(supervisor, "stop", stop)
    tuning = make()
    tuning.start()
    app = TuneApp(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await catch_up(pilot)
        await pilot.press("q", "x")
        await becomes(lambda: app.return_value == 0, "the end")
    assert stopped == [tuning.info.id]


async def test_a_grid_is_mapped_whole_from_its_first_trial(home: Home, make: Any) -> None:
    tuning = make(GRID)
    tuning.start()
    tuning.trial(0.2)
    async with TuneApp(home).run_test(size=(120, 40)) as pilot:
        text = await press(pilot, "j")
        lines = text.splitlines()
        head = next(place for place, line in enumerate(lines) if "Map  factors across" in line) + 1
        assert lines[head].replace("▏", " ").split()[:4] == ["8", "16", "32", "64"]
        assert [line.replace("▏", " ").split()[0] for line in lines[head + 1 : head + 4]] == ["0.5", "1", "3"]
