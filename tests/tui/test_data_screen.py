from hypothesis import given
from hypothesis import strategies as st

from musicrec_tui.dataset.records import Table
from musicrec_tui.tui.widgets.data.table import table_rows, widths
from tests.tui.support import SmallApp, rows_of, settled, shown


@given(st.lists(st.integers(0, 200), min_size=1, max_size=15), st.integers(10, 200))
def test_columns_fit_the_room_and_none_is_wider_than_it_needs(wanted: list[int], room: int) -> None:
    given_widths = widths(wanted, room)
    assert 1 <= len(given_widths) <= len(wanted)
    assert sum(given_widths) + 2 * (len(given_widths) - 1) <= max(room, 10)
    assert all(width <= need for width, need in zip(given_widths, wanted, strict=False))


def test_missing_values_and_numbers_are_drawn_apart() -> None:
    table = Table(("name", "count"), ("VARCHAR", "INTEGER"), (("A [b]", "7"), (None, "12")), 2)
    assert [row.draw(40).plain for row in table_rows(table)] == ["name   count", "A [b]      7", "–         12"]


async def test_it_tells_what_was_read_and_the_shape(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("5")
        await settled(pilot)
        text = shown(small_app.screen)
        info = small_app.given.info
        assert f"{info.rows} all used" in text
        assert f"{info.users} × {info.artists}" in text
        assert f"{info.plays / info.users / info.artists:.3%}" in text
        assert "of listens over artists" in text
        assert f"First rows · 50 of {info.rows} · columns 1–6 of 6" in text
        assert rows_of(small_app, "user-codes")[1].split()[:2] == ["0", "101"]
        assert len(rows_of(small_app, "artist-codes")) == info.artists + 1


async def test_columns_that_do_not_fit_are_reached_by_arrows(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(60, 24)) as pilot:
        await settled(pilot)
        await pilot.press("5")
        await settled(pilot)
        assert "columns 1–5 of 6" in shown(small_app.screen)
        await pilot.press("right", "right")
        await settled(pilot)
        assert "columns 3–6 of 6" in shown(small_app.screen)
        assert rows_of(small_app, "first-rows")[0].startswith("release_name")
        await pilot.press("left", "left", "left")
        await settled(pilot)
        assert "columns 1–5 of 6" in shown(small_app.screen)
