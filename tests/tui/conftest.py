"""The small log's index, built once for each worker of the test run."""

import math
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
from pytest_textual_snapshot import SVGImageExtension
from syrupy.assertion import SnapshotAssertion
from textual import app, pilot
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.notifications import Notification

from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.log import Log
from musicrec_tui.paths import Home
from musicrec_tui.runs import job_info
from musicrec_tui.spark import needs
from tests.tui.idle import wait_for_idle
from tests.tui.pictures import Album
from tests.tui.support import SmallApp, log_lines, small


@pytest.fixture(scope="session", autouse=True)
def _styles_parsed_once() -> Iterator[None]:
    """Apps share what was parsed of a stylesheet, by its text and the theme's variables."""
    parsed: dict[tuple[object, ...], list[RuleSet]] = {}
    parse = Stylesheet._parse_rules

    def shared(self: Stylesheet, *given: object, **named: object) -> list[RuleSet]:
        key = (given, tuple(named.items()), tuple(self._variables.items()))
        if key not in parsed:
            parsed[key] = parse(self, *given, **named)  # type: ignore[arg-type]
        return parsed[key]

    with mock.patch.object(Stylesheet, "_parse_rules", shared):
        yield


@pytest.fixture(scope="session", autouse=True)
def _rest_seen_at_once() -> Iterator[None]:
    """Whether an app is at rest is asked of its event loop."""
    with (
        mock.patch.object(app, "wait_for_idle", wait_for_idle),
        mock.patch.object(pilot, "wait_for_idle", wait_for_idle),
    ):
        yield


@pytest.fixture(scope="session")
def small_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The log as CSV."""
    path = tmp_path_factory.mktemp("log") / "listens.csv"
    path.write_text("\n".join(log_lines()) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def small_index(small_log: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its index."""
    root = tmp_path_factory.mktemp("indexes")
    return build.ensure(Log([small_log]), Home(root, root / "cache"))


@pytest.fixture(autouse=True)
def _no_job_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside load a picture of a running job may take longer than the time after which the job counts as silent."""
    monkeypatch.setattr(job_info, "SILENT_SECONDS", math.inf)


@pytest.fixture(autouse=True)
def _notices_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside load a notice's seconds may be over before a test has read it. Without seconds it has been taken away."""
    monkeypatch.setattr(Notification, "time_left", property(lambda notice: 3600.0 if notice.timeout else 0.0))


@pytest.fixture(autouse=True)
def _without_spark(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms look the same whether the extra is installed or not."""
    monkeypatch.setattr(needs, "installed", lambda: False)


@pytest.fixture
def small_app(small_index: Path, home: Home) -> SmallApp:
    """The app over it."""
    return small(home, small_index)


@pytest.fixture
def album(snapshot: SnapshotAssertion, tmp_path: Path) -> Album:
    """Holds pictures to those of the file's folder below `__snapshots__`."""
    return Album(snapshot.use_extension(SVGImageExtension), tmp_path)
