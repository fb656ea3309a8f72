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
    Metric("ndcg@k", "NDCG@k", "Held-out artists in the list count more the higher they are ranked; 1 is a perfect "
           "list. It is the main metric and sorts runs, because it looks at what a user would see."),
    Metric("recall@k", "recall@k", "How many of the user's held-out artists are in the list, of the most that could "
           "be (k, or all of them where they are fewer). Their order in the list does not matter."),
    Metric("precision@k", "prec@k", "The share of the k listed artists that are among the user's held-out ones. It "
           "cannot reach 1 for users with fewer than k held-out artists."),
    Metric("map@k", "MAP@k", "Mean average precision: the precision at the place of each hit, averaged over the hits "
           "that could be. It rewards hits near the top more than NDCG does."),
    Metric("mrr@k", "MRR@k", "Mean reciprocal rank: 1 over the place of the first hit. 0.5 is a first hit in second "
           "place; what comes after it does not count."),
    Metric("hit_rate@k", "hit@k", "The share of users with at least one hit in their list. It is the easiest of all "
           "to make high, so look at it last."),
    Metric("auc@k", "AUC@k", "Truncated AUC, as implicit computes it: with k far below the number of artists about "
           "½ + ½ · recall@k. So 0.52 is not “random” but 4% recall; compare it only with other AUC@k."),
    Metric("auc", "AUC", "Full AUC: how often a held-out artist stands above one that the user does not have, over "
           "the whole catalogue; 0.5 is random. Popularity does well here, so look at NDCG@k first."),
    Metric("coverage@k", "coverage", "The share of the catalogue that is in at least one list: low means that all "
           "users get the same few artists. It is one number for all lists together and has no interval.",
           "", per_user=False),
    Metric("gini@k", "Gini", "How unequally the places in all lists fall on the artists: 0 if all are shown alike, "
           "near 1 if a few have all the places. Like coverage it has no interval.",
           "", per_user=False),
    Metric("novelty@k", "novelty", "How little known the listed artists are: the mean of log2(users / listeners), "
           "where 1 more is half as many listeners. More is not better: a list at random is very novel.", ""),
    Metric("popularity@k", "popular", "Listeners of the listed artists on average, over the same for the user's own "
           "artists. 1 is as well known as what they play; 2 is twice as well known, a pull to the mainstream.", ""),
    Metric("similarity@k", "similar", "How alike the artists of one list are: the mean cosine of their listeners, over "
           "all pairs of the first 20. High is a list of one scene, low a mixed one.", ""),
)  # fmt: skip

HEADLINE = METRICS[0]
"""Sorts runs."""
OBJECTIVES = tuple(metric for metric in METRICS if metric.better == "higher")
"""What a tuning may raise."""

_BY_NAME = {metric.name: metric for metric in METRICS}


def named(metric: str) -> Metric | None:
    """The metric that a run calls so (`ndcg@10`); None where there is none."""
    base, at, _ = metric.partition("@")
    return _BY_NAME.get(f"{base}@k" if at else base)
