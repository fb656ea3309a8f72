"""`export`: tables of the index, recommendations and scores as files."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, get_args

import typer

from musicrec_tui.cli import interrupts, options, output
from musicrec_tui.cli.place import Place, model_run, opened
from musicrec_tui.dataset import formula_guard
from musicrec_tui.dataset.filters import QUIET_DAYS, Filters
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.jobs.host_protocol import ServedBy
from musicrec_tui.text import counted

if TYPE_CHECKING:
    from musicrec_tui.dataset.index.opened import Dataset
    from musicrec_tui.jobs.model_export import Written
    from musicrec_tui.runs.info import RunInfo

Table = Literal[
    "interactions", "artists", "users", "listens", "ratings", "months", "artist-months", "recordings", "releases",
    "offenders", "files",
]  # fmt: skip
What = Literal[Table, "recommendations", "scores", "evaluated", "split"]
TABLES = get_args(Table)
Exported = Annotated[
    What,
    typer.Argument(
        help="A table of the log; a model's recommendations or scores (of all users and artists); "
        "or a run's evaluated lists or split."
    ),
]
Safe = Annotated[
    bool, typer.Option("--safe", help="CSV: an apostrophe before texts that a spreadsheet would run as formulas.")
]


def export(
    what: Exported,
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="The file: .csv, .parquet or .json.")],
    run: options.Run = None,
    k: options.K = None,
    heard: options.Heard = "new",
    max_plays: options.MaxPlays = None,
    max_listeners: options.MaxListeners = "",
    min_listeners: options.MinListeners = 0,
    quiet_days: options.QuietDays = QUIET_DAYS,
    block: options.Block = None,
    safe: Safe = False,
    *,
    place: options.LogPlace,
    as_json: options.Json = False,
) -> None:
    """Write a table to a CSV, Parquet or JSON file.

    Names are written exactly as the log has them. With --safe, or a file name that ends in .safe.csv, those that begin
    with = + - @ get an apostrophe in front; this program takes it away again when it reads the file. Filters apply to
    recommendations only; artists that a user dislikes or blocks (see `taste`) are never recommended. `evaluated` is
    what the metrics were calculated from: each user's list with the held-out artists marked. `split` says which part
    each user and artist is in. With both, other toolkits can check the numbers.
    """
    from musicrec_tui.cli.progress import Meter
    from musicrec_tui.dataset import popularity
    from musicrec_tui.dataset.table_files import check_target

    check_target(to)
    guarded = formula_guard.is_wanted(to, safe=safe)
    if what in TABLES and run is not None:
        raise UserError(f"{what.capitalize()} come from the log, not from a model: omit RUN.")
    found = None if what in TABLES else model_run(place, run)
    cold: dict[ServedBy, int] | None = None
    with opened(place) as dataset, interrupts.noticed() as asked, Meter() as meter:
        which = popularity.filters_of(dataset, heard, max_plays, min_listeners, max_listeners, quiet_days, block or ())
        if what != "recommendations" and which != Filters():
            raise UserError(f"Filters apply to recommendations, not to {what}: omit them.")

        def report(done: int, of: int) -> None:
            if asked():
                raise Cancelled
            meter.show(f"Writing {what}", done, of)

        if found is None:
            from musicrec_tui.dataset import export_tables

            rows = export_tables.write_index_table(dataset, what, to, report, safe=safe)
        elif what in ("evaluated", "split"):
            from musicrec_tui.jobs import evaluated_lists

            write = evaluated_lists.write_evaluated if what == "evaluated" else evaluated_lists.write_split
            rows = write(found, dataset, to, report, safe=safe)
        else:
            rows, cold = _answers(
                place, found, dataset, to, place.k(k) if what == "recommendations" else 0, which, report, safe
            )
        filters = which.words(timed=dataset.info.has_times)
    _tell(what, to, rows, found, cold, filters, guarded=guarded, as_json=as_json)


def _tell(
    what: What, to: Path, rows: int, found: "RunInfo | None", cold: dict[ServedBy, int] | None, filters: str, *,
    guarded: bool, as_json: bool,
) -> None:  # fmt: skip
    """Say what was written."""
    if as_json:
        told = {"what": what, "to": str(to.absolute()), "rows": rows, "run": found.id if found else None}
        output.print_json(told | ({"cold_start": cold} if cold is not None else {}))
        return
    by = f" by {found.label}" if found else ""
    words = f" ({filters})" if what == "recommendations" else ""
    output.print_line(f"Wrote {rows:,} rows of {what}{by}{words} to {to}.")
    if guarded:
        output.print_line(formula_guard.NOTE)
    for served_by, users in (cold or {}).items():
        if users:
            output.print_line(f"Cold start ({served_by}): {counted(users, 'user')} without usable training data.")


def _answers(
    place: Place,
    run: "RunInfo",
    dataset: "Dataset",
    to: Path,
    k: int,
    which: Filters,
    report: Callable[[int, int], None],
    safe: bool,
) -> "Written":
    """Write the lists of all users to a file, or with k = 0 all scores."""
    from musicrec_tui.dataset import opinions
    from musicrec_tui.jobs import model_export as answers

    if not k:
        return answers.scores(run, dataset, to, report, safe=safe)
    held = opinions.read_opinions(place.home.opinions)
    return answers.recommendations(run, dataset, to, k, report, filters=which, opinions=held, safe=safe)
