"""The account of rows: each row of each file is kept (some after a repair) or rejected, for a recorded reason."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

from musicrec_tui.dataset.index import schema
from musicrec_tui.dataset.index.running import Runner
from musicrec_tui.dataset.records import Offender
from musicrec_tui.dataset.sources import read_options
from musicrec_tui.dataset.sources.base import CUT_OFF, NO_ENTRY
from musicrec_tui.dataset.sources.delimited import REASONS
from musicrec_tui.dataset.sources.reading import Reading
from musicrec_tui.dataset.sources.recognise import Source
from musicrec_tui.dataset.sources.tables import INCOGNITO
from musicrec_tui.errors import UserError
from musicrec_tui.text import printable

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
    offenders: tuple[Offender, ...] = ()

    @property
    def rows(self) -> int:
        """All rows of the files."""
        return self.kept + sum(self.rejected.values())


def take(runner: Runner, reading: Reading, source: Source, *, has_times: bool) -> Account:
    """Count what is kept, repaired and rejected, from `spelling` and `normal`.

    Raises:
        UserError: the user asked for strictness, and a file is not whole.
    """
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
    offenders: list[Offender] = []
    for why, number, rows, first in _repaired_lines(runner, reading, has_times=has_times):
        repaired[why] = repaired.get(why, 0) + rows
        texts = reading.line_texts(number, first)
        path = str(source.files[number])
        offenders += [Offender("repaired", why, path, line, texts.get(line, "")[: schema.SHOWN]) for line in first]
    broken = reading.broken()
    damage = broken | {why: rows for why, rows in rejected.items() if why in (CUT_OFF, NO_ENTRY, *REASONS)}
    _check_strictness(source, damage, {why: rows for why, rows in repaired.items() if why != schema.ROUNDED})
    return Account(kept, repaired, rejected | broken, tuple(offenders))


def _check_strictness(source: Source, damage: Mapping[str, int], repaired: Mapping[str, int]) -> None:
    """Refuse files that are not whole, where the user asked for that.

    Raises:
        UserError: rows are broken or cut off, or were repaired.
    """
    if not (damage or repaired) or not read_options.parse(source.insisted).strict:
        return
    where = printable(", ".join(path.name for path in source.paths), None)
    told = [f"{rows:,} × {why}" for why, rows in damage.items() if rows]
    told += [f"{rows:,} × repaired ({why})" for why, rows in repaired.items()]
    if told:
        raise UserError(
            f"--strict refuses {where}, which is not whole: {', '.join(told)}. Without it the rest is used."
        )


def _repaired_lines(runner: Runner, reading: Reading, *, has_times: bool) -> list[tuple[str, int, int, list[int]]]:
    """Which rows of text that are kept were repaired: what, in which file, how many, and the first of them."""
    listed = [
        (number, line, why)
        for number, text in reading.texts.items()
        for why, lines in text.account.repaired.items()
        for line in lines
    ]
    if not listed:
        return []
    runner.store("repaired_line", "CREATE TEMP TABLE repaired_line (file INTEGER, row BIGINT, why VARCHAR)", listed)
    parameters = {**reading.parameters, "has_times": has_times}
    return runner.step(_PHASE, 0.14, schema.over(schema.REPAIRED_LINES, reading.sql), parameters)


def note_account(runner: Runner, source: Source, reading: Reading, account: Account, *, has_times: bool) -> None:
    """Make the tables `file` and `offender`."""
    left_out: dict[int, int] = defaultdict(int)
    offenders: list[Offender] = [*account.offenders]
    if account.rejected or account.repaired:
        parameters = {**reading.parameters, "has_times": has_times}
        fates = runner.step(_PHASE, 0.15, schema.over(schema.FATES, reading.sql), parameters)
        for kept, why, number, rows, first in fates:
            if not kept:
                left_out[number] += rows
            offenders += _shown(source, reading, "repaired" if kept else "rejected", why, number, first)
    for number, text in reading.texts.items():
        path = str(source.files[number])
        offenders += [Offender("rejected", one.reason, path, one.line, one.text) for one in text.account.examples]
    rows_of = reading.rows_by_file()
    layouts = [part.layout.name for part in source.parts for _ in part.files]
    listed = []
    for number, (file, layout) in enumerate(zip(source.files, layouts, strict=True)):
        rows, refused = rows_of.get(number, 0), 0
        lines: tuple[str, int, int, int, int] = ("", 0, 0, 0, 0)
        if (text_file := reading.texts.get(number)) is not None:
            told = text_file.account
            refused = told.refused.total()
            lines = (text_file.encoding, told.lines, told.before, told.blank, told.continued)
        kept = rows - left_out[number]
        listed.append((number, _text(str(file)), layout, file.stat().st_size, rows + refused, kept, *lines))
    runner.store("file", schema.FILES, listed)
    told_of = _first_of_each(offenders)
    runner.store(
        "offender",
        schema.OFFENDING,
        [(one.outcome, one.reason, _text(one.file), one.row, one.shown) for one in told_of],
    )


def _shown(
    source: Source, reading: Reading, outcome: str, why: str, number: int, first: list[dict[str, Any]]
) -> list[Offender]:
    """The first rows of a file that have one fate: of text as they stand in it, others by their values."""
    path = str(source.files[number])
    places = [reading.line(number, one["row"]) for one in first]
    private = why == INCOGNITO  # of these nothing is kept
    texts = {} if private else reading.line_texts(number, places)
    return [
        Offender(outcome, why, path, place, texts.get(place, one["shown"] or "")[: schema.SHOWN])
        for place, one in zip(places, first, strict=True)
    ]


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
