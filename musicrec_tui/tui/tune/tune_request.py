"""The form of a tuning, checked: from texts to a `TuneRequest`, or a sentence for each line that is wrong."""

from collections.abc import Mapping

from musicrec_tui.errors import UserError
from musicrec_tui.recommenders import param_fields
from musicrec_tui.recommenders.registry import MODELS, Params
from musicrec_tui.runs import grids
from musicrec_tui.runs.tuning_spec import Grid, Search, TuneRequest
from musicrec_tui.text import printable
from musicrec_tui.tui.forms.check import Checked, options
from musicrec_tui.tui.tune.fields import DECK, OPTIONS, OPTUNA, TRIALS, VARY, parameters, pieces

_EXPANDED_WHILE_TYPING = 1_000


def check(texts: Mapping[str, str], *, has_times: bool = True) -> Checked[TuneRequest]:
    """Check all lines of the form.

    Args:
        texts: what is typed, by `Entry.key`.
        has_times: whether the log says when.
    """
    errors: dict[str, str] = {}
    base, plan = _plan(texts, errors)
    fields = options(OPTIONS, texts, errors, has_times=has_times)
    if errors or plan is None or base is None:
        return Checked(None, errors)
    fields["objective"] = fields["objective"].replace("@k", f"@{fields['k']}")
    return Checked(TuneRequest(base=base, plan=plan, **fields), {})


def counted(request: TuneRequest) -> str:
    """What it comes to, before it is started."""
    if isinstance(request.plan, Search):
        over = ", ".join(request.plan.over) or "all that has a range"
        return f"{request.plan.trials:,} trials; Optuna varies {over}."
    trials = request.plan.trials
    staged_by = MODELS[request.model].staged_by
    sweeps = len(request.plan.axes.get(staged_by, ()))
    if sweeps > 1:
        return f"{trials:,} trials from {trials // sweeps:,} fits: one fit gives all its {staged_by}."
    return f"{trials:,} trials, each a fit."


def _plan(texts: Mapping[str, str], errors: dict[str, str]) -> tuple[Params | None, Grid | Search | None]:
    """The fixed parameters and the plan; what is wrong goes to `errors`."""
    model, plan = texts["run.model"], texts["tune.plan"]
    given = {entry.key: texts[entry.key] for entry in parameters(model, plan)}
    over = tuple(name for name, text in given.items() if plan == OPTUNA and text.strip().lower() == VARY)
    fixed = {name: [text] for name, text in given.items() if name not in over}
    if plan not in (OPTUNA, DECK):
        kinds = {field.name: field.kind for field in param_fields.fields(model)}
        fixed = {name: pieces(text, kinds[name]) for name, text in given.items()}
    parsed = {name: _values(model, name, typed, errors) for name, typed in fixed.items()}
    trials = 0
    if plan == OPTUNA:
        try:
            trials = TRIALS.read(texts[TRIALS.key])
        except ValueError as error:
            errors[TRIALS.key] = str(error)
    if errors:
        return None, None
    try:
        base = param_fields.parse(model, {name: typed[0] for name, typed in fixed.items()})
    except UserError as error:
        errors[next(iter(given))] = printable(str(error))
        return None, None
    if plan == DECK:
        return base, grids.DECK
    if plan == OPTUNA:
        if not over:
            errors[next(iter(given))] = f"Leave at least one parameter at “{VARY}”."
        return base, Search(trials, over)
    return base, _grid({name: values for name, values in parsed.items() if len(values) > 1}, base, given, errors)


def _grid(
    axes: Mapping[str, list[object]], base: Params, given: Mapping[str, str], errors: dict[str, str]
) -> Grid | None:
    """The grid of what has several values."""
    if not axes:
        errors[next(iter(given))] = "A grid needs several values of at least one parameter, such as 32, 64."
        return None
    try:
        grid = grids.check_grid(axes, base.model, "here")
        if grid.trials <= _EXPANDED_WHILE_TYPING or grid.trials > grids.MOST:
            grids.expand(grid, base)  # a larger one is looked at when it is started
    except UserError as error:
        errors[next(iter(axes))] = printable(str(error))
        return None
    return grid


def _values(model: str, name: str, typed: list[str], errors: dict[str, str]) -> list[object]:
    """The values of one parameter; each once."""
    try:
        found = [getattr(param_fields.parse(model, {name: text}), name) for text in typed]
    except UserError as error:
        errors[name] = printable(str(error))
        return []
    return list(dict.fromkeys(found))
