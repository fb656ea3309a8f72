"""A form: lines for a model's parameters and for options, checked while the user types."""

import asyncio
import re
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.events import DescendantFocus
from textual.widgets import Input, Static

from musicrec_tui.recommenders import costs, neural, registry
from musicrec_tui.recommenders.params import Size
from musicrec_tui.text import printable
from musicrec_tui.tui.common.commands import Command, bindings
from musicrec_tui.tui.common.verbs import ACCEPT, DOWN, RESET, UP
from musicrec_tui.tui.forms.check import Checked
from musicrec_tui.tui.forms.choice import Choice
from musicrec_tui.tui.forms.choice_list import ChoiceList
from musicrec_tui.tui.forms.entries import MODEL_KEY, Entry
from musicrec_tui.tui.forms.form_line import FormLine

R = TypeVar("R")


class FormTexts:
    """The texts of a form by `Entry.key`; those of parameters are remembered for each model and plan.

    Args:
        entries: of the options, with their defaults.
        shaping: the keys of the options that determine the parameters; the first is the model's.
    """

    def __init__(self, entries: Sequence[Entry], shaping: Sequence[str]) -> None:
        self._defaults = {entry.key: entry.default for entry in entries}
        self._shaping = tuple(shaping)
        self._remembered: dict[tuple[tuple[str, ...], str], str] = {}
        self.options = dict(self._defaults)

    @property
    def model(self) -> str:
        """The chosen model."""
        return self.options[self._shaping[0]]

    @property
    def _shape(self) -> tuple[str, ...]:
        """The values that determine the parameters."""
        return tuple(self.options[key] for key in self._shaping)

    def parameter(self, entry: Entry) -> str:
        """The text of a parameter."""
        return self._remembered.get((self._shape, entry.key), entry.default)

    def keep(self, key: str, text: str) -> None:
        """Set a text."""
        if key in self.options:
            self.options[key] = text
        else:
            self._remembered[self._shape, key] = text

    def fill(self, texts: Mapping[str, str]) -> None:
        """Set these texts, the options first: they determine the parameters."""
        for key in sorted(texts, key=lambda key: key not in self.options):
            self.keep(key, texts[key])

    def reset(self) -> None:
        """Reset all texts to their defaults, except the model."""
        model = self.model
        self.options = self._defaults | {self._shaping[0]: model}
        self._remembered = {place: text for place, text in self._remembered.items() if place[0][0] != model}


