"""An app over a small, strange log, with a host that answers at once and a home of its own."""

import asyncio
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast
from weakref import WeakKeyDictionary

import msgspec
from rich.console import RenderableType
from textual.app import App
from textual.command import CommandList
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.lookups import artists
from musicrec_tui.jobs.host_protocol import (
    AnyAnswer,
    AnyAsk,
    Explain,
    Explained,
    Reason,
    Recommend,
    Recommendation,
    Recommended,
    Refused,
    Similar,
)
from musicrec_tui.paths import Home
from musicrec_tui.settings import Settings
from musicrec_tui.tui.app import MusicrecApp
from musicrec_tui.tui.common.row_list import RowList
from tests.waiting import PATIENCE, Deadline

HOSTILE = "[/b]\x1b]0;owned\x07[red]"
HOSTILE_CLEAN = "[/b]�]0;owned�[red]"
STRANGE = (HOSTILE, "Nirvana [Live]", "\u202egnikcah\u202c", "椎名林檎 東京事変", "x" * 10_000, "Sigur Rós")
PLAIN = ("Pixies", "Portishead", "Massive Attack", "Moby", "Enigma", "Radiohead", "Blur", "Pulp", "Low", "Can")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_DRAWN: WeakKeyDictionary[App[Any], int] = WeakKeyDictionary()


