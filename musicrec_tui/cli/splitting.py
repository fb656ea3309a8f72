"""The options that say how a log is cut; `train` and `tune` have them."""

from typing import Annotated, Literal

import typer

from musicrec_tui.dataset.split_spec import SplitKind, SplitSpec
from musicrec_tui.errors import UserError

Protocol = Literal["discovery", "repeat"]

Split = Annotated[SplitKind, typer.Option("--split", help="How the log is cut.")]
TimeProtocol = Annotated[
    Protocol | None,
    typer.Option(
        "--protocol",
        help="With --split time: drop from the later parts what was heard before (the default), or keep it.",
    ),
]
TestSize = Annotated[float, typer.Option(min=0, max=0.9, help="Share of each user's artists (time: of listens).")]
ValidationSize = Annotated[float, typer.Option(min=0, max=0.9, help="The same, for validation.")]
Seed = Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Seeds both the split and the fit.")]


def spec(split: SplitKind, test: float, validation: float, seed: int, protocol: Protocol | None) -> SplitSpec:
    """The split that the options ask for.

    Raises:
        UserError: they do not go together.
    """
    if protocol and split != "time":
        raise UserError(f"--protocol belongs to --split time; a {split} split has none.")
    return SplitSpec(split, test, validation, seed, protocol or "discovery")
