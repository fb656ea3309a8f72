"""The form by keys alone: it checks while one types, and asks for the run that it says."""

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Input, Static

from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.recommenders.ncf import NcfParams
from musicrec_tui.recommenders.params import Size
from musicrec_tui.recommenders.registry import OWN
from musicrec_tui.runs.spec import TrainRequest
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.forms.choice import Choice
from musicrec_tui.tui.forms.choice_list import ChoiceList
from musicrec_tui.tui.forms.entries import OPTIONS
from musicrec_tui.tui.forms.form import told_of
from musicrec_tui.tui.forms.form_line import FormLine
from musicrec_tui.tui.train.params_form import ParamsForm
from tests.tui.support import until
from tests.tui.train.train_support import STYLES


class FormApp(App[None]):
    """The form alone."""

    CSS_PATH = STYLES / "train" / "train.tcss"

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[TrainRequest] = []

    def compose(self) -> ComposeResult:
        yield ParamsForm()

    def on_mount(self) -> None:
        self.query_one(ParamsForm).enter()

    def on_params_form_asked(self, asked: ParamsForm.Asked) -> None:
        self.requests.append(asked.request)

    def line(self, key: str) -> FormLine:
        return next(line for line in self.query(FormLine) if line.entry.key == key)

    def shows(self, sentence: str) -> bool:
        """Whether a text of the form has these words."""
        texts = [str(widget.render()) for widget in self.query("Static, FormLine") if widget.display]
        return any(sentence in " ".join(text.split()) for text in texts)


async def type_over(pilot: Pilot[None], text: str) -> None:
    """Replace what is in the focused input."""
    await pilot.press("end", *["backspace"] * 12, *text)


async def test_ctrl_s_starts_with_the_defaults() -> None:
    async with FormApp().run_test(size=(52, 19)) as pilot:
        pilot.app.query_one(ParamsForm).action_start()
        await pilot.pause()
        assert isinstance(pilot.app, FormApp)
        (request,) = pilot.app.requests
        assert request.params == AlsParams()
        assert (request.final, request.name) == (False, "")


async def test_what_is_typed_right_behind_an_arrow_goes_where_the_arrow_leads() -> None:
    app = FormApp()
    async with app.run_test(size=(52, 19)) as pilot:
        for key in ("down", "down", "down", "7", "up", "up", "8"):
            app.simulate_key(key)
        await pilot.pause()
        await pilot.pause()
        assert (app.line("factors").text, app.line("iterations").text) == ("8", "7")


async def test_what_is_wrong_is_said_below_its_line_while_typing_and_nothing_starts() -> None:
    app = FormApp()
    async with app.run_test(size=(52, 19)) as pilot:
        await pilot.press("down")
        await type_over(pilot, "0")
        await pilot.pause()
        assert app.line("factors").error
        assert app.shows("✗ als's factors must be a whole number")
        await pilot.press("down", "enter")
        await pilot.pause()
        assert app.requests == []
        assert app.focused is app.line("factors").control
        await type_over(pilot, "8")
        await pilot.pause()
        assert not app.line("factors").error
        await pilot.press("enter")
        await pilot.pause()
        assert app.requests[0].params == AlsParams(factors=8)


async def test_an_empty_line_means_the_default_that_it_shows() -> None:
    app = FormApp()
    async with app.run_test(size=(52, 19)) as pilot:
        await pilot.press("down")
        await type_over(pilot, "")
        await pilot.pause()
        assert not app.line("factors").error
        assert app.line("factors").control.value == ""
        await pilot.press("enter")
        await pilot.pause()
        assert [request.params for request in app.requests] == [AlsParams()]


async def test_another_model_has_other_lines_and_nothing_typed_is_lost() -> None:
    app = FormApp()
    async with app.run_test(size=(80, 30)) as pilot:
        await pilot.press("down")
        await type_over(pilot, "8")
        await pilot.press("up", "right")
        await pilot.pause()
        assert [line.entry.key for line in app.query(FormLine)][1] == "architecture"
        await pilot.press("down", "right")
        await pilot.pause()
        app.query_one(ParamsForm).action_start()
        await pilot.pause()
        assert app.requests[0].params == NcfParams(architecture="gmf")
        await pilot.press("up", "left")
        await pilot.pause()
        assert app.line("factors").text == "8"


async def test_lines_that_do_not_apply_are_hidden() -> None:
    app = FormApp()
    async with app.run_test(size=(80, 30)) as pilot:
        assert not app.line("run.protocol").display
        assert app.line("run.split_seed").display
        app.line("run.split").control.focus()
        await pilot.press("right", "right")
        await pilot.pause()
        assert app.line("run.protocol").display
        assert not app.line("run.split_seed").display


