"""`compare --lists` and `compare --scatter`: one user's lists side by side, and the values of all users."""

import string
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from musicrec_tui.cli import answers, output
from musicrec_tui.cli.place import Place, opened
from musicrec_tui.cli.recipient import NamedRecipient, RecipientOptions
from musicrec_tui.jobs import host_protocol
from musicrec_tui.jobs.host_protocol import Recommendation, Recommended
from musicrec_tui.runs.info import RunInfo

if TYPE_CHECKING:
    from musicrec_tui.dataset.index.opened import Dataset

_COARSE, _FINE = 5, 20

Places = Mapping[str, int]


def lists(
    place: Place, runs: Sequence[RunInfo], asked: RecipientOptions, k: int, *, metric: str, as_json: bool
) -> None:
    """Print the runs' lists side by side, for the given recipient, else for the user with the largest difference."""
    with opened(place) as dataset:
        who = asked.find(place, dataset) if asked else _differing_most(dataset, runs, metric)
        asks = [
            host_protocol.Recommend(run=str(run.folder), index=str(dataset.path), user=who.user, k=k) for run in runs
        ]
    found = [answers.ranked_list(place, ask) for ask in asks]
    places = [{row.artist.key: row.rank for row in answer.rows} for answer in found]
    if as_json:
        told = [_told(run, answer, runs, places) for run, answer in zip(runs, found, strict=True)]
        output.print_json({**who.fields, "lists": told})
        return
    letters = string.ascii_uppercase
    rows: list[tuple[output.Cell, ...]] = [
        (rank + 1, *(_cell(answer.rows, rank, at, places) for at, answer in enumerate(found)))
        for rank in range(max(len(answer.rows) for answer in found))
    ]
    heads = [f"{letter} {run.label}" for letter, run in zip(letters, runs, strict=False)]
    output.print_table(("rank", *heads), rows, title=f"For {who.label}, new artists only")
    for run, answer in zip(runs, found, strict=True):
        if sentence := answers.cold_start(answer, run.label):
            output.print_line(sentence)
    output.print_line("“= name (B3)” is in another list too: in B, at rank 3.")


def _differing_most(dataset: "Dataset", runs: Sequence[RunInfo], metric: str) -> NamedRecipient:
    """The user with the largest difference between the first two runs; without differences, one with median plays."""
    from musicrec_tui.dataset.lookups import users
    from musicrec_tui.jobs import statistics

    ask = host_protocol.Compare(runs=tuple(str(run.folder) for run in runs), metric=metric, users=1)
    differing = [user for against in statistics.compare(ask).against for user in against.differing]
    user = users.find_user(dataset, differing[0].user) if differing else users.typical_user(dataset)
    return NamedRecipient(user.key, user.user_id, {"user": user.user_id})


def _elsewhere(key: str, here: int, places: Sequence[Places]) -> dict[int, int]:
    """The other lists that have an artist, each with its rank there."""
    return {at: ranks[key] for at, ranks in enumerate(places) if at != here and key in ranks}


def _cell(rows: Sequence[Recommendation], rank: int, here: int, places: Sequence[Places]) -> str | None:
    """A line of a list, with where else the artist is."""
    if rank >= len(rows):
        return None
    artist = rows[rank].artist
    others = _elsewhere(artist.key, here, places)
    told = " ".join(f"{string.ascii_uppercase[at]}{place}" for at, place in others.items())
    return f"= {artist.name} ({told})" if told else f"  {artist.name}"


def _told(run: RunInfo, answer: Recommended, runs: Sequence[RunInfo], places: Sequence[Places]) -> dict[str, object]:
    """A list for programs."""
    here = list(runs).index(run)
    rows = [
        {
            "rank": row.rank, "artist": row.artist, "score": row.score,
            "also": {runs[at].id: rank for at, rank in _elsewhere(row.artist.key, here, places).items()},
        }
        for row in answer.rows
    ]  # fmt: skip
    return {"run": run.id, "label": run.label, "estimate": answer.estimate, "total": answer.total, "rows": rows,
            "served_by": answer.served_by}  # fmt: skip


def scatter(runs: Sequence[RunInfo], metric: str, *, as_json: bool) -> None:
    """Print how many users have which values: the first run's across, another run's down."""
    from musicrec_tui.jobs import statistics

    cells = _FINE if as_json else _COARSE
    first = runs[0]
    found = [
        statistics.scatter(
            host_protocol.Scatter(runs=(str(first.folder), str(run.folder)), metric=metric, columns=cells, rows=cells)
        )
        for run in runs[1:]
    ]
    if as_json:
        output.print_json({
            "first": first.id,
            "against": [{"run": run.id, "scatter": one} for run, one in zip(runs[1:], found, strict=True)],
        })  # fmt: skip
        return
    for run, one in zip(runs[1:], found, strict=True):
        counts = {(cell.column, cell.row): cell.users for cell in one.cells}
        rows: list[tuple[output.Cell, ...]] = [
            (_range(one, row), *(counts.get((column, row), 0) for column in range(one.columns)))
            for row in reversed(range(one.rows))
        ]
        heads = (f"{run.label} ↓", *(_range(one, column) for column in range(one.columns)))
        output.print_table(heads, rows, title=f"Users by {one.metric}: {first.label} across, {run.label} down")
        output.print_line(
            f"{run.label} is higher for {one.above:,} users, the same for {one.ties:,} "
            f"({one.ties_at_low:,} of them at {one.low:.4f}), lower for {one.below:,}."
        )


def _range(one: host_protocol.Scattered, place: int) -> str:
    """The values of a column or a row."""
    step = (one.high - one.low) / one.columns
    return f"{one.low + place * step:.3f}–{one.low + (place + 1) * step:.3f}"
