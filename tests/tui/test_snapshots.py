"""How the main states look. After a change on purpose: `pytest --snapshot-update` on this file, and look."""

from pathlib import Path
from typing import Protocol

import pytest

from musicrec_tui.paths import Home
from tests.tui.support import SmallApp, small, then
from tests.tui.train_support import FakeRun

NARROW, NORMAL, HUGE = (80, 24), (120, 40), (200, 60)


class Compare(Protocol):
    """pytest-textual-snapshot's fixture."""

    def __call__(self, app: SmallApp, *, terminal_size: tuple[int, int], run_before: object) -> bool:
        """Whether the app looks as it did."""


@pytest.fixture
def app(small_index: Path, home: Home) -> SmallApp:
    """The app with one finished run."""
    made = small(home, small_index)
    run = FakeRun(home, content=made.given.info.content)
    run.start()
    run.finish(0.21)
    return made


@pytest.mark.parametrize("size", [NARROW, NORMAL], ids=["80x24", "120x40"])
@pytest.mark.parametrize(
    "keys",
    [
        (),
        ("slash", "p"),
        ("5",),
        ("question_mark",),
        ("m",),
        ("f",),
        ("f", "right", "enter"),
        ("v", "r"),
        ("v", "v"),
        ("slash", *"pixeis"),
    ],
    ids=["explore", "search", "data", "help", "models", "filters", "heard", "titles", "habits", "typo"],
)
def test_screens(snap_compare: Compare, app: SmallApp, keys: tuple[str, ...], size: tuple[int, int]) -> None:
    assert snap_compare(app, terminal_size=size, run_before=then(*keys))


@pytest.mark.parametrize("size", [NARROW, NORMAL], ids=["80x24", "120x40"])
@pytest.mark.parametrize("keys", [("w",), ("c", "enter")], ids=["why", "second"])
def test_lists_and_reasons(snap_compare: Compare, app: SmallApp, keys: tuple[str, ...], size: tuple[int, int]) -> None:
    assert snap_compare(app, terminal_size=size, run_before=then(*keys))


def test_huge(snap_compare: Compare, app: SmallApp) -> None:
    assert snap_compare(app, terminal_size=HUGE, run_before=then("c", "enter"))


def test_popularity(snap_compare: Compare, small_app: SmallApp) -> None:
    assert snap_compare(small_app, terminal_size=NARROW, run_before=then())


class OpeningApp(SmallApp):
    """The app while the index of the small log is built for the second time."""

    async def _begin(self) -> None:
        self.session.data = tuple(self.given.sources)
        self.session.reason = "Built again because listens.csv is larger than it was."
        self.session.stop_indexing = lambda: None
        self.session.indexing("reading listens", 0.42, "about 2 min left")


@pytest.mark.parametrize("size", [NARROW, NORMAL], ids=["80x24", "120x40"])
def test_opening(snap_compare: Compare, app: SmallApp, size: tuple[int, int]) -> None:
    opening = OpeningApp(app.session.home, app.given)
    assert snap_compare(opening, terminal_size=size, run_before=then())


def test_no_color(snap_compare: Compare, app: SmallApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    colourless = SmallApp(app.session.home, app.given)
    assert snap_compare(colourless, terminal_size=NARROW, run_before=then())


def test_quit_question(snap_compare: Compare, small_app: SmallApp, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    run = FakeRun(home)  # it runs: its lock is held until the test is over
    monkeypatch.setattr("musicrec_tui.tui.app.status_line", lambda _session: "ALS #1 ▸ 30% 0:04")
    assert snap_compare(small_app, terminal_size=NARROW, run_before=then("q"))
    run.die()
