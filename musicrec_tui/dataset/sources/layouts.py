"""All layouts that can be read. A new one is a file beside these, and its name here."""

from musicrec_tui.dataset.sources import (
    counts,
    deck,
    lastfm_1k,
    lastfm_360k,
    lastfm_lines,
    lastfm_table,
    listenbrainz,
    listenbrainz_export,
    maloja,
    nyu,
    rated,
    scrobbler,
    spotify_account,
    spotify_extended,
)
from musicrec_tui.dataset.sources.base import Layout

LAYOUTS: tuple[Layout, ...] = (
    listenbrainz.LAYOUT,
    deck.LAYOUT,
    nyu.LAYOUT,
    lastfm_table.LAYOUT,
    counts.LAYOUT,
    rated.LAYOUT,
    listenbrainz_export.LAYOUT,
    spotify_extended.LAYOUT,
    spotify_account.LAYOUT,
    maloja.LAYOUT,
    scrobbler.LAYOUT,
    lastfm_1k.LAYOUT,
    lastfm_360k.LAYOUT,
    lastfm_lines.LAYOUT,
)
"""The first that fits is taken; what has a header, or says what it is, comes before what does not."""
