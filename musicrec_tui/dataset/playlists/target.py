"""What a playlist is asked to be, and where it goes. Light: the screen asks before any work is done."""

import re
from pathlib import Path

import msgspec

from musicrec_tui.dataset.table_files import check_target
from musicrec_tui.text import search_name

JSPF, XSPF, M3U, PLAIN = (".jspf", ".json"), (".xspf",), (".m3u8",), (".txt",)
FORMATS = (*JSPF, *XSPF, *M3U, *PLAIN)
MOST_PER_ARTIST = 100
_LONGEST_STEM = 40


class PlaylistRequest(msgspec.Struct, frozen=True):
    """A playlist that is wanted.

    Attributes:
        title: what it is called, raw.
        artists: keys, in the order of the list.
        per_artist: how many recordings of each, at most.
    """

    title: str
    artists: tuple[str, ...]
    per_artist: int = 1


def check_playlist_target(target: Path) -> None:
    """Refuse a file name that is no playlist's.

    Raises:
        UserError: it does not end as one of `FORMATS`, or it is a folder.
    """
    check_target(target, FORMATS)


def file_name(who: str) -> str:
    """The file name of a playlist: letters and digits, whatever they are called."""
    letters = re.sub(r"[^a-z0-9]+", "-", search_name(who[:_LONGEST_STEM])).strip("-")
    return f"playlist-{letters}.jspf" if letters else "playlist.jspf"
