"""`export`: tables of the index, recommendations and scores as files."""

from pathlib import Path
from typing import Annotated, Literal, get_args

import typer

from musicrec_tui.cli import choosing, interrupts, options, output
from musicrec_tui.cli.opening import opened
from musicrec_tui.errors import Cancelled, UserError

Table = Literal[
    "interactions", "artists", "users", "listens", "ratings", "months", "artist-months", "recordings", "releases",
    "offenders", "files",
]  # fmt: skip
What = Literal[Table, "recommendations", "scores"]
TABLES = get_args(Table)


def register(app: typer.Typer) -> None:
    """Add this command to the app."""
    app.command()(export)


def export(
    what: Annotated[What, typer.Argument(help="A table, or what a model says (scores: of every user and artist).")],
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="Ends with .csv, .parquet or .json.")],
    run: options.Run = None,
    k: options.K = None,
    data: options.Data = None,
    layout: options.Format = "",
    home: options.HomeFolder = None,
    as_json: options.Json = False,
) -> None:
    """Write a table to a CSV, Parquet or JSON file.

    Names are written as the log has them, whatever they hold.
    """
    from musicrec_tui.cli.meter import Meter
    from musicrec_tui.dataset.export_target import check_target

    check_target(to)
    place = options.Place(data, home, layout)
    if what in TABLES and run is not None:
        raise UserError(f"{what.capitalize()} come from the log, not from a model: leave RUN away.")
    found = None if what in TABLES else choosing.model_run(place, run)
    with opened(place) as dataset, interrupts.noticed() as asked, Meter() as meter:

        def report(done: int, of: int) -> None:
            if asked():
                raise Cancelled
            meter.show(f"Writing {what}", done, of)

        if found is None:
            from musicrec_tui.dataset import export_tables

            rows = export_tables.write(dataset, what, to, report)
        else:
            from musicrec_tui.jobs import export as answers

            if what == "scores":
                rows = answers.scores(found, dataset, to, report)
            else:
                rows = answers.recommendations(found, dataset, to, place.k(k), report)
    if as_json:
        told = {"what": what, "to": str(to.absolute()), "rows": rows, "run": found.id if found else None}
        output.print_json(told)
    else:
        by = f" by {found.label}" if found else ""
        output.print_line(f"Wrote {rows:,} rows of {what}{by} to {to}.")
