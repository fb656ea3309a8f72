"""The notebook runs from its first cell to its last, and its runs are on the screen."""

import json
from pathlib import Path
from typing import Any

import pytest
from matplotlib import pyplot

from musicrec_tui.paths import find_home
from tests.tui.support import shown, small, until

NOTEBOOK = Path(__file__).parents[2] / "docs" / "notebook.ipynb"


def cells() -> list[str]:
    """The source of each code cell."""
    found = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in found if cell["cell_type"] == "code"]


def test_the_notebook_is_saved_without_results_and_compiles() -> None:
    document = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    assert not [cell for cell in document["cells"] if cell.get("outputs") or cell.get("execution_count")]
    for number, source in enumerate(cells()):
        compile(source, f"cell {number}", "exec")


@pytest.mark.slow
async def test_the_notebook_draws_its_plots_and_its_runs_are_on_the_screen(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pyplot.switch_backend("agg")
    drawn: list[str] = []

    def show() -> None:
        """Save the figure, where a notebook would show it."""
        axes = pyplot.gca()
        assert axes.has_data()
        drawn.append(axes.get_title())
        pyplot.savefig(tmp_path / f"plot-{len(drawn)}.png", bbox_inches="tight")
        pyplot.close()

    monkeypatch.setattr(pyplot, "show", show)
    names: dict[str, Any] = {}
    for source in cells():
        exec(source, names)  # noqa: S102  (our own notebook)
    printed = capsys.readouterr().out
    assert "notebook: ALS" in printed
    assert names["compared"].verdict in printed
    against = {(row["name"], row["metric"]): row for row in names["compared"].table.to_pylist()}
    assert all(against[f"notebook: {name}", "ndcg@10"]["p"] < 0.05 for name in ("ALS", "EASE", "NCF"))
    assert (len(drawn), all(drawn)) == (4, True)
    assert names["ncf"].metrics["ndcg@10"] > names["popular"].metrics["ndcg@10"]
    log = names["log"]
    async with small(find_home(), log._dataset.path).run_test(size=(120, 40)) as pilot:
        await pilot.press("2")
        await until(pilot, lambda: "notebook: EASE" in shown(pilot.app.screen))
        assert "notebook: ALS" in shown(pilot.app.screen)
        assert "notebook: NCF" in shown(pilot.app.screen)
        assert "notebook: popul" in shown(pilot.app.screen)  # cut to the width of the list
    log.close()
