"""The Train screen on fake runs, whose events the test writes: no model is trained."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from musicrec_tui.dataset.log import IndexedLog, Log
from musicrec_tui.errors import UserError
from musicrec_tui.jobs import supervisor
from musicrec_tui.paths import Home
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.runs import events, job_folders, store
from musicrec_tui.runs.spec import TrainRequest
from musicrec_tui.runs.tuning_spec import TuneRequest
from musicrec_tui.tui.forms.entries import SEARCH, SETTINGS
from musicrec_tui.tui.jobs.dialogs import LabelDialog
from musicrec_tui.tui.shell.confirm import Confirm
from musicrec_tui.tui.train.layer_list import LayerList
from musicrec_tui.tui.train.log_pane import LogLines
from musicrec_tui.tui.train.metric_plot import MetricPlot
from musicrec_tui.tui.train.params_form import ParamsForm
from musicrec_tui.tui.train.screen import TrainScreen
from tests.tui.support import until
from tests.tui.train.train_support import NOWHERE, FakeRun, TrainApp, catch_up, press, screen_text


@pytest.fixture
def make(home: Home) -> Iterator[Any]:
    """Makes fake runs of this test's home; the live ones die with the test."""
    made: list[FakeRun] = []

    def one(*arguments: Any, **options: Any) -> FakeRun:
        made.append(FakeRun(home, *arguments, **options))
        return made[-1]

    yield one
    for run in made:
        run.die()


async def test_without_runs_there_is_the_form(home: Home) -> None:
    async with TrainApp(home).run_test(size=(80, 24)) as pilot:
        text = await catch_up(pilot)
        assert "+ new training" in text
        assert "regularization" in text
        assert "Enter edits, ^s starts" in text


async def test_a_job_from_the_queue_to_its_end(home: Home, make: Any) -> None:
    run = make("ncf")
    run.tell(events.Queued, pid=4_000_000)
    async with TrainApp(home).run_test(size=(80, 24)) as pilot:
        assert "free slot" in await press(pilot, "j")
        run.start()
        assert "◐ running" in await catch_up(pilot)
        run.epoch(1, 4, loss=0.7, val_ndcg_at_10=0.05)
        first = await catch_up(pilot)
        assert "loss 0.7000" in first
        assert "val_ndcg@10 0.0500" in first
        assert "25%" in first
        assert "≈0:03 left" in first
        assert "no GPU" in first
        run.epoch(2, 4, loss=0.5, val_ndcg_at_10=0.11)
        second = await catch_up(pilot)
        assert "epoch 2 of 4" in second
        assert "loss 0.5000" in second
        assert braille(first) != braille(second)
        run.finish(0.123)
        last = await catch_up(pilot)
        assert "✓ finished" in last
        assert "NDCG@10 0.1230" in last
        assert "on validation" in last
        assert "peak memory 256 MB" in last


async def test_finished_runs_are_loaded_for_explore_by_enter(home: Home, make: Any) -> None:
    run = make("popularity")
    run.start()
    run.finish(0.1)
    app = TrainApp(home)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await catch_up(pilot)
        await pilot.press("j", "enter")
        await pilot.pause()
        assert app.session.chosen is not None
        assert app.session.chosen.id == run.info.id
        assert "Explore recommends with Popularity #1" in notices(app)


async def test_enter_on_an_unfinished_run_says_why_not(home: Home, make: Any) -> None:
    make("als", name="a [/b] b").start()
    app = TrainApp(home)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await catch_up(pilot)
        await pilot.press("j", "enter")
        await pilot.pause()
        assert app.session.chosen is None
        assert "a [/b] b is running" in notices(app)


async def test_failed_and_died_say_so_with_reason_and_log(home: Home, make: Any) -> None:
    died, failed = make("als"), make("ncf")
    died.start()
    died.die()
    (died.folder / "log.txt").write_text("Segmentation \x1b[31mfault\n")
    failed.start()
    failed.fail("TensorFlow is missing.", "Train ALS instead.")
    async with TrainApp(home).run_test(size=(80, 24)) as pilot:
        text = await press(pilot, "j")
        assert "✗ failed" in text
        assert "TensorFlow is missing. Train ALS instead." in " ".join(text.split())
        text = await press(pilot, "j")
        assert "† died" in text
        assert "without a result" in text
        assert "Segmentation" in text
        assert "\x1b" not in text


