"""Tables of runs, trials and plots; pictures of them; what an export is called."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from musicrec_tui.dataset.records import Month
from musicrec_tui.dataset.table_files import Column
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.recommenders.ncf import NcfParams
from musicrec_tui.runs import store
from musicrec_tui.runs.trials import Trial
from musicrec_tui.tui.compare import view_tables
from musicrec_tui.tui.tabular import exports, plots, records, run_records
from musicrec_tui.tui.tabular.pictures import Panel, Picture
from musicrec_tui.tui.tabular.sheet import RowPages, Sheet
from tests.tui.compare.compare_support import chosen
from tests.tui.train.train_support import FakeRun


def drawn(sheet: Sheet) -> Sequence[Picture]:
    """The pictures of a sheet that has some."""
    assert sheet.pictures is not None
    return sheet.pictures()


def test_trials_have_typed_parameters_and_metrics() -> None:
    trial = Trial(
        number=7, params=AlsParams(), state="finished", at=datetime(2026, 1, 1, tzinfo=UTC), value=0.25,
        metrics={"ndcg@10": 0.25}, seconds={"fit": 1.5},
    )  # fmt: skip
    described = run_records.trial(trial.params, ("ndcg@10", "auc"))
    told = {one.column.name: (one.column.kind, one.value(trial)) for one in described}
    assert told["factors"] == ("whole", AlsParams().factors)
    assert told["regularization"] == ("number", AlsParams().regularization)
    assert told["weighting"] == ("text", AlsParams().weighting)
    assert told["ndcg@10"] == ("number", 0.25)
    assert told["auc"] == ("number", None)
    assert told["fit_seconds"] == ("number", 1.5)
    layers = next(one for one in run_records.trial(NcfParams(), ()) if one.column.name == "layers")
    assert layers.column.kind == "text"


def test_curves_have_a_row_for_each_place_and_a_panel_for_each_figure() -> None:
    sheet = plots.curves("Run", "epoch", {"loss": [(1, 2.0), (2, float("inf"))], "ndcg": [(2, 0.5)]})
    assert sheet is not None
    assert [column.name for column in sheet.columns] == ["epoch", "loss", "ndcg"]
    assert sheet.loaded() == [(1, 2.0, None), (2, float("inf"), 0.5)]
    assert [one.points for one in drawn(sheet) if isinstance(one, Panel)] == [[(1.0, 2.0)], [(2.0, 0.5)]]
    assert plots.curves("Run", "epoch", {}) is None


def test_months_are_a_table_and_a_curve() -> None:
    sheet = plots.months("When", (Month("2007-01", 3), Month("2007-02", 0)))
    assert sheet is not None
    assert sheet.loaded() == records.rows_of((Month("2007-01", 3), Month("2007-02", 0)))
    panel = drawn(sheet)[0]
    assert isinstance(panel, Panel)
    assert panel.ends == ("2007-01", "2007-02")
    assert plots.months("When", ()) is None


def test_what_an_export_says_of_itself() -> None:
    def sheet(total: int, *, whole: bool = False, reach: int = 0, title: str = "Top artists") -> Sheet:
        pages: RowPages | None = (lambda _cancelled: []) if whole else None
        return Sheet(title, (Column("a"),), lambda: [("x",)] * 200, total=total, whole=pages, reach=reach)

    assert exports.title(sheet(18_432)) == "Export Top artists: 200 of 18,432 rows"
    assert exports.title(sheet(18_432, whole=True)) == "Export Top artists: all 18,432 rows"
    assert exports.title(sheet(18_432, whole=True, reach=10_000)) == "Export Top artists: 10,000 of 18,432 rows"
    assert exports.title(sheet(0)) == "Export Top artists: all 200 rows"
    assert exports.file_name(sheet(0, title="Listens of Sigur Rós/../[b]\x1b")) == "listens-of-sigur-ros-b.csv"
    assert exports.file_name(sheet(0, title="椎名")) == "table.csv"


def test_a_picture_is_a_file_or_a_sentence(tmp_path: Path) -> None:
    sheet = plots.curves("Run", "epoch", {"loss": [(1, 2.0), (2, 1.0)]})
    assert sheet is not None
    assert exports.formats(sheet)[-1] == ".svg"
    assert exports.write(sheet, tmp_path / "run.svg", lambda *_: None, lambda: False) == 2
    assert (tmp_path / "run.svg").read_text().startswith("<svg ")
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="Cannot write"):
        exports.write(sheet, tmp_path / "file" / "run.svg", lambda *_: None, lambda: False)


def test_what_compare_shows_is_a_table_with_the_names_of_the_runs(home: Home) -> None:
    for ndcg in (0.2, 0.3):
        made = FakeRun(home)
        made.start()
        made.finish(ndcg)
    runs = store.list_runs(home)
    answer = chosen(runs)
    against = answer.against[0]
    for sheet, parts in (
        (view_tables.differences_table(answer, runs), against.metrics),
        (view_tables.groups_table(answer, runs), against.groups),
    ):
        rows = sheet.loaded()
        assert len(rows) == len(parts)
        assert {len(row) for row in rows} == {len(sheet.columns)}
        assert rows[0][:2] == (runs[0].label, runs[1].label)
        place = [column.name for column in sheet.columns].index("difference")
        assert [row[place] for row in rows] == [part.difference for part in parts]
    told = {one.column.name: one.value(runs[0]) for one in run_records.RUN}
    assert (told["run"], told["ndcg@k"], told["status"]) == (runs[0].label, runs[0].headline, "finished")
