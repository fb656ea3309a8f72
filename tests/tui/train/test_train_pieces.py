"""What the Train screen's list, plots and log are made of: rows, trends, views of epochs, searches."""

import math
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from musicrec_tui.paths import Home
from musicrec_tui.runs import events, labels, store
from musicrec_tui.tui.common.cells import packed
from musicrec_tui.tui.common.run_status import duration, elapsed_seconds, how_far, percent
from musicrec_tui.tui.common.text_plots import column_of, plot_lines, trend_line
from musicrec_tui.tui.shell.status import _state
from musicrec_tui.tui.train import run_state as watching
from musicrec_tui.tui.train.job_list import job_row, second_job_row
from musicrec_tui.tui.train.job_pane import job_facts
from musicrec_tui.tui.train.log_pane import LogSearch
from musicrec_tui.tui.train.metric_plot import PlotWindow
from musicrec_tui.tui.train.reader import Reader
from musicrec_tui.tui.train.run_state import RunState
from tests.tui.train.train_support import FakeRun


def test_a_trend_goes_from_its_lowest_to_its_highest_value() -> None:
    assert trend_line([1.0, 2.0, 3.0], 8) == "▁▅█"
    assert trend_line([3.0, 3.0], 8) == "▄▄"
    assert trend_line([1, 1, 9, 9], 2) == "▁█"
    assert trend_line([0.0, math.nan, 1.0, math.inf], 9) == "▁·█·"
    assert trend_line([1e308, 1.5e308, 0.0, 0.0], 2) == "█▁"
    assert trend_line([], 9) == trend_line([1.0], 0) == ""


@given(st.lists(st.floats(), max_size=60), st.integers(0, 20))
def test_any_trend_fits(values: list[float], width: int) -> None:
    assert len(trend_line(values, width)) == min(len(values), width)


@pytest.mark.parametrize("width", [26, 29, 36, 44])
def test_a_job_at_work_tells_course_phase_estimate_and_memory_in_a_second_row(home: Home, width: int) -> None:
    run = FakeRun(home, "ncf")
    run.start()
    assert "starting" in second_job_row(store.read_run(home, run.info.id), width).plain
    for number in range(1, 31):
        run.epoch(number, 90, loss=1 / number, val_ndcg_at_10=number / 100)
    drawn = second_job_row(store.read_run(home, run.info.id), width)
    run.die()
    assert drawn.cell_length == width
    for part in ("training", "≈1:00", "812 MB"):
        assert part in drawn.plain
    assert ("▁" in drawn.plain) == (width >= 29)


def test_a_star_is_in_the_row_and_a_course_where_there_is_room(home: Home) -> None:
    run = FakeRun(home)
    run.start()
    for number in range(1, 16):
        run.epoch(number, 15, loss=1 / number)
    run.finish(0.2)
    labels.change(run.folder, name="日本", starred=True)
    read = store.read_run(home, run.info.id)
    for width in (29, 36, 44):
        drawn = job_row(read, width)
        assert drawn.cell_length == width
        assert "★ 日本" in drawn.plain
        assert ("█" in drawn.plain) == (width >= 44)


@given(st.lists(st.text("ab日 ", min_size=1, max_size=9), max_size=9), st.integers(1, 20))
def test_packed_facts_are_all_there_unbroken_and_fit(parts: list[str], width: int) -> None:
    lines = packed(parts, width)
    assert " · ".join(lines) == " · ".join(parts)
    assert all(cell_len(line) <= width or line in parts for line in lines)


def test_the_view_comes_nearer_around_the_epoch_that_is_read() -> None:
    view = PlotWindow()
    assert view.window(50, 40) == (1, 50)
    view.nearer(50)
    assert view.window(50, 40) == (16, 40)
    view.move(-1, 40)
    assert view.epoch == 40
    for _ in range(20):
        view.move(-1, 40)
    assert (view.epoch, view.window(50, 40)) == (20, (8, 32))
    for _ in range(9):
        view.nearer(50)
    first, last = view.window(50, 40)
    assert (last - first, first <= 20 <= last) == (3, True)
    view.farther()
    assert view.window(50, 40)[1] - view.window(50, 40)[0] == 5


@given(st.integers(1, 300), st.integers(0, 200), st.lists(st.sampled_from("+-<>"), max_size=30))
def test_the_epoch_that_is_read_is_always_seen(last: int, more: int, keys: list[str]) -> None:
    view, end = PlotWindow(), last + more
    for key in keys:
        if key in "<>":
            view.move(-1 if key == "<" else 1, last)
        else:
            view.nearer(end) if key == "+" else view.farther()
        first, final = view.window(end, last)
        assert 1 <= first <= final <= max(end, 4)
        if view.epoch is not None:
            assert 1 <= view.epoch <= last
            assert first <= view.epoch <= final


@given(
    st.lists(st.tuples(st.integers(1, 30), st.floats(-5, 1e6)), max_size=30), st.integers(10, 60), st.integers(2, 12),
    st.booleans(), st.none() | st.integers(1, 30), st.integers(1, 20),
)  # fmt: skip
def test_a_plot_has_its_size_whatever_is_drawn(
    points: list[tuple[int, float]], width: int, height: int, log: bool, mark: int | None, start: int
) -> None:
    drawn = plot_lines(sorted(points), 30, "epoch", width, height, start=start, log=log, mark=mark)
    assert len(drawn) == height
    assert {line.cell_length for line in drawn} == {width}


