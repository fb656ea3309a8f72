"""Whatever is in a file: either a sentence says that it cannot be read, or each of its rows is accounted for."""

import random
import shutil
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.sources.base import TableLayout
from musicrec_tui.dataset.sources.layouts import LAYOUTS
from musicrec_tui.dataset.sources.refusing import slug
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from tests.dataset import nonsense
from tests.dataset.samples import FIXTURES, SAMPLES, Sample

TABLES = [layout for layout in LAYOUTS if isinstance(layout, TableLayout)]
DAMAGED = list({sample.layout: sample for sample in SAMPLES}.values())
FEW = settings(max_examples=3, deadline=None, suppress_health_check=[*HealthCheck])


def account(paths: Sequence[Path], folder: Path) -> None:
    """Index what is there, and hold it to what it promises."""
    home = Home(folder / "home", folder / "home" / "cache")
    told = ""
    try:
        dataset = Dataset(build.ensure(Log(paths), home))
    except UserError as error:
        told = str(error)
    if told:
        assert not {"\n", "INTERNAL", "Stack"} & {*told, *told.split()}
        return
    info = dataset.info
    assert info.rows == info.kept + sum(info.rejected.values())
    assert dataset.query("SELECT sum(rows), sum(kept) FROM file") == [(info.rows, info.kept)]
    assert info.kept > 0
    dataset.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A place for the log and its index, emptied by `fresh`."""
    return tmp_path


def fresh(folder: Path, layout: str) -> Path:
    """An empty folder for the next log; of the NYU tables the other ones are there."""
    made = Path(tempfile.mkdtemp(dir=folder))
    if layout == "NYU tables":
        for name in ("tracks_train.csv", "users_train.csv"):
            shutil.copy(FIXTURES / "nyu-tables" / name, made / name)
    return made


def real(layout: TableLayout) -> Path:
    """A real file of a layout without header."""
    folder = FIXTURES / slug(layout.name)
    return next(file for file in sorted(folder.iterdir()) if "profile" not in file.name)


@pytest.mark.parametrize("layout", TABLES, ids=lambda layout: layout.name)
@given(data=st.data())
@FEW
def test_tables_of_nonsense(layout: TableLayout, folder: Path, data: st.DataObject) -> None:
    made = fresh(folder, layout.name)
    for number in range(data.draw(st.integers(1, 2))):
        nonsense.write_parquet(data.draw(nonsense.table(layout)), made / f"{number}.parquet")
    account([made], made)


@pytest.mark.parametrize("layout", TABLES, ids=lambda layout: layout.name)
@given(data=st.data())
@FEW
def test_lines_of_nonsense(layout: TableLayout, folder: Path, data: st.DataObject) -> None:
    made = fresh(folder, layout.name)
    content = data.draw(nonsense.lines(layout)).encode(data.draw(st.sampled_from(("utf-8", "utf-16", "utf-8-sig"))))
    if layout.headless and data.draw(st.booleans()):
        content = real(layout).read_bytes() + content
    (made / "x.tsv").write_bytes(content)
    account([made / "x.tsv", *made.glob("*.csv")], made)


@pytest.mark.parametrize("sample", DAMAGED, ids=lambda sample: sample.name)
@given(seed=st.integers(0, 2**32), pieces=st.lists(st.binary(max_size=20), min_size=1, max_size=4))
@FEW
def test_files_that_are_damaged(sample: Sample, folder: Path, seed: int, pieces: list[bytes]) -> None:
    made, dice = fresh(folder, ""), random.Random(seed)
    paths = sample.make(made)
    file = dice.choice([file for path in paths for file in ([path] if path.is_file() else sorted(path.rglob("*.*")))])
    file.write_bytes(nonsense.edited(file.read_bytes(), dice, pieces))
    account(paths, made)


@pytest.mark.parametrize("name", ["listenbrainz-export", "spotify-extended", "spotify-account", "maloja"])
@given(seed=st.integers(0, 2**32), values=st.lists(nonsense.json_values, max_size=6))
@FEW
def test_json_of_nonsense(name: str, folder: Path, seed: int, values: list[Any]) -> None:
    made, dice = fresh(folder, ""), random.Random(seed)
    target = made / name
    shutil.copytree(FIXTURES / name, target)
    for file in sorted(target.rglob("*.json*")):
        file.write_bytes(nonsense.rewritten(file.read_bytes(), dice, values))
    if name == "listenbrainz-export":
        target = made / "x.zip"
        with zipfile.ZipFile(target, "w") as archive:
            for file in sorted((made / name).rglob("*.json*")):
                archive.write(file, file.relative_to(made / name))
    account([target], made)
