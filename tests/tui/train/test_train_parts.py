"""What the Train screen's panes are made of, without a screen: events added up, curves, sentences, checks."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musicrec_tui.paths import Home
from musicrec_tui.recommenders import neural, param_fields, registry
from musicrec_tui.runs import events, store
from musicrec_tui.tui.common.run_status import duration, look, megabytes
from musicrec_tui.tui.common.text_plots import braille_curve, nice_end, short_figure
from musicrec_tui.tui.forms.entries import (
    MODEL_KEY,
    OPTIONS,
    SEARCH,
    SETTINGS,
    model_entry,
    parameter_entries,
    texts_of,
)
from musicrec_tui.tui.train.job_list import job_row
from musicrec_tui.tui.train.job_pane import job_facts
from musicrec_tui.tui.train.params_form import check, search_of
from musicrec_tui.tui.train.reader import LogPosition, last_line, new_lines
from musicrec_tui.tui.train.run_state import RunState
from tests.tui.train.train_support import START, FakeRun


def defaults(model: str = "als") -> dict[str, str]:
    entries = (model_entry(), *OPTIONS, *parameter_entries(model))
    return {entry.key: entry.default for entry in entries} | {MODEL_KEY: model}


def epoch(number: int, metrics: dict[str, float], phase: str = "fit") -> events.Epoch:
    return events.Epoch(at=START, epoch=number, of=9, metrics=metrics, seconds=1.0, phase=phase)


@pytest.mark.parametrize("model", registry.OWN)
def test_the_defaults_of_the_form_are_the_defaults_of_the_model(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neural, "installed", lambda: True)
    checked = check(defaults(model))
    assert checked.errors == {}
    assert checked.request is not None
    assert checked.request.params == param_fields.parse(model, {})
    assert (checked.request.seed, checked.request.k, checked.request.final) == (42, 10, False)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("factors", "0"), ("factors", "many"), ("factors", ""), ("regularization", "nan"), ("alpha", "-1"),
        ("run.test", "0.95"), ("run.test", "nan"), ("run.validation", "x"), ("run.k", "0"), ("run.k", "1.5"),
        ("run.seed", "-1"), ("run.seed", "4294967296"), ("run.split_seed", "ten"), ("run.name", "x" * 61),
        ("run.validation", "0"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_at_its_own_line(key: str, text: str) -> None:
    checked = check(defaults() | {key: text})
    assert checked.request is None
    assert list(checked.errors) == [key]
    assert checked.errors[key].endswith(".")


def test_two_shares_that_leave_nothing_to_train_on_are_refused() -> None:
    assert "at least 5%" in check(defaults() | {"run.test": "0.5", "run.validation": "0.5"}).errors["run.validation"]


def test_a_final_run_needs_a_test_part_and_no_validation_part() -> None:
    final = defaults() | {"run.on": "test", "run.validation": "0"}
    request = check(final).request
    assert request is not None
    assert request.final
    assert "test part" in check(final | {"run.test": "0"}).errors["run.test"]


def test_values_that_fit_alone_and_not_together_are_told() -> None:
    checked = check(defaults("hybrid") | {"members": "als, ease", "weights": "1, 2, 3"})
    assert checked.request is None
    assert "one for each of members" in checked.errors["weights"]


def test_a_search_varies_what_has_its_default() -> None:
    texts = defaults() | {SETTINGS.key: SEARCH, "factors": "32"}
    request = check(texts).request
    assert request is not None
    search = search_of(texts, request)
    assert search is not None
    assert search.varied == ("regularization", "iterations", "alpha", "weighting")
    assert (search.base, search.seconds, search.then) == (request.params, 60, "train")
    assert search_of(defaults(), request) is None
    timed = search_of(texts, request, has_times=True)
    assert timed is not None
    assert timed.varied == (*search.varied, "half_life")


@pytest.mark.parametrize(
    ("texts", "key", "sentence"),
    [
        (defaults("popularity"), SETTINGS.key, "no parameter"),
        (defaults() | {"run.on": "test", "run.validation": "0"}, "run.validation", "validation part above 0"),
    ],
)
def test_a_search_that_cannot_be_is_told_at_its_line(texts: dict[str, str], key: str, sentence: str) -> None:
    checked = check(texts | {SETTINGS.key: SEARCH})
    assert checked.request is None
    assert sentence in checked.errors[key]


def test_a_log_without_times_refuses_the_splits_that_need_them() -> None:
    assert "random" in check(defaults() | {"run.split": "time"}, has_times=False).errors["run.split"]
    assert check(defaults() | {"run.split": "time"}).request is not None


@given(
    st.sampled_from(sorted(defaults("ncf").keys() - {MODEL_KEY, SETTINGS.key, "run.on", "run.split", "run.protocol"})),
    st.text(),
)
def test_no_text_breaks_a_check(key: str, text: str) -> None:
    checked = check(defaults("ncf") | {key: text})
    assert (checked.request is None) == bool(checked.errors)


def test_a_run_fills_the_form_with_what_it_was_started_from(home: Home) -> None:
    run = FakeRun(home, "ncf", {"layers": "32,8", "negatives": "all", "learning_rate": "0.01"}, final=True, k=5)
    assert run.info.spec is not None
    request = check(defaults("ncf") | texts_of(run.info.spec)).request
    run.die()
    assert request is not None
    spec = run.info.spec
    assert (request.params, request.split, request.final, request.k) == (spec.params, spec.split, True, 5)


def test_events_add_up() -> None:
    watched = RunState()
    watched.take(
        [
            events.Started(at=START, pid=1),
            events.Device(at=START, name="no\x1b GPU"),
            epoch(1, {"loss": 0.5, "accuracy": 0.9, "val_ndcg@10": 0.1}),
            epoch(2, {"loss": 0.4, "val_ndcg@10": 0.2}),
            epoch(1, {"loss": 0.6}, "refit"),
            events.Progress(at=START, phase="fit", done=1, of=9, memory_mb=100),
            events.Heartbeat(at=START, memory_mb=0),
            events.Log(at=START, text="a\x1b[31mb"),
        ]
    )
    assert watched.device == "no\ufffd GPU"
    assert watched.metrics() == ["loss", "val_ndcg@10", "accuracy"]
    assert watched.series("val_ndcg@10") == [(1, 0.1), (2, 0.2)]
    assert watched.series("loss") == [(1, 0.6)]
    assert watched.memory_mb == 100
    assert watched.log == ["a\ufffd[31mb"]


points = st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9)), max_size=30)


@given(points, st.integers(1, 40), st.integers(1, 20))
def test_a_curve_has_its_size_and_nothing_but_braille(
    drawn: list[tuple[float, float]], width: int, height: int
) -> None:
    rows = braille_curve(drawn, width, height, (-9, 9), (-9, 9))
    assert [len(job_row) for job_row in rows] == [width] * height
    assert all("\u2800" <= character <= "\u28ff" for job_row in rows for character in job_row)
    assert ("".join(rows).strip("\u2800") == "") == (not drawn)


def test_a_curve_that_rises_begins_below_and_ends_above() -> None:
    rows = braille_curve([(0, 0), (1, 1)], 4, 2, (0, 1), (0, 1))
    assert rows == ["⠀⠀⡠⠊", "⡠⠊⠀⠀"]


@given(st.integers(1, 2000), st.integers(1, 2000))
def test_an_axis_of_epochs_holds_the_last_one_and_does_not_go_beyond_all(last: int, of: int) -> None:
    end = nice_end(last, of)
    assert last <= end <= max(last, of)


def test_figures_fit_and_tell_what_is_not_a_number() -> None:
    assert [short_figure(value) for value in (0.12345, 12.345, 1234.5, 5e7)] == ["0.1235", "12.3", "1234", "5.0e+07"]
    assert short_figure(float("nan")) == "not a number"
    assert (duration(4), duration(754), duration(3723), megabytes(812), megabytes(3482)) == (
        "0:04", "12:34", "1:02:03", "812 MB", "3.4 GB",
    )  # fmt: skip


def test_every_state_has_a_word_and_a_symbol_of_its_own() -> None:
    looks = [look(status) for status in store.Status]
    assert len({shown.symbol for shown in looks}) == len({shown.word for shown in looks}) == len(store.Status)


def test_a_queued_job_says_that_it_waits_and_a_running_one_estimates(home: Home) -> None:
    run = FakeRun(home)
    run.tell(events.Queued, pid=4_000_000)
    assert "free slot" in told(home, run)
    run.start()
    run.epoch(3, 15, loss=0.4)
    text = told(home, run)
    run.die()
    assert "training, epoch 3 of 15" in text
    assert "20%" in text
    assert "≈0:12 left" in text
    assert "no GPU" in text
    assert "memory 812 MB" in text


def test_a_test_result_says_how_often_test_was_looked_at(home: Home) -> None:
    for _ in range(3):
        run = FakeRun(home, final=True)
        run.start()
        run.finish(0.2)
    text = told(home, run)
    assert "on test (this test part was used 3 times)" in text
    assert "test" in job_row(store.read_run(home, run.info.id), 30).plain
    assert "0.200" not in job_row(store.read_run(home, run.info.id), 30).plain


def test_a_narrow_pane_names_only_what_is_not_default(home: Home) -> None:
    run = FakeRun(home, "als", {"factors": "8"})
    narrow, wide = told(home, run, 40), told(home, run, 120)
    run.die()
    assert "factors 8 · other settings default" in narrow
    assert "alpha 10" not in narrow
    assert "alpha 10" in wide


@pytest.mark.parametrize("width", [20, 29, 40, 80])
def test_a_row_of_the_list_is_exactly_as_wide_as_the_list(home: Home, width: int) -> None:
    run = FakeRun(home, name="日本 [b]\x1b[0m" * 5)
    drawn = job_row(store.read_run(home, run.info.id), width)
    run.die()
    assert drawn.cell_length == max(width, 18)
    assert "\x1b" not in drawn.plain


def test_the_log_is_read_from_its_end_cleaned_and_only_once(tmp_path: Path) -> None:
    assert new_lines(tmp_path, LogPosition()) == ([], LogPosition())
    log = tmp_path / "log.txt"
    log.write_bytes(b"one\n" * 90_000 + b"\xff\x1b]0;t\x07 two\n\n" + b"10%\r50%\r100%\r\nto be con")
    lines, place = new_lines(tmp_path, LogPosition())
    assert place.cut
    assert len(lines) < 70_000
    assert lines[-2:] == ["\ufffd\ufffd]0;t\ufffd two", "100%"]
    with log.open("ab") as file:
        file.write(b"tinued\nthree\n")
    lines, place = new_lines(tmp_path, place)
    assert lines == ["to be continued", "three"]
    assert new_lines(tmp_path, place) == ([], place)
    log.write_bytes(b"another\nlast")
    lines, place = new_lines(tmp_path, place)
    assert (lines, place.cut, last_line(place)[0]) == (["another"], False, ["last"])
    assert last_line(last_line(place)[1])[0] == []


def test_of_what_tensorflow_prints_warnings_and_errors_are_read(tmp_path: Path) -> None:
    worth = [
        "E0000 00:00:1795643651.204422   20294 cuda_platform.cc:52] failed call to cuInit: UNKNOWN ERROR (999)",
        "W0000 00:00:1795643651.204422   20294 gpu_device.cc:2341] Cannot dlopen some GPU libraries.",
        "I0000 is what the data called it",
        "WARNING: something else",
    ]
    chatter = [
        "WARNING: All log messages before absl::InitializeLog() is called are written to STDERR",
        "I0000 00:00:1795643604.163109   20294 port.cc:153] oneDNN custom operations are on.",
        "I0000 00:00:1795643604.164215   20294 cudart_stub.cc:31] Could not find cuda drivers on your machine",
        "E0000 00:00:1795643651.204422   20294 cuda_platform.cc:52] failed call to cuInit: INTERNAL: CUDA error: "
        "Failed call to cuInit: UNKNOWN ERROR (303)",
    ]
    (tmp_path / "log.txt").write_text("\n".join([*chatter, *worth, chatter[1]]))
    lines, place = new_lines(tmp_path, LogPosition())
    assert lines == worth
    assert last_line(place)[0] == []


def told(home: Home, run: FakeRun, width: int = 80) -> str:
    """The facts on a run as its folder has it."""
    watched = RunState()
    watched.take(store.read_events(run.folder)[0])
    return job_facts(store.read_run(home, run.info.id), watched, width).plain
