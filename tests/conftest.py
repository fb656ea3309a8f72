"""What every test relies on: a home of its own, and one BLAS thread."""

import os
import signal

# Before numpy is imported anywhere: implicit warns (and is slow) otherwise, and warnings are errors here.
os.environ["TZ"] = "UTC"  # the pictures show hours
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("MKL_NUM_THREADS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
# Jobs step back for the screen; here they would wait for all that the machine does beside the tests.
os.environ.setdefault("MUSICREC_NICENESS", "0")

import asyncio
import gc
import importlib.util
import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from _pytest.unraisableexception import gc_collect_iterations_key
from hypothesis import HealthCheck, settings

from musicrec_tui.paths import Home, find_home
from tests.clock import Clock
from tests.event_loop import TidyLoop

# No test asserts a duration, for the machine may be busy; and each run tries the same examples, so that what passes
# once passes always. `make test ARGS=--hypothesis-profile=exploring` looks for others.
settings.register_profile("exploring", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("steady", settings.get_profile("exploring"), derandomize=True)
settings.load_profile("steady")
# Who starts tests in the background has their shell ignore Ctrl-C, and the programs that they start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)


NEURAL = all(importlib.util.find_spec(library) for library in ("tensorflow", "keras"))
"""Whether TensorFlow is installed: there are Pythons for which it has no release."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where TensorFlow is not installed, leave out the tests that need it."""
    marked = [] if NEURAL else [item for item in items if item.get_closest_marker("neural")]
    config.hook.pytest_deselected(items=marked)
    items[:] = [item for item in items if item not in marked]


def pytest_report_header() -> list[str]:
    """List the files of the tests that are left out."""
    if NEURAL:
        return []
    tests = Path(__file__).parent
    files = [
        path for path in sorted(tests.rglob("test_*.py")) if "pytest.mark.neural" in path.read_text(encoding="utf-8")
    ]
    told = ", ".join(str(path.relative_to(tests.parent)) for path in files)
    return [f"left out (marked `neural`), for TensorFlow is not installed: {told}"]


def pytest_collection_finish() -> None:
    """What is loaded by now stays, and is not looked through for garbage again and again: a tenth of all time."""
    gc.freeze()
    gc.enable()
    gc.set_threshold(20_000, 20, 20)


gc.disable()


def pytest_configure(config: pytest.Config) -> None:
    """At its end pytest looks through all objects for garbage five times; once finds what a test has left."""
    config.stash[gc_collect_iterations_key] = 1


def pytest_sessionfinish() -> None:
    """DuckDB's extension complains at the end of the process of what was never let go."""
    gc.unfreeze()


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Loops of tests let go of their processes before they end."""
    return {"tidy": TidyLoop}


@pytest.fixture(scope="session")
def _new_home(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Makes a folder at each call. `mktemp` would look through those of all tests before for the next number."""
    homes, numbers = tmp_path_factory.mktemp("homes"), itertools.count()

    def make() -> Path:
        home = homes / f"home{next(numbers)}"
        home.mkdir()
        return home

    return make


@pytest.fixture(autouse=True)
def _own_home(_new_home: Callable[[], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """No test may touch, or depend on, the home and the data of whoever runs it."""
    monkeypatch.setenv("MUSICREC_HOME", str(_new_home()))
    monkeypatch.delenv("MUSICREC_DATA", raising=False)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock that deletion by age sees."""
    return Clock(monkeypatch)


@pytest.fixture
def home() -> Home:
    """The home of this test."""
    return find_home(Path(os.environ["MUSICREC_HOME"]))
