"""What the shell prints about jobs that continue."""

from types import SimpleNamespace
from typing import Any, cast

from musicrec_tui.paths import Home
from musicrec_tui.runs import store
from musicrec_tui.tui.shell.quitting import farewell
from tests.tui.train.train_support import FakeRun


def test_the_shell_is_told_where_each_job_continues(home: Home) -> None:
    run = FakeRun(home, name="mine\x1b[31m")
    run.start()
    read = store.read_run(home, run.info.id)
    told = farewell(cast(Any, SimpleNamespace(live_jobs=[read])))
    run.die()
    assert told.startswith("mine\ufffd[31m continues in ")
    assert f"`musicrec-tui runs show {read.id}`" in told
    assert f"`musicrec-tui runs cancel {read.id}`" in told
    assert farewell(cast(Any, SimpleNamespace(live_jobs=[]))) == ""
