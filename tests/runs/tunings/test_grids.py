"""Grids: the deck's, those of files, and what is refused in a sentence."""

from pathlib import Path

import pytest

from musicrec_tui.errors import UserError
from musicrec_tui.recommenders.als import AlsParams
from musicrec_tui.recommenders.ncf import NcfParams
from musicrec_tui.runs import grids
from musicrec_tui.runs.tuning_spec import Grid


def test_the_decks_grid_is_its_ninety_fits() -> None:
    fits = grids.expand(grids.read_grid("deck", "als"), AlsParams())
    assert len(fits) == len(set(fits)) == 90
    assert fits[0] == AlsParams(factors=8, regularization=0.15, iterations=60, alpha=10.0)
    assert fits[-1] == AlsParams(factors=15, regularization=0.3, iterations=85, alpha=10.0)
    assert AlsParams(factors=8, regularization=0.2, iterations=75, alpha=10.0) in fits  # the deck's winner


def test_what_a_grid_does_not_name_stays(tmp_path: Path) -> None:
    path = tmp_path / "grid.toml"
    path.write_text('factors = [32, 64]\nweighting = ["log", "log", "binary"]\n')
    fits = grids.expand(grids.read_grid(str(path), "als"), AlsParams(alpha=7.0))
    assert [(one.factors, one.weighting, one.alpha) for one in fits if isinstance(one, AlsParams)] == [
        (32, "log", 7.0),
        (32, "binary", 7.0),
        (64, "log", 7.0),
        (64, "binary", 7.0),
    ]


def test_lists_of_layers_are_values_too() -> None:
    grid = grids.check_grid({"layers": [[64, 32], [32, 16, 8]]}, "ncf", "here")
    assert [one.layers for one in grids.expand(grid, NcfParams()) if isinstance(one, NcfParams)] == [
        (64, 32),
        (32, 16, 8),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("factors = [0]", "factors 0"),
        ("factors = 5", "a list of values for factors"),
        ("factors = []", "a list of values for factors"),
        ('colour = ["red"]', "no parameter 'colour'"),
        ("", "no parameters"),
        ("factors = [", "not TOML"),
    ],
)
def test_what_is_no_grid_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "grid.toml"
    path.write_text(text)
    with pytest.raises(UserError, match=said):
        grids.read_grid(str(path), "als")


def test_other_models_have_no_deck_and_missing_files_are_told() -> None:
    with pytest.raises(UserError, match="`deck` is for als"):
        grids.read_grid("deck", "ncf")
    with pytest.raises(UserError, match="No such file"):
        grids.read_grid("/nowhere/grid.toml", "als")


def test_a_grid_without_end_is_refused() -> None:
    grid = Grid({"factors": tuple(range(1, 1001)), "iterations": tuple(range(1, 500))})
    with pytest.raises(UserError, match="499,000 combinations"):
        grids.expand(grid, AlsParams())
