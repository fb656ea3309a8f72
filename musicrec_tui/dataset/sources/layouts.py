"""All layouts of this package. A new one is a file beside these, and its name here.

Other packages add theirs, see `outside`.
"""

from musicrec_tui.dataset.sources import (
    apple,
    hetrec,
    koito,
    lastfm_1k,
    lastfm_360k,
    listenbrainz,
    listenbrainz_export,
    maloja,
    nyu,
    scrobbler,
    spotify_account,
    spotify_extended,
    tables,
    wide_table,
    youtube,
)
from musicrec_tui.dataset.sources.base import Layout

SPECIAL: tuple[Layout, ...] = (
    listenbrainz.LAYOUT,
    nyu.LAYOUT,
    hetrec.LAYOUT,
    listenbrainz_export.LAYOUT,
    spotify_extended.LAYOUT,
    spotify_account.LAYOUT,
    maloja.LAYOUT,
    youtube.LAYOUT,
    koito.LAYOUT,
    apple.TRACK_HISTORY,
    apple.DAILY,
    scrobbler.LAYOUT,
    lastfm_1k.LAYOUT,
    lastfm_360k.LAYOUT,
)
GENERIC: tuple[Layout, ...] = (*tables.KINDS, wide_table.LAYOUT)
LAYOUTS: tuple[Layout, ...] = (*SPECIAL, *GENERIC)
"""The first that fits is taken; the generic tables come after what has a look of its own, for they take any columns."""