class FormLines(VerticalScroll):
    """The scrolling container of the lines; the arrow keys move between them."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("form.next", "app.focus_next", DOWN, "Next field", "Go to the next field.", palette=False,
                priority=True, guest=True, own_keys="down"),
        Command("form.previous", "app.focus_previous", UP, "Previous field", "Go to the field before.",
                palette=False, priority=True, guest=True, own_keys="up"),
    )  # fmt: skip
    BINDINGS = bindings(OWN_COMMANDS)


class Form(Vertical, Generic[R]):
    """Subclasses say which lines there are, and check them into a request of type `R`.

    Attributes:
        has_times: whether the log has timestamps.
        log_size: of the log's train part, for estimated costs; None: not known yet.
        typed: the texts of the lines.
    """

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("form.start", "start", ACCEPT, "Start", "Start with these settings.", palette=False, guest=True),
        Command("form.reset", "reset", RESET, "Reset the form", "Restore all defaults.", footer="reset", guest=True),
    )
    BINDINGS = bindings(OWN_COMMANDS)
    HEAD: tuple[Entry, ...] = ()
    """The entries above the parameters, of the class or of one form, the model's first."""
    OPTIONS: tuple[Entry, ...] = ()
    """The entries below the parameters, of the class or of one form."""
    SHAPING: ClassVar[tuple[str, ...]] = (MODEL_KEY,)
    """The keys of the entries that determine the parameters, the model's first."""
    WELCOME: ClassVar[str] = "Enter edits, ^s starts. All fields have defaults."

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id)
        self.typed = FormTexts((*self.HEAD, *self.OPTIONS), self.SHAPING)
        self._drawing = asyncio.Lock()
        self.has_times = True
        self.log_size: Size | None = None

    @abstractmethod
    def parameters(self) -> tuple[Entry, ...]:
        """The entries of the chosen model's parameters."""

    @abstractmethod
    def judge(self) -> Checked[R]:
        """Check the texts."""

    @abstractmethod
    def ask(self, request: R) -> None:
        """Post the request of a form without errors."""

    def applies(self, key: str) -> bool:
        """Whether a line is used with the other choices; else it is hidden."""
        split = self.typed.options["run.split"]
        return {"run.protocol": split == "time", "run.split_seed": split == "random"}.get(key, True)

    def compose(self) -> ComposeResult:
        """The lines, and below them the description of the focused one."""
        with FormLines(id="form-lines", can_focus=False):
            for entry in self.HEAD:
                yield FormLine(entry, self.typed.options[entry.key])
            yield Vertical(*self._parameter_lines(), id="form-parameters")
            yield Static("Evaluation", classes="form-heading", markup=False)
            for entry in self.OPTIONS:
                yield FormLine(entry, self.typed.options[entry.key])
        yield from self.compose_foot()
        yield Static(id="form-sentence", markup=False)

    def compose_foot(self) -> ComposeResult:
        """Further widgets below the lines."""
        yield from ()

    def settle(self) -> None:
        """Replace choices that are impossible with the other choices; called before parameters are drawn."""

    def on_mount(self) -> None:
        """Check the defaults, and hide the lines that are not used."""
        self.settle()
        self.check()
        if not self.has_focus_within:
            self._say(self.WELCOME)

    def check(self) -> Checked[R]:
        """Check the texts, show each error below its line, and hide the lines that are not used."""
        checked = self.judge()
        for line in self.query(FormLine):
            line.show_error(checked.errors.get(line.entry.key, ""))
            line.display = self.applies(line.entry.key)
        return checked

    def texts(self) -> dict[str, str]:
        """The texts by key: options, and the parameters of the chosen model."""
        return self.typed.options | {entry.key: self.typed.parameter(entry) for entry in self.parameters()}

    def meant(self) -> dict[str, str]:
        """The texts by key, with the default (which is displayed then) for each empty line."""
        entries = (*self.HEAD, *self.OPTIONS, *self.parameters())
        texts = self.texts()
        return texts | {entry.key: entry.default for entry in entries if not texts[entry.key].strip()}

    async def fill(self, texts: Mapping[str, str]) -> None:
        """Set these texts (see `entries.texts_of`); lines without a key stay as they are."""
        self.typed.fill(texts)
        await self._draw()

    def enter(self) -> None:
        """Focus the first line."""
        self.query(FormLine).first().control.focus()

    async def action_reset(self) -> None:
        """Reset all texts to their defaults, except the model."""
        self.typed.reset()
        await self._draw()

    def action_start(self) -> None:
        """Start the job, or focus the first line with an error."""
        checked = self.check()
        if checked.request is not None:
            self.ask(checked.request)
            return
        for wrong in (line for line in self.query(FormLine) if line.entry.key in checked.errors):
            wrong.control.focus()
            self._say(checked.errors[wrong.entry.key])
            return

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        """Store and check the typed text."""
        event.stop()
        line = _line_of(event.input)
        if line is None or event.value != event.input.value:
            return
        if self._drawing.locked() and line.entry.key not in self.typed.options:
            return  # the line is about to go: content must not take the place of what was filled in
        clean = printable(event.value, None)
        if clean != event.value:
            event.input.value = clean
            return
        if clean == self.texts().get(line.entry.key):
            return  # an input says so of what it begins with, too
        self.typed.keep(line.entry.key, clean)
        self.check()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        """Start the job on Enter."""
        event.stop()
        self.action_start()

    @on(Choice.Changed)
    async def _chosen(self, event: Choice.Changed) -> None:
        """Store a choice, and redraw the parameters if it determines them."""
        event.stop()
        if (line := _line_of(event.choice)) is None:
            return
        self.typed.keep(line.entry.key, event.value)
        if line.entry.key in self.SHAPING:
            await self._draw_parameters()
        self.check()

    @on(Choice.Opened)
    def _opened(self, event: Choice.Opened) -> None:
        """List a choice's values with what they mean."""
        event.stop()
        if (line := _line_of(event.choice)) is None:
            return
        choice, entry = event.choice, line.entry
        describe = partial(described_model, size=self.log_size) if entry.key == MODEL_KEY else partial(told_of, entry)

        def chosen(value: str | None) -> None:
            if value is not None and value != choice.value:
                choice.choose(value)

        self.app.push_screen(ChoiceList(entry.label.capitalize(), choice.choices, choice.value, describe), chosen)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Show the description of the focused line."""
        line = _line_of(event.widget)
        if line is not None:
            self._say(" ".join(filter(None, [line.entry.description, line.entry.hint and f"({line.entry.hint})"])))
            line.scroll_visible(animate=False)

    def _say(self, sentence: str) -> None:
        """Show a sentence below the lines."""
        self.query_one("#form-sentence", Static).update(Content(sentence))

    def _parameter_lines(self) -> Iterator[FormLine]:
        """A line for each parameter of the chosen model."""
        for entry in self.parameters():
            yield FormLine(entry, self.typed.parameter(entry))

    async def _draw_parameters(self) -> None:
        """Replace the lines of the parameters."""
        self.settle()
        place = self.query_one("#form-parameters", Vertical)
        async with self._drawing:  # keys and messages are handled side by side
            await place.remove_children()
            await place.mount_all(self._parameter_lines())

    async def _draw(self) -> None:
        """Redraw all lines."""
        await self._draw_parameters()
        texts = self.texts()
        for line in self.query(FormLine):
            if line.entry.key in texts:  # else another model was chosen meanwhile, whose lines are still to come
                line.text = texts[line.entry.key]
        self.check()


def described_model(name: str, size: Size | None) -> tuple[str, ...]:
    """What a model is, what it can do, what it costs on the log, and what of it needs an extra that is missing."""
    cost = costs.cost_sentence(name, size) if size is not None else ""
    told = (costs.abilities_sentence(name), cost, neural.missing_sentence(name))
    return (registry.named(name).sentence, *filter(None, told))


def told_of(entry: Entry, value: str) -> tuple[str, ...]:
    """What an entry's description says of a value (`random: each user's artists at random.`); else all of it."""
    parts = re.split(rf"(?:^|(?<=[.;] ))({'|'.join(map(re.escape, entry.choices))}): ", entry.description)
    known = dict(zip(parts[1::2], parts[2::2], strict=True))
    return (known[value].strip(),) if value in known else (entry.description,)


def _line_of(widget: object) -> FormLine | None:
    """The line of a control."""
    parent = getattr(widget, "parent", None)
    return parent if isinstance(parent, FormLine) else None
