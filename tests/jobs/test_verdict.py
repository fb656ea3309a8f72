"""The verdict, in one sentence."""

from musicrec_tui.jobs.host_protocol import Pair
from musicrec_tui.jobs.verdict import verdict

CLEAR = Pair(0, 1, 0.012, 0.001, 0.025, 0.03)


def test_of_two_runs_the_better_is_named_first_whichever_comes_first() -> None:
    wanted = "EASE ranks better than ALS: NDCG@10 +0.0120 (95 % interval +0.0010 to +0.0250, p 0.0300)."
    assert verdict("ndcg@10", ["ALS", "EASE"], [0.1, 0.112], [CLEAR]) == wanted
    turned = Pair(0, 1, -0.012, -0.025, -0.001, 0.03)
    assert verdict("ndcg@10", ["EASE", "ALS"], [0.112, 0.1], [turned]) == wanted


def test_without_a_clear_winner_it_says_so() -> None:
    told = verdict("recall@10", ["A", "B"], [0.1, 0.102], [Pair(0, 1, 0.002, -0.01, 0.014, 0.71)])
    assert told == "No clear winner on recall@10: B is +0.0020 (95 % interval -0.0100 to +0.0140, p 0.7100) against A."


def test_of_several_runs_the_best_is_held_against_all_others() -> None:
    pairs = [
        Pair(0, 1, 0.1, 0.05, 0.15, 0.0005),
        Pair(0, 2, 0.11, 0.06, 0.16, 0.0005),
        Pair(1, 2, 0.01, -0.02, 0.04, 0.4),
    ]
    told = verdict("ndcg@10", ["A", "B", "C"], [0.1, 0.2, 0.21], pairs)
    assert told.startswith("No clear winner on NDCG@10: C is +0.0100 (95 % interval -0.0200 to +0.0400, p 0.4000)")
    assert told.endswith("against B; it ranks better than A.")
    pairs[2] = Pair(1, 2, 0.01, 0.001, 0.02, 0.04)
    told = verdict("ndcg@10", ["A", "B", "C"], [0.1, 0.2, 0.21], pairs)
    assert told.startswith("C ranks better than all others, next B: NDCG@10 +0.0100 (")


def test_equal_runs_have_no_winner() -> None:
    assert verdict("ndcg@10", ["A", "B"], [0.1, 0.1], [Pair(0, 1, 0.0, 0.0, 0.0, 1.0)]).startswith("No clear winner")
