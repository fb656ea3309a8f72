"""All layouts that can be read. A new one is a file beside these, and its name here.

Other packages add theirs as entry points of the group "musicrec_tui.layouts": a `base.TableLayout` or `RecordLayout`.
"""

import importlib

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
from musicrec_tui.dataset.sources.base import Layout, RecordLayout, TableLayout
from musicrec_tui.entry_points import installed
from musicrec_tui.text import printable

GROUP = "musicrec_tui.layouts"


def _extensions() -> tuple[tuple[Layout, ...], tuple[str, ...]]:
    """The layouts of other packages, and a sentence for each that cannot be used."""
    found: list[Layout] = []
    faults = []
    for one in installed(GROUP):
        module, _, name = one.value.partition(":")
        try:
            layout = getattr(importlib.import_module(module), name)
        except Exception as error:  # noqa: BLE001  (whatever another package does when it is imported)
            faults.append(f"{one.label} cannot be used: {printable(f'{type(error).__name__}: {error}', 200)}")
            continue
        if isinstance(layout, TableLayout | RecordLayout):
            found.append(layout)
        else:
            faults.append(f"{one.label} cannot be used: {printable(one.value, 80)} is no TableLayout or RecordLayout.")
    return tuple(found), tuple(faults)


EXTENSIONS, FAULTS = _extensions()
"""The layouts of other packages, and a sentence for each that cannot be used."""

LAYOUTS: tuple[Layout, ...] = (
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
    *EXTENSIONS,
    *tables.KINDS,
    wide_table.LAYOUT,
)
"""The first that fits is taken; the generic tables come after what has a look of its own, for they take any columns."""
