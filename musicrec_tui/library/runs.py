"""Runs: trained, compared and asked, as the screen and the command line do."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pyarrow as pa

from musicrec_tui.dataset import opinions, popularity
from musicrec_tui.dataset.filters import QUIET_DAYS, Heard
from musicrec_tui.dataset.lookups import artists
from musicrec_tui.dataset.split_spec import SplitSpec
from musicrec_tui.errors import UserError
from musicrec_tui.jobs import (
    host_protocol,
    model_export,
    named_recipient,
    per_user_metrics,
    questions,
    statistics,
    supervisor,
)
from musicrec_tui.jobs.host_protocol import KNOWN_LISTENERS
from musicrec_tui.jobs.opened_run import load_model
from musicrec_tui.library.answers import Explanation, RankedItems, explanation, ranked_items
from musicrec_tui.library.arrays import list_length
from musicrec_tui.library.logs import Log, Split, home_of, open_log
from musicrec_tui.library.models import Model, Part, named
from musicrec_tui.library.progress import Report, report_event, reported
from musicrec_tui.paths import Home
from musicrec_tui.recommenders import param_fields
from musicrec_tui.runs import picking, store
from musicrec_tui.runs.engine import engine_of
from musicrec_tui.runs.info import RunInfo
from musicrec_tui.runs.job_info import ended
from musicrec_tui.runs.spec import TrainRequest


class Comparison(NamedTuple):
    """Runs against the first of them.

    Attributes:
        verdict: which run ranks better, as a sentence.
        table: run, name, metric, value, difference, low, high, p, wins, ties, losses, for each metric of each run;
            the difference is to the first run, and its interval and p hold for the whole table.
    """

    verdict: str
    table: pa.Table


class Run:
    """A run: a model that was trained by `train`, the screen or the command line, with its results.

    Attributes:
        id, name: what commands call it.
        status: `finished`, `running`, `failed` …
        folder: where its files are.
    """

    def __init__(self, info: RunInfo, home: Home, log: Log | None = None) -> None:
        self._info, self._home, self._log = info, home, log
        self.id, self.name, self.folder = info.id, info.label, info.folder
        self.status = str(info.status)

    @property
    def model_name(self) -> str:
        """The model's name, such as "als"."""
        return self._info.model

    @property
    def parameters(self) -> dict[str, Any]:
        """Its parameters by name."""
        return named(self._info.spec.params) if self._info.spec else {}

    @property
    def metrics(self) -> dict[str, float]:
        """Its metrics by name; empty before it is finished."""
        return self._info.metrics

    @property
    def intervals(self) -> dict[str, tuple[float, float]]:
        """Low and high of the 95 % interval of each metric that is a mean."""
        return self._info.intervals

    @property
    def evaluated_on(self) -> Part:
        """The part that its metrics are of."""
        return self._info.evaluated_on

    @property
    def seconds(self) -> dict[str, float]:
        """Seconds of `load`, `fit` and `evaluate`."""
        return self._info.seconds

    def per_user(self) -> pa.Table:
        """Its metrics by user: user_key, and a column for each metric (NaN where a user has no value).

        Raises:
            UserError: it is not finished, or the file is damaged.
        """
        found = per_user_metrics.read_per_user(self._info)
        return pa.table({"user_key": found.users, **found.metrics})

    def model(self) -> Model:
        """Its model on arrays; `keys` has the keys of its rows and columns.

        Raises:
            UserError: it is not finished, or the model is damaged.
        """
        _, saved = load_model(self.folder)
        return Model(saved.recommender, saved.train)

    def keys(self) -> tuple[list[str], list[str]]:
        """The keys of the users and of the items of its model, by code; errors as `model` raises them."""
        _, saved = load_model(self.folder)
        return list(saved.user_keys), list(saved.artist_keys)

    def log(self) -> Log:
        """The log that it answers with: the one that it was asked of, else the one that it was trained on.

        Raises:
            UserError: the log is gone, or cannot be read.
        """
        if self._log is None:
            if self._info.spec is None:
                raise UserError(self._info.reason, exit_code=1)
            self._log = open_log(*self._info.spec.data, layout=self._info.spec.layout, home=self._home.root)
        return self._log

    def recommend(
        self,
        user: str | int | None = None,
        *,
        profile: str | None = None,
        like: Iterable[str] = (),
        dislike: Iterable[str] = (),
        k: int = 10,
        heard: Heard = "new",
        max_plays: int | None = None,
        min_listeners: int = 0,
        max_listeners: int | str | None = None,
        quiet_days: int = QUIET_DAYS,
        block: Iterable[str] = (),
        reasons: int = 3,
    ) -> RankedItems:
        """Recommend items to a user, to a profile, or from items that are named, as the screen does.

        What they dislike or block is left out.

        Args:
            user: the id of a user of the log.
            profile: the name of a profile, instead of a user.
            like: names of items, instead of a user or beside a profile.
            dislike: names of items never to recommend, beside `like` or `profile`.
            k: length of the list.
            heard: `new` items, `all`, or those to `rediscover`.
            max_plays: at most so many plays by this user.
            min_listeners: at least so many listeners.
            max_listeners: at most so many listeners, or a share of all items such as "50%".
            quiet_days: for `rediscover`: not played in the last so many days.
            block: names of items that are left out this time.
            reasons: how many of their own items each comes with.

        Raises:
            UserError: none or two of user, profile and like are given, a name is unknown, or the run has no model.
        """
        log = self.log()
        who = self._who(log, user, profile, _names(like), _names(dislike))
        ceiling = "" if max_listeners is None else str(max_listeners)
        filters = popularity.filters_of(
            log._dataset, heard, max_plays, min_listeners, ceiling, quiet_days, _names(block)
        )
        answer = self._ask(
            host_protocol.Recommend(
                run=str(self.folder), index=str(log._dataset.path), user=who, k=k, filters=filters, reasons=reasons
            )
        )
        return ranked_items(answer)

    def recommend_all(self, k: int = 10, *, heard: Heard = "new", progress: Report = None) -> pa.Table:
        """Each user's k best items: user_id, rank, item_key, item, score; what they dislike or block is left out.

        Raises:
            UserError: the run has no model, or k is below 1.
        """
        list_length(k)
        log, report = self.log(), reported("recommend", progress)
        filters = popularity.filters_of(log._dataset, heard)
        given = opinions.read_opinions(self._home.opinions)
        lists = model_export.ListsOfAll(self._info, log._dataset, k, filters, given, report)
        return pa.Table.from_batches(lists.batches(), lists.schema).rename_columns(
            ["user_id", "rank", "item_key", "item", "score"]
        )

    def similar(self, item: str, k: int = 10, *, min_listeners: int = KNOWN_LISTENERS) -> RankedItems:
        """The items most similar to one, by name or key, among those with so many listeners in train.

        Raises:
            UserError: the item is unknown, the model cannot, or the run has none.
        """
        dataset = self.log()._dataset
        key = artists.find_artist(dataset, item).key
        return ranked_items(
            self._ask(
                host_protocol.Similar(
                    run=str(self.folder), index=str(dataset.path), artist=key, k=k, min_listeners=min_listeners
                )
            )
        )

    def explain(
        self, item: str, user: str | int | None = None, *, profile: str | None = None, like: Iterable[str] = ()
    ) -> Explanation:
        """Why an item has its score for a user, for a profile, or from items that are named.

        Raises:
            UserError: as `recommend` does, or the model cannot.
        """
        dataset = self.log()._dataset
        who = self._who(self.log(), user, profile, _names(like), [])
        key = artists.find_artist(dataset, item).key
        return explanation(
            self._ask(host_protocol.Explain(run=str(self.folder), index=str(dataset.path), user=who, artist=key))
        )

    def __repr__(self) -> str:
        """Its name, state and headline."""
        headline = f", NDCG@{self._info.k} {self._info.headline:.4f}" if self._info.headline is not None else ""
        return f"Run({self.name}: {self.status}{headline})"

    def _who(
        self, log: Log, user: str | int | None, profile: str | None, like: list[str], dislike: list[str]
    ) -> str | host_protocol.Newcomer:
        """The user or newcomer that is meant; a user who is known needs no look-up."""
        user = None if user is None else str(user)  # ids of ListenBrainz are numbers
        if user is not None and user in log._user_keys and not (profile or like or dislike):
            return user
        return named_recipient.find_recipient(self._home, log._dataset, user, profile, like, dislike).user

    def _ask(self, ask: host_protocol.AnyAsk) -> host_protocol.AnyAnswer:
        """The answer of its log's service, in this process."""
        return questions.answer_of(self.log()._service, ask)


