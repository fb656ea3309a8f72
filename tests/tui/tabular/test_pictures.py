"""Pictures as SVG: marks where they belong, and nothing in a name that is markup or that XML may not hold."""

import xml.etree.ElementTree as ET
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musicrec_tui.dataset.portrait import Block, BlockCell, Week, Window
from musicrec_tui.dataset.records import Bucket, Month
from musicrec_tui.jobs.host_protocol import ScatterCell, Scattered
from musicrec_tui.paths import Home
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.runs import store
from musicrec_tui.runs import tuning_store as tunings
from musicrec_tui.tui.compare import view_tables
from musicrec_tui.tui.data import matrix_view
from musicrec_tui.tui.tabular import plots, svg
from musicrec_tui.tui.tabular.pictures import Bars, Dots, Forest, Interval, Map, Panel, Picture, marks
from musicrec_tui.tui.tabular.sheet import Sheet
from musicrec_tui.tui.tune.heat_map import HeatMap
from tests.tui.compare.compare_support import chosen
from tests.tui.train.train_support import FakeRun
from tests.tui.tune.tune_support import FakeTuning

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "A <b>&\x1b]0;x"
HOSTILE_CLEAN = "A <b>&�]0;x"


def read(*pictures: Picture) -> ET.Element:
    """A document as whoever opens the file reads it."""
    return ET.fromstring(svg.render_svg(pictures).encode())  # noqa: S314  (our own)


def texts(root: ET.Element) -> list[str]:
    """All labels."""
    return [one.text or "" for one in root.iter(f"{SVG}text")]


def figures(root: ET.Element, tag: str, *names: str) -> list[tuple[float, ...]]:
    """Attributes of all elements of a kind, but for what has no fill of its own."""
    filled = [one for one in root.iter(f"{SVG}{tag}") if one.get("fill-opacity") or tag == "line"]
    return [tuple(float(one.attrib[name]) for name in names) for one in filled]


def drawn(sheet: Sheet | None) -> Sequence[Picture]:
    """The pictures of a sheet that has some."""
    assert sheet is not None
    assert sheet.pictures is not None
    return sheet.pictures()


def test_a_curve_has_its_points_where_they_belong() -> None:
    line = Panel(HOSTILE, [(1.0, 0.0), (2.0, 10.0), (3.0, 5.0)], "epoch", "loss")
    decades = Panel("Ranks", [(1.0, 1000.0), (10.0, 100.0), (100.0, 10.0)], "rank", "listens", logarithmic=True)
    root = read(line, decades, Panel("Nothing", [], "x", "y"))
    told = texts(root)
    assert told[0] == HOSTILE_CLEAN
    assert {"10", "0", "1", "3", "loss by epoch", "listens by rank, both logarithmic"} <= set(told)
    first, second, third = [
        [tuple(map(float, point.split(","))) for point in one.attrib["points"].split()]
        for one in root.iter(f"{SVG}polyline")
    ]
    heights = [y for _, y in first]
    assert heights == [max(heights), min(heights), first[0][1] / 2 + first[1][1] / 2]
    assert first[1][0] == pytest.approx((first[0][0] + first[2][0]) / 2)
    assert second[1] == pytest.approx(((second[0][0] + second[2][0]) / 2, (second[0][1] + second[2][1]) / 2), abs=0.1)
    assert third == []


def test_bars_are_as_long_as_their_values_from_one_axis() -> None:
    root = read(Bars("Why", [(HOSTILE, 0.5), ("less", -0.25), ("none", 0.0)], "+.2f"))
    (axis, _), *_ = figures(root, "line", "x1", "y1")
    up, down, none = figures(root, "rect", "x", "width")
    assert up[0] == pytest.approx(axis, abs=0.1)
    assert down[0] + down[1] == pytest.approx(axis, abs=0.1)
    assert up[1] == pytest.approx(2 * down[1], abs=0.02)
    assert none[1] == 0
    assert {"+0.50", "-0.25", "+0.00", HOSTILE_CLEAN} <= set(texts(root))