async def test_cancel_asks_first(home: Home, make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped: list[str] = []

    async def stop(run: store.RunInfo) -> None:
        stopped.append(run.id)
        fake.tell(events.Cancelled)
        fake.die()

    monkeypatch.setattr(supervisor, "stop", stop)
    fake = make("als", name="[Live] run")
    fake.start()
    async with TrainApp(home).run_test(size=(80, 24)) as pilot:
        await press(pilot, "j")
        await pilot.press("x")
        await pilot.pause()
        assert "Cancel [Live] run?" in screen_text(pilot.app)
        await pilot.press("enter")
        await pilot.pause()
        assert stopped == []
        assert "Cancel [Live] run?" not in screen_text(pilot.app)
        assert "■ cancelled" in await press(pilot, "x", "y")
        assert stopped == [fake.info.id]
        await pilot.press("x")
        await pilot.pause()
        assert "Cancel [Live] run?" not in screen_text(pilot.app)


async def test_delete_moves_to_the_trash_says_how_to_have_it_again_and_leaves_live_jobs_alone(
    home: Home, make: Any
) -> None:
    gone, live = make("als", name="gone [/b]"), make("als")
    gone.start()
    gone.die()
    live.start()
    app = TrainApp(home)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "j")
        await press(pilot, "d")
        assert live.folder.is_dir()
        await pilot.press("j", "d")
        await settled(pilot)
        assert isinstance(app.screen, TrainScreen)
        assert app.screen.jobs.run is not None
        assert "† gone [/b]" not in await catch_up(pilot)
        assert not gone.folder.exists()
        told = "gone [/b] is in the trash for 30 days. Press T to restore it."
        await until(pilot, lambda: told in notices(app))
        await pilot.press("T")
        await pilot.pause()
        await settled(pilot, "trash")
        text = screen_text(app)
        assert "gone [/b]" in text
        assert "30 days left" in text
        await pilot.press("d")
        await pilot.pause()
        assert "Delete gone [/b] for good?" in screen_text(app)
        await pilot.press("escape", "enter")
        await settled(pilot)
        assert "† gone [/b]" in await catch_up(pilot)
        assert gone.folder.is_dir()


async def test_a_job_is_starred_named_and_noted(home: Home, make: Any) -> None:
    first, second = make("als"), make("als")
    for run in (first, second):
        run.start()
        run.die()
    app = TrainApp(home)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        text = await press(pilot, "j", "j")
        assert text.index("† ALS #2") < text.index("† ALS #1")
        await pilot.press("b")
        await settled(pilot)
        text = await catch_up(pilot)
        assert text.index("† ★ ALS #1") < text.index("† ALS #2")
        await pilot.press("r")
        await pilot.pause()
        await pilot.press(*"best", "enter")
        await settled(pilot, "write")
        assert "cannot be a name" in screen_text(app)
        await pilot.press("space", *"one", "enter")
        await settled(pilot)
        await pilot.press("N")
        await pilot.pause()
        await pilot.press(*"why", "enter")
        await settled(pilot)
        text = await catch_up(pilot)
        assert "★ best one" in text
        assert "why" in text
        run = store.read_run(home, first.info.id)
        assert (run.label, run.given.note, run.starred) == ("best one", "why", True)
        with job_folders.changing(home.runs):  # a poll looks again at what was changed by the program
            (first.folder / "label.json").write_bytes(b"{")
        text = await catch_up(pilot)
        assert "is damaged" in " ".join(" ".join(line.partition("▏")[2] for line in text.splitlines()).split())
        assert "† ALS #1" in text


async def test_start_submits_what_the_form_says_and_goes_to_the_job(
    home: Home, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[TrainRequest, IndexedLog]] = []

    def submit(home: Home, request: TrainRequest, log: IndexedLog) -> store.RunInfo:
        asked.append((request, log))
        run = make("als")
        run.start()
        return store.read_run(home, run.info.id)

    monkeypatch.setattr(supervisor, "submit", submit)
    async with TrainApp(home).run_test(size=(80, 24)) as pilot:
        text = await press(pilot, "enter", "down", *["backspace"] * 3, *"16", "enter")
        ((request, log),) = asked
        assert request == TrainRequest(params=AlsParams(factors=16))
        assert log.log.paths == NOWHERE.log.paths
        assert (log.index, log.content, log.log.layout) == (NOWHERE.index, NOWHERE.content, "")
        assert "ALS #1  ◐ running" in text


async def test_a_search_is_started_before_the_run(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[TuneRequest] = []

    def submit(_: Home, request: TuneRequest, __: IndexedLog) -> SimpleNamespace:
        asked.append(request)
        return SimpleNamespace(id="tuning")

    monkeypatch.setattr(supervisor, "submit_tuning", submit)
    app = TrainApp(home)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await app.screen.query_one(ParamsForm).fill({SETTINGS.key: SEARCH, "factors": "16"})
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: "Searching for 60 s" in notices(app))
    (request,) = asked
    assert (request.then, request.base, request.seconds) == ("train", AlsParams(factors=16), 60)
    assert "factors" not in request.varied


