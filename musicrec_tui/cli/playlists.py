"""`playlists`: a playlist that was written is sent to ListenBrainz."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from musicrec_tui.cli import interrupts, options, output
from musicrec_tui.cli.importing import ApiUrl


def playlists(
    action: Annotated[Literal["send"], typer.Argument(help="What to do.")],
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A playlist, as `recommend --playlist mine.jspf` writes.")
    ],
    public: Annotated[bool, typer.Option("--public", help="Let everyone see it there.")] = False,
    api_url: ApiUrl = "",
    *,
    place: options.HomePlace,
    as_json: options.Json = False,
) -> None:
    """Send a playlist (JSPF) to ListenBrainz, where it becomes a private playlist of yours.

    It needs your user token from https://listenbrainz.org/settings/: LISTENBRAINZ_TOKEN in the environment, or a line
    listenbrainz = "..." in tokens.toml in the home folder, which only you may be able to read (chmod 600). Sent are the
    title, the description and the MusicBrainz ids of the recordings; tracks without one are left out.
    """
    from musicrec_tui.cli.progress import Meter
    from musicrec_tui.services.playlists import SendRequest, prepare, send

    outgoing = prepare(place.home, SendRequest(file, public, api_url))
    with interrupts.noticed() as cancelled, Meter() as meter:
        meter.note(outgoing.announcement)
        mbid = send(outgoing, meter.share, cancelled)
    if as_json:
        told = {"recordings": outgoing.recordings, "left_out": outgoing.left_out, "public": public}
        output.print_json({"playlist": mbid, "server": outgoing.server.url, **told})
        return
    output.print_facts(
        [
            ("playlist", mbid),
            ("server", outgoing.server.url),
            ("recordings", outgoing.recordings),
            *([("left out, no MusicBrainz id", outgoing.left_out)] if outgoing.left_out else []),
        ]
    )