def test_a_map_is_darker_where_values_are_higher() -> None:
    cells = [(0, 0, 0.25), (0, 1, 0.5), (1, 1, 0.375)]
    root = read(Map("Map", "factors", "alpha", (2, 2), cells, ("8", "16"), ("1", HOSTILE), ".4f"))
    low, dark, middle = figures(root, "rect", "x", "y", "fill-opacity")
    assert low[2] < middle[2] < dark[2] == 1
    assert (low[1], dark[0]) == (dark[1], middle[0])
    assert middle[1] == pytest.approx(low[1] + 26)
    assert {"0.2500", "0.5000", "0.3750", "8", HOSTILE_CLEAN, "across: factors · down: alpha"} <= set(texts(root))
    many = read(Map("Matrix", "artists", "users", (300, 500), [(0, 0, 1.0), (299, 499, 1e6)], logarithmic=True))
    width, height = (float(many.attrib[side]) for side in ("width", "height"))
    for x, y, wide, deep in figures(many, "rect", "x", "y", "width", "height"):
        assert 0 <= x <= x + wide <= width
        assert 0 <= y <= y + deep <= height


def test_a_forest_has_zero_in_the_middle_and_a_scale_for_each_kind() -> None:
    told = [Interval("ndcg@10", 0.1, 0.0, 0.2), Interval("auc", -0.1, -0.2, 0.0), Interval("novelty", 5, 4, 10, "bits")]
    root = read(Forest("B against A", told))
    (zero, _), *lines = figures(root, "line", "x1", "x2")
    first, second, third = lines[::3]
    assert first[0] == second[1] == zero
    assert first[1] - zero == pytest.approx(zero - second[0], abs=0.2)
    assert third[1] == first[1]  # the farthest end of each scale
    means = [x for (x,) in figures(root, "circle", "cx")]
    assert means[0] == pytest.approx((first[0] + first[1]) / 2, abs=0.1)
    assert "-0.1000  (-0.2000 to +0.0000)" in texts(root)


def test_dots_stand_in_their_cells_from_below() -> None:
    root = read(Dots("Users", "A", HOSTILE, 0.0, 1.0, (2, 4), [(0, 0, 400), (1, 3, 1)]))
    (x, y, r), (right, top, small) = figures(root, "circle", "cx", "cy", "r")
    assert x < right
    assert y > top
    assert r > small > 0
    assert f"across: A · up: {HOSTILE_CLEAN}" in texts(root)


@pytest.mark.parametrize(
    "picture",
    [
        Panel("Loss", [(1.0, 0.123456), (20.0, 1234.56)], "epoch", "loss"),
        Bars("Importance", [("regularization_strength_of", 0.25), ("rank", -0.5)], ".1%"),
        Forest("B against A", [Interval("novelty and more", 0.1234, -0.1, 0.3)]),
        Dots("NDCG@10 of users", "A", "B", 0.123, 0.9876, (10, 10), [(0, 9, 12)]),
        Map("Map", "factors", "alpha", (1, 2), [(0, 0, 0.5), (0, 1, 0.25)], ["32", "64"], ["0.0123456789"], ".4f"),
    ],
    ids=lambda picture: type(picture).__name__,
)
def test_no_label_leaves_the_picture(picture: Picture) -> None:
    for one in read(picture).iter(f"{SVG}text"):
        x, long = float(one.attrib["x"]), 6 * len(one.text or "")
        left = {"start": x, "middle": x - long / 2, "end": x - long}[one.attrib["text-anchor"]]
        assert left >= 0, one.text
        assert left + long <= svg.WIDTH, one.text


names = st.text(max_size=300)
numbers = st.floats(-1e9, 1e9)


@given(names, numbers, numbers, st.integers(1, 10**6))
def test_whatever_a_log_calls_things_the_file_is_xml_and_its_attributes_are_ours(
    name: str, one: float, other: float, count: int
) -> None:
    low, high = sorted((one, other))
    root = read(
        Panel(name, [(one, other), (other, one)], name, name, (name, name)),
        Bars(name, [(name, one), (name, other)]),
        Map(name, name, name, (1, 2), [(0, 0, one), (0, 1, other)], (name, name), (name,)),
        Forest(name, [Interval(name, one, low, high, name), Interval(name, other, low, high)]),
        Dots(name, name, name, low, high, (1, 1), [(0, 0, count)]),
    )
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg", "g", "rect", "text", "path", "polyline", "circle", "line",
    }  # fmt: skip
    values = [value for element in root.iter() for value in element.attrib.values()]
    assert all("nan" not in value and "inf" not in value for value in values)


