"""Every layout has a small log that opens, and all of its rows are accounted for."""

from pathlib import Path

import pytest

from musicrec_tui.dataset.index import build
from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.dataset.log import Log
from musicrec_tui.dataset.lookups import rows
from musicrec_tui.dataset.sources.layouts import LAYOUTS
from musicrec_tui.paths import Home
from tests.dataset.samples import SAMPLES, Sample


def test_every_layout_has_a_sample() -> None:
    assert {sample.layout for sample in SAMPLES} == {layout.name for layout in LAYOUTS}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_all_rows_are_accounted_for(sample: Sample, tmp_path: Path, home: Home) -> None:
    dataset = Dataset(build.ensure(Log(sample.make(tmp_path)), home))

    info = dataset.info
    assert info.rejected == sample.rejected
    assert (info.layout, info.rows, info.kept) == (sample.layout, sample.rows, sample.kept)
    assert (info.users, info.artists, info.listens) == (sample.users, sample.artists, sample.listens)
    [(rows_, kept)] = dataset.query("SELECT sum(rows), sum(kept) FROM file")
    assert (rows_, kept) == (sample.rows, sample.kept)
    offending = dataset.query("SELECT reason, count(*) FROM offender WHERE outcome = 'rejected' GROUP BY reason")
    assert dict(offending) == {reason: min(count, 3) for reason, count in sample.rejected.items()}
    first = rows.index_rows(dataset)
    assert first.rows
    assert len(first.columns) == len(first.types) == len(first.rows[0])
