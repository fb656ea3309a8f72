"""`metrics` and `takeaways`: what the metrics mean, and what they say about each model."""

from musicrec_tui.cli import options, output
from musicrec_tui.cli.place import Place, opened
from musicrec_tui.evaluation.metrics import METRICS, Metric
from musicrec_tui.runs import store
from musicrec_tui.runs import takeaways as findings
from musicrec_tui.runs import tuning_store as tunings
from musicrec_tui.runs.figures import COSTS, Cost, auc_story
from musicrec_tui.runs.info import RunInfo


def takeaways(place: options.LogPlace, as_json: options.Json = False) -> None:
    """Judge each model: is it fast, easy to tune, and good?

    Based on the finished runs of this log that are comparable with the newest one. The trials of tunings also count
    towards how easy a model is to tune.
    """
    page = findings.takeaways(_runs(place), tunings.list_tunings(place.home))
    if as_json:
        output.print_json(page)
        return
    for question, name in (("Fast?", "fast"), ("Easy to tune?", "easy"), ("Good predictions?", "good")):
        verdicts = [(one.model, getattr(one, name)) for one in page.models]
        if verdicts:
            rows = [(model, verdict.word, verdict.sentence) for model, verdict in verdicts]
            output.print_table(("model", "", "because"), rows, title=question, wrap=True)
            output.print_line()
    output.print_line(page.basis)
    output.print_line(page.rules)


def metrics(place: options.LogPlace, as_json: options.Json = False) -> None:
    """Explain each metric and each cost of a run.

    AUC@K is explained with the values of this log's own runs, if it has any.
    """
    story = auc_story(_runs(place))
    figures: dict[str, tuple[Metric | Cost, ...]] = {"metrics": METRICS, "costs": COSTS}
    if as_json:
        listed = {name: [_told(one) for one in of] for name, of in figures.items()}
        output.print_json(listed | {"auc_story": story})
        return
    for of in figures.values():
        rows = [(one.name, one.sentences, one.better or "neither") for one in of]
        output.print_table(("name", "meaning", "better"), rows, wrap=True)
        output.print_line()
    for sentence in story:
        output.print_line(sentence)


def _told(figure: Metric | Cost) -> dict[str, str]:
    """A figure as `--json` has it."""
    return {"name": figure.name, "title": figure.title, "sentences": figure.sentences, "better": figure.better}


def _runs(place: Place) -> list[RunInfo]:
    """The runs of a place's log, newest first."""
    with opened(place) as dataset:
        return store.list_runs(place.home, dataset.info.content)
