"""What killed processes left in a home: temporary files, half-made jobs and profiles, room held back on the disk."""

from musicrec_tui.dataset.index import cache, pruning
from musicrec_tui.dataset.profiles import store as profiles
from musicrec_tui.dataset.sources import archives
from musicrec_tui.paths import Home
from musicrec_tui.runs import job_folders


def sweep(home: Home) -> None:
    """Remove it, once, at the start of the screen. What a live process writes is locked, and stays.

    That the program is used today is noted for the cache, whose indexes grow old by it.
    """
    job_folders.sweep_home(home)
    profiles.sweep(home)
    cache.sweep(home.indexes)
    archives.sweep(home.indexes / "unpacked")
    pruning.count_today(home.indexes)
