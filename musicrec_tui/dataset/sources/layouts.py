"""All layouts that can be read. A new one is a file beside these, and its name here."""

from musicrec_tui.dataset.sources import counts, deck, listenbrainz
from musicrec_tui.dataset.sources.base import Layout

LAYOUTS: tuple[Layout, ...] = (
    listenbrainz.LAYOUT,
    deck.LAYOUT,
    counts.LAYOUT,
)
"""The first that fits is taken."""
