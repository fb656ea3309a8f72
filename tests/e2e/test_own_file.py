"""From an empty home and a person's own file to a playlist, by keys: import, recommendations, why, playlist."""

import csv
from pathlib import Path

import musicrec_tui
from tests.e2e.terminal import Terminal

ARTISTS = ("Pixies", "Portishead", "Massive Attack", "Björk", "Radiohead")


def test_a_persons_own_file_leads_to_a_playlist(tmp_path: Path) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    with (folder / "my scrobbles.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["Artist", "Track", "Date", "Time"])
        rows.writerows((ARTISTS[at % 5], f"Song {at}", f"{at % 28 + 1:02}/05/2024", f"12:{at:02}") for at in range(50))
    package = str(Path(musicrec_tui.__file__).parents[1])
    with Terminal("my scrobbles.csv", home=tmp_path, folder=folder, PYTHONPATH=package) as terminal:
        terminal.wait_for(r"This is one person's history\.[\s\S]*Import it beside the")
        terminal.press("y")
        terminal.wait_for("66,936 listens")
        terminal.wait_for(r"For profile me · ALS #1")
        terminal.wait_for(r" 1 \S.*\d\.\d{3} .*because")
        terminal.press("w")
        terminal.wait_for(r"Why[\s\S]*(" + "|".join(ARTISTS) + r")[\s\S]*%")
        terminal.press("w")
        terminal.wait_for(r" 1 \S.*\d\.\d{3} .*because")
        terminal.press("p")
        terminal.wait_for(r"playlist-me\.jspf[\s\S]*↵ writes")
        terminal.press("enter")
        terminal.wait_for(r"Wrote 50 tracks")
        terminal.press("q")
        assert terminal.wait_for_exit() == 0
        assert terminal.is_restored()
    text = (folder / "playlist-me.jspf").read_text(encoding="utf-8")
    assert not [name for name in ARTISTS if f'"creator": "{name}"' in text]
