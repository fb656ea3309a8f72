"""How Explore looks."""

from collections.abc import Callable
from pathlib import Path

import pytest

from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.profiles import importing
from musicrec_tui.paths import Home
from musicrec_tui.tui.shell import opening
from tests.tui.pictures import Album, press
from tests.tui.support import SmallApp, small
from tests.tui.train.train_support import FakeRun

STATES = {
    "recommendations": (),
    "search": ("slash", "p"),
    "typo": ("slash", *"pixeis"),
    "titles": ("v", "V"),
    "habits": ("v", "v"),
    "why": ("w",),
    "period": ("P", "tab", *"2007-05 to 2007-09", "enter"),
    "two-lists": ("c", "enter"),
    "jump": ("apostrophe",),
    "tour": ("full_stop", "full_stop"),
    "whole-row": ("i",),
}
WIDE_NAMES = (
    "椎名林檎", "방탄소년단", "ﾊﾝｶｸ", "Bjo\u0308rk", "e\u0301\u0323tude", "กำแพง", "बीटल्स", "أم كلثوم",
    "🎸 Six Strings", "👩\u200d🎤 Solo", "❤\ufe0f Hearts", "🇯🇵 Flags", "\u200bNo Width\u200b",
)  # fmt: skip


@pytest.fixture
def app(small_index: Path, home: Home) -> SmallApp:
    """The app with two finished runs."""
    made = small(home, small_index)
    for model, ndcg in (("ease", 0.19), ("als", 0.21)):
        run = FakeRun(home, model, content=made.given.info.content)
        run.start()
        run.finish(ndcg)
    return made


@pytest.mark.parametrize("state", STATES)
async def test_states(album: Album, app: SmallApp, state: str) -> None:
    await album.sizes(app, press(*STATES[state]))


async def test_themes(album: Album, app: SmallApp) -> None:
    await album.themes(app, press("w"))


async def test_no_color(album: Album, app: SmallApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    await album.colourless(SmallApp(app.session.home, app.given), press("w"))


async def test_popularity(album: Album, small_app: SmallApp) -> None:
    await album.sizes(small_app, press())


async def test_profile(album: Album, app: SmallApp, small_log: Path) -> None:
    importing.import_history(app.session.home, "me", Log([small_log]), user="105")
    await album.sizes(app, press())


async def test_wide_names(album: Album, tmp_path: Path, home: Home) -> None:
    lines = [f"{user},{name},{9 - user}" for user in (1, 2) for name in WIDE_NAMES[: len(WIDE_NAMES) // user]]
    log = tmp_path / "wide.csv"
    log.write_text("\n".join(["user_id,artist_name,play_count", *lines]) + "\n", encoding="utf-8")
    await album.sizes(small(home, build.ensure(Log([log]), home)), press("f", "right", "enter"))


class OpeningApp(SmallApp):
    """The app before its log is open."""

    def __init__(self, home: Home, given: SmallApp, meanwhile: Callable[[SmallApp], None]) -> None:
        super().__init__(home, given.given)
        self._meanwhile = meanwhile

    async def _begin(self) -> None:
        self.session.log = self.given.log
        self._meanwhile(self)


def _indexing(app: SmallApp) -> None:
    app.session.reason = "Built again because listens.csv is larger than it was."
    app.session.stop_indexing = lambda: None
    app.session.indexing("reading listens", 0.42, "about 2 min left")


OPENING: dict[str, Callable[[SmallApp], None]] = {
    "indexing": _indexing,
    "stopped": lambda app: app.session.fail(opening.STOPPED, stopped=True),
    "failed": lambda app: app.session.fail(
        "/music/[b]plays.csv: no layout of listening logs fits its columns (a, b, c). "
        "It needs one for the user and one for the artist; `musicrec-tui data check` says more."
    ),
}


@pytest.mark.parametrize("state", OPENING)
async def test_opening(album: Album, small_app: SmallApp, home: Home, state: str) -> None:
    await album.sizes(OpeningApp(home, small_app, OPENING[state]), press())
