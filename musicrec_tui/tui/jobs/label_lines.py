"""A job's note, as lines of a pane."""

from textual.content import Content

from musicrec_tui.runs.store import RunInfo
from musicrec_tui.runs.tuning_info import TuningInfo
from musicrec_tui.text import printable


def label_lines(job: RunInfo | TuningInfo) -> list[Content]:
    """What a person noted of a run or a tuning; or why that cannot be read."""
    if job.label_damage:
        return [Content(printable(job.label_damage, 400)).stylize("$text-error")]
    return [Content(printable(job.given.note, None)).stylize("italic")] if job.given.note else []