async def test_a_log_without_times_says_so_at_the_split() -> None:
    app = FormApp()
    async with app.run_test(size=(80, 30)) as pilot:
        app.query_one(ParamsForm).has_times = False
        app.line("run.split").control.focus()
        await pilot.press("right")
        await pilot.pause()
        assert app.line("run.split").error
        assert app.shows("only a random split is possible")


async def test_reset_puts_the_defaults_back_and_keeps_the_model() -> None:
    app = FormApp()
    async with app.run_test(size=(80, 30)) as pilot:
        await pilot.press("right")
        await pilot.pause()
        await pilot.press("down", "down")
        await type_over(pilot, "99")
        await pilot.pause()
        assert app.line("factors").text == "99"
        await pilot.press("ctrl+r")
        await pilot.pause()
        assert app.line("factors").text == str(NcfParams().factors)
        assert app.query_one(ParamsForm).typed.model == "ncf"


async def test_the_focused_line_is_explained_and_seen() -> None:
    app = FormApp()
    async with app.run_test(size=(52, 12)) as pilot:
        await pilot.press("down", "up")
        await pilot.pause()
        assert app.shows("What to train.")
        await pilot.press("up")
        await pilot.pause()
        assert app.focused is app.line("run.name").control
        assert app.shows("ALS #3")
        assert app.focused.region.bottom <= 12


async def test_a_pasted_escape_never_stays_in_a_line() -> None:
    app = FormApp()
    async with app.run_test(size=(52, 19)) as pilot:
        name = app.line("run.name").control
        assert isinstance(name, Input)
        name.value = "a\x1b]0;owned\x07[red]"
        await pilot.pause()
        assert name.value == "a\ufffd]0;owned\ufffd[red]"


@pytest.mark.parametrize(
    ("keys", "value"), [(["right"], "b"), (["left"], "c"), (["l", "l", "h"], "b"), (["space"], "b")]
)
async def test_a_choice_turns_with_arrows_letters_and_space(keys: list[str], value: str) -> None:
    class ChoiceApp(App[None]):
        def compose(self) -> ComposeResult:
            yield Choice(("a", "b", "c"), "a")

    async with ChoiceApp().run_test(size=(20, 3)) as pilot:
        choice = pilot.app.query_one(Choice)
        choice.focus()
        await pilot.press(*keys)
        assert choice.value == value
        choice.value = "none of them"
        assert choice.value == value


async def test_the_mouse_turns_a_choice_both_ways() -> None:
    app = FormApp()
    async with app.run_test(size=(80, 30)) as pilot:
        choice = app.line("run.split").control
        assert isinstance(choice, Choice)
        await pilot.click(choice, offset=(5, 0))
        await pilot.pause()
        assert choice.value == "leave-last"
        await pilot.click(choice, offset=(0, 0))
        await pilot.pause()
        assert choice.value == "random"


async def test_enter_on_a_choice_lists_the_choices_and_starts_nothing() -> None:
    app = FormApp()
    async with app.run_test(size=(100, 30)) as pilot:
        app.query_one(ParamsForm).log_size = Size(1_422, 4_591, 20_921)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ChoiceList))
        listed = app.screen.query_one(RowList)
        assert [row.value for row in listed.rows] == list(OWN)
        assert all(OWN[str(row.value)].sentence[:20] in row.draw(90).plain for row in listed.rows)

        def more() -> str:
            return str(app.screen.query_one("#choice-more", Static).render())

        assert "exact reasons · new users · similar artists · works without timestamps" in more()
        assert "on this log, with defaults (estimated)" in more()
        await pilot.press("j", "j")
        await until(pilot, lambda: "EASE" in more())
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(app.screen, ChoiceList))
        await until(pilot, lambda: app.query_one(ParamsForm).typed.model == "ease")
        assert app.requests == []


async def test_escape_in_the_list_changes_nothing() -> None:
    app = FormApp()
    async with app.run_test(size=(100, 30)) as pilot:
        app.line("run.split").control.focus()
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ChoiceList))
        assert "those heard last" in app.screen.query_one(RowList).rows[1].draw(90).plain
        await pilot.press("j", "escape")
        await until(pilot, lambda: not isinstance(app.screen, ChoiceList))
        assert app.query_one(ParamsForm).texts()["run.split"] == "random"


def test_a_value_has_its_part_of_the_description() -> None:
    for entry in OPTIONS:
        told = {told_of(entry, value) for value in entry.choices}
        assert len(told) == len(entry.choices), entry.key
