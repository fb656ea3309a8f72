"""The settings of both sides; standard library alone, for the others' environment has no musicrec_tui."""

K = 10
SEED = 42
FACTORS, SWEEPS, REGULARIZATION, ALPHA = 64, 15, 40.0, 10.0
RIDGE = 50.0
NEIGHBOURS = 10_000
"""More than there are artists."""
OURS: dict[str, dict[str, float | str]] = {
    "als": {"factors": FACTORS, "iterations": SWEEPS, "regularization": REGULARIZATION, "alpha": ALPHA},
    "ease": {"regularization": RIDGE, "dropout": 0, "min_listeners": 1},
    "item_knn": {"similarity": "cosine", "shrinkage": 0, "neighbours": NEIGHBOURS},
}
SAME = 1e-4
"""What scores in single precision may differ by."""
