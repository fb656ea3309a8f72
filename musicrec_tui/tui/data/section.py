"""The base class of the sections of Data, and the bar of their names."""

from textual import events
from textual.app import RenderResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from musicrec_tui.dataset.index.opened import Dataset
from musicrec_tui.tui.shell.session import Session


class Section(Vertical):
    """A section of the Data screen. It is made, and queries the index, when first shown.

    Args:
        session: with an open dataset.
    """

    def __init__(self, session: Session, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self.session = session

    @property
    def dataset(self) -> Dataset:
        """The open dataset."""
        assert self.session.dataset is not None  # noqa: S101  (sections are made when there is one)
        return self.session.dataset

    def focus_first(self) -> None:
        """Focus the main widget."""


class SectionBar(Widget):
    """The names of the sections; the current one is underlined, not only coloured. `v` shows the next.

    Args:
        sections: (title, name) of each.
    """

    class Picked(Message):
        """A section was clicked."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.section = name

    def __init__(self, sections: tuple[tuple[str, str], ...]) -> None:
        super().__init__()
        self._sections = sections
        self._present = ""

    def show(self, name: str) -> None:
        """Mark the current section."""
        self._present = name
        self.refresh()

    def render(self) -> RenderResult:
        """The names in a line."""
        line = Content(" ")
        for title, name in self._sections:
            here = name == self._present
            line += Content.assemble((f" {title} ", "bold underline $text-primary" if here else "$foreground 70%"), " ")
        return line

    def on_click(self, click: events.Click) -> None:
        """Post `Picked` for the clicked section."""
        start = 1
        for title, name in self._sections:
            end = start + len(f" {title} ")
            if start <= click.x < end:
                self.post_message(self.Picked(name))
            start = end + 1