def log_lines() -> list[str]:
    """A log in the deck's table, without quotes in names: 12 users, 16 artists, 18 months."""
    rows = ["user_id,artist_name,release_name,recording_name,date,time"]
    names = PLAIN + STRANGE
    for user in range(1, 13):
        for turn in range(3 + 2 * user):
            artist = names[(user * 3 + turn % (4 + user // 2) * 5) % len(names)]
            month = (user + 5 * turn) % 18
            day = f"{2007 + month // 12}-{1 + month % 12:02d}-{1 + turn % 28:02d}"
            rows.append(f"{100 + user},{artist},Album,Song {turn % 4} of [b]{artist[:6]},{day},12:{turn:02d}:00")
    return rows


class FakeHost:
    """Answers as the host would: all artists by descending listeners, with reasons."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.asked: list[AnyAsk] = []
        self.refusal = ""
        self.estimate = False
        self.reasons_estimate = False
        self.closed = False
        self.gate: asyncio.Event | None = None

    async def start(self) -> None:
        """Nothing to start."""

    async def close(self) -> None:
        """Take note."""
        self.closed = True

    async def ask(self, ask: AnyAsk) -> AnyAnswer:
        """The best known artists, whatever was asked."""
        self.asked.append(ask)
        if self.gate is not None:
            await self.gate.wait()
        if self.refusal:
            return Refused(self.refusal)
        if isinstance(ask, Explain):
            return self._explained()
        assert isinstance(ask, Recommend | Similar)
        page = artists.search_artists(self.dataset, "", ask.k)
        reasons = tuple(Reason(one, 0.1) for one in page.rows[:2])
        rows = tuple(
            Recommendation(rank, one, 1 / rank, reasons=reasons if isinstance(ask, Recommend) else ())
            for rank, one in enumerate(page.rows, 1)
        )
        rows = rows[ask.skip :] if isinstance(ask, Recommend) else rows
        return Recommended(rows, page.total, self.estimate, reasons_estimate=self.reasons_estimate)

    def _explained(self) -> Explained:
        """Half of the score by the best known artist, something taken away by the second, much by the others."""
        amounts = (0.5, -0.125, *[0.0625] * 10)
        known = artists.search_artists(self.dataset, "", len(amounts)).rows
        reasons = tuple(Reason(one, amount) for one, amount in zip(known, amounts, strict=True))
        return Explained(1.0, reasons, self.estimate, self.reasons_estimate)


class SmallApp(MusicrecApp):
    """The app with a dataset that is open at once; nothing is trained by itself, and the runs are read once."""

    def __init__(self, home: Home, dataset: Dataset, settings: Settings | None = None) -> None:
        super().__init__(home, Log([Path("/somewhere/sample_data/listens")]), settings or Settings())
        self.given = dataset
        self.host = FakeHost(dataset)

    async def _begin(self) -> None:
        self.session.open(self.given, cast(Any, self.host))
        await self.session.refresh_runs()


class SmallDataset(Dataset):
    """An index that says of its place the same on every machine."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._real = Log(self.info.paths, self.info.insisted)
        self._info = msgspec.structs.replace(self.info, paths=("/somewhere/sample_data/listens",))

    @property
    def log(self) -> Log:
        """Where it really came from."""
        return self._real


def small(home: Home, path: Path, settings: Settings | None = None) -> SmallApp:
    """A `SmallApp` over an index."""
    return SmallApp(home, SmallDataset(path), settings)


async def until(pilot: Pilot[Any], true: Callable[[], object]) -> None:
    """Wait until something is so."""
    deadline = Deadline()
    await pilot.pause()
    while not true():
        assert not deadline.is_over, f"still not so after {PATIENCE:.0f} s:\n{shown(pilot.app.screen)}"
        await asyncio.sleep(0.05)
        await pilot.pause()


async def settled(pilot: Pilot[Any], but: Sequence[str] = ("watch",)) -> None:
    """Wait until nobody works any more (the look at the runs goes on for ever), and the picture stays as it is.

    `but` are the groups of workers that are not waited for.

    One quiet moment is not enough: between a worker's end and the message that starts the next one nobody works.
    """
    quiet, moves, before, seen, deadline = 0, 0, "", (times_drawn(pilot.app), pilot.app.screen), Deadline()

    def busy() -> bool:
        return any(not worker.is_finished for worker in pilot.app.workers if worker.group not in but)

    while not deadline.is_over:
        if busy():
            quiet = 0
            await asyncio.sleep(0.02)
            continue
        await pilot.pause()
        drawn = times_drawn(pilot.app), pilot.app.screen
        resizing = pilot.app.screen.size != pilot.app.size
        if changed := drawn != seen:
            moves, seen = moves + 1, drawn
        if changed and moves > 3:  # a cursor that blinks is drawn for ever, but the characters stay
            picture = shown(pilot.app.screen)
            changed, before = picture != before, picture
        quiet = 0 if busy() or resizing or changed else quiet + 1
        if quiet == 3:
            return
    raise AssertionError(f"it does not come to rest:\n{shown(pilot.app.screen)}")


def times_drawn(app: App[Any]) -> int:
    """How often the screen was drawn, all of it or a part, since this was asked first."""
    if app not in _DRAWN:
        _DRAWN[app], display = 0, app._display

        def counted(screen: Screen[Any], update: RenderableType | None) -> None:
            _DRAWN[app] += update is not None
            display(screen, update)

        app._display = counted  # type: ignore[method-assign, assignment]
    return _DRAWN[app]


async def palette_finds(pilot: Pilot[Any], text: str) -> None:
    """Wait until the first hit of the palette is the one with this text."""

    def first() -> str:
        hits = pilot.app.screen.query(CommandList)
        return str(hits.first().get_option_at_index(0).prompt) if hits and hits.first().option_count else ""

    await until(pilot, lambda: text in first())
    await settled(pilot)


def shown(widget: Widget) -> str:
    """The characters that are on the screen where a widget is."""
    region = widget.region
    strips = widget.screen._compositor.render_strips()
    return "\n".join(strip.crop(region.x, region.right).text for strip in strips[region.y : region.bottom])


def clean(app: App[Any]) -> str:
    """What is on the screen, which must hold no control character; lines are as wide as the terminal."""
    strips = app.screen._compositor.render_strips()
    text = "\n".join(strip.text for strip in strips)
    assert not _CONTROL.search(text)
    assert {strip.cell_length for strip in strips} == {app.size.width}
    return text


def rows_of(app: MusicrecApp, name: str) -> list[str]:
    """The rows of a list as they are drawn in 60 cells."""
    return [row.draw(60).plain.rstrip() for row in app.screen.query_one(f"#{name}", RowList).rows]