def test_every_plot_has_a_picture(home: Home) -> None:
    tail = plots.buckets("Artists", [Bucket(1, 1, 7, 9), Bucket(2, 3, 4, 20)], "listeners")
    assert drawn(tail) == (Bars("Artists", [("1 listeners", 7.0), ("2–3 listeners", 4.0)], ",.0f"),)
    (week,) = drawn(plots.week("Week", Week("UTC", tuple((day,) * 24 for day in range(7)))))
    assert (marks(week), isinstance(week, Map)) == (7 * 24, True)
    calendar = plots.calendar("When", [Month("2007-01", 3), Month("2007-02", 5)], Week("UTC", ((1,) * 24,) * 7))
    assert [type(one) for one in drawn(calendar)] == [Panel, Map]
    assert calendar is not None
    rows = calendar.loaded()
    assert (len(rows), rows[1], rows[2]) == (
        2 + 7 * 24,
        ("2007-02", None, None, 5, None),
        (None, "Monday", 0, 1, "UTC"),
    )
    for ndcg in (0.2, 0.3):
        made = FakeRun(home)
        made.start()
        made.finish(ndcg)
    runs = store.list_runs(home)
    answer = chosen(runs)
    (forest,) = drawn(view_tables.differences_table(answer, runs))
    assert isinstance(forest, Forest)
    assert [one.mean for one in forest.intervals] == [one.difference for one in answer.against[0].metrics]
    (groups,) = drawn(view_tables.groups_table(answer, runs))
    assert marks(groups) == len(answer.against[0].groups)


def test_users_by_their_values_are_a_table_of_spans_and_dots(home: Home) -> None:
    found = Scattered("ndcg@10", 0.0, 1.0, 4, 2, (ScatterCell(0, 0, 9), ScatterCell(3, 1, 2)), 0, 9, 2, 9)
    runs = [FakeRun(home, name=name).info for name in ("first", "other")]
    sheet = view_tables.scatter_table([found], runs)
    assert sheet.loaded() == [
        ("first", "other", "ndcg@10", 0.0, 0.25, 0.0, 0.5, 9),
        ("first", "other", "ndcg@10", 0.75, 1.0, 0.5, 1.0, 2),
    ]
    assert drawn(sheet) == [
        Dots("ndcg@10 of users", "first", "other", 0.0, 1.0, (4, 2), [(0, 0, 9), (3, 1, 2)])
    ]  # fmt: skip


def test_the_matrix_is_a_table_of_the_cells_that_are_seen() -> None:
    window = Window("activity", top=4, left=0, rows=8, columns=8, users=2, artists=10)
    block = Block(window, (BlockCell(0, 1, 3, 40), BlockCell(1, 0, 1, 0)), ("ann", HOSTILE), ("Low", "Can"), 0.5)
    sheet = matrix_view.block_sheet(block, (7, 15), (0, 1))
    assert sheet.title == "Matrix: users 5–7 × artists 1–15"
    assert sheet.loaded() == [
        (5, 2, "ann", 11, 5, "Can", 3, 40, True),
        (7, 1, HOSTILE, 1, 10, "Low", 1, 0, True),
    ]
    assert sheet.here == sheet.loaded()[0]
    assert matrix_view.block_sheet(block, (7, 15), None).here is None
    (picture,) = drawn(sheet)
    assert isinstance(picture, Map)
    assert (picture.shape, picture.cells) == ((2, 2), [(0, 1, 40.0), (1, 0, 1.0)])


def test_the_map_of_a_tuning_has_the_best_of_each_pair(home: Home) -> None:
    tuning = FakeTuning(home)
    tuning.start()
    for value, factors in ((0.1, 8), (0.3, 8), (0.2, 16)):
        tuning.trial(value, AlsParams(factors=factors, regularization=1.0))
    heat_map = HeatMap()
    heat_map._tuning = tunings.read_tuning(home, tuning.info.id)
    (picture,) = drawn(heat_map.sheet())
    assert isinstance(picture, Map)
    assert (picture.across, picture.down, picture.columns, picture.rows) == (
        "factors", "regularization", ("8", "16"), ("1",),
    )  # fmt: skip
    assert picture.cells == [(0, 0, 0.3), (0, 1, 0.2)]