async def test_a_run_that_exists_already_is_asked_about(home: Home, make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    submitted: list[TrainRequest] = []

    def submit(home: Home, request: TrainRequest, log: IndexedLog) -> store.RunInfo:
        submitted.append(request)
        run = make("als")
        run.start()
        return store.read_run(home, run.info.id)

    monkeypatch.setattr(supervisor, "submit", submit)
    first = make("als")
    first.start()
    first.finish(0.2)
    app = TrainApp(home)
    async with app.run_test(size=(100, 30)) as pilot:
        await catch_up(pilot)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        assert "ALS #1 has the same model, settings and log" in " ".join(screen_text(app).replace("│", " ").split())
        await pilot.press("n")
        await until(pilot, lambda: not isinstance(app.screen, Confirm))
        await until(pilot, lambda: "ALS #1  ✓ finished" in screen_text(app))
        assert submitted == []
        await pilot.press("n", "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("y")
        await until(pilot, lambda: len(submitted) == 1)


async def test_the_search_of_a_log_is_seen_beside_plot_and_layers(home: Home, make: Any) -> None:
    run = make("ncf")
    run.start()
    run.tell(events.Summary, layers=tuple((f"layer {at}", "(None, 64)", 64) for at in range(14)), parameters=896)
    for number in range(1, 9):
        run.epoch(number, 25, loss=1 / number, val_ndcg_at_10=0.01 * number)
        run.tell(events.Log, text=f"epoch {number} is over")
    app = TrainApp(home)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "j")
        await press(pilot, "slash", "slash")
        entry = app.screen.query_one("#log-search")
        assert entry.has_focus
        assert entry.region.height == 1
        assert app.screen.find_widget(entry).visible_region.height == 1
        text = await press(pilot, *"epoch 3")
        assert "epoch 3 is over" in text
        await press(pilot, "escape")
        layers = app.screen.query_one(LayerList)
        await until(pilot, lambda: layers.region.bottom <= app.screen.size.height)
        assert layers.region.height >= 15 or layers.show_vertical_scrollbar
        assert app.screen.query_one(LogLines).region.height >= 3


async def test_renaming_starts_with_the_present_name(home: Home, make: Any) -> None:
    make("als").start()
    app = TrainApp(home)
    async with app.run_test(size=(100, 30)) as pilot:
        await press(pilot, "j")
        await pilot.press("r")
        await until(pilot, lambda: isinstance(app.screen, LabelDialog))
        assert app.screen.query_one(Input).value == "ALS #1"
        await pilot.press("end", "space", "b", "enter")
        await until(pilot, lambda: not isinstance(app.screen, LabelDialog))
        assert "ALS #1 b" in await catch_up(pilot)


async def test_a_start_that_is_refused_is_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def submit(*_: Any, **__: Any) -> store.RunInfo:
        raise UserError("Cannot make a run in /x [/b]: Read-only file system.")

    monkeypatch.setattr(supervisor, "submit", submit)
    app = TrainApp(home)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "ctrl+s")
        assert "Cannot make a run in /x [/b]: Read-only file system." in notices(app)


async def test_before_the_log_is_open_nothing_starts(home: Home) -> None:
    app = TrainApp(home)
    app.session.dataset = None
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert "still being read" in notices(app)
        app.session.fail("There is no such path: /nowhere.")
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert "no such path" in notices(app)


async def test_again_fills_the_form_from_the_run(home: Home, make: Any) -> None:
    make("ncf", {"factors": "7", "architecture": "gmf"}).start()
    async with TrainApp(home).run_test(size=(80, 24)) as pilot:
        await press(pilot, "j")
        text = await press(pilot, "E")
        assert "◂ gmf ▸" in text
        assert "architecture" in text


async def test_runs_of_another_log_are_not_listed(home: Home, make: Any) -> None:
    make("als", name="mine").start()
    make("als", name="foreign", content="f" * 64, log=Log(["/elsewhere/listens"])).start()
    async with TrainApp(home).run_test(size=(80, 24)) as pilot:
        text = await catch_up(pilot)
        assert "mine" in text
        assert "foreign" not in text


