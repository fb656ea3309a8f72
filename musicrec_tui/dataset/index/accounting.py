"""The account of rows: every row of every file is kept (some after a repair) or rejected, for a reason that is told."""

from collections import defaultdict
from typing import NamedTuple

from musicrec_tui.dataset.index import schema
from musicrec_tui.dataset.index.running import Runner
from musicrec_tui.dataset.records import Offender
from musicrec_tui.dataset.sources.reading import Reading
from musicrec_tui.dataset.sources.recognise import Source

_SPELLED = f"""
SELECT coalesce(reason, CASE
    WHEN artist_id IS NULL AND coalesce(normal, '') = '' THEN '{schema.NO_ARTIST}'
    WHEN timeless AND $has_times THEN '{schema.NO_TIME}' END) AS why,
    CAST(sum(rows) AS BIGINT), CAST(sum(rounded) AS BIGINT)
FROM spelling LEFT JOIN normal ON normal.name = artist_name GROUP BY why ORDER BY why
"""  # noqa: S608

_PHASE = "counting rows"


class Account(NamedTuple):
    """Rows kept, and rows repaired and rejected by reason."""

    kept: int
    repaired: dict[str, int]
    rejected: dict[str, int]

    @property
    def rows(self) -> int:
        """All rows of the files."""
        return self.kept + sum(self.rejected.values())


def take(runner: Runner, reading: Reading, *, has_times: bool) -> Account:
    """Count what is kept, repaired and rejected, from `spelling` and `normal`."""
    kept = 0
    repaired: dict[str, int] = {}
    rejected: dict[str, int] = {}
    for why, rows, rounded in runner.step(_PHASE, 0.13, _SPELLED, {"has_times": has_times}):
        if why is None:
            kept = int(rows)
            if rounded:
                repaired[schema.ROUNDED] = int(rounded)
        else:
            rejected[str(why)] = int(rows)
    if broken := reading.broken_rows():
        rejected[schema.BROKEN_ROW] = broken
    return Account(kept, repaired, rejected)


def tell(runner: Runner, source: Source, reading: Reading, account: Account, *, has_times: bool) -> None:
    """Make the tables `file` and `offender`."""
    left_out: dict[int, int] = defaultdict(int)
    offenders: list[Offender] = []
    if account.rejected or account.repaired:
        parameters = {**reading.parameters, "has_times": has_times}
        fates = runner.step(_PHASE, 0.15, schema.over(schema.FATES, reading.sql), parameters)
        for kept, why, number, rows, first in fates:
            if not kept:
                left_out[number] += rows
            outcome = "repaired" if kept else "rejected"
            path = str(source.files[number])
            offenders.extend(Offender(outcome, why, path, one["row"], one["shown"] or "") for one in first)
        for line in reading.broken(schema.OFFENDERS):
            path = str(source.files[line.file])
            offenders.append(Offender("rejected", schema.BROKEN_ROW, path, line.line, line.text[: schema.SHOWN]))
    broken = reading.broken_by_file()
    rows_of = reading.rows_by_file()
    layouts = [part.layout.name for part in source.parts for _ in part.files]
    listed = []
    for number, (file, layout) in enumerate(zip(source.files, layouts, strict=True)):
        rows = rows_of.get(number, 0) + broken.get(number, 0)
        kept = rows_of.get(number, 0) - left_out[number]
        listed.append((number, _text(str(file)), layout, file.stat().st_size, rows, kept))
    runner.store("file", schema.FILES, listed)
    told = _first_of_each(offenders)
    runner.store(
        "offender", schema.OFFENDING, [(one.outcome, one.reason, _text(one.file), one.row, one.shown) for one in told]
    )


def _first_of_each(offenders: list[Offender]) -> list[Offender]:
    """The first few for each reason, over all files."""
    told: dict[tuple[str, str], list[Offender]] = defaultdict(list)
    for one in offenders:
        if len(told[one.outcome, one.reason]) < schema.OFFENDERS:
            told[one.outcome, one.reason].append(one)
    return [one for several in told.values() for one in several]


def _text(path: str) -> str:
    """A path as valid text: bytes of a name that are no UTF-8 have no place in the index."""
    return path.encode(errors="replace").decode()
