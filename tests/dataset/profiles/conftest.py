"""The layouts of `histories` are known."""

import pytest

from musicrec_tui.dataset.sources import recognise
from musicrec_tui.dataset.sources.layouts import LAYOUTS
from tests.dataset.profiles.histories import COUNTS, LISTENS


@pytest.fixture(autouse=True)
def _layouts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognise, "LAYOUTS", (LISTENS, COUNTS, *LAYOUTS))
