"""A history is the same in whatever order, in how many pieces, and how often it is imported."""

import functools
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.profiles import importing, merging, store
from musicrec_tui.dataset.profiles.merging import COLUMNS, COUNT, LISTEN, RATING
from musicrec_tui.paths import Home
from tests.dataset.profiles.histories import ORIGIN, heard, jot, rated, rows

Row = dict[str, Any]
START = datetime(2024, 1, 1)
_ARROW = {"VARCHAR": pa.string(), "TIMESTAMP": pa.timestamp("us"), "BIGINT": pa.int64(), "DOUBLE": pa.float64()}
SCHEMA = pa.schema([(name, _ARROW[type_]) for name, type_ in COLUMNS.items()] + [("file", pa.int32())])


@functools.cache
def database() -> duckdb.DuckDBPyConnection:
    """One for all merges, as beginning one takes longer than a merge; each cursor has temporary tables of its own."""
    return duckdb.connect()


@pytest.fixture(autouse=True, scope="module")
def _close_database() -> Iterator[None]:
    yield
    database().close()
    database.cache_clear()


def merge(history: Sequence[Row], incoming: Sequence[Row], at: int) -> tuple[list[Row], int]:
    """What both hold, as dictionaries, and how many of the incoming rows changed something."""
    with database().cursor() as connection:
        stamped = [{**row, "imported_at": START + timedelta(days=at)} for row in incoming]
        for name, listed in (("history", history), ("incoming", stamped)):
            connection.register("given", pa.Table.from_pylist(listed, SCHEMA))
            but = "EXCLUDE (file)" if name == "history" else ""
            connection.execute(f"CREATE TEMP TABLE {name} AS SELECT * {but} FROM given")  # noqa: S608
            connection.unregister("given")
        connection.execute(merging.MERGED)
        [(new,)] = connection.execute(merging.NEW).fetchall()
        return connection.sql("FROM merged").to_arrow_table().to_pylist(), int(new)


def plain(merged: Sequence[Row]) -> list[Row]:
    """Without where the rows came from, in an order of their own."""
    bare = [{name: value for name, value in row.items() if name not in ORIGIN} for row in merged]
    return sorted(bare, key=lambda row: str(sorted(row.items(), key=str)))


def row(kind: str, artist: str, recording: str, second: int, plays: int, rating: float, album: str | None) -> Row:
    """A row of `incoming`; a rating's time tells its value, so that no two of a time contradict each other."""
    return {
        "kind": kind,
        "artist_key": f"name:{artist.casefold()}",
        "recording_key": recording,
        "artist_name": artist,
        "release_name": album,
        "listened_at": None if kind == COUNT else START + timedelta(seconds=second),
        "plays": 0 if kind == RATING else plays,
        "rating": rating if kind == RATING else None,
        "layout": "one",
        "source": "a.json",
        "file": 0,
    }


def told(kinds: Sequence[str]) -> st.SearchStrategy[Row]:
    """Rows that often tell of the same."""
    return st.builds(
        row,
        st.sampled_from(kinds),
        st.sampled_from(["Low", "LOW", "Air"]),
        st.sampled_from(["", "song"]),
        st.integers(0, 3),
        st.integers(1, 4),
        st.sampled_from([-1.0, 0.0, 1.0]),
        st.sampled_from([None, "Album", "Best of"]),
    )


ROWS = st.lists(told([LISTEN, RATING]), max_size=12)


@settings(max_examples=25, deadline=None)
@given(st.data(), ROWS)
def test_order_pieces_and_repetition_do_not_matter(data: st.DataObject, listed: list[Row]) -> None:
    whole, _ = merge([], listed, 1)
    shuffled = data.draw(st.permutations(listed))
    cut = data.draw(st.integers(0, len(listed)))
    again = data.draw(st.lists(st.sampled_from(listed), max_size=5)) if listed else []
    history: list[Row] = []
    for at, piece in enumerate((shuffled[:cut], again, shuffled[cut:], shuffled[:cut])):
        history, _ = merge(history, piece, at)
    assert plain(history) == plain(whole)


@settings(max_examples=15, deadline=None)
@given(st.data(), st.lists(st.lists(told([COUNT]), min_size=1, max_size=5), min_size=1, max_size=3))
def test_counts_are_the_same_whatever_file_comes_first(data: st.DataObject, files: list[list[Row]]) -> None:
    numbered = [{**one, "file": number} for number, file in enumerate(files) for one in file]
    whole, _ = merge([], numbered, 1)
    history: list[Row] = []
    for at, file in enumerate(data.draw(st.permutations([*files, files[0]]))):
        history, _ = merge(history, file, at)
    assert plain(history) == plain(whole)
    most: dict[tuple[str, str], int] = {}
    for file in files:  # the larger of the files' sums, counted by hand
        sums: dict[tuple[str, str], int] = {}
        for one in file:
            key = one["artist_key"], one["recording_key"]
            sums[key] = sums.get(key, 0) + one["plays"]
        most = {key: max(most.get(key, 0), sums.get(key, 0)) for key in most.keys() | sums.keys()}
    assert {(one["artist_key"], one["recording_key"]): one["plays"] for one in whole} == most


@settings(max_examples=25, deadline=None)
@given(ROWS, ROWS)
def test_what_is_new_is_what_changed(first: list[Row], second: list[Row]) -> None:
    def values(listed: Sequence[Row]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
        return {
            (
                one["kind"], one["artist_key"], one["recording_key"],
                one["listened_at"] if one["kind"] == LISTEN else None,
            ): (one["plays"], one["rating"]) for one in listed
        }  # fmt: skip

    before, _ = merge([], first, 1)
    after, new = merge(before, second, 2)
    was, is_now = values(before), values(after)
    assert new == sum(was.get(key) != value for key, value in is_now.items())
    assert merge(after, second, 3)[1] == 0


@settings(max_examples=4, deadline=None)
@given(st.data())
def test_imports_of_pieces_make_the_same_profile(data: st.DataObject) -> None:
    """The same from end to end, over files."""
    listens = st.builds(
        heard, st.sampled_from(["Low", "ＬＯＷ", "Air"]), st.integers(0, 3), st.sampled_from(["A", "a", "B"])
    )
    ratings = st.builds(
        lambda artist, at: rated(artist, at % 3 - 1, at), st.sampled_from(["Low", "Air"]), st.integers(0, 9)
    )
    listed = data.draw(st.lists(listens | ratings, min_size=2, max_size=10))
    shuffled = data.draw(st.permutations(listed))
    cut = data.draw(st.integers(1, len(listed) - 1))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        home = Home(root, root / "cache")
        whole = importing.import_history(home, "whole", Log([jot(root / "whole.json", listed)]))
        pieces = [jot(root / f"{at}.json", piece) for at, piece in enumerate((shuffled[:cut], shuffled[cut:]))]
        for piece in (*pieces, pieces[0]):
            importing.import_history(home, "pieces", Log([piece]))
        joined = store.read_profile(home, "pieces")
        assert rows(joined) == rows(whole)
        facts = ("artists", "listens", "ratings", "rating_scales", "first_at", "last_at")
        assert [getattr(joined.stored, fact) for fact in facts] == [getattr(whole.stored, fact) for fact in facts]
