"""One thing wrong in a text table costs the rows that it touched, and no others: names and lines are compared."""

import random
import re
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.sources.reading import Reading
from musicrec_tui.dataset.sources.recognise import recognise
from tests.dataset import mutations

FEW, MANY = 150, 10_000


def physical_lines(content: bytes) -> int:
    """The lines of a text, counted by nothing but their ends."""
    return len(content.splitlines())


def hold(seed: int, folder: Path) -> None:
    """Read one damaged table, and hold it to what is promised."""
    dice = random.Random(seed)
    written = mutations.table(dice, quoted=dice.random() < 0.4)
    text, touched = mutations.mutated(dice, written)
    content = text.encode()
    file = folder / f"{seed}.csv"
    file.write_bytes(content)
    with duckdb.connect() as connection:
        source = recognise(Log([file]))
        reading = Reading(connection, source)
        with reading.failures():
            reading.stage(
                lambda sql, values: connection.execute(
                    sql, {name: value for name, value in values.items() if f"${name}" in sql}
                ).fetchall()
            )
        found = connection.execute(f"SELECT user_id, artist_name, play_count FROM ({reading.sql})").fetchall()  # noqa: S608
    account = reading.texts[0].account
    assert account.adds_up, vars(account)
    assert account.lines == physical_lines(content), seed
    assert len(found) == account.rows
    whole = Counter(row for number, row in enumerate(written.rows) if number not in touched)
    kept = Counter((user, name, int(plays)) for user, name, plays in found if plays is not None)
    lost = whole - kept
    assert not lost, (seed, lost, text)
    delimiter = source.parts[0].dialect.delimiter
    legal = {name for _, name, _ in written.rows}
    for _, name, _ in found:
        if name and "\n" in name and name not in legal:  # a line end that was put into a name, and no row
            row = re.compile(rf'"?u\d"?{re.escape(delimiter)}')
            assert not any(map(row.match, name.split("\n")[1:])), (seed, name)
    file.unlink()


@pytest.mark.parametrize("tenth", range(10))
def test_a_change_costs_the_rows_that_it_touched(tenth: int, tmp_path: Path) -> None:
    for seed in range(tenth * FEW // 10, (tenth + 1) * FEW // 10):
        hold(seed, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("tenth", range(10))
def test_many_changes(tenth: int, tmp_path: Path) -> None:
    for seed in range(FEW + tenth * MANY // 10, FEW + (tenth + 1) * MANY // 10):
        hold(seed, tmp_path)