def train(
    log: Log, model: str = "als", *, split: Split | None = None, final: bool = False, seed: int = 42, k: int = 10,
    engine: Literal["local", "spark"] = "local", master: str = "", name: str = "", progress: Report = None,
    **parameters: Any,
) -> Run:  # fmt: skip
    """Train a model in a process of its own, evaluate it, and save it as a run, which the screen then shows.

    An interrupt (Ctrl-C, or a callback that raises) cancels it.

    Args:
        log: what it learns from.
        model: its name (see `models`).
        split: how the log is cut; None: the default of `split`.
        final: fit on train + validation and evaluate on test, which is counted; else on train and on validation.
        seed: of the fit.
        k: the K of the metrics.
        engine: "local", or "spark": an Apache Spark cluster, for "als" alone.
        master: with "spark", the cluster's address; empty: the setting `spark_master`.
        name: of the run; empty: such as "ALS #3".
        progress: hears of each step and epoch.
        parameters: of the model; what is not given has its default.

    Raises:
        UserError: a parameter is unknown or out of bounds, Spark is asked for and cannot do it, or the training failed.
        Cancelled: it was cancelled from elsewhere.
    """
    spec = split._spec if split is not None else SplitSpec()
    request = TrainRequest(
        params=param_fields.parse(model, parameters), final=final, split=spec, seed=seed, k=k, name=name,
        engine=engine_of(engine, master),
    )  # fmt: skip
    job = supervisor.submit(log._home, request, log._dataset.indexed, foreground=True)
    followed(job, progress)
    return Run(ended(store.read_run(log._home, job.id)), log._home, log)


