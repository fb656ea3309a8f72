"""The parts of the Data screen as plain functions: widths, pages, windows on the matrix, lines of figures."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from textual.content import Content

from musicrec_tui.dataset import ratings
from musicrec_tui.dataset.portrait import Week
from musicrec_tui.dataset.records import Bucket, DatasetInfo, Offender, Table, TableReading
from musicrec_tui.tui.common import cells
from musicrec_tui.tui.common.table import PAGE, Cells, Columns, PagedRows, widths
from musicrec_tui.tui.data import matrix_view
from musicrec_tui.tui.data.activity_section import bucket_bars, week_lines
from musicrec_tui.tui.data.camera import VIEWS, Camera
from musicrec_tui.tui.data.overview import fate_table, read_facts, short_names


@given(st.lists(st.integers(0, 200), min_size=1, max_size=15), st.integers(10, 200))
def test_columns_fit_the_room_and_none_is_wider_than_it_needs(wanted: list[int], room: int) -> None:
    given_widths = widths(wanted, room)
    assert 1 <= len(given_widths) <= len(wanted)
    assert sum(given_widths) + 2 * (len(given_widths) - 1) <= max(room, 10)
    assert all(width <= need for width, need in zip(given_widths, wanted, strict=False))


def test_missing_values_and_numbers_are_drawn_apart() -> None:
    table = Table(("name", "count"), ("VARCHAR", "INTEGER"), (("A [b]", "7"), (None, "12")), 2)
    columns = Columns(table.columns, table.types)
    columns.measure(table)
    assert columns.heads(0, 40).plain == "name   count"
    assert [columns.line(row, 0, 40).plain for row in table.rows] == ["A [b]      7", "–         12"]
    assert columns.line(table.rows[0], 1, 40).plain == "    7"


def test_columns_that_are_to_be_whole_are_not_squeezed() -> None:
    assert widths([30, 30, 30], 46) == [14, 14, 14]
    assert widths([30, 30, 30], 46, whole=1)[0] == 30
    assert widths([4, 200, 9], 39, whole=2) == [4, 33]


@given(st.integers(0, 5_000), st.lists(st.integers(0, 4_999), max_size=30))
def test_pages_ask_for_what_is_drawn_and_keep_a_few(total: int, looked: list[int]) -> None:
    wanted: list[int] = []
    pages = PagedRows(total, lambda cells, room: Content(str(cells[0])[:room]), wanted.append)

    def fetch(page: int) -> None:
        first = page * PAGE
        rows: tuple[Cells, ...] = tuple((str(at),) for at in range(first, min(total, first + PAGE)))
        pages.put(page, Table(("n",), ("INTEGER",), rows, total))

    assert len(pages) == total
    for index in looked:
        if index < total:
            row = pages[index]
            assert row.value == index
            if row.draw(20).plain == "…":
                assert wanted[-1] == index // PAGE
                fetch(index // PAGE)
            assert row.draw(20).plain == str(index)
    assert len(pages._pages) <= 8


cameras = st.builds(
    Camera, users=st.integers(1, 40_000), artists=st.integers(1, 600_000), rows=st.integers(1, 60),
    columns=st.integers(1, 200), view=st.sampled_from(VIEWS),
)  # fmt: skip
moves = st.lists(
    st.one_of(
        st.tuples(st.just("moved"), st.integers(-70, 70), st.integers(-250, 250)),
        st.tuples(st.just("zoomed"), st.sampled_from([-1, 1]), st.just(0)),
        st.tuples(st.just("whole"), st.just(0), st.just(0)),
        st.tuples(st.just("changed"), st.integers(1, 60), st.integers(1, 200)),
    ),
    max_size=25,
)


@given(cameras, moves)
def test_a_camera_never_loses_its_cursor(camera: Camera, steps: list[tuple[str, int, int]]) -> None:
    for what, one, other in steps:
        match what:
            case "moved":
                camera = camera.moved(one, other)
            case "zoomed":
                camera = camera.zoomed(one)
            case "whole":
                camera = camera.whole()
            case _:
                camera = camera.changed(rows=one, columns=other)
        row, column = camera.cursor
        users, artists = camera.under_cursor
        window = camera.window
        assert 0 <= row < camera.rows
        assert 0 <= column < camera.columns
        assert users
        assert artists
        assert camera.user in users
        assert camera.artist in artists
        assert 0 <= window.top < camera.users
        assert 0 <= window.left < camera.artists
        assert camera.pointed(row, column) == camera
        if camera.zoom == 0:
            assert window.rows * window.users >= camera.users
            assert window.columns * window.artists >= camera.artists


@given(cameras, st.integers(0, 59), st.integers(0, 199))
def test_zooming_in_ends_at_one_user_and_artist_and_back_at_the_whole(camera: Camera, row: int, column: int) -> None:
    camera = camera.pointed(min(row, camera.rows - 1), min(column, camera.columns - 1))
    user, artist = camera.user, camera.artist
    nearest = camera
    for _ in range(20):
        nearest = nearest.zoomed(1)
        assert (nearest.user, nearest.artist) == (user, artist)
    assert nearest.step == (1, 1)
    for _ in range(20):
        nearest = nearest.zoomed(-1)
    assert nearest.zoom == 0


def test_another_order_begins_at_its_beginning_another_view_stays() -> None:
    camera = Camera(1000, 1000, 10, 10, "shades").zoomed(1).zoomed(1).moved(9, 9)
    assert camera.changed(view="figures").user == camera.user
    other = camera.changed(order="code")
    assert (other.user, other.artist, other.top, other.left) == (0, 0, 0, 0)


INFO = DatasetInfo(("/a/log",), "ratings", "0" * 32, 10, 8, 2, 3, 4, False, kept=8, rejected={"no user": 2},
                   rating_scale=ratings.STARS, rated=5, disliked=2, neutral=1, plays_from_ratings=True)  # fmt: skip


def test_ratings_are_told_with_what_they_count_as() -> None:
    told = {label: f"{figure} {remark}" for label, figure, remark in read_facts(INFO, "changed")}
    assert told["ratings"].startswith("5 pairs; ratings, 1 to 5 stars: 4 stars counts 3")
    assert "2 dislikes never recommended" in told["ratings"]
    assert "they are the plays" in told["ratings"]
    assert told["rows"] == "10 of which 8 were used"
    assert told["files"].startswith("changed since")


def test_what_was_understood_is_shown_with_rows() -> None:
    row = {"user_id": "ann", "artist_name": "Air\x1b", "release_name": "Moon", "listened_at": "2024-05-01 12:00:00"}
    read = TableReading(
        "listens", 1, "UTF-8", "artist ← Artist", {"artist": "Artist"}, ("The column 'x' …",), (row, row)
    )
    told = read_facts(msgspec.structs.replace(INFO, understood=(read,)))
    assert told[2:6] == [
        ("columns", "", "artist ← Artist · UTF-8"),
        ("warning", "The column 'x' …", ""),
        ("read as", "", "ann · Air� · 2024-05-01 12:00:00"),
        ("", "", "ann · Air� · 2024-05-01 12:00:00"),
    ]


def test_reasons_without_a_row_are_headings_all_the_same() -> None:
    table, headings = fate_table(INFO, [])
    assert headings == {0: "2 skipped: no user"}
    assert table.rows == ((None, None, None),)
    table, _ = fate_table(INFO, [Offender("rejected", "no user", "/a/log/x\x1b.csv", 1234, " · Air")])
    assert table.rows == (("x\x1b.csv", "1,234", " · Air"),)


def test_files_are_named_from_the_folder_that_all_are_in() -> None:
    assert short_names(["/a/b/1.csv", "/a/b/c/2.csv"]) == ["1.csv", "c/2.csv"]
    assert short_names(["/a/1.csv"]) == ["1.csv"]
    assert short_names([]) == []
    assert [cells.size(count) for count in (12, 2048, 3 << 20, 5 << 30)] == ["12 B", "2.0 kB", "3.0 MB", "5.0 GB"]


def test_columns_of_figures_say_whose_they_are() -> None:
    def head(name: str, places: str) -> list[str]:
        return [line.plain.strip() for line in matrix_view.column_head(name, places, here=False)]

    assert head("Massive Attack", "") == ["Massive", "Attack"]
    assert head("Portishead", "") == ["Portish", "ead"]
    assert head("Low", "") == ["Low", ""]
    assert head("Massive Attack", matrix_view.column_places(6, 6, 90)) == ["Massiv…", "7–12"]
    assert head("Low", matrix_view.column_places(88, 6, 90)) == ["Low", "89–90"]
    assert head("Low", matrix_view.column_places(1200, 100, 4591)) == ["Low", "1,201–"]


@given(st.lists(st.tuples(st.integers(1, 10**6), st.integers(0, 10**8)), min_size=1, max_size=20), st.integers(20, 150))
def test_bars_keep_their_width_and_their_figures(found: list[tuple[int, int]], width: int) -> None:
    buckets = [Bucket(2**at, 2 ** (at + 1) - 1, *one) for at, one in enumerate(found)]
    head, *lines = bucket_bars(buckets, "listeners", "artists", width)
    assert len(lines) == len(buckets)
    assert {line.cell_length for line in lines} == {head.cell_length}
    assert width < 44 or head.cell_length == width


def test_hours_are_as_high_as_they_are_full() -> None:
    quiet, loud = (0,) * 24, (*(1,) * 12, *(80,) * 12)
    lines = [line.plain for line in week_lines(Week("UTC", (*(quiet,) * 6, loud)), 40)]
    assert lines[0].split() == ["0", "6", "12", "18"]
    assert lines[1].split() == ["Mon", "0"]
    assert lines[7].split() == ["Sun", "▁" * 12 + "█" * 12, "972"]
