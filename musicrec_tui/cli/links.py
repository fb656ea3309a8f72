"""`links`: where an artist, album or track is found on the web."""

from typing import Annotated

import typer

from musicrec_tui import links as services
from musicrec_tui.cli import options, output
from musicrec_tui.cli.place import opened


def links(
    artist: Annotated[str, typer.Argument(metavar="ARTIST", help="The artist's name, or key.")],
    album: Annotated[str, typer.Option("--album", metavar="TITLE", help="An album of the artist.")] = "",
    track: Annotated[str, typer.Option("--track", metavar="TITLE", help="A track of the artist.")] = "",
    *,
    place: options.LogPlace,
    as_json: options.Json = False,
) -> None:
    """Print links to an artist, album or track: its pages, or a search for it.

    A table `[links.NAME]` of the settings adds a service, or replaces one: `artist = "https://example.org/{artist}"`;
    `album` and `track` alike, `{mbid}` is the artist's MusicBrainz id. An empty table removes a service.
    """
    from musicrec_tui.dataset.lookups import artists

    with opened(place) as dataset:
        found = artists.find_artist(dataset, artist)
    thing = services.Thing(found.name, found.mbid or "", album, track)
    told = services.links(thing, place.settings.links)
    if as_json:
        output.print_json({"artist": found, "album": album, "track": track, "links": told})
        return
    output.print_facts(told.items())
