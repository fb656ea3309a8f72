"""The whole way: a command starts a run on the cluster, the screen follows it, and the commands use it."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from musicrec_tui.cli.app import run
from musicrec_tui.dataset.log import Log
from musicrec_tui.paths import find_home
from musicrec_tui.runs.status import Status
from musicrec_tui.settings import Settings
from musicrec_tui.tui.app import MusicrecApp
from tests.cli.conftest import USERS, write_log
from tests.spark.conftest import CONF, RunningCluster
from tests.tui.support import clean, until

pytestmark = pytest.mark.slow


def command(cluster: RunningCluster, place: list[str]) -> list[str]:
    """The command that trains on the cluster."""
    conf = [word for name, value in CONF.items() for word in ("--conf", f"{name}={value}")]
    settings = ["--set", "factors=8", "--set", "iterations=40"]
    engine = ["--engine", "spark", "--master", cluster.place.master]
    return [sys.executable, "-m", "musicrec_tui", "train", "als", *engine, *conf, *settings, "--json", *place]


async def followed(home: Path, log: Path, words: list[str]) -> dict[str, Any]:
    """Start a command, open the screen while it works, and see it to its end; what the command printed."""
    process = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.PIPE)
    app = MusicrecApp(find_home(home), Log([log]), Settings())
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.session.dataset is not None)
        await pilot.press("2")
        await until(pilot, lambda: any(one.spec and one.spec.engine.spark for one in app.session.runs))
        [job] = [one for one in app.session.runs if one.spec and one.spec.engine.spark]
        await app.screen.show_job(job.id)  # type: ignore[attr-defined]
        await until(pilot, lambda: "Spark 4" in clean(app))
        await until(pilot, lambda: "executors 2 " in clean(app) and "shuffle MB " in clean(app))
        printed, _ = await process.communicate()
        await until(pilot, lambda: app.session.runs[0].status is Status.FINISHED)
    found: dict[str, Any] = json.loads(printed)
    assert process.returncode == 0
    return found


def test_a_command_is_followed_on_the_screen_and_its_run_is_used(
    cluster: RunningCluster, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log, home = write_log(tmp_path / "log.csv"), tmp_path / "home"
    place = ["--data", str(log), "--home", str(home)]
    assert run(["info", *place, "--json"]) == 0  # indexes it
    told = asyncio.run(followed(home, log, command(cluster, place)))
    assert told["engine"]["master"] == cluster.place.master
    capsys.readouterr()

    assert run(["recommend", told["run"], "--user", USERS[1], "-k", "3", "--json", *place]) == 0
    best = json.loads(capsys.readouterr().out)["rows"][0]
    assert run(["explain", told["run"], "--user", USERS[1], "--artist", best["artist"]["name"], "--json", *place]) == 0
    reasons = json.loads(capsys.readouterr().out)
    assert sum(one["amount"] for one in reasons["reasons"]) == pytest.approx(best["score"], abs=1e-4)

    assert run(["train", "als", "--set", "factors=8", "--json", *place]) == 0
    capsys.readouterr()
    assert run(["compare", "1", "2", "--json", *place]) == 0
    assert json.loads(capsys.readouterr().out)["comparable"]
