"""The views of Compare that are copied and exported: differences, groups of users, and users."""

from collections.abc import Sequence

from musicrec_tui.dataset.export_rows import Cells, Column
from musicrec_tui.jobs.protocol import Compared
from musicrec_tui.runs.store import RunInfo
from musicrec_tui.tui.commands import bindings
from musicrec_tui.tui.tabular import run_records
from musicrec_tui.tui.tabular.records import Field
from musicrec_tui.tui.tabular.sheet import Sheet
from musicrec_tui.tui.tabular.widget import TABLE_COMMANDS, TabularWidget
from musicrec_tui.tui.widgets.page import Page
from musicrec_tui.tui.widgets.row_list import RowList

_RUNS = (Column("first_run"), Column("other_run"))
_DIFFERENCE = (Column("difference", "number"), Column("low", "number"), Column("high", "number"))
_TESTS = ("p_bootstrap", "p_wilcoxon", "holm_bootstrap", "holm_wilcoxon")
_COUNTS = ("wins", "ties", "losses")


class DifferingUsers(RowList):
    """The users that differ most."""

    def fields_of(self, record: object) -> tuple[Field, ...]:
        """A user with both values."""
        return run_records.DIFFERING


class ComparedView(Page, TabularWidget):
    """A view whose text is drawn from a table."""

    OWN_COMMANDS = (*Page.OWN_COMMANDS, *TABLE_COMMANDS)
    BINDINGS = bindings(OWN_COMMANDS)

    table: Sheet | None = None
    """What the text shows; None where it is a sentence."""

    def sheet(self) -> Sheet | None:
        """See `table`."""
        return self.table


def differences(answer: Compared, runs: Sequence[RunInfo]) -> Sheet:
    """Each metric of each run against the first."""
    columns = (
        *_RUNS, Column("metric"), *_DIFFERENCE, *(Column(name, "number") for name in _TESTS),
        *(Column(name, "whole") for name in _COUNTS), Column("users", "whole"),
    )  # fmt: skip
    rows: list[Cells] = [
        (runs[0].label, runs[place].label, one.metric, one.difference, one.low, one.high, one.p_bootstrap,
         one.p_wilcoxon, one.holm_bootstrap, one.holm_wilcoxon, one.wins, one.ties, one.losses, one.users)
        for place, against in enumerate(answer.against, 1)
        for one in against.metrics
    ]  # fmt: skip
    return Sheet("Differences", columns, lambda: rows)


def groups(answer: Compared, runs: Sequence[RunInfo]) -> Sheet:
    """One metric among groups of users."""
    columns = (*_RUNS, Column("metric"), Column("group"), *_DIFFERENCE, Column("users", "whole"))
    rows: list[Cells] = [
        (runs[0].label, runs[place].label, answer.metric, one.group, one.difference, one.low, one.high, one.users)
        for place, against in enumerate(answer.against, 1)
        for one in against.groups
    ]
    return Sheet("Groups of users", columns, lambda: rows)
