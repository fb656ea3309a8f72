"""XSPF (https://www.xspf.org/spec), the XML that players open. What XML cannot hold is replaced in names."""

from collections.abc import Sequence
from datetime import datetime
from xml.etree import ElementTree as Xml

from musicrec_tui.dataset.playlists.jspf import CREATOR, RECORDING_URI
from musicrec_tui.dataset.playlists.recordings import Track
from musicrec_tui.text import printable

_NAMESPACE = "http://xspf.org/ns/0/"


def xspf_bytes(title: str, annotation: str, at: datetime, tracks: Sequence[Track]) -> bytes:
    """A playlist as a file of XSPF, version 1; a track has the URI of its recording where that is known."""
    root = Xml.Element("playlist", {"version": "1", "xmlns": _NAMESPACE})
    about = (("title", title), ("creator", CREATOR), ("annotation", annotation))
    for name, text in about:
        _add(root, name, text)
    _add(root, "date", at.replace(microsecond=0).isoformat())
    listed = Xml.SubElement(root, "trackList")
    for track in tracks:
        entry = Xml.SubElement(listed, "track")
        if track.mbid:
            _add(entry, "identifier", RECORDING_URI + track.mbid)
        _add(entry, "title", track.title)
        _add(entry, "creator", track.artist.name)
    Xml.indent(root)
    content: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _add(parent: Xml.Element, name: str, text: str) -> None:
    """An element with text."""
    Xml.SubElement(parent, name).text = printable(text, None)
