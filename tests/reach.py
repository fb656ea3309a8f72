"""A plugin of pytest that tells coverage which test is running, and notes how long each took (`make coverage`).

Processes that a test starts are told in their surroundings. `tests.mutants` reads both: the contexts of `.coverage`,
and `.durations.json`, seconds by node id.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from coverage import Coverage

DURATIONS = Path(__file__).parents[1] / ".durations.json"
_seconds: dict[str, float] = {}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Around a test with its fixtures."""
    if not (coverage := Coverage.current()):
        return (yield)
    coverage.switch_context(item.nodeid)
    before = os.environ.get("COVERAGE_PROCESS_CONFIG")
    context, coverage.config.context = coverage.config.context, item.nodeid
    os.environ["COVERAGE_PROCESS_CONFIG"] = coverage.config.serialize()
    try:
        return (yield)
    finally:
        coverage.config.context = context
        os.environ["COVERAGE_PROCESS_CONFIG"] = before or ""
        coverage.switch_context("")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Seconds with its fixtures."""
    _seconds[report.nodeid] = _seconds.get(report.nodeid, 0.0) + report.duration


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Only the process that all reports come to writes."""
    if not hasattr(session.config, "workerinput"):
        DURATIONS.write_text(json.dumps(_seconds, indent=0), encoding="utf-8")
