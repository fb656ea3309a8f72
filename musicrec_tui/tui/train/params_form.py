"""The form of a run: the model, its parameters, and how the run is split, seeded, evaluated and named."""

from collections.abc import Mapping
from dataclasses import dataclass

from textual.message import Message

from musicrec_tui.errors import UserError
from musicrec_tui.recommenders import neural, param_fields
from musicrec_tui.runs import auto_search
from musicrec_tui.runs.spec import TrainRequest
from musicrec_tui.runs.tuning_spec import TuneRequest
from musicrec_tui.spark import supported
from musicrec_tui.text import printable
from musicrec_tui.tui.forms.check import Checked, options
from musicrec_tui.tui.forms.entries import (
    ENGINE,
    MODEL_KEY,
    ON_TEST,
    OPTIONS,
    SEARCH,
    SETTINGS,
    Entry,
    engine_entries,
    model_entry,
    parameter_entries,
)
from musicrec_tui.tui.forms.form import Form


class ParamsForm(Form[TrainRequest]):
    """A form made from a model's parameters; posts `Asked` to start the run."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        self.HEAD = (model_entry(),)
        self.OPTIONS = options_of()
        super().__init__(id=id)

    @dataclass
    class Asked(Message):
        """The user starts a run with a valid form."""

        request: TrainRequest
        search: TuneRequest | None = None
        """What searches for its settings and then starts it; None: nothing does."""

    def parameters(self) -> tuple[Entry, ...]:
        """An entry for each parameter of the chosen model."""
        return parameter_entries(self.typed.model)

    def applies(self, key: str) -> bool:
        """Whether a line is used: Spark trains some models only."""
        return self.typed.model in supported.MODELS if key == ENGINE.key else super().applies(key)

    def judge(self) -> Checked[TrainRequest]:
        """See `check`."""
        return check(self.meant(), has_times=self.has_times)

    def ask(self, request: TrainRequest) -> None:
        """Post the request."""
        self.post_message(self.Asked(request, search_of(self.meant(), request, has_times=self.has_times)))


def options_of() -> tuple[Entry, ...]:
    """The options of a run; that of the engine where Spark is installed."""
    return (*OPTIONS, *engine_entries())


def check(texts: Mapping[str, str], *, has_times: bool = True) -> Checked[TrainRequest]:
    """Check all lines of the form.

    Args:
        texts: by `Entry.key`; all options, and all parameters of the model.
        has_times: whether the log has timestamps; without them only a random split is possible.
    """
    model = texts["run.model"]
    errors: dict[str, str] = {}
    assignments = {entry.key: texts[entry.key] for entry in parameter_entries(model)}
    for name, text in assignments.items():
        try:
            param_fields.parse(model, {name: text})
        except UserError as error:
            errors[name] = printable(str(error))
    final = texts["run.on"] == ON_TEST
    errors |= _search_errors(texts)
    entries = (*OPTIONS, ENGINE) if model in supported.MODELS and ENGINE.key in texts else OPTIONS
    fields = options(entries, texts, errors, has_times=has_times, final=final)
    if errors:
        return Checked(None, errors)
    del fields["on"], fields["settings"]
    try:
        params = param_fields.parse(model, assignments)
    except UserError as error:  # each fits alone, and not with the others
        return Checked(None, {list(assignments)[-1]: printable(str(error))})
    if need := neural.missing(params):
        return Checked(None, {need.parameter or MODEL_KEY: need.sentence})
    request = TrainRequest(params=params, final=final, **fields)
    parameter, sentence = supported.obstacle(params) if request.engine.spark else ("", "")
    if sentence:
        return Checked(None, {parameter or ENGINE.key: sentence})
    if request.engine.spark and texts[SETTINGS.key] == SEARCH:
        return Checked(None, {SETTINGS.key: "A search runs on this machine: choose as typed, or the engine local."})
    return Checked(request, {})


def search_of(texts: Mapping[str, str], request: TrainRequest, *, has_times: bool = False) -> TuneRequest | None:
    """The search that the form asks for before a run, over the parameters whose text is the default; None: no search.

    With timestamps in the log it tries recency too.

    Raises:
        UserError: there is nothing to search for.
    """
    if texts[SETTINGS.key] != SEARCH:
        return None
    entries = parameter_entries(request.model)
    fixed = [entry.key for entry in entries if texts[entry.key].strip() != entry.default]
    return auto_search.search_for(request, fixed=fixed, has_times=has_times)


def _search_errors(texts: Mapping[str, str]) -> dict[str, str]:
    """Why there can be no search, if one is asked for."""
    if texts[SETTINGS.key] != SEARCH:
        return {}
    model = texts["run.model"]
    try:
        search_of(texts, TrainRequest(params=param_fields.parse(model, {})))
    except UserError as error:
        return {SETTINGS.key: printable(str(error))}
    try:
        none = float(texts["run.validation"]) == 0
    except ValueError:
        return {}
    return {"run.validation": "A search needs a validation part above 0."} if none else {}
