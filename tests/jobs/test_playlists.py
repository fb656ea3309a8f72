"""The exporter writes a playlist, and says what its reader should know."""

from pathlib import Path

import pytest

from musicrec_tui.dataset.playlists.target import PlaylistRequest
from musicrec_tui.errors import UserError
from musicrec_tui.jobs import exporter_client
from musicrec_tui.jobs.json_lines import ExportOrder
from tests.jobs.conftest import World


def test_the_exporter_writes_a_playlist(world: World, tmp_path: Path) -> None:
    target = tmp_path / "list.txt"
    order = ExportOrder(
        str(world.index), str(target), playlist=PlaylistRequest("mine", ("name:artist 3", "name:artist 1", "name:gone"))
    )
    notes: list[str] = []
    assert exporter_client.export(order, lambda done, of: None, lambda: False, notes.append) == 2
    assert target.read_text() == "artist 3\nartist 1\n"  # play counts name no recordings
    assert notes == ["2 artists are listed by name alone: the log has no recording of them."]
    jspf = ExportOrder(order.index, str(tmp_path / "list.jspf"), playlist=order.playlist)
    with pytest.raises(UserError, match=r"a \.txt lists them"):
        exporter_client.export(jspf, lambda done, of: None, lambda: False, notes.append)
    assert not (tmp_path / "list.jspf").exists()
