"""The SQL screen: a query is asked, stopped, recalled, pointed at where it is wrong, and its result is exported."""

import asyncio
import json
import stat
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input, Static

from musicrec_tui.dataset.records import Table
from musicrec_tui.paths import Home
from musicrec_tui.tui.common import commands
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.table_view import TableView
from musicrec_tui.tui.shell.export_dialog import ExportDialog
from musicrec_tui.tui.sql import queries
from musicrec_tui.tui.sql.query_editor import QueryEditor
from musicrec_tui.tui.sql.screen import SqlScreen
from tests.tui.support import HOSTILE_CLEAN, SmallApp, clean, rows_of, settled, shown, until
from tests.waiting import PATIENCE

ENDLESS = "SELECT count(*) FROM range(1_000_000_000_000)"


async def opened(pilot: Pilot[Any], query: str = "") -> None:
    """Go to the screen, and ask."""
    await pilot.app.switch_mode("sql")
    await settled(pilot)
    assert isinstance(pilot.app.screen, SqlScreen)
    if query:
        await ask(pilot, query)
        await settled(pilot)


async def ask(pilot: Pilot[Any], query: str) -> None:
    """Type a query (as if pasted) and run it."""
    editor = pilot.app.screen.query_one(QueryEditor)
    editor.put(query)
    pilot.app.screen.set_focus(editor)
    await pilot.press("ctrl+s")


def said(app: SmallApp) -> str:
    """The line below the query."""
    return str(app.screen.query_one("#said", Static).content)


async def test_a_query_is_answered_and_the_arrows_move_through_the_rows(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, "SELECT name, listeners FROM artist WHERE listeners > 0 ORDER BY name")
        assert f"{small_app.given.info.artists} rows · " in said(small_app)
        text = "\n".join(rows_of(small_app, "result RowList"))
        assert HOSTILE_CLEAN in text
        assert "Nirvana [Live]" in text
        assert "name" in shown(small_app.screen.query_one(".table-heads"))
        assert small_app.screen.query_one(QueryEditor).has_focus
        await pilot.press("escape", "down", "down")
        await until(pilot, lambda: small_app.screen.query_one("#result RowList", RowList).cursor == 2)
        clean(small_app)


async def test_hostile_column_names_and_values_are_text(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "SELECT '[/b]' || chr(27) || '[31m' AS \"[/red]\", 1 AS n")
        assert "[/red]" in shown(small_app.screen.query_one(".table-heads"))
        assert "[/b]�[31m" in "\n".join(rows_of(small_app, "result RowList"))
        clean(small_app)
        await ask(pilot, "SELECT error('[/b]' || chr(27) || chr(10) || '[red]')")
        await settled(pilot)
        assert "[/b]" in said(small_app)
        clean(small_app)
        small_app.screen.query_one(TableView).show(Table(("\x1b]0;x", "\u202en"), (), (("1", None),), 1))
        await settled(pilot)
        assert "�]0;x" in clean(small_app)


async def test_more_rows_than_are_shown_are_told_of_and_heads_stay(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "SELECT i, i * 2 AS twice FROM range(5000) t(i)")
        assert said(small_app).startswith("The first 1,000 rows; e exports all")
        await pilot.press("escape", "G")
        await settled(pilot)
        text = shown(small_app.screen.query_one("#result"))
        assert "999" in text
        assert "twice" in text


async def test_columns_that_do_not_fit_are_reached_by_arrows(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "FROM artist")
        first = shown(small_app.screen.query_one(".table-heads"))
        await pilot.press("escape", "right", "right")
        await settled(pilot)
        assert "columns 3–" in shown(small_app.screen)
        assert shown(small_app.screen.query_one(".table-heads")) != first
        for _ in range(20):
            await pilot.press("right")
        await settled(pilot)
        assert "of 9" in shown(small_app.screen)
        assert "last_at" in shown(small_app.screen.query_one(".table-heads"))


async def test_an_error_is_a_sentence_with_the_cursor_at_the_place(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "SELECT names FROM artist")
        assert said(small_app).endswith("(column 8).")
        editor = small_app.screen.query_one(QueryEditor)
        assert (editor.has_focus, editor.cursor_location) == (True, (0, 7))