def test_on_a_logarithmic_scale_equal_ratios_are_equal_steps() -> None:
    def dots(values: list[float], *, log: bool) -> list[str]:
        points = [(float(at), value) for at, value in enumerate(values, 1)]
        return [line.plain[8:] for line in plot_lines(points, 3, "epoch", 20, 6, log=log)[:-1]]

    assert dots([1, 10, 100], log=True) == dots([0, 1, 2], log=False)
    assert dots([1, 10, 100], log=True) != dots([1, 10, 100], log=False)


@pytest.mark.parametrize("x", [1, 7, 20])
def test_the_mark_is_where_its_epoch_is_drawn(x: int) -> None:
    marked = plot_lines([(float(x), 1.0)], 20, "epoch", 40, 4, mark=x)
    column = 8 + column_of(x, 1, 20, 40 - 9)
    assert any(line.plain[column] not in "┊\u2800" for line in marked[:-1])
    assert any(line.plain[column] == "┊" for line in marked[:-1])


def test_a_search_counts_what_is_there_and_what_is_added() -> None:
    lines = ["one ÉTÉ", "two", "été one"]
    found = LogSearch("été")
    found.look(lines)
    assert (found.places, found.position_of(0), found.position_of(1)) == ([0, 2], "1 of 2 lines", "in 2 lines")
    assert (found.after(0), found.after(2), found.before(0), found.before(1)) == (2, 0, 2, 0)
    lines.append("Été")
    found.look(lines)
    assert found.position_of(3) == "3 of 3 lines"
    assert found.spans(lines[2]) == [(0, 3)]
    nothing = LogSearch("[(")
    nothing.look(lines)
    assert (nothing.position_of(0), nothing.after(0), nothing.before(0)) == ("in no line", None, None)


def test_a_log_without_end_keeps_its_end_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "LOG_LINES", 10)
    watched = RunState()
    watched.add_lines([str(number) for number in range(20)])
    kept = watched.log
    assert (len(kept), watched.log_cut) == (20, False)
    watched.add_lines(["20"])
    assert (watched.log, watched.log_cut) == ([str(number) for number in range(11, 21)], True)
    assert watched.log is not kept


async def test_a_reader_reads_each_line_once_and_what_is_torn_at_the_end(home: Home) -> None:
    run, reader = FakeRun(home), Reader()
    run.start()
    run.tell(events.Log, text="told")
    (run.folder / "log.txt").write_text("printed\nTraceback: boo")
    watched = await reader.catch_up(run.info)
    assert watched.log == ["told", "printed"]
    run.tell(events.Log, text="more")
    again: Any = await reader.catch_up(run.info)
    assert again is watched
    assert again.log == ["told", "printed", "more"]
    run.die()
    ended = await reader.catch_up(store.read_run(home, run.info.id))
    assert ended.log[-1] == "Traceback: boo"
    assert len((await reader.catch_up(store.read_run(home, run.info.id))).log) == 4


PROGRESS = st.builds(
    events.Progress, at=st.just(datetime(2026, 1, 1, tzinfo=UTC)),
    phase=st.sampled_from(["load", "fit", "refit", "evaluate", "save", "later"]), done=st.integers(0, 2000),
    of=st.integers(0, 1000), eta_seconds=st.none() | st.floats(0, 1e5),
)  # fmt: skip


@given(PROGRESS)
def test_a_phase_is_never_all_done_and_never_has_no_time_left(progress: events.Progress) -> None:
    phase, share, left = how_far(progress)
    assert phase
    assert left != "≈0:00"
    assert share is None or (0 < share < 1 and percent(share) != "100%")
    assert share is not None or not left


def test_header_list_and_pane_say_the_same(home: Home) -> None:
    run = FakeRun(home)
    run.start()
    run.epoch(15, 15, loss=0.4)
    read, watched = store.read_run(home, run.info.id), RunState()
    watched.take(store.read_events(run.folder)[0])
    told = job_facts(read, watched, 80).plain
    assert "100%" not in told
    assert "0:00 left" not in told
    assert "100%" not in job_row(read, 44).plain
    run.tell(events.Progress, phase="evaluate", done=700, of=1000, eta_seconds=12.0)
    read = store.read_run(home, run.info.id)
    watched.take(store.read_events(run.folder, watched.offset)[0])
    run.die()
    elapsed = duration(elapsed_seconds(read) or 0)
    facts = job_facts(read, watched, 80).plain
    assert "evaluating" in facts
    assert "70%  ≈0:12 left" in facts
    assert f"{elapsed} elapsed" in facts
    assert "70%" in job_row(read, 44).plain
    assert _state(read) == f"70% {elapsed}"


@pytest.mark.parametrize(("width", "below"), [(40, "trials, each a dot"), (28, "trials")])
def test_below_a_curve_no_word_is_cut(width: int, below: str) -> None:
    [*_, foot] = plot_lines([(1.0, 1.0), (90.0, 2.0)], 90, "trials, each a dot", width, 4)
    assert foot.plain.split() == ["1", *below.split(), "90"]


def test_every_trial_is_a_dot_beside_the_best_so_far() -> None:
    best, trials = [(1.0, 0.5), (2.0, 0.5), (3.0, 0.5)], [(1.0, 0.5), (2.0, 0.2), (3.0, 0.4)]
    flat, shown = plot_lines(best, 3, "trials", 40, 8), plot_lines(best, 3, "trials", 40, 8, dots=trials)
    assert len(flat) == len(shown) == 8
    dots = [sum(bin(ord(sign) - 0x2800).count("1") for sign in line.plain if 0x2800 <= ord(sign) <= 0x28FF)
            for line in shown[:-1]]  # fmt: skip
    assert dots[0] > 0
    assert sum(dots[1:]) > 0
    assert "0.5" in shown[0].plain
    assert "0.2" in shown[-2].plain
