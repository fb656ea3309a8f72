"""`compare --user`, `--lists` and `--scatter`: one user's lists side by side, and the values of all users."""

import string
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from musicrec_tui.cli import answers, output
from musicrec_tui.cli.place import Place, opened
from musicrec_tui.cli.recipient import RecipientOptions
from musicrec_tui.jobs import evaluated_rows, host_protocol
from musicrec_tui.jobs.host_protocol import Recommendation, Recommended
from musicrec_tui.jobs.named_recipient import NamedRecipient
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


def evaluated(place: Place, runs: Sequence[RunInfo], asked: RecipientOptions, *, as_json: bool) -> None:
    """Print a user's lists as they were evaluated, and where each run ranks the held-out artists."""
    with opened(place) as dataset:
        who = asked.find(place, dataset)
        asks = [
            host_protocol.Evaluate(run=str(run.folder), index=str(dataset.path), user=str(who.user)) for run in runs
        ]
    found = [answers.evaluated_list(place, ask) for ask in asks]
    held_out = evaluated_rows.held_out(found)
    if as_json:
        lists = [{"run": run.id, "label": run.label, **msgspec.structs.asdict(answer)}
                 for run, answer in zip(runs, found, strict=True)]  # fmt: skip
        told = [{"artist": one.artist, "ranks": {run.id: rank for run, rank in zip(runs, one.ranks, strict=True)}}
                for one in held_out]  # fmt: skip
        output.print_json({**who.fields, "lists": lists, "held_out": told})
        return
    output.print_line(evaluated_rows.why([run.label for run in runs], found))
    output.print_line()
    lettered = [f"{letter} {run.label}" for letter, run in zip(string.ascii_uppercase, runs, strict=False)]
    ranks = [evaluated_rows.ranks(answer) for answer in found]
    rows: list[tuple[output.Cell, ...]] = [
        (rank + 1, *(_evaluated_cell(answer, rank, at, ranks) for at, answer in enumerate(found)))
        for rank in range(max(len(answer.rows) for answer in found))
    ]
    part = found[0].part
    output.print_table(("rank", *lettered), rows, title=f"Evaluated on {part} for {who.label}: ✓ was held out")
    output.print_line()
    missed = evaluated_rows.missed_by_all(held_out, found)
    output.print_table(
        ("held out", *lettered),
        [(one.artist.name, *(f"{rank:,}" for rank in one.ranks)) for one in held_out],
        title=f"Rank of each held-out artist among {found[0].candidates:,} candidates",
        right=(False, *(True for _ in runs)),
    )
    output.print_line(f"Missed by every list: {len(missed)} of {len(held_out)}.")


def _evaluated_cell(answer: host_protocol.Evaluated, rank: int, here: int, ranks: Sequence[Places]) -> str | None:
    """A line of an evaluated list, with where else the artist is."""
    if rank >= len(answer.rows):
        return None
    row = answer.rows[rank]
    others = _elsewhere(row.artist.key, here, ranks)
    told = " ".join(f"{string.ascii_uppercase[at]}{place}" for at, place in others.items())
    return f"{'✓' if row.held_out else ' '} {row.artist.name}{f' ({told})' if told else ''}"


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
