"""The tables of Compare's views for copy and export: differences, groups of users, users, scatter plots."""

from collections.abc import Sequence

from musicrec_tui.dataset.table_files import Cells, Column
from musicrec_tui.evaluation import metrics
from musicrec_tui.jobs.host_protocol import Compared, PairedMetric, Scattered
from musicrec_tui.runs.store import RunInfo
from musicrec_tui.tui.common.commands import bindings
from musicrec_tui.tui.common.page import Page
from musicrec_tui.tui.common.row_list import RowList
from musicrec_tui.tui.common.tabular_widget import TABLE_COMMANDS, TabularWidget
from musicrec_tui.tui.tabular import run_records
from musicrec_tui.tui.tabular.pictures import Dots, Forest, Interval
from musicrec_tui.tui.tabular.records import Field
from musicrec_tui.tui.tabular.sheet import Sheet

_RUNS = (Column("first_run"), Column("other_run"))
_DIFFERENCE = (Column("difference", "number"), Column("low", "number"), Column("high", "number"))
_TESTS = ("p_bootstrap", "p_wilcoxon", "holm_bootstrap", "holm_wilcoxon", "family_low", "family_high", "p")
_COUNTS = ("wins", "ties", "losses")


class DifferingUsers(RowList):
    """The users with the largest differences."""

    def fields_of(self, record: object) -> tuple[Field, ...]:
        """The fields of a user with both values."""
        return run_records.DIFFERING


class ComparedView(Page, TabularWidget):
    """A scrolling view with a table for copy and export."""

    OWN_COMMANDS = (*Page.OWN_COMMANDS, *TABLE_COMMANDS)
    BINDINGS = bindings(OWN_COMMANDS)

    table: Sheet | None = None
    """The displayed table; None for a sentence."""

    def sheet(self) -> Sheet | None:
        """See `table`."""
        return self.table


def differences_table(answer: Compared, runs: Sequence[RunInfo]) -> Sheet:
    """Each metric of each run against the first."""
    columns = (
        *_RUNS, Column("metric"), *_DIFFERENCE, *(Column(name, "number") for name in _TESTS),
        *(Column(name, "whole") for name in _COUNTS), Column("users", "whole"),
    )  # fmt: skip
    rows: list[Cells] = [
        (runs[0].label, runs[place].label, one.metric, one.difference, one.low, one.high, one.p_bootstrap,
         one.p_wilcoxon, one.holm_bootstrap, one.holm_wilcoxon, one.family_low,
         one.family_high, one.p, one.wins, one.ties, one.losses, one.users)
        for place, against in enumerate(answer.against, 1)
        for one in against.metrics
    ]  # fmt: skip

    def pictures() -> list[Forest]:
        return [
            Forest(_against(runs, place), [_interval(one) for one in against.metrics])
            for place, against in enumerate(answer.against, 1)
        ]

    return Sheet("Differences", columns, lambda: rows, pictures=pictures)


def groups_table(answer: Compared, runs: Sequence[RunInfo]) -> Sheet:
    """One metric among groups of users."""
    columns = (*_RUNS, Column("metric"), Column("group"), *_DIFFERENCE, Column("users", "whole"))
    rows: list[Cells] = [
        (runs[0].label, runs[place].label, answer.metric, one.group, one.difference, one.low, one.high, one.users)
        for place, against in enumerate(answer.against, 1)
        for one in against.groups
    ]

    def pictures() -> list[Forest]:
        return [
            Forest(
                f"{answer.metric} among groups of users: {_against(runs, place)}",
                [Interval(one.group, one.difference, one.low, one.high) for one in against.groups],
            )
            for place, against in enumerate(answer.against, 1)
        ]

    return Sheet("Groups of users", columns, lambda: rows, pictures=pictures)


def scatter_table(found: Sequence[Scattered], runs: Sequence[RunInfo]) -> Sheet:
    """The number of users for each pair of value ranges of the first run and another one."""
    columns = (
        *_RUNS, Column("metric"), Column("first_from", "number"), Column("first_to", "number"),
        Column("other_from", "number"), Column("other_to", "number"), Column("users", "whole"),
    )  # fmt: skip
    rows: list[Cells] = [
        (runs[0].label, runs[place].label, one.metric, *_ends(one, cell.column, one.columns),
         *_ends(one, cell.row, one.rows), cell.users)
        for place, one in enumerate(found, 1)
        for cell in one.cells
    ]  # fmt: skip

    def pictures() -> list[Dots]:
        return [
            Dots(
                f"{one.metric} of users", runs[0].label, runs[place].label, one.low, one.high, (one.columns, one.rows),
                [(cell.column, cell.row, cell.users) for cell in one.cells],
            )
            for place, one in enumerate(found, 1)
        ]  # fmt: skip

    return Sheet("Users by their values", columns, lambda: rows, pictures=pictures)


def _against(runs: Sequence[RunInfo], place: int) -> str:
    """The title of a comparison."""
    return f"{runs[place].label} against {runs[0].label}"


def _interval(one: PairedMetric) -> Interval:
    """The interval of a metric; metrics without a better direction have their own scales."""
    told = metrics.named(one.metric)
    scale = "" if told is not None and told.better else one.metric
    return Interval(one.metric, one.difference, one.family_low, one.family_high, scale)


def _ends(found: Scattered, place: int, of: int) -> tuple[float, float]:
    """The value range of a column or row."""
    step = (found.high - found.low) / of
    return found.low + place * step, found.low + (place + 1) * step
