"""The metrics: one table, which evaluation, tuner, forms, help, columns and exports read. Light.

A new metric is an entry here and its function in `formulas`. Names are those of metrics.json, and stay.
"""

from typing import Literal, NamedTuple

Better = Literal["higher", "lower", ""]


class Metric(NamedTuple):
    """A metric, and how to read it.

    Attributes:
        name: as in metrics.json, with `@k` for the run's own K.
        title: at most eight cells.
        sentences: two of them.
        better: which way is good; empty where neither is.
        per_user: whether it is a mean over users, who can be compared one by one; else one number of all lists.
    """

    name: str
    title: str
    sentences: str
    better: Better = "higher"
    per_user: bool = True

    def at(self, k: int) -> str:
        """Its name in a run of this K."""
        return self.name.replace("@k", f"@{k}")


METRICS = (
    Metric("ndcg@k", "NDCG@k", "Held-out favourites count more the higher they are ranked; 1 is a perfect list. It "
           "sorts the runs, because it looks at what a person sees: the top of the list."),
    Metric("recall@k", "recall@k", "The share of the user's held-out artists that are in the list (of k, where a "
           "user has more than k). Their order does not matter."),
    Metric("precision@k", "prec@k", "The share of the k listed artists that are held-out artists of the user. It "
           "cannot reach 1 for users with fewer than k held-out artists."),
    Metric("map@k", "MAP@k", "Mean average precision: the precision at the rank of each hit, averaged over the "
           "possible hits. It rewards hits near the top more than NDCG does."),
    Metric("mrr@k", "MRR@k", "Mean reciprocal rank: 1 divided by the rank of the first hit; 0.5 means that the first "
           "hit is second. Later hits do not count."),
    Metric("hit_rate@k", "hit@k", "The share of users with at least one hit in their list. It is the easiest metric "
           "to make high, so look at it last."),
    Metric("auc@k", "AUC@k", "Truncated AUC, as implicit calculates it: about ½ + ½ · recall@k where k is much "
           "smaller than the catalogue. So 0.52 is not “random” but 4% recall; compare it only with other AUC@k."),
    Metric("auc", "AUC", "Full AUC: how often a held-out artist ranks above an artist that the user does not have, "
           "over the whole catalogue; 0.5 is random. Popularity does well here, so look at NDCG@k first."),
    Metric("coverage@k", "coverage", "The share of the catalogue that is in at least one list: low means that all "
           "users get the same few artists. It is one number for all lists and has no interval.",
           "", per_user=False),
    Metric("gini@k", "Gini", "How unequally artists appear in the lists: 0 = all equally often, near 1 = a few "
           "artists fill all lists. Like coverage it has no interval.",
           "", per_user=False),
    Metric("novelty@k", "novelty", "How unknown the listed artists are: the mean of log2(users / listeners); 1 more "
           "means half as many listeners. More is not better: a random list is very novel.", ""),
    Metric("popularity@k", "popularity", "Average listeners of the listed artists, divided by those of the user's own "
           "artists. 1 is as popular as what they play; 2 is twice as popular.", ""),
    Metric("similarity@k", "similarity", "How similar the artists of a list are: the mean cosine of their listeners, "
           "over all pairs of the first 20. High is a list of one scene, low a mixed one.", ""),
)  # fmt: skip

HEADLINE = METRICS[0]
"""Sorts runs."""
OBJECTIVES = tuple(metric for metric in METRICS if metric.better == "higher")
"""What a tuning may raise."""

ALPHA = 0.05
"""A difference is significant where its p, corrected for its family (see `max_t`), is below this."""

_BY_NAME = {metric.name: metric for metric in METRICS}


def metric_title(metric: str) -> str:
    """The title of a metric with the run's own K: "NDCG@10" for `ndcg@10`; an unknown name stays as it is."""
    found = named(metric)
    return found.title.replace("@k", f"@{metric.partition('@')[2]}") if found else metric


def named(metric: str) -> Metric | None:
    """The metric that a run calls so (`ndcg@10`); None where there is none."""
    base, at, _ = metric.partition("@")
    return _BY_NAME.get(f"{base}@k" if at else base)
