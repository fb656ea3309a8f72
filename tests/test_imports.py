"""The processes stay as light as the design says: import in a fresh process, look at sys.modules."""

import ast
import re
import subprocess
import sys
from collections import Counter
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

HEAVY = {"tensorflow", "keras", "implicit", "scipy", "pandas"}


def loaded_by(module: str) -> set[str]:
    """The top-level packages that importing `module` loads, in a process of its own."""
    code = f"import sys, {module}; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    return set(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split())


@pytest.mark.parametrize(
    ("module", "forbidden"),
    [
        ("musicrec_tui.tui.app", HEAVY),
        ("musicrec_tui.tui.train.screen", HEAVY),
        ("musicrec_tui.tui.tune.screen", HEAVY | {"optuna", "numpy", "pyarrow", "_duckdb"}),
        ("musicrec_tui.tui.compare.screen", HEAVY),
        ("musicrec_tui.tui.data.screen", HEAVY),
        ("musicrec_tui.tui.sql.screen", HEAVY | {"numpy", "pyarrow"}),
        ("musicrec_tui.tui.shell.export_dialog", HEAVY | {"numpy", "pyarrow", "_duckdb"}),
        ("musicrec_tui.tui.tabular.exports", HEAVY | {"numpy", "pyarrow", "_duckdb"}),
        ("musicrec_tui.tui.shell.tables", HEAVY | {"numpy", "pyarrow", "_duckdb", "pyperclip"}),
        ("musicrec_tui.tui.explore.screen", HEAVY | {"numpy", "pyarrow", "_duckdb"}),
        ("musicrec_tui.tui.explore.me_dialog", HEAVY | {"numpy", "pyarrow"}),
        ("musicrec_tui.jobs.sql", HEAVY | {"numpy", "pyarrow"}),
        ("musicrec_tui.jobs.exporter_client", HEAVY | {"numpy", "pyarrow", "_duckdb"}),
        ("musicrec_tui.dataset.export_tables", HEAVY | {"numpy", "pyarrow"}),
        ("musicrec_tui.jobs.supervisor", HEAVY | {"numpy", "pyarrow"}),
        ("musicrec_tui.jobs.host_client", HEAVY | {"numpy", "pyarrow"}),
        ("musicrec_tui.jobs.host", {"tensorflow", "keras", "textual"}),
        ("musicrec_tui.jobs.worker", {"tensorflow", "keras", "numpy", "textual"}),
        ("musicrec_tui.services.history_import", HEAVY | {"httpx", "httpcore", "textual"}),
        ("musicrec_tui.jobs.importer", HEAVY | {"httpx", "numpy", "pyarrow", "_duckdb"}),
        ("musicrec_tui.dataset.lookups.artists", HEAVY | {"textual"}),
        ("musicrec_tui.dataset.profiles.lookup", HEAVY | {"numpy", "pyarrow", "textual"}),
        ("musicrec_tui.tui.shell.browser", HEAVY | {"aiohttp", "textual_serve"}),
        ("musicrec_tui.web.server", HEAVY | {"numpy", "_duckdb", "pyarrow"}),
        ("musicrec_tui.cli.app", HEAVY | {"aiohttp", "textual_serve"} | {"numpy", "_duckdb", "pyarrow", "textual"}),
        ("musicrec_tui.__main__", HEAVY | {"typer", "rich", "msgspec", "_duckdb"}),
    ],
)
def test_a_module_loads_nothing_that_its_process_must_not_hold(module: str, forbidden: set[str]) -> None:
    assert loaded_by(module) & forbidden == set()


def test_the_first_frame_waits_for_no_module_of_runs_models_or_sources() -> None:
    first = "import musicrec_tui.tui.app, musicrec_tui.tui.explore.screen"  # what is imported before it is drawn
    code = f"{first}, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    rooms = ("services", "runs", "recommenders", "evaluation", "dataset.index", "dataset.sources", "dataset.lookups")
    assert [name for name in loaded if name.startswith(tuple(f"musicrec_tui.{room}" for room in rooms))] == []
    assert not {"httpx", "httpcore"} & set(loaded)


def test_no_module_assigns_a_name_twice() -> None:
    """Files that are folded into each other may both have a `_LEFT`; the second would count for both."""
    twice = {}
    for path in (Path(__file__).parents[1] / "musicrec_tui").rglob("*.py"):
        statements = ast.parse(path.read_text()).body
        targets = [one for each in statements if isinstance(each, ast.Assign) for one in each.targets]
        names = Counter(name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name))
        if repeated := sorted(name for name, count in names.items() if count > 1):
            twice[path.name] = repeated
    assert twice == {}


def test_no_files_import_each_other_in_a_circle() -> None:
    """The contracts look at neighbours; a package that imports a file of its own which imports it is found here."""
    found = grimp.build_graph("musicrec_tui", cache_dir=None)
    TopologicalSorter({one: found.find_modules_directly_imported_by(one) for one in found.modules}).prepare()


def test_no_program_looks_for_extensions_before_models_or_layouts_are_asked_for() -> None:
    code = """
import musicrec_tui.entry_points as entries
def refuse(group): raise AssertionError(f"looked for {group}")
entries.installed = refuse
import musicrec_tui.cli.training, musicrec_tui.cli.tuning, musicrec_tui.cli.models, musicrec_tui.tui.train.screen
import musicrec_tui.tui.tune.screen, musicrec_tui.tui.data.screen, musicrec_tui.jobs.worker, musicrec_tui.jobs.host
import musicrec_tui.jobs.tuning.tuner, musicrec_tui.jobs.tuning.evaluator, musicrec_tui.dataset.index.build
from musicrec_tui.jobs import json_lines
from musicrec_tui.recommenders import registry
json_lines.decode(json_lines.encode(json_lines.Progress("reading", 0.5)))
assert registry.named("als").title == "ALS"
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_an_index_and_its_users_open_with_duckdbs_engine_alone() -> None:
    code = "import sys, musicrec_tui.dataset.index.cache, musicrec_tui.dataset.profiles.person; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert "_duckdb" in loaded
    assert "duckdb" not in loaded


def test_what_makes_relations_has_duckdbs_python() -> None:
    """Without it a connection has no `sql`, and gives no Arrow: an index alone is opened without (see above)."""
    makes = re.compile(r"\.to_arrow_(reader|table)\(|(cursor|connection)\.(sql|table|register)\(")
    has = re.compile(r"^ *import duckdb\b|\.relations\(\) as ", re.MULTILINE)
    package = Path(__file__).parents[1] / "musicrec_tui"
    texts = {path: path.read_text("utf-8") for path in package.rglob("*.py")}
    makers = [path for path, text in texts.items() if makes.search(text)]
    assert {path.stem for path in makers} >= {"interactions", "splits", "export_tables", "opened_run"}
    assert [path for path in makers if not has.search(texts[path])] == []
