"""The list of a model's layers with shapes and parameters, from the worker's `Summary` event."""

from functools import partial
from typing import NamedTuple

from textual.content import Content

from musicrec_tui.runs.events import Summary
from musicrec_tui.tui.common.cells import DIM, fit, number
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.rows import Row
from musicrec_tui.tui.tabular.records import Field, field

_SHAPE, _COUNT = 14, 11
_WIDEST = 72  # a name and its figures are read as one line


class Layer(NamedTuple):
    """A layer, counted from 1."""

    place: int
    name: str
    shape: str
    parameters: int


_LAYER = (
    field("layer", lambda one: one.name),
    field("place", lambda one: one.place, "whole"),
    field("shape", lambda one: one.shape),
    field("parameters", lambda one: one.parameters, "whole"),
)


class LayerList(RowList):
    """A row for each layer; the title has the number of all parameters."""

    ARRANGED = ("filter",)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id, title="Model")
        self._shown: tuple[Summary | None, str] | None = None

    def show(self, summary: Summary | None, note: str) -> None:
        """Show these layers on a change; `note` is shown without layers."""
        if (summary, note) == self._shown:
            return
        self._shown = summary, note
        if summary is None:
            self.set_title("Model")
            self.set_note(note)
            return
        self.set_title(f"Model, {number(summary.parameters)} parameters")
        layers = [Layer(place, *layer) for place, layer in enumerate(summary.layers, 1)]
        self.set_rows([Row(_draw_head), *(Row(partial(_draw, layer), layer.place, layer) for layer in layers)])

    def fields_of(self, record: object) -> tuple[Field, ...]:
        """The fields of a layer."""
        return _LAYER


def _draw_head(width: int) -> Content:
    """The column titles."""
    return Content(_line("layer", "shape", "parameters", width)).stylize(DIM)


def _draw(layer: Layer, width: int) -> Content:
    """The row of a layer."""
    return Content(_line(layer.name, layer.shape, number(layer.parameters), width))


def _line(name: str, shape: str, count: str, width: int) -> str:
    """Three columns in at most `width` cells."""
    wide = max(8, min(width, _WIDEST) - 1 - _SHAPE - _COUNT)
    return f"{fit(name, wide)} {fit(shape, _SHAPE)}{fit(count, _COUNT, right=True)}"