def followed(job: supervisor.Job, progress: Report) -> None:
    """Report the events of a job until it ends; whatever interrupts this cancels the job."""
    try:
        for event in supervisor.follow(job):
            report_event(event, progress)
    except BaseException:
        supervisor.ensure_stopped(job)
        raise


def compare(runs: Sequence[Run], *, metric: str = "ndcg@k") -> Comparison:
    """Compare two or more runs that were measured alike: paired tests over users, corrected for all metrics.

    Args:
        runs: the first is what the others are compared with.
        metric: what the verdict is about.

    Raises:
        UserError: one is given twice, they were measured on different data, splits, parts or K, or are not finished.
    """
    if len({run.id for run in runs}) < len(runs):
        raise UserError("A run is given twice, and would be compared with itself.")
    folders = tuple(str(run.folder) for run in runs)
    found = statistics.compare(host_protocol.Compare(runs=folders, primary=metric))
    first, *others = runs
    rows: list[dict[str, object]] = [
        {"run": first.id, "name": first.name, "metric": name, "value": value} for name, value in first.metrics.items()
    ]
    rows += [
        {
            "run": run.id, "name": run.name, "metric": one.metric, "value": run.metrics[one.metric],
            "difference": one.difference, "low": one.family_low, "high": one.family_high, "p": one.p,
            "wins": one.wins, "ties": one.ties, "losses": one.losses,
        }
        for run, against in zip(others, found.against, strict=True)
        for one in against.metrics
    ]  # fmt: skip
    return Comparison(found.verdict, pa.Table.from_pylist(rows, schema=_COMPARED))


def runs(log: Log | None = None, *, home: str | Path | None = None) -> list[Run]:
    """The runs of a log, or of a home: those of the screen and the command line too, newest first.

    Raises:
        UserError: the home cannot be read.
    """
    place = log._home if log is not None else home_of(home)
    return [Run(one, place, log) for one in store.list_runs(place, log.content if log is not None else None)]


def find_run(text: str = "", log: Log | None = None, *, home: str | Path | None = None) -> Run:
    """A run by id, unique beginning, number, name, "latest" or "best"; empty: the best, else the latest.

    Raises:
        UserError: there is none, or several.
    """
    place = log._home if log is not None else home_of(home)
    found = store.list_runs(place, log.content if log is not None else None)
    return Run(picking.pick_run(found, text) if text else picking.best_or_latest(found), place, log)


def _names(given: Iterable[str]) -> list[str]:
    """Names from a list, an array or a column; a single one is no list of letters."""
    return [given] if isinstance(given, str) else [str(one) for one in given]


_COMPARED = pa.schema(
    [
        *((name, pa.string()) for name in ("run", "name", "metric")),
        *((name, pa.float64()) for name in ("value", "difference", "low", "high", "p")),
        *((name, pa.int64()) for name in ("wins", "ties", "losses")),
    ]
)
