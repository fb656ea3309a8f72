"""A ranked list written as a playlist: the options of `recommend` that ask for one."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from musicrec_tui.cli import interrupts, output
from musicrec_tui.cli.opening import STEPS, opened
from musicrec_tui.cli.options import Place
from musicrec_tui.dataset.playlists import target
from musicrec_tui.jobs.protocol import Recommendation

if TYPE_CHECKING:
    from musicrec_tui.dataset.playlists.writing import Written

File = Annotated[
    Path | None,
    typer.Option(
        "--playlist", metavar="FILE",
        help="Write recordings of these artists, too: .jspf or .json (for ListenBrainz), or .txt (a plain list).",
    ),
]  # fmt: skip
PerArtist = Annotated[
    int,
    typer.Option(
        "--per-artist", min=1, max=target.MOST_PER_ARTIST, help="Recordings of each artist in the playlist, at most."
    ),
]


def check(file: Path | None) -> None:
    """Refuse a file name that is no playlist's, before any work is done."""
    if file is not None:
        target.check(file)


def write(place: Place, file: Path, title: str, rows: Sequence[Recommendation], per_artist: int) -> "Written":
    """Write the playlist.

    Raises:
        UserError: it cannot be written, or there is nothing to write.
        Cancelled: Ctrl-C meanwhile; the file is as it was.
    """
    from musicrec_tui.cli.meter import Meter
    from musicrec_tui.dataset.playlists import writing

    wish = target.Wish(title, tuple(row.artist.key for row in rows), per_artist)
    with opened(place) as dataset, interrupts.noticed() as cancelled, Meter() as meter:

        def report(phase: str, fraction: float | None) -> None:
            meter.show(f"Playlist: {phase}", STEPS * (fraction or 0.0), STEPS if fraction is not None else 0)

        return writing.write(dataset, wish, file, report, cancelled)


def told(file: Path | None, written: "Written | None") -> dict[str, object]:
    """What became of it, for programs; nothing where none was asked for."""
    if file is None or written is None:
        return {}
    return {"playlist": {"to": str(file.absolute()), "tracks": written.tracks, "notes": written.notes}}


def tell(file: Path | None, written: "Written | None") -> None:
    """What became of it, for people."""
    if file is not None and written is not None:
        output.print_line(f"Wrote {written.tracks:,} track{'s' if written.tracks != 1 else ''} to {file}.")
        for note in written.notes:
            output.print_line(note)
