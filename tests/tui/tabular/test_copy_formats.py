"""What is copied can be read back, and holds nothing that a terminal would obey."""

import csv
import io
import json
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musicrec_tui.dataset.table_files import Cells, Column
from musicrec_tui.text import printable
from musicrec_tui.tui.tabular.formats import EXTENTS, FORMATS, Extent, Format, format_rows, plain_text

COLUMNS = (Column("artist"), Column("plays", "whole"), Column("score", "number"), Column("heard", "truth"))
texts = st.text(st.characters(exclude_categories=())) | st.sampled_from(
    ["a\tb", "a\nb", 'a"b', "a|b", "\\|", "\x1b]0;owned\x07", "\x9b31m", "\u202egnik", "\ud800", "", " x ", "𝒳|"]
)
rows = st.lists(
    st.tuples(
        texts | st.none(), st.none() | st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False),
        st.booleans(),
    ),
    min_size=1, max_size=5,
)  # fmt: skip
HEADS = [column.name for column in COLUMNS]


def told(cells: Cells) -> list[str]:
    """A row as it is pasted."""
    return [plain_text(value) for value in cells]


@given(rows, st.sampled_from(FORMATS), st.sampled_from(EXTENTS))
def test_no_character_that_a_terminal_obeys_is_ever_copied(found: list[Cells], wanted: Format, extent: Extent) -> None:
    columns = COLUMNS[:1] if extent == "cell" else COLUMNS
    copied = format_rows(columns, [cells[: len(columns)] for cells in found], wanted, extent)
    copied.encode()  # no lone surrogates
    for line in copied.split("\n"):
        assert printable(line.replace("\t", " "), None) == line.replace("\t", " ")
    if wanted != "JSON":
        assert copied.count("\n") == 0 or extent != "cell"


@given(rows)
def test_tsv_has_a_line_for_each_row_and_a_tab_between_cells(found: list[Cells]) -> None:
    lines = format_rows(COLUMNS, found, "TSV", "table").split("\n")
    assert [line.split("\t") for line in lines] == [HEADS, *map(told, found)]


@given(rows)
def test_csv_is_read_back_by_the_csv_reader(found: list[Cells]) -> None:
    read = csv.reader(io.StringIO(format_rows(COLUMNS, found, "CSV", "table"), newline=""))
    assert list(read) == [HEADS, *map(told, found)]


@given(rows)
def test_markdown_is_a_table_whatever_the_names_hold(found: list[Cells]) -> None:
    lines = format_rows(COLUMNS, found, "Markdown", "table").split("\n")
    assert lines[1] == "| --- | ---: | ---: | --- |"
    for line, cells in zip([lines[0], *lines[2:]], [HEADS, *map(told, found)], strict=True):
        parts = re.findall(r"(?: ?)((?:\\.|[^|\\])*)\|", line)[1:]
        assert [re.sub(r"\\(.)", r"\1", part.removesuffix(" ")) for part in parts] == cells


@given(rows)
def test_json_has_the_raw_values(found: list[Cells]) -> None:
    def raw(value: object) -> object:
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(value, str) else value

    read = json.loads(format_rows(COLUMNS, found, "JSON", "table"))
    assert [list(one) for one in read] == [HEADS] * len(found)
    assert [[*one.values()] for one in read] == [[raw(value) for value in cells] for cells in found]


@pytest.mark.parametrize(
    ("wanted", "row", "cell"),
    [
        ("TSV", "A|[b] c\t3", "A|[b] c"),
        ("CSV", "A|[b] c,3", "A|[b] c"),
        ("text", "A|[b] c  3", "A|[b] c"),
        ("Markdown", "| artist | plays |\n| --- | ---: |\n| A\\|\\[b\\] c | 3 |", "A|[b] c"),
        ("JSON", '{"artist":"A|[b]\\tc","plays":3}', '"A|[b]\\tc"'),
    ],
)
def test_a_row_and_a_cell_come_without_heads_but_for_markdown(wanted: Format, row: str, cell: str) -> None:
    assert format_rows(COLUMNS[:2], [("A|[b]\tc", 3)], wanted, "row") == row
    assert format_rows(COLUMNS[:1], [("A|[b]\tc",)], wanted, "cell") == cell


def test_text_stands_in_columns_wide_characters_counted_twice() -> None:
    found: list[Cells] = [("椎名", 1), ("Low", 12)]
    assert format_rows(COLUMNS[:2], found, "text", "table") == "artist  plays\n椎名    1\nLow     12"


def test_times_and_missing_values() -> None:
    at = datetime(2007, 1, 4, 12, 3, tzinfo=UTC)
    columns = (Column("at", "time"), Column("at", "time"))
    assert format_rows(columns, [(at, None)], "TSV", "row") == "2007-01-04 12:03:00+00:00\t"
    assert format_rows(columns, [(at, None)], "JSON", "row") == '{"at":"2007-01-04T12:03:00Z","at_2":null}'
