"""Which run is better, in one sentence."""

from collections.abc import Sequence

from musicrec_tui.evaluation.metrics import ALPHA, metric_title
from musicrec_tui.jobs.host_protocol import Pair, p_text


def verdict(primary: str, labels: Sequence[str], means: Sequence[float], pairs: Sequence[Pair]) -> str:
    """The verdict on two or more runs in the primary metric, of which more is better.

    Args:
        primary: the metric, as runs name it.
        labels: of the runs.
        means: of the runs.
        pairs: all pairs of them.
    """
    title = metric_title(primary)
    best = max(range(len(means)), key=lambda place: (means[place], -place))
    rivals = sorted((_from(best, pair) for pair in pairs if best in (pair.first, pair.other)), key=lambda one: -one.p)
    rivals.sort(key=lambda one: -means[one.first])
    level = [one for one in rivals if one.p >= ALPHA]
    beaten = [one for one in rivals if one.p < ALPHA]
    if not level:
        whom = labels[rivals[0].first] if len(rivals) == 1 else f"all others, next {labels[rivals[0].first]}"
        return f"{labels[best]} ranks better than {whom}: {title} {_told(rivals[0])}."
    sentence = f"No clear winner on {title}: {labels[best]} is {_told(level[0])} against {labels[level[0].first]}"
    if others := level[1:]:
        sentence += f", and not clearly better than {_listed([labels[one.first] for one in others])}"
    if beaten:
        sentence += f"; it ranks better than {_listed([labels[one.first] for one in beaten])}"
    return f"{sentence}."


def _from(best: int, pair: Pair) -> Pair:
    """The pair with the best run as the other."""
    if pair.other == best:
        return pair
    return Pair(pair.other, best, -pair.difference, -pair.high, -pair.low, pair.p)


def _told(pair: Pair) -> str:
    """The difference with its interval and p."""
    p = p_text(pair.p, 0.0005)
    told = f"p {p}" if p[0].isdigit() else f"p {p[0]} {p[1:]}"
    return f"{pair.difference:+.4f} (95 % interval {pair.low:+.4f} to {pair.high:+.4f}, {told})"


def _listed(labels: Sequence[str]) -> str:
    """Names as in a sentence."""
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} and {labels[-1]}"
