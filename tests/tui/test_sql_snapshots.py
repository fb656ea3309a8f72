"""How the SQL screen looks: empty, with a result, with an error, and while its result is about to be exported."""

from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.tui.support import SmallApp, then
from tests.tui.test_snapshots import NARROW, NORMAL, Compare

QUERY = "SELECT name, listeners, listens, first_at, last_at FROM artist ORDER BY listens DESC, key"


@pytest.mark.parametrize("size", [NARROW, NORMAL], ids=["80x24", "120x40"])
@pytest.mark.parametrize(
    ("query", "keys"),
    [("", ()), (QUERY, ("enter",)), ("SELECT names, listeners FROM artist", ("enter",)), (QUERY, ("enter", "e"))],
    ids=["empty", "result", "error", "export"],
)
def test_the_sql_screen_looks_as_it_did(
    snap_compare: Compare, small_app: SmallApp, monkeypatch: pytest.MonkeyPatch,
    query: str, keys: tuple[str, ...], size: tuple[int, int],
) -> None:  # fmt: skip
    monkeypatch.setattr("musicrec_tui.tui.screens.sql._seconds", lambda _since: "0.3 s")
    monkeypatch.chdir("/")

    async def run(pilot: Pilot[Any]) -> None:
        await then("5", "s")(pilot)
        pilot.app.screen.query_one("#query", Input).value = query
        await then(*keys)(pilot)

    assert snap_compare(small_app, terminal_size=size, run_before=run)