async def test_an_outdated_run_says_so_and_one_key_trains_it_again(
    home: Home, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted: list[TrainRequest] = []

    def submit(home: Home, request: TrainRequest, log: IndexedLog) -> store.RunInfo:
        submitted.append(request)
        run = make("als", {"factors": "7"})
        run.start()
        return store.read_run(home, run.info.id)

    monkeypatch.setattr(supervisor, "submit", submit)
    old = make("als", {"factors": "7"}, name="old", content="f" * 64, k=20)
    old.start()
    old.finish(0.2)
    app = TrainApp(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "j")
        await until(pilot, lambda: "1,204 new" in screen_text(app))
        assert "outdated" in screen_text(app)
        assert app.session.chosen is not None, "it still recommends"
        assert app.session.log_change(app.session.chosen).startswith("Trained on listens up to")
        await pilot.press("R")
        await until(pilot, lambda: len(submitted) == 1)
        (request,) = submitted
        assert (request.params, request.k, request.name) == (AlsParams(factors=7), 20, "")
        await until(pilot, lambda: "ALS #2  ◐ running" in screen_text(app))
        assert "1,204 new" not in screen_text(app)


async def test_the_cursor_stays_on_its_job_when_others_come_and_go(home: Home, make: Any) -> None:
    first = make("als", name="first")
    first.start()
    app = TrainApp(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "j")
        make("als", name="second").start()
        await catch_up(pilot)
        screen = app.screen
        assert isinstance(screen, TrainScreen)
        assert screen.jobs.run is not None
        assert screen.jobs.run.label == "first"


async def test_the_model_takes_the_place_of_the_log(home: Home, make: Any) -> None:
    run = make("ncf")
    run.start()
    run.tell(events.Summary, layers=(("user embedding", "(9, 4)", 36),), parameters=36)
    run.tell(events.Log, text="a line of the log")
    async with TrainApp(home).run_test(size=(80, 24)) as pilot:
        assert "a line of the log" in await press(pilot, "j")
        log = pilot.app.screen.query_one(LogLines).sheet()
        assert log is not None
        assert (log.title, log.loaded(), log.here) == ("Log", [("a line of the log", 1)], ("a line of the log", 1))
        text = await press(pilot, "V")
        assert "user embedding" in text
        assert "Model, 36 parameters" in text
        layers = pilot.app.screen.query_one(LayerList).sheet()
        assert layers is not None
        assert layers.loaded() == [("user embedding", 1, "(9, 4)", 36)]
        assert "a line of the log" not in text


async def test_the_plot_is_read_epoch_by_epoch_zoomed_and_put_on_another_scale(home: Home, make: Any) -> None:
    run = make("ncf")
    run.start()
    for number in range(1, 41):
        run.epoch(number, 40, loss=1 / number, val_ndcg_at_10=number / 400)
    async with TrainApp(home).run_test(size=(80, 24)) as pilot:
        whole = await press(pilot, "j")
        text = await press(pilot, "z", "left", "left", "left")
        assert "epoch 38 of 40 · loss 0.0263158" in text
        assert "┊" in text
        near = await press(pilot, "z", "z")
        assert braille(near) != braille(whole)
        assert "epoch 38 of 40" in near
        scaled = await press(pilot, "O")
        assert "log y" in scaled
        assert braille(scaled) != braille(near)
        plot = pilot.app.screen.query_one(MetricPlot)
        sheet = plot.sheet()
        assert sheet is not None
        assert (sheet.title, [column.name for column in sheet.columns][:2]) == (
            "Metrics of NCF #1 by epoch",
            ["epoch", "loss"],
        )
        assert (len(sheet.loaded()), sheet.loaded()[1][:2]) == (40, (2, 0.5))
        assert plot.check_action("copy_row", ())
        await pilot.press("Z", "Z", "O", "escape")
        assert braille(await catch_up(pilot)) == braille(whole)


async def test_what_a_cluster_uses_is_plotted_as_whole_numbers_and_is_no_trend(home: Home, make: Any) -> None:
    run = make("als")
    run.start()
    run.tell(events.Progress, phase="waiting for executors", done=0, of=0)
    async with TrainApp(home).run_test(size=(120, 40)) as pilot:
        text = await press(pilot, "j")
        assert "waiting for executors" in text
        assert "The layers appear when training starts." in text
        for number in (1, 2):
            run.epoch(number, 9, executors=2, executor_mb=1350 + number, shuffle_mb=9 * number)
        text = await catch_up(pilot)
        for title in ("executors 2 ", "executor MB 1,352 ", "shuffle MB 18 ", "This model has no layers."):
            assert title in text
        assert "best" not in text
        assert store.read_run(home, run.info.id).trend is None


async def test_the_log_follows_its_end_and_finds_a_text(home: Home, make: Any) -> None:
    run = make("ncf")
    run.start()
    for number in range(1, 101):
        run.tell(events.Log, text=f"epoch {number} is over{' [/b] WARM' * (number % 25 == 0)}")
    async with TrainApp(home).run_test(size=(80, 24)) as pilot:
        assert "epoch 100 is over" in await press(pilot, "j")
        run.tell(events.Log, text="the very last")
        assert "the very last" in await catch_up(pilot)
        text = await press(pilot, "slash", "slash", *"] warm/", "backspace")
        assert "“] warm” 1 of 4 lines" in text
        assert "epoch 25 is over [/b] WARM" in text
        assert "3 of 4 lines" in await press(pilot, "enter", "asterisk", "asterisk")
        assert "4 of 4 lines" in await press(pilot, *["number_sign"] * 3)
        run.tell(events.Log, text="warm [b] warm again")
        await catch_up(pilot)
        assert "of 5 lines" in await press(pilot, "slash", *"warm")
        assert "in no line" in await press(pilot, *"th")
        text = await press(pilot, "escape")
        assert "warmth" not in text
        await pilot.press("escape")
        screen = pilot.app.screen
        assert isinstance(screen, TrainScreen)
        await until(pilot, lambda: screen.jobs.has_focus)


async def test_metrics_without_room_come_by_key(home: Home, make: Any) -> None:
    run = make("ncf")
    run.start()
    run.epoch(1, 4, loss=0.7, accuracy=0.9, precision=0.1, val_ndcg_at_10=0.05)
    async with TrainApp(home).run_test(size=(80, 24)) as pilot:
        text = await press(pilot, "j")
        assert "val_ndcg@10" in text
        assert "precision" not in text
        assert "precision 0.1000" in await press(pilot, "v")


async def test_a_loss_that_is_not_a_number_is_told_and_not_drawn(home: Home, make: Any) -> None:
    run = make("ncf")
    run.start()
    run.epoch(1, 4, loss=1e999)
    async with TrainApp(home).run_test(size=(80, 24)) as pilot:
        text = await press(pilot, "j")
        assert "◐ running" in text


async def test_what_has_no_news_is_not_drawn_again(home: Home, make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []

    def watch(kind: type[Any], method: str) -> None:
        real = getattr(kind, method)

        def counted(self: Any, *arguments: Any) -> Any:
            drawn.append(kind.__name__)
            return real(self, *arguments)

        monkeypatch.setattr(kind, method, counted)

    watch(MetricPlot, "render")
    watch(LogLines, "render_line")
    run = make("ncf")
    run.start()
    run.epoch(1, 4, loss=0.7)
    run.tell(events.Log, text="one")
    async with TrainApp(home).run_test(size=(80, 24)) as pilot:
        await press(pilot, "j")
        drawn.clear()
        run.tell(events.Heartbeat, memory_mb=4711)
        assert "4.6 GB" in await catch_up(pilot)
        assert drawn == []
        run.tell(events.Log, text="two")
        await catch_up(pilot)
        assert set(drawn) == {"LogLines"}
        run.epoch(2, 4, loss=0.6)
        await catch_up(pilot)
        assert set(drawn) == {"LogLines", "MetricPlot"}


async def test_damaged_and_replaced_events_do_not_stop_the_watch(home: Home, make: Any) -> None:
    run = make("als")
    run.start()
    run.epoch(1, 4, loss=0.7)
    async with TrainApp(home).run_test(size=(80, 24)) as pilot:
        await press(pilot, "j")
        with (run.folder / "events.jsonl").open("ab") as file:
            file.write(b'{"event": "epoch", "at": \x00\n{"event":"comet"}\n')
        run.epoch(2, 4, loss=0.6)
        assert "loss 0.6000" in await catch_up(pilot)
        (run.folder / "events.jsonl").write_bytes(b"")
        run.start()
        run.epoch(1, 4, loss=0.9)
        text = await catch_up(pilot)
        assert "loss 0.9000" in text
        assert "epoch 1 of 4" in text


async def settled(pilot: Pilot[Any], *groups: str) -> None:
    """Wait for what a key has begun."""
    await pilot.pause()
    wanted = groups or ("label", "question", "write")
    busy = [worker for worker in pilot.app.workers if worker.group in wanted]
    if busy:
        await pilot.app.workers.wait_for_complete(busy)
    await pilot.pause()


def braille(text: str) -> str:
    """The dots of a screen."""
    return "".join(character for character in text if "\u2800" < character <= "\u28ff")


def notices(app: TrainApp) -> str:
    """All notifications that are shown."""
    return " ".join(notice.message for notice in app._notifications)
