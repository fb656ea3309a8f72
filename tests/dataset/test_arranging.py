"""Codes and rows, filtered and sorted by DuckDB: as Python sorts and filters the same table."""

import contextlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.lookups import arranged_rows, arranging, codes
from musicrec_tui.dataset.lookups.arranged_rows import ArrangedRows
from musicrec_tui.dataset.lookups.arranging import Arranging, parsed
from musicrec_tui.dataset.lookups.rows import RawLog
from musicrec_tui.errors import Cancelled, UserError
from musicrec_tui.paths import Home
from musicrec_tui.text import search_name
from tests.dataset.logs import listen, opened, write_listens, write_text

NAMES = ("Björk", "air", "Zao", "Low", "Évora", 'Quo"ted', "2 Unlimited")


@pytest.fixture
def dataset(home: Home, tmp_path: Path) -> Iterator[Dataset]:
    log = [
        listen(user, NAMES[(user * turn) % 7], (user * turn) % 7, user + turn)
        for user in range(30)
        for turn in range(5)
    ]
    made = opened(home, write_listens(tmp_path / "log.parquet", log))
    yield made
    made.close()


@pytest.mark.parametrize("what", ["user", "artist"])
def test_codes_are_sorted_and_filtered(dataset: Dataset, what: codes.What) -> None:
    whole = codes.code_page(dataset, what, 1000)
    for at, column in enumerate(whole.columns):
        for descending in (False, True):
            page = codes.code_page(dataset, what, 1000, 0, Arranging("", column, descending))
            values = [row[at] or "" for row in page.rows]
            numbers = [float(one) for one in values if one.isdigit()]
            assert sorted(page.rows) == sorted(whole.rows)
            assert numbers == sorted(numbers, reverse=descending)
            if not numbers:
                assert [search_name(one) for one in values] == sorted(map(search_name, values), reverse=descending)
    found = codes.code_page(dataset, what, 1000, 0, Arranging("1"))
    assert found.rows == tuple(row for row in whole.rows if any("1" in (one or "").lower() for one in row))
    assert found.total == len(found.rows)
    assert codes.code_page(dataset, what, 2, 1, Arranging("1")).rows == found.rows[1:3]
    assert codes.code_page(dataset, "artist", 9, 0, Arranging("EVO")).rows[0][1] == "Évora"
    with pytest.raises(UserError, match="There is no column 'sql'"):
        codes.code_page(dataset, what, 1, 0, Arranging("", "sql"))


def _arranged(log: RawLog, wanted: Arranging) -> tuple[tuple[str | None, ...], ...]:
    with contextlib.closing(ArrangedRows(log)) as rows:
        page = rows.arrange(wanted)
        first = page(0, 3)
        whole = (*first.rows, *page(3, 10_000).rows)
        assert len(whole) == first.total
        assert first.columns == log.columns
        return whole


def test_rows_of_parquet_are_sorted_and_filtered(dataset: Dataset) -> None:
    with contextlib.closing(RawLog.of(dataset)) as log:
        whole = log.page(0, 10_000).rows
        at = log.columns.index("artist_name")
        user = log.columns.index("user_id")
        assert _arranged(log, Arranging("", "user_id", descending=True)) == tuple(
            sorted(whole, key=lambda row: int(row[user] or 0), reverse=True)
        )
        assert _arranged(log, Arranging("bjork")) == tuple(row for row in whole if row[at] == "Björk")
        assert [row[at] for row in _arranged(log, Arranging("quo", "artist_name"))] == ['Quo"ted'] * len(
            [row for row in whole if row[at] == 'Quo"ted']
        )


def test_rows_of_text_files_are_read_once(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arranged_rows, "_AT_ONCE", 3)
    lines = [f"{user},Band {user % 4},{user * 7 % 10}" for user in range(11)]
    write_text(tmp_path / "logs" / "a.csv", "user,artist,plays", *lines)
    write_text(tmp_path / "logs" / "b.csv", "user,artist,plays", "x,,3", "y,Zoo,11")
    with contextlib.closing(opened(home, tmp_path / "logs")) as dataset, contextlib.closing(RawLog.of(dataset)) as log:
        plays = [row[2] for row in _arranged(log, Arranging("", "plays", descending=True))]
        assert plays == ["11", "9", "8", "7", "6", "5", "4", "3", "3", "2", "1", "0", "0"]
        names = [row[1] for row in _arranged(log, Arranging("", "artist"))]
        assert names[-1] is None
        assert names[:-1] == sorted(one or "" for one in names[:-1])
        monkeypatch.setattr(arranged_rows, "MOST", 12)
        with pytest.raises(UserError, match="more than 12 rows"):
            ArrangedRows(log)


def test_a_column_may_be_called_as_one_of_ours(home: Home, tmp_path: Path) -> None:
    lines = ["3,ann,Air", "1,bob,Low", "2,eve,Zoo"]
    write_text(tmp_path / "log.csv", "place,user,artist", *lines)
    with contextlib.closing(opened(home, tmp_path / "log.csv")) as made, contextlib.closing(RawLog.of(made)) as log:
        assert [row[0] for row in _arranged(log, Arranging("", "place"))] == ["1", "2", "3"]


@pytest.mark.parametrize("text", ["한국", "ﬁn", "Ⅱ", "…And You", "½", "ΑΣ", "İstanbul", "Café", "É"])
def test_a_text_is_found_in_itself(text: str) -> None:
    wanted = Arranging(text)
    condition = arranging.where(["name"], wanted)
    found = duckdb.execute(
        f"SELECT name FROM (SELECT unnest([$name, 'xyz']) AS name) {condition}",  # noqa: S608
        {"name": f"the {text}"} | arranging.parameter(wanted),
    ).fetchall()
    assert found == [(f"the {text}",)]


def test_orders_that_are_asked_for_at_once_give_their_own_rows_or_none(dataset: Dataset) -> None:
    with contextlib.closing(RawLog.of(dataset)) as log, contextlib.closing(ArrangedRows(log)) as rows:
        at = log.columns.index("user_id")
        wanted = [Arranging("", "user_id", descending=bool(turn % 2)) for turn in range(24)]

        def first(one: Arranging) -> tuple[Arranging, str | None] | None:
            try:
                return one, rows.arrange(one)(0, 1).rows[0][at]
            except Cancelled:  # another order has taken its place
                return None

        with ThreadPoolExecutor(4) as pool:
            found = [one for one in pool.map(first, wanted) if one is not None]
        whole = sorted((row[at] for row in log.page(0, 10_000).rows), key=lambda user: int(user or 0))
        assert found
        assert {(one.descending, user) for one, user in found} <= {(False, whole[0]), (True, whole[-1])}
        earlier, later = rows.arrange(wanted[0]), rows.arrange(wanted[1])
        assert later(0, 1).rows[0][at] == whole[-1]
        with pytest.raises(Cancelled):
            earlier(0, 1)


def test_a_minus_means_the_largest_first() -> None:
    assert parsed(" low ", "-plays") == Arranging("low", "plays", descending=True)
    assert not parsed("", "").active
