"""The options that every command shares, and the place that they name."""

import os
from pathlib import Path
from typing import Annotated

import typer

from musicrec_tui import paths, settings
from musicrec_tui.dataset.log import Log
from musicrec_tui.paths import Home

Data = Annotated[
    list[Path] | None,
    typer.Option(
        "--data", metavar="PATH",
        help="The log: a file, folder or glob; again for more files. Default: MUSICREC_DATA, else the sample.",
    ),
]  # fmt: skip
Format = Annotated[
    str,
    typer.Option("--format", metavar="NAME", help="The layout of the log, to insist on one (see `formats`)."),
]
HomeFolder = Annotated[
    Path | None,
    typer.Option(
        "--home", metavar="DIR",
        help="Where runs, settings and indexes are. Default: MUSICREC_HOME, else your data folder.",
    ),
]  # fmt: skip
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object for programs instead of a table.")]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=1_000_000, help="The most rows to print.")]
K = Annotated[
    int | None,
    typer.Option(
        "-k", min=1, max=1000, help="Length of ranked lists and the K of metrics. Default: the settings' (10)."
    ),
]
RUN_HELP = "An id or its unique beginning, a number (3), a name, `latest`, or `best` (by validation NDCG@k)."
Run = Annotated[str | None, typer.Argument(metavar="[RUN]", help=f"{RUN_HELP} Default: best, else latest.")]

Words = Annotated[str | None, typer.Argument(metavar="[TEXT]", help="The new name, or the note; '' for none.")]
Yes = Annotated[bool, typer.Option("--yes", help="Empty the trash without asking.")]


class Place:
    """Where a command works: the home, its settings, the log.

    Attributes:
        home: runs, settings and indexes.
        log: the log.
        data_given: whether the user said which log, here or in MUSICREC_DATA.
        settings: what the user chose.
    """

    def __init__(self, data: list[Path] | None, home: Path | None, layout: str = "") -> None:
        self.home: Home = paths.find_home(home)
        self.log = Log(paths.find_data(data), layout)
        self.data_given = bool(data or os.environ.get("MUSICREC_DATA"))
        self.settings = settings.load(self.home)

    def k(self, asked: int | None) -> int:
        """The K that was asked for, else the one of the settings."""
        return self.settings.k if asked is None else asked
