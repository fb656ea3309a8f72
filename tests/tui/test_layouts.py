"""A log of every layout opens on the screen, and its first rows are there."""

from pathlib import Path

import pytest

from musicrec_tui.dataset import few_users
from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.log import Log
from musicrec_tui.jobs.host_client import HostClient
from musicrec_tui.jobs.host_protocol import AnyAsk, Refused
from musicrec_tui.paths import Home
from musicrec_tui.settings import Settings
from musicrec_tui.text import counted
from musicrec_tui.tui.app import MusicrecApp
from musicrec_tui.tui.shell import first_model
from musicrec_tui.tui.shell.confirm import Confirm
from tests.dataset.samples import SAMPLES, Sample
from tests.tui.support import shown, until

ONE_OF_EACH = list({sample.layout: sample for sample in SAMPLES}.values())


@pytest.mark.parametrize("sample", ONE_OF_EACH, ids=lambda sample: sample.layout)
async def test_the_title_counts_what_was_read(
    sample: Sample, tmp_path: Path, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(_of: object) -> None:
        """No training."""

    async def refused(_host: HostClient, _ask: AnyAsk) -> Refused:
        """No process of the host: what it would recommend is not looked at."""
        return Refused("there is no host")

    monkeypatch.setattr(first_model, "train_first", nothing)
    monkeypatch.setattr(HostClient, "start", nothing)
    monkeypatch.setattr(HostClient, "ask", refused)
    paths = sample.make(tmp_path)
    if sample.layout != "ListenBrainz":  # for one layout the indexer's process is started, which takes a while
        build.ensure(Log(paths), home)
    app = MusicrecApp(home, Log(paths), Settings())
    async with app.run_test(size=(140, 40)) as pilot:
        title = f"· {counted(sample.listens, 'listen')} · {counted(sample.users, 'user')}"
        await until(pilot, lambda: title in shown(app.screen))
        if few_users.too_few(sample.users):
            await until(pilot, lambda: isinstance(app.screen, Confirm))  # the offer to import a person's own file
            await pilot.press("escape")
        await pilot.press("5")
        await until(pilot, lambda: sample.layout in shown(app.screen))
