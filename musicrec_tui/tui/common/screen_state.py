"""The state of the screens for each log, saved for the next start: the structs of the state file."""

import msgspec


class ExploreState(msgspec.Struct, frozen=True):
    """The state of Explore.

    Attributes:
        user, artist: their keys, which outlive an index.
        focus: the id of the pane that had the focus.
        cursors: where the cursor was in each list, by the list's id.
    """

    user: str = ""
    artist: str = ""
    focus: str = ""
    cursors: dict[str, int] = {}


class TrainState(msgspec.Struct, frozen=True):
    """The state of Train.

    Attributes:
        job: the id of the run under the cursor; empty: the form.
        layers: whether the model's layers were in the place of the log.
    """

    job: str = ""
    layers: bool = False


class TuneState(msgspec.Struct, frozen=True):
    """The state of Tune.

    Attributes:
        tuning: the id of the one under the cursor; empty: the form.
        view: trials, map or course.
        order: of the trials.
    """

    tuning: str = ""
    view: str = ""
    order: str = ""


class CompareState(msgspec.Struct, frozen=True):
    """The state of Compare.

    Attributes:
        run: the id of the one under the cursor.
        marked: the ids of the marked ones, in the order of their letters.
        figure: the title of the selected figure.
        ordered: the title of the figure that the runs were ordered by; empty: the headline.
        turned: whether the worst came first.
        view: the part of the lower half.
    """

    run: str = ""
    marked: tuple[str, ...] = ()
    figure: str = ""
    ordered: str = ""
    turned: bool = False
    view: str = ""


class DataState(msgspec.Struct, frozen=True):
    """The state of Data: the name of the section."""

    section: str = ""


class TableState(msgspec.Struct, frozen=True):
    """The state of a table.

    Attributes:
        row: the cursor's, from 0.
        column: the first visible one, from 0.
        widths: the cells of those columns that the user gave a width, by their names.
    """

    row: int = 0
    column: int = 0
    widths: dict[str, int] = {}


class LogState(msgspec.Struct, frozen=True):
    """The state of all screens for one log.

    Attributes:
        screen: the mode's name.
        run: the id of the run that the user chose; empty: popularity; None: the user chose none.
        explored, trained, tuned, compared, examined: see there.
        tables: by their ids.
    """

    screen: str = "explore"
    run: str | None = None
    explored: ExploreState = ExploreState()
    trained: TrainState = TrainState()
    tuned: TuneState = TuneState()
    compared: CompareState = CompareState()
    examined: DataState = DataState()
    tables: dict[str, TableState] = {}
