"""What each number of a run means, in two sentences: the one place for these words. Light: the screens use it."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from musicrec_tui.runs.info import RunInfo

Better = Literal["higher", "lower", ""]


class Meaning(NamedTuple):
    """A number, and how to read it.

    Attributes:
        name: as in metrics.json, with `@k` for the run's own K.
        title: at most eight cells.
        sentences: two of them.
        better: which way is good; empty where neither is.
    """

    name: str
    title: str
    sentences: str
    better: Better = "higher"


METRICS = (
    Meaning("ndcg@k", "NDCG@k", "Held-out artists in the list count, the more the nearer they are to the top; 1 is a "
            "perfect list. It is the headline and sorts runs, because it looks at what a person would see."),
    Meaning("recall@k", "recall@k", "How many of the user's held-out artists are in the list, of the most that could "
            "be (k, or all of them where they are fewer). Their order in the list does not matter."),
    Meaning("precision@k", "prec@k", "The share of the k listed artists that are among the user's held-out ones. It "
            "cannot reach 1 for users with fewer than k held-out artists."),
    Meaning("map@k", "MAP@k", "Mean average precision: the precision at the place of each hit, averaged over the hits "
            "that could be. It rewards hits near the top more than NDCG does."),
    Meaning("mrr@k", "MRR@k", "Mean reciprocal rank: 1 over the place of the first hit. 0.5 is a first hit in second "
            "place; what comes after it does not count."),
    Meaning("hit_rate@k", "hit@k", "The share of users with at least one hit in their list. It is the easiest of all "
            "to make high, so look at it last."),
    Meaning("auc@k", "AUC@k", "Truncated AUC, as implicit computes it: with k far below the number of artists about "
            "½ + ½ · recall@k. So 0.52 is not “random” but 4% recall; hold it against other AUC@k only."),
    Meaning("auc", "AUC", "Full AUC: how often a held-out artist stands above one that the user does not have, over "
            "the whole catalogue; 0.5 is random. Popularity does well here, so look at NDCG@k first."),
    Meaning("coverage@k", "coverage", "The share of the catalogue that is in anybody's list: low means that everyone "
            "gets the same few artists. It is one number for all lists together and has no interval.", ""),
    Meaning("gini@k", "Gini", "How unequally the places in all lists fall on the artists: 0 if all are shown alike, "
            "near 1 if a few have all the places. Like coverage it has no interval.", ""),
    Meaning("novelty@k", "novelty", "How little known the listed artists are: the mean of log2(users / listeners), "
            "where 1 more is half as many listeners. More is not better: a list at random is very novel.", ""),
    Meaning("popularity@k", "pop.", "Listeners of the listed artists on average, over the same for the user's own "
            "artists. 1 is as well known as what they play; 2 is twice as well known, a pull to the mainstream.", ""),
    Meaning("similarity@k", "alike", "How alike the artists of one list are: the mean cosine of their listeners, over "
            "all pairs of the first 20. High is a list of one scene, low a mixed one.", ""),
)  # fmt: skip

COSTS = (
    Meaning("fit", "fit s", "Seconds that the fit took. Loading the log and evaluating are not part of it.", "lower"),
    Meaning("evaluate", "eval s", "Seconds that ranking the catalogue for every user and measuring the lists took. "
            "Most of it is scoring, of which every recommendation pays a share.", "lower"),
    Meaning("peak_memory_mb", "MB", "The most memory that the worker ever held, in MB. The libraries that it loads are "
            "part of it, TensorFlow more than all others.", "lower"),
    Meaning("model_bytes", "model MB", "What the model takes on the disk, in MB. Opening it takes about as much "
            "memory.", "lower"),
)  # fmt: skip

_BY_NAME = {meaning.name: meaning for meaning in (*METRICS, *COSTS)}


def meaning(metric: str) -> Meaning | None:
    """What a metric of a run (`ndcg@10`) means; None for one that is not known here."""
    base, at, _ = metric.partition("@")
    return _BY_NAME.get(f"{base}@k" if at else base)


def auc_story(runs: Sequence[RunInfo]) -> list[str]:
    """AUC@k told on the user's own runs: what recall@k makes one expect, against what was measured.

    Args:
        runs: newest first; one of each model and K is told of.

    Returns:
        A sentence for each, nothing where no run has both numbers.
    """
    told: dict[tuple[str, int], str] = {}
    for run in runs:
        recall, measured = run.metrics.get(f"recall@{run.k}"), run.metrics.get(f"auc@{run.k}")
        if recall is None or measured is None or (run.model, run.k) in told:
            continue
        full = run.metrics.get("auc")
        beside = f"; its full AUC is {full:.3f}" if full is not None else ""
        told[run.model, run.k] = (
            f"{run.label}: ½ + ½ · recall@{run.k} {recall:.3f} = {0.5 + recall / 2:.3f}, "
            f"measured AUC@{run.k} {measured:.3f}{beside}."
        )
    return list(told.values())
