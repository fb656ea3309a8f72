"""The form of a tuning: what it makes of what is typed, and what it says before anything is started."""

from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from musicrec_tui.recommenders import neural, param_fields
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.recommenders.item_knn import ItemKnnParams
from musicrec_tui.recommenders.ncf import NcfParams
from musicrec_tui.runs import grids
from musicrec_tui.runs.engine import LOCAL, Engine
from musicrec_tui.runs.tuning_spec import Grid, Search, TuneRequest
from musicrec_tui.spark import needs
from musicrec_tui.tui.forms.entries import ENGINE, MODEL_KEY
from musicrec_tui.tui.forms.form_line import FormLine
from musicrec_tui.tui.tune.tune_form import (
    DECK,
    OPTUNA,
    OWN,
    PLAN,
    PROCESSES,
    TRIALS,
    TUNE_OPTIONS,
    TuneForm,
    check_tuning,
    model_entry,
    parameter_entries,
    plans_of,
    trials_sentence,
)
from tests.tui.train.train_support import STYLES


def texts(model: str = "als", plan: str = OPTUNA, **typed: str) -> dict[str, str]:
    """What the form holds, with the defaults where nothing else is typed (`_` in a key stands for the dot)."""
    entries = (model_entry(), PLAN, TRIALS, *TUNE_OPTIONS, *parameter_entries(model, plan))
    filled = {entry.key: entry.default for entry in entries} | {MODEL_KEY: model, PLAN.key: plan}
    return filled | {next(key for key in filled if key.replace(".", "_") == name): text for name, text in typed.items()}


def requested(given: dict[str, str]) -> TuneRequest:
    """What it asks for; it must be right."""
    checked = check_tuning(given)
    assert checked.errors == {}
    assert checked.request is not None
    return checked.request


def test_the_defaults_are_thirty_trials_over_all_that_has_a_range() -> None:
    asked = requested(texts())
    assert asked.base == AlsParams()
    assert asked.plan == Search(30, ("factors", "regularization", "iterations", "alpha", "weighting"))
    assert (asked.objective, asked.processes, asked.seed, asked.k) == ("ndcg@10", 2, 42, 10)


def test_a_value_keeps_a_parameter_out_of_the_search() -> None:
    asked = requested(texts(factors="48", weighting=" Vary ", alpha="2.5"))
    assert asked.base == AlsParams(factors=48, alpha=2.5)
    assert asked.plan == Search(30, ("regularization", "iterations", "weighting"))


def test_a_grid_of_ones_own() -> None:
    asked = requested(
        texts(plan=OWN, factors="8, 16,8", weighting="binary,log", iterations="5", tune_objective="auc@k")
    )
    assert asked.plan == Grid({"factors": (8, 16), "weighting": ("binary", "log")})
    assert asked.base == AlsParams(factors=8, iterations=5)
    assert asked.objective == "auc@10"
    assert trials_sentence(asked) == "4 trials, each a fit."


def test_lists_have_semicolons_between() -> None:
    asked = requested(texts("ncf", OWN, layers="32, 16; 64, 32, 16"))
    assert asked.plan == Grid({"layers": ((32, 16), (64, 32, 16))})
    assert asked.base == NcfParams(layers=(32, 16))


def test_the_deck() -> None:
    asked = requested(texts(plan=DECK, weighting="log"))
    assert asked.plan == grids.DECK
    assert asked.base == AlsParams(weighting="log")
    assert trials_sentence(asked) == "90 trials from 18 fits: one fit gives all its iterations."


def test_models_with_nothing_to_vary_are_not_offered() -> None:
    assert "als" in model_entry().choices
    assert "popularity" not in model_entry().choices


@pytest.mark.parametrize("installed", [True, False])
def test_the_engine_is_offered_where_spark_is(installed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needs, "installed", lambda: installed)
    form = TuneForm()
    assert (ENGINE.key in form.typed.options) == installed
    assert form.applies(PROCESSES.key)


def test_trials_on_spark_are_as_many_as_the_cluster_can(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needs, "installed", lambda: True)
    form = TuneForm()
    form.typed.keep(ENGINE.key, "spark")
    assert not form.applies(PROCESSES.key)
    asked = requested(texts("ncf", tune_processes="none") | {ENGINE.key: "spark"})
    assert (asked.engine, asked.model) == (Engine(name="spark"), "ncf")
    assert requested(texts() | {ENGINE.key: "local"}).engine == LOCAL


def test_only_als_has_the_decks_grid() -> None:
    assert plans_of("als") == (OPTUNA, OWN, DECK)
    assert plans_of("ncf") == (OPTUNA, OWN)