async def test_a_suggestion_is_for_the_end_of_a_line_and_as_small_as_the_word(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        editor = small_app.screen.query_one(QueryEditor)
        for typed, becomes in (("sel", "select"), ("SEL", "SELECT"), ("art", "artist")):
            await pilot.press(*typed, "right")
            assert editor.text == becomes
            editor.put("")
        await pilot.press(*"sel", "left", "right", *"x")
        assert editor.text == "selx"
        editor.put("SELECT names FROM ")
        await pilot.press(*"art", "ctrl+s")  # the cursor goes to where it is wrong
        await settled(pilot)
        await pilot.press("right")
        assert editor.text == "SELECT names FROM art"


async def test_another_query_has_none_of_the_filter_and_order_of_the_one_before(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "SELECT name, listens FROM artist")
        result = small_app.screen.query_one(TableView)
        result.rows.set_filter("moby")
        await ask(pilot, "SELECT name, listens FROM artist")
        await settled(pilot)
        assert result.rows.filter_text == "moby"
        await ask(pilot, "SELECT 41 + 1 AS answer")
        await settled(pilot)
        assert "42" in shown(small_app.screen)
        assert str(result.border_title) == "Result"


@pytest.mark.parametrize("key", ["ctrl+c", "escape"])
async def test_a_running_query_is_told_and_stopped(key: str, small_app: SmallApp) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await ask(pilot, ENDLESS)
        await until(pilot, lambda: said(small_app).startswith("running "))
        await pilot.press(key)
        await until(pilot, lambda: said(small_app).startswith("Stopped after"))
        assert small_app.is_running
        assert isinstance(small_app.screen, SqlScreen)
        await ask(pilot, "SELECT 41 + 1 AS answer")
        await settled(pilot)
        assert "42" in shown(small_app.screen)


async def test_another_query_takes_the_place_of_the_one_that_runs(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await ask(pilot, ENDLESS)
        await until(pilot, lambda: said(small_app).startswith("running "))
        await ask(pilot, "SELECT 41 + 1 AS answer")
        await settled(pilot)
        assert "1 row · " in said(small_app)
        assert "42" in shown(small_app.screen)


async def test_quitting_does_not_wait_for_a_query(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await ask(pilot, ENDLESS)
        await until(pilot, lambda: said(small_app).startswith("running "))
        await asyncio.wait_for(small_app.action_quit(), PATIENCE)


async def test_what_was_asked_is_recalled_now_and_at_the_next_start(small_app: SmallApp, home: Home) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        for query in ("SELECT 1", "SELECT 2", "SELECT 1"):
            await opened(pilot, query)
        editor = small_app.screen.query_one(QueryEditor)
        editor.put("SEL")
        small_app.screen.set_focus(editor)
        seen = []
        for key in ("up", "up", "up", "down", "down", "down"):
            await pilot.press(key)
            seen.append(editor.text)
        assert seen == ["SELECT 1", "SELECT 2", "SELECT 2", "SELECT 1", "SEL", "SEL"]
    assert queries.load_history(home) == ["SELECT 2", "SELECT 1"]
    assert stat.S_IMODE(home.sql_history.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", ["", "no JSON", "[1]", "{}", '["\ud800"]'])
def test_a_history_that_cannot_be_read_is_none(content: str, home: Home) -> None:
    home.root.mkdir(parents=True, exist_ok=True)
    home.sql_history.write_bytes(content.encode(errors="surrogatepass"))
    assert queries.load_history(home) == []


def test_a_history_is_bounded_and_a_home_that_cannot_be_written_to_keeps_none(home: Home, tmp_path: Path) -> None:
    home.root.mkdir(parents=True, exist_ok=True)
    home.sql_history.write_text(json.dumps([f"SELECT {number}" for number in range(queries.MOST_QUERIES)]))
    queries.add_to_history(home, "SELECT 7")
    queries.add_to_history(home, "SELECT 'new'")
    kept = queries.load_history(home)
    assert (len(kept), kept[0], kept[-2:]) == (queries.MOST_QUERIES, "SELECT 1", ["SELECT 7", "SELECT 'new'"])
    (tmp_path / "file").touch()
    queries.add_to_history(Home(tmp_path / "file" / "home", tmp_path), "SELECT 1")


async def test_tables_are_listed_and_enter_puts_a_name_into_the_query(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        assert rows_of(small_app, "tables")[0].split() == ["artist", "16"]
        small_app.screen.query_one(QueryEditor).put("SELECT name FROM")
        small_app.screen.query_one("#tables").focus()
        await pilot.press("enter")
        await settled(pilot)
        assert small_app.screen.query_one(QueryEditor).text == "SELECT name FROM artist"
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert "16 rows" in said(small_app)


async def test_the_tables_are_hidden_and_shown(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        tables = small_app.screen.query_one("#tables")
        seen = [tables.display]
        await ask(pilot, "SELECT 1")
        await settled(pilot)
        seen.append(tables.display)  # a narrow terminal needs the room for the result
        await pilot.press("f2")
        seen.append(tables.display)
        assert seen == [True, False, True]


async def test_pasted_lines_stay_lines_without_control_characters(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        small_app.screen.query_one(QueryEditor).post_message(events.Paste("SELECT name\n  FROM artist\r\n -- \x1b[0m"))
        await settled(pilot)
        assert small_app.screen.query_one(QueryEditor).text == "SELECT name\n  FROM artist\n -- \ufffd[0m"


async def test_a_query_typed_after_a_result_is_typed_and_exports_nothing(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "SELECT 1")
        editor = small_app.screen.query_one(QueryEditor)
        await pilot.press("enter", *"limit ", "e")
        await settled(pilot)
        assert isinstance(small_app.screen, SqlScreen)
        assert editor.text == "SELECT 1\nlimit e"


async def test_names_of_tables_and_columns_are_completed_and_words_are_highlighted(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        editor = small_app.screen.query_one(QueryEditor)
        await pilot.press(*"FROM arti")
        await until(pilot, lambda: editor.suggestion == "st")
        await pilot.press("right", "ctrl+s")
        await settled(pilot)
        assert editor.text == "FROM artist"
        assert "16 rows" in said(small_app)
        styles = {str(span.style) for span in editor.get_line(0).spans}
        assert "bold" in styles


async def test_a_query_is_saved_listed_taken_and_removed(small_app: SmallApp, home: Home) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "SELECT 41 + 1 AS answer")
        await pilot.press("escape", "b")
        await settled(pilot)
        assert queries.load_saved(home) == ["SELECT 41 + 1 AS answer"]
        assert stat.S_IMODE(home.sql_saved.stat().st_mode) == 0o600
        small_app.screen.query_one(QueryEditor).put("SELECT 2")
        await pilot.press("B")
        await until(pilot, lambda: small_app.screen.query("#saved"))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(small_app.screen, SqlScreen))
        await settled(pilot)
        assert small_app.screen.query_one(QueryEditor).text == "SELECT 41 + 1 AS answer"
        await pilot.press("escape", "b")
        await settled(pilot)
        assert queries.load_saved(home) == []


async def test_a_key_of_the_data_screen_leads_here(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("5", "S")
        await settled(pilot)
        assert isinstance(small_app.screen, SqlScreen)


async def test_every_key_has_one_meaning_in_one_place(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        for node in (small_app.screen, *small_app.screen.query("*")):
            pairs = {(key, one.verb.meaning) for one in commands.own(node) for key in one.keys.split(",")}
            assert len(pairs) == len({key for key, _ in pairs}), node
            assert all(hasattr(node, f"action_{one.action.partition('(')[0]}") for one in commands.own(node))


async def test_escape_stays_back_leads_to_data_and_all_is_as_it_was(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "SELECT 41 + 1 AS answer")
        await pilot.press("E")
        await pilot.press("escape")
        await until(pilot, lambda: small_app.screen.query_one("#result RowList").has_focus)
        await pilot.press("escape", "escape")
        await settled(pilot)
        assert small_app.current_mode == "sql"
        await pilot.press("left_square_bracket")
        await settled(pilot)
        assert small_app.current_mode == "data"
        await pilot.press("S")
        await settled(pilot)
        assert "42" in shown(small_app.screen)


async def test_the_result_is_exported_with_all_its_rows(small_app: SmallApp, tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    async with small_app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "SELECT i FROM range(5000) t(i)")
        await pilot.press("escape", "e")
        await settled(pilot)
        assert isinstance(small_app.screen, ExportDialog)
        small_app.screen.query_one(Input).value = str(target)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(small_app.screen, SqlScreen))
    assert [row["i"] for row in json.loads(target.read_text())] == list(range(5000))


async def test_the_table_under_the_cursor_is_exported(small_app: SmallApp, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    async with small_app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("tab", "tab")
        await pilot.press("e")
        await settled(pilot)
        assert "Export artists" in shown(small_app.screen)
        small_app.screen.query_one(Input).value = str(target)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(small_app.screen, SqlScreen))
    assert len(target.read_text(encoding="utf-8").splitlines()) == 1 + small_app.given.info.artists


async def test_without_a_result_there_is_nothing_to_export(small_app: SmallApp) -> None:
    async with small_app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("tab", "e")
        await settled(pilot)
        assert isinstance(small_app.screen, SqlScreen)