@pytest.mark.parametrize(
    ("given", "key", "sentence"),
    [
        (texts(factors="many"), "factors", "from 1 to 1,024"),
        (texts(plan=OWN), "factors", "several values"),
        (texts(plan=OWN, factors="8,,16"), "factors", "from 1 to 1,024"),
        (texts(plan=OWN, factors="8,\x1b[31m"), "factors", "�[31m"),
        (texts("ncf", OWN, layers="31; 64"), "layers", "must be even"),
        (texts(**dict.fromkeys(("factors", "regularization", "iterations", "alpha"), "5"), weighting="log"), "factors",
         "at least one parameter"),
        (texts(tune_trials="0"), "tune.trials", "1 to 100,000"),
        (texts(tune_processes="65"), "tune.processes", "1 to 64"),
        (texts(run_validation="0"), "run.validation", "above 0"),
        (texts(run_k="ten"), "run.k", "1 to 1000"),
        (texts(run_name="n" * 61), "run.name", "at most 60"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_line(given: dict[str, str], key: str, sentence: str) -> None:
    checked = check_tuning(given)
    assert checked.request is None
    assert sentence in checked.errors[key]


@pytest.mark.parametrize(
    ("given", "key", "named"),
    [
        (texts("mult_vae"), "run.model", "Mult-VAE"),
        (texts("ncf", OWN, loss="binary, softmax"), "loss", "NCF with loss=softmax"),
        (texts("ncf", OWN, layers="64,32; 512,512"), "layers", "NCF with layers=512,512"),
    ],
)
def test_what_needs_a_library_that_is_not_installed_says_so_before_it_starts(
    given: dict[str, str], key: str, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neural, "installed", lambda: True)
    assert check_tuning(given).request is not None
    monkeypatch.setattr(neural, "installed", lambda: False)
    checked = check_tuning(given)
    assert checked.request is None
    assert checked.errors[key].startswith(f"{named} ")
    assert "needs TensorFlow (the extra `neural`), which is not installed. Install it with: " in checked.errors[key]


def test_a_grid_that_is_too_large_is_refused_before_it_is_started() -> None:
    many = ",".join(map(str, range(1, 60)))
    checked = check_tuning(texts(plan=OWN, factors=many, iterations=many, alpha=many))
    assert "the maximum is 100,000" in checked.errors["factors"]


def test_a_log_without_times_has_random_splits_only() -> None:
    assert "random split" in check_tuning(texts(run_split="time"), has_times=False).errors["run.split"]


class FormApp(App[None]):
    """The form alone."""

    CSS_PATH = STYLES / "train" / "train.tcss"

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[TuneRequest] = []

    def compose(self) -> ComposeResult:
        yield TuneForm()

    def on_mount(self) -> None:
        self.query_one(TuneForm).enter()

    def on_tune_form_asked(self, asked: TuneForm.Asked) -> None:
        self.requests.append(asked.request)

    def lines(self) -> list[str]:
        """The lines that are seen."""
        return [line.entry.key for line in self.query(FormLine) if line.display]

    def said(self) -> str:
        """What is said of the count."""
        return str(self.query_one("#form-count").render())


async def choose(pilot: Pilot[Any], key: str, value: str) -> None:
    """Turn a choice until it shows a value."""
    line = next(line for line in pilot.app.query(FormLine) if line.entry.key == key)
    line.control.focus()
    for _ in range(8):
        await pilot.pause()
        if line.text == value:
            return
        await pilot.press("right")
    raise AssertionError(f"{key} has no {value}")


async def test_the_lines_follow_model_and_plan_and_what_was_typed_is_kept() -> None:
    app = FormApp()
    async with app.run_test(size=(60, 40)) as pilot:
        assert "tune.trials" in app.lines()
        await choose(pilot, "tune.plan", "original")
        await pilot.pause()
        assert not {"tune.trials", "factors", "iterations"} & set(app.lines())
        assert "90 trials from 18 fits" in app.said()
        await choose(pilot, "tune.plan", "own grid")
        await pilot.press("down", *["backspace"] * 4, *"8,16,32")
        await pilot.pause()
        assert app.said() == "3 trials, each a fit."
        await choose(pilot, "run.model", "ease")
        await pilot.pause()
        assert "min_listeners" in app.lines()
        assert "Fix the lines" in app.said()
        await choose(pilot, "run.model", "als")
        await pilot.pause()
        assert app.said() == "3 trials, each a fit."
        app.query_one(TuneForm).action_start()
        await pilot.pause()
    assert [one.plan for one in app.requests] == [Grid({"factors": (8, 16, 32)})]


async def test_a_model_without_the_decks_grid_gets_another_plan() -> None:
    app = FormApp()
    async with app.run_test(size=(60, 40)) as pilot:
        await choose(pilot, "tune.plan", "original")
        await choose(pilot, "run.model", "item_knn")
        await pilot.pause()
        app.query_one(TuneForm).action_start()
        await pilot.pause()
    (asked,) = app.requests
    assert isinstance(asked.plan, Search)
    assert asked.base == ItemKnnParams()


async def test_reset_puts_the_defaults_back() -> None:
    app = FormApp()
    async with app.run_test(size=(60, 40)) as pilot:
        await choose(pilot, "run.model", "ease")
        await choose(pilot, "tune.plan", "own grid")
        await pilot.press("down", *["backspace"] * 4, *"1,2")
        await pilot.press("ctrl+r")
        await pilot.pause()
        app.query_one(TuneForm).action_start()
        await pilot.pause()
    (asked,) = app.requests
    assert asked.base == param_fields.parse("ease", {})
    assert asked.plan == Search(30, ("regularization", "weighting", "dropout"))


async def test_the_line_that_is_wrong_gets_the_focus_and_nothing_starts() -> None:
    app = FormApp()
    async with app.run_test(size=(60, 40)) as pilot:
        await pilot.press("down", "down", *["backspace"] * 2, "x", "enter")
        await pilot.pause()
        assert app.focused is not None
        (wrong,) = [line for line in app.query(FormLine) if line.error]
        assert wrong.control.has_focus
        assert "lines marked" in app.said()
    assert app.requests == []


async def test_what_is_filled_in_is_not_undone_by_lines_that_were_there_before() -> None:
    app = FormApp()
    async with app.run_test(size=(60, 40)) as pilot:
        form = app.query_one(TuneForm)
        await form.fill({"tune.plan": "own grid"})
        await form.fill({"factors": "256, 512"})
        await pilot.pause()
        assert app.said() == "2 trials, each a fit."
